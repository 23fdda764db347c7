"""The Slack app running in this process against a Slack of our own, with a chatbot that tells which thread it is asked in."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from fake_slack import APP_TOKEN, SECRET, FakeSlack, bot_token
from helpers import article, library

from bot.answer import Answer, Check, Message, Statement
from bot.settings import Settings
from bot.slack.app import SlackApp
from bot.slack.products import Products
from bot.slack.recall import cited
from bot.slack.serve import http_mode, socket_mode
from bot.slack.work import Answering
from bot.slack.workspaces import sign_in

CODE = re.compile(r"code-\w+")
SAID = "The ferry sailed to Aalholm."


class CodeWords:
    """A chatbot that answers with the code words of the question and of the history that it was given."""

    def __init__(self, pause: float = 0.0) -> None:
        self.library = library(Path("nowhere"), [article("a", f"{SAID} It was on time.")])
        self.pause = pause
        self.told = ""
        self.asked: list[str] = []

    @property
    def now(self) -> "CodeWords":
        """Itself."""
        return self

    def entered(self) -> AbstractContextManager["CodeWords"]:
        """Itself."""
        return nullcontext(self)

    def disclosure(self, language: str) -> str:
        """Nobody, unless a test says so."""
        return self.told

    def suggest(self, answer: Answer | None = None, language: str | None = None) -> tuple[str, ...]:
        """Two questions."""
        return ("Who bid?", "When?")

    def stream(self, question: str, history: Sequence[Message] = ()) -> Iterator[Statement | Answer]:
        """Yields one statement; fails where the question says so."""
        self.asked.append(question)
        time.sleep(self.pause)
        if "crash" in question and "late" not in question:
            raise RuntimeError("the chatbot broke")
        told = " ".join(found for message in history if message.role == "user" for found in CODE.findall(message.content))
        text = f"asked {' '.join(CODE.findall(question)) or question[:200]} after {told or 'nothing'}"
        quote = cited(self.library.articles[0], 0, len(SAID), 1)
        statement = Statement(text, (quote,), Check("verbatim"))
        yield statement
        if "crash" in question:
            raise RuntimeError("the chatbot broke in the middle")
        yield Answer(question, question, "en", "answer", "codes", statements=(statement,))


def settings_for(slack: FakeSlack, home: Path, **more: Any) -> Settings:
    """Settings of the app for a Slack of our own."""
    tokens = ",".join(bot_token(team) for team in slack.teams)
    given = {"slack_bot_token": tokens, "slack_app_token": APP_TOKEN, "slack_signing_secret": SECRET, "slack_api": slack.api}
    return Settings(home=home, slack_port=0, **{**given, **more})


@contextmanager
def over_socket(slack: FakeSlack, bot: Answering, home: Path, **more: Any) -> Iterator[SlackApp]:
    """The app behind a socket."""
    settings = settings_for(slack, home, **more)
    app = SlackApp(bot, settings, sign_in(settings))
    with socket_mode(app, settings):
        until(lambda: slack.connected() > 0)
        yield app


@contextmanager
def over_http(
    slack: FakeSlack,
    bot: Answering,
    home: Path,
    products: Products | None = None,
    clock: Callable[[], float] = time.time,
    **more: Any,
) -> Iterator[SlackApp]:
    """The app behind an address, which Slack calls."""
    settings = settings_for(slack, home, **more)
    app = SlackApp(bot, settings, sign_in(settings), products, clock)
    with http_mode(app, settings) as slack.url:
        yield app
    slack.url = None


def until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Waits for a condition and gives what it gave."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return found


def said(message: dict[str, Any]) -> str:
    """Everything that a message of the app shows, as one text."""
    return " ".join(texts([message.get("streamed"), message.get("blocks")]))


def texts(node: Any) -> list[str]:
    """All texts in blocks."""
    if isinstance(node, list):
        return [text for one in node for text in texts(one)]
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for key, one in node.items() if key != "metadata" for text in texts(one)]
    return []


def finished(message: dict[str, Any]) -> str | None:
    """The message that a finished message of the app answers."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("question") if payload.get("done") and not message.get("streaming") else None


def button(message: dict[str, Any], action: str) -> dict[str, Any]:
    """A button of a message or a view."""
    found = [
        one for block in message["blocks"] for one in block.get("elements", ()) if str(one.get("action_id")).startswith(action)
    ]
    assert found, f"no button {action} in {message['blocks']}"
    return {key: value for key, value in found[0].items() if key in ("action_id", "value", "type")}
