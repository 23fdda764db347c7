"""Doing what the inbox holds: answering questions, and saying so where that fails."""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from typing import Any, Protocol

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.answer import Answer, Message, Statement
from bot.briefing import Briefer
from bot.chatbot import QuestionError
from bot.render import to_json
from bot.settings import Settings
from bot.slack import recall
from bot.slack.delivery import Writer, answers, passes, post, settle
from bot.slack.inbox import Inbox, Job
from bot.slack.layout import sentence
from bot.slack.threads import Threads
from bot.slack.workspaces import Workspace, Workspaces
from bot.wording import LANGUAGES, say
from corpus.errors import BriefingError
from corpus.language import language_of
from corpus.library import Library

MAX_ATTEMPTS = 8
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0
MAX_PROMPTS = 4
_log = logging.getLogger(__name__)


class Answering(Protocol):
    """What the app needs of a chatbot."""

    @property
    def library(self) -> Library:
        """The articles that answers quote."""

    @property
    def briefer(self) -> Briefer:
        """What makes the briefings."""

    @property
    def now(self) -> "Answering":
        """Itself over the newest index, for reading the library."""

    def entered(self) -> AbstractContextManager["Answering"]:
        """Itself over the newest index, which stays the same until the end of the `with`."""

    def stream(self, question: str, history: Sequence[Message] = ()) -> Iterator[Statement | Answer]:
        """The statements as soon as each is checked, then the answer."""

    def disclosure(self, language: str) -> str:
        """Who else gets to see a question; empty where nobody does."""

    def suggest(self, answer: Answer | None = None, language: str | None = None) -> tuple[str, ...]:
        """Questions to begin with."""


class AnswerFailed(Exception):
    """The chatbot failed; that is nothing that waiting for Slack would mend."""


class Work:
    """Does jobs. Each ends with an answer, a sentence that says why there is none, or a later attempt."""

    def __init__(self, bot: Answering, settings: Settings, workspaces: Workspaces, inbox: Inbox, threads: Threads) -> None:
        self.bot = bot
        self.settings = settings
        self.workspaces = workspaces
        self.inbox = inbox
        self.threads = threads
        self.kinds: dict[str, Callable[[Workspace, Job], None]] = {
            "question": self.answer,
            "outsider": self.refuse,
            "opened": self.greet,
        }

    @property
    def library(self) -> Library:
        """The articles of the newest index."""
        return self.bot.now.library

    def do(self, job: Job) -> None:
        """Does one job; never raises."""
        workspace = self.workspaces[job.place.team]
        try:
            self.kinds[job.kind](workspace, job)
        except Exception as error:
            if passes(error) and job.attempts < MAX_ATTEMPTS:
                _log.warning("Slack failed (%s); trying again", error)
                self.inbox.postpone(job, min(FIRST_PAUSE * 2**job.attempts, LONGEST_PAUSE))
                return
            if isinstance(error, SlackClientError):
                _log.error("a message could not be put into Slack: %s", error)
            else:
                _log.error("a job of Slack failed", exc_info=error)
                self._apologise(workspace, job)
        if not self.inbox.done(job):
            self.threads.forget(job.place.team, job.place.channel, job.ts)  # its message was deleted meanwhile

    def answer(self, workspace: Workspace, job: Job) -> None:
        """Answers a question in its thread, unless an earlier run did."""
        if (job.sending or job.attempts) and self._is_settled(workspace, job):
            return
        asked = job.payload
        language = self.language(asked["text"])
        writer = Writer(workspace, job.place, job.ts, asked["user"], asked.get("user_team"), language)
        if not asked["text"]:
            self.inbox.mark_sending(job, "help")
            writer.apologise(self.help(language))
            return
        turns = self.threads.history(job.place, root=asked["direct"] and asked["root"])
        if asked["pane"]:
            self._status(workspace, job, asked["text"], language, first=not turns)
        self.inbox.mark_sending(job, "answer")
        try:
            answer = self._said(writer, asked["text"], recall.messages(turns, self.library))
            key = new_key()
            self.threads.add(job.place, job.ts, "", key, asked["text"], to_json(answer))
            reply = writer.finish(answer, key, feedback=self.settings.feedback, disclosed=self.disclosed(answer))
            self.threads.replied(job.place.team, job.ts, reply)
        except QuestionError as error:
            writer.apologise(str(error))
        except AnswerFailed as error:
            _log.error("a question of Slack could not be answered: %s", error.__cause__, exc_info=_unforeseen(error))
            writer.apologise(say("slack_failed", language))

    def _said(self, writer: Writer, question: str, history: Sequence[Message]) -> Answer:
        for item in items(self.bot, question, history):
            if isinstance(item, Answer):
                return item
            writer.say(item)
        raise AnswerFailed from None

    def _is_settled(self, workspace: Workspace, job: Job) -> bool:
        """Whether the answer stands in Slack already; what was begun is taken away and forgotten."""
        try:
            reply = settle(workspace, job.place, job.ts)
        except SlackApiError as error:
            if passes(error):
                raise
            _log.warning("the thread cannot be read: %s", error.response.get("error"))
            text = say("slack_interrupted", self.language(str(job.payload.get("text", ""))))
            post(workspace.client, job.place, sentence(text), answers(job.ts))
            return True
        if reply is None:
            self.threads.forget(job.place.team, job.place.channel, job.ts)
            return False
        self.threads.replied(job.place.team, job.ts, reply)
        return True

    def refuse(self, workspace: Workspace, job: Job) -> None:
        """Says to somebody of another organisation that only the own one is answered."""
        if (job.sending or job.attempts) and self._is_settled(workspace, job):
            return
        self.inbox.mark_sending(job, "refusal")
        text = say("slack_outsider", self.language(job.payload["text"]))
        post(workspace.client, job.place, sentence(text), answers(job.ts))

    def greet(self, workspace: Workspace, job: Job) -> None:
        """Offers questions in the assistant pane that was opened."""
        language = self.settings.language
        examples = self.bot.suggest(None, language)[:MAX_PROMPTS]
        prompts = [{"title": example[:75], "message": example} for example in examples]
        if prompts:
            to = {"channel_id": job.place.channel, "thread_ts": job.place.thread}
            workspace.client.assistant_threads_setSuggestedPrompts(prompts=prompts, title=say("examples", language), **to)

    def help(self, language: str) -> str:
        """What can be asked, with examples."""
        story = self.library.story
        title = story.title.get(language) or next(iter(story.title.values()), self.library.folder.name)
        examples = " ".join(story.examples.get(language, ())[:3])
        said = f"{say('greeting', language, title=title)} {say('slack_help', language)}"
        return f"{said} {say('for_example', language, examples=examples)}" if examples else said

    def disclosed(self, answer: Answer) -> str:
        """Who else saw a question, where a chat model answers; empty where none does."""
        return self.bot.disclosure(answer.language) if answer.kind != "reply" else ""

    def language(self, text: str) -> str:
        """The language to speak to whoever wrote a text."""
        told = language_of(text)
        return told if told in LANGUAGES else self.settings.language

    def _status(self, workspace: Workspace, job: Job, text: str, language: str, *, first: bool) -> None:
        to: dict[str, Any] = {"channel_id": job.place.channel, "thread_ts": job.place.thread}
        try:
            workspace.client.assistant_threads_setStatus(status=say("searching", language, articles=len(self.library)), **to)
            if first:
                workspace.client.assistant_threads_setTitle(title=text[:60], **to)
        except SlackApiError as error:
            _log.info("no status: %s", error.response.get("error"))

    def _apologise(self, workspace: Workspace, job: Job) -> None:
        if job.kind != "question":
            return
        try:
            text = say("slack_failed", self.language(str(job.payload.get("text", ""))))
            post(workspace.client, job.place, sentence(text), answers(job.ts))
        except Exception as error:
            _log.error("no apology could be posted: %s", error)


def items(bot: Answering, question: str, history: Sequence[Message]) -> Iterator[Statement | Answer]:
    """What a chatbot says to a question; AnswerFailed where it cannot, whose cause is for the log and not for the asker."""
    stream = bot.stream(question, history)
    with closing(stream):  # type: ignore[type-var]
        try:
            yield from stream
        except QuestionError:
            raise
        except Exception as error:
            raise AnswerFailed from error


def _unforeseen(error: AnswerFailed) -> BaseException | None:
    return None if isinstance(error.__cause__, BriefingError) else error.__cause__


def new_key() -> str:
    """A name for an answer that nobody can guess."""
    return secrets.token_hex(12)
