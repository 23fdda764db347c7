"""What an event of Slack asks of the app: from its payload to a few records, without any call."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.workspaces import Workspace

PLAIN = (None, "thread_broadcast", "file_share")
"""Subtypes of a message that a person wrote; joins, edits and all others are not questions."""

_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ASKS = re.compile(r"\?(?:[\s\"'”»)\]*_~?!.]|:[\w+-]+:)*$")


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation: workspace, channel and the message that its thread hangs from."""

    team: str
    channel: str
    thread: str


@dataclass(frozen=True, slots=True)
class Question:
    """A message of a person: `ts` is its id, `text` what it says as plain characters.

    `direct` where nobody else reads along, `mentioned` where it mentions the app and `named` where it only writes its name,
    `others` where it mentions somebody else, `outsider` where its author is of another organisation, `root` where it starts
    its thread.
    """

    place: Place
    ts: str
    user: str
    text: str
    direct: bool
    mentioned: bool
    named: bool
    others: bool
    outsider: bool
    root: bool

    @property
    def asks(self) -> bool:
        """Whether it is a question by its form."""
        return bool(_ASKS.search(self.text))


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody opened the assistant pane."""

    place: Place


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message was deleted."""

    team: str
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Left:
    """The app is no longer in a channel."""

    team: str
    channel: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The app was taken out of a workspace."""

    team: str


Incoming = Question | Opened | Deleted | Left | Gone


def read(body: Mapping[str, Any], workspace: Workspace) -> Incoming | None:
    """What an event is to the app; None for all that it drops unread."""
    event = body.get("event") or {}
    kind, team = event.get("type"), workspace.team
    if kind in ("app_uninstalled", "tokens_revoked"):
        return Gone(team)
    if kind in ("channel_left", "group_left") and event.get("channel"):
        return Left(team, str(event["channel"]))
    if kind == "assistant_thread_started":
        pane = event.get("assistant_thread") or {}
        return Opened(Place(team, str(pane.get("channel_id")), str(pane.get("thread_ts"))))
    if kind in ("message", "app_mention"):
        return _message(body, event, workspace)
    return None


def _message(body: Mapping[str, Any], event: Mapping[str, Any], workspace: Workspace) -> Incoming | None:
    subtype, channel = event.get("subtype"), str(event.get("channel"))
    if subtype == "message_deleted":
        return Deleted(workspace.team, channel, str(event.get("deleted_ts")))
    if subtype == "message_changed" and (event.get("message") or {}).get("subtype") == "tombstone":
        return Deleted(workspace.team, channel, str(event["message"].get("ts")))
    if subtype not in PLAIN or event.get("bot_id") or event.get("bot_profile") or event.get("edited"):
        return None
    if not event.get("user") or event["user"] in (workspace.bot_user, "USLACKBOT") or not event.get("ts"):
        return None
    raw = str(event.get("text") or "")
    ts = str(event["ts"])
    thread = str(event.get("thread_ts") or ts)
    users = set(_USER.findall(raw))
    return Question(
        place=Place(workspace.team, channel, thread),
        ts=ts,
        user=str(event["user"]),
        text=plain(raw, workspace.bot_user),
        direct=event.get("channel_type") == "im",
        mentioned=event.get("type") == "app_mention" or workspace.bot_user in users,
        named=workspace.is_named(raw),
        others=bool(users - {workspace.bot_user}),
        outsider=_is_outsider(body, event, workspace),
        root=thread == ts,
    )


def _is_outsider(body: Mapping[str, Any], event: Mapping[str, Any], workspace: Workspace) -> bool:
    """Whether the author is of another organisation, in a channel that two share."""
    author = event.get("user_team") or event.get("source_team") or event.get("team")
    return bool(author) and author not in (workspace.team, workspace.enterprise, body.get("enterprise_id"))


def plain(text: str, bot_user: str = "") -> str:
    """A message without Slack's own signs: mentions of the app taken out, links and channels as their names."""

    def shown(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target.startswith("@"):
            return "" if target[1:] == bot_user else f"@{label or ''}".rstrip("@")
        if target.startswith("!"):
            return ""
        return label or target.removeprefix("#").removeprefix("mailto:")

    return " ".join(html.unescape(_REFERENCE.sub(shown, text)).split())
