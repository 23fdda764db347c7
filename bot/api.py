"""The Python functions: one question, one answer, over a chatbot that is opened once for each set of settings; add."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from bot.adding import Adder, Given
from bot.answer import Answer, Message, Statement
from bot.chatbot import Chatbot
from bot.outcome import Outcome
from bot.settings import Settings


def ask(question: str, *, history: Sequence[Message] = (), settings: Settings | None = None) -> Answer:
    """Answers one question from the corpus; BriefingError says what a person must do.

    The first call opens the index and builds it if need be; later ones with the same settings are quick.
    """
    return _chatbot(settings or Settings.read()).ask(question, history)


def stream(question: str, *, history: Sequence[Message] = (), settings: Settings | None = None) -> Iterator[Statement | Answer]:
    """The statements as soon as each is checked, then the answer."""
    return _chatbot(settings or Settings.read()).stream(question, history)


def add(
    *what: str | Path,
    title: str | None = None,
    publisher: str | None = None,
    date: str | None = None,
    language: str | None = None,
    url: str | None = None,
    dry_run: bool = False,
    settings: Settings | None = None,
) -> list[Outcome]:
    """Adds articles from addresses, files, folders and feeds; the next question is answered from them too.

    One outcome for each article, refused ones with the reason; what was not found stands in `missing`. BriefingError
    for a wrong value, or where the index cannot be brought up to what came in, which stays in.
    """
    said = {"title": title, "publisher": publisher, "date": date, "language": language, "url": url}
    adder = Adder(settings or Settings.read(), Given.read(said), dry_run, quiet=True)
    outcomes = list(adder.add(str(one) for one in what))
    adder.settle()
    return outcomes


@lru_cache(maxsize=8)
def _chatbot(settings: Settings) -> Chatbot:
    return Chatbot.open(settings)
