"""Putting messages into Slack: streamed where it can be, else posted and updated; and finding out what is there already."""

import logging
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.chat_stream import ChatStream

from bot.answer import Answer, Statement
from bot.slack.blocks import footer, posts, statement_blocks
from bot.slack.incoming import Place
from bot.slack.layout import MAX_MESSAGE, Block, Post, sentence, split, text_of
from bot.slack.workspaces import Workspace

EVENT = "dealbrief_answer"
"""The type of the metadata that ties a message to the one that it answers."""
_PASSING = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "timeout"}
_BLOCKS_REFUSED = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_arguments"}
_QUIET: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
_log = logging.getLogger(__name__)


def passes(error: Exception) -> bool:
    """Whether what failed may work later; whether it arrived is not known."""
    if isinstance(error, SlackApiError):
        status = getattr(error.response, "status_code", 200) or 200
        return status >= 500 or status == 429 or error.response.get("error") in _PASSING
    return isinstance(error, URLError | HTTPException | OSError)


class Writer:
    """Writes one answer into a thread, statement by statement."""

    def __init__(self, workspace: Workspace, place: Place, ts: str, user: str, user_team: str | None, language: str) -> None:
        self._client: WebClient = workspace.client
        self._place = place
        self._ts = ts
        self._language = language
        self._recipient = {"recipient_team_id": user_team or workspace.team, "recipient_user_id": user}
        self._stream: ChatStream | None = None
        self._streams = True
        self._message: str | None = None
        self._blocks: list[Block] = []
        self._size = 0

    def say(self, statement: Statement) -> None:
        """Shows a statement; what does not fit under the others begins a further message."""
        blocks = statement_blocks(statement, self._language)
        length = len(text_of(blocks))
        if self._blocks and self._size + length > MAX_MESSAGE:
            self._end()
        self._blocks += blocks
        self._size += length
        if not self._streams or length > MAX_MESSAGE:
            self._fall_back(None)
            return
        try:
            if self._stream is None:
                self._stream = self._client.chat_stream(
                    channel=self._place.channel, thread_ts=self._place.thread, buffer_size=1, **self._recipient
                )
            self._stream.append(chunks=[{"type": "blocks", "blocks": blocks}])
        except SlackClientError as error:
            self._fall_back(error)

    def finish(self, answer: Answer, key: str, *, feedback: bool, disclosed: str) -> str:
        """Puts the sources and the buttons under what was said and gives the id of the last message."""
        if not self._blocks:
            return self._post_all(posts(answer, key, feedback=feedback, disclosed=disclosed))
        return self._close(footer(answer, key, feedback=feedback, disclosed=disclosed), done=True)

    def apologise(self, text: str) -> str:
        """Ends with a sentence, after what was said so far."""
        post = sentence(text)
        return self._close(post.blocks, done=True) if self._blocks else self._post_all([post])

    def _end(self) -> None:
        self._close([], done=False)
        self._stream, self._message, self._blocks, self._size = None, None, [], 0

    def _close(self, last: list[Block], *, done: bool) -> str:
        if self._stream is not None and self._streams:
            try:
                self._stream.stop(blocks=last, metadata=self._metadata(done))
                return str(self._stream.ts)
            except SlackClientError as error:
                self._fall_back(error, last, done)
        else:
            self._update(last, done)
        return str(self._message)

    def _fall_back(self, error: SlackClientError | None, last: list[Block] | None = None, done: bool = False) -> None:
        """From now on without a stream; the message that was begun is written anew."""
        if error is not None:
            if passes(error):
                raise error
            _log.info("streaming refused, posting instead: %s", error)
        if self._stream is not None and self._stream.ts:
            self._message = self._stream.ts
        self._streams, self._stream = False, None
        self._update(last or [], done)

    def _update(self, last: list[Block], done: bool) -> None:
        """Writes the message anew; what does not fit follows in further ones, the last of which is the message then."""
        first, *more = split(self._blocks, last)
        metadata = self._metadata(done and not more)
        if self._message is not None and not self._updated(self._message, first, metadata):
            delete(self._client, self._place.channel, self._message)
            self._message = None
        if self._message is None:
            self._message = post(self._client, self._place, first, metadata)
        for at, further in enumerate(more):
            self._message = post(self._client, self._place, further, self._metadata(done and at + 1 == len(more)))
            self._blocks = further.blocks

    def _updated(self, ts: str, message: Post, metadata: dict[str, Any]) -> bool:
        say: dict[str, Any] = {"text": message.text, "blocks": message.blocks, "parse": "none", "link_names": False}
        try:
            self._client.chat_update(channel=self._place.channel, ts=ts, metadata=metadata, **say)
        except SlackApiError as error:
            if passes(error):
                raise
            return False
        return True

    def _post_all(self, all_posts: list[Post]) -> str:
        *_, last = (
            post(self._client, self._place, one, self._metadata(at + 1 == len(all_posts))) for at, one in enumerate(all_posts)
        )
        return last

    def _metadata(self, done: bool) -> dict[str, Any]:
        return answers(self._ts, done=done)


def answers(ts: str, *, done: bool = True) -> dict[str, Any]:
    """The metadata of a message that answers another; `done` where nothing follows."""
    return {"event_type": EVENT, "event_payload": {"question": ts, "done": done}}


def post(client: WebClient, place: Place, message: Post, metadata: Mapping[str, Any] | None = None) -> str:
    """Posts a message into a thread, or into the channel where there is none; without its blocks if Slack refuses them."""
    to: dict[str, Any] = {"channel": place.channel, "thread_ts": place.thread or None, "metadata": metadata, **_QUIET}
    try:
        said = client.chat_postMessage(text=message.text, blocks=message.blocks, **to)
    except SlackApiError as error:
        if error.response.get("error") not in _BLOCKS_REFUSED:
            raise
        _log.warning("Slack refused the blocks of a message: %s", error.response.get("error"))
        said = client.chat_postMessage(text=message.text, **to)
    return str(said["ts"])


def settle(workspace: Workspace, place: Place, ts: str) -> str | None:
    """The id of the finished answer to a message where there is one; what was begun and not finished is taken away.

    Nothing of ours can stand behind the oldest open question of a thread but its own answer and those to earlier ones.
    """
    client, oldest = workspace.client, ts
    if place.thread:
        ask: dict[str, Any] = {"channel": place.channel, "ts": place.thread, "oldest": oldest}
        read = client.conversations_replies
    else:
        ask, read = {"channel": place.channel, "oldest": oldest}, client.conversations_history
    unfinished: list[str] = []
    cursor: str | None = None
    while True:
        said = read(**ask, limit=200, cursor=cursor, include_all_metadata=True)
        for message in said.get("messages") or []:
            state = _state(message, workspace, ts)
            if state == "done":
                return str(message["ts"])
            unfinished += [str(message["ts"])] if state == "begun" else []
        cursor = (said.get("response_metadata") or {}).get("next_cursor") or None
        if not cursor:
            break
    for one in unfinished:
        delete(client, place.channel, one)
    return None


def _state(message: Mapping[str, Any], workspace: Workspace, ts: str) -> str:
    """What a message is to the question `ts`: "done", "begun" or ""."""
    if message.get("user") != workspace.bot_user or str(message.get("ts")) <= ts:
        return ""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return "begun" if not metadata else ""
    payload = metadata.get("event_payload") or {}
    if payload.get("question") != ts:
        return ""
    return "done" if payload.get("done") else "begun"


def delete(client: WebClient, channel: str, ts: str) -> None:
    """Takes a message of ours away, if it is still there."""
    try:
        client.chat_delete(channel=channel, ts=ts)
    except SlackApiError as error:
        if passes(error):
            raise
        _log.info("a message could not be taken away: %s", error.response.get("error"))
