"""The Python functions: answers and briefings over a chatbot that is opened once for each set of settings; add."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from bot.adding import Adder
from bot.answer import Answer, Message, Statement
from bot.briefing import read_length
from bot.chatbot import Chatbot
from bot.exporting import Exportable
from bot.exporting import export as _export
from bot.given import Given
from bot.knowledge import read_date
from bot.outcome import Outcome
from bot.products import Briefing
from bot.settings import Settings
from bot.verifying import Verified
from bot.verifying import verify as _verify


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


def brief(
    *,
    language: str | None = None,
    about: str | None = None,
    length: str = "page",
    as_of: str | None = None,
    settings: Settings | None = None,
) -> Briefing:
    """The page to hand over, on the corpus or a subject; with `as_of` only what was known then. BriefingError for bad input."""
    used = settings or Settings.read()
    day, extent = read_date(as_of) if as_of else None, read_length(length)
    with _chatbot(used).entered() as now:
        return now.brief(language or used.language, about=about, length=extent, as_of=day)


def timeline(
    *,
    start: str | None = None,
    end: str | None = None,
    about: str | None = None,
    language: str | None = None,
    settings: Settings | None = None,
) -> Briefing:
    """The dated events in order; dates as YYYY, YYYY-MM, YYYY-MM-DD or as they are written. BriefingError for bad input."""
    used = settings or Settings.read()
    first, last = (read_date(text) if text else None for text in (start, end))
    with _chatbot(used).entered() as now:
        return now.briefer.timeline(language or used.language, start=first, end=last, about=about)


def changes(since: str, *, about: str | None = None, language: str | None = None, settings: Settings | None = None) -> Briefing:
    """What happened, ran out or was replaced since a day, the newest first. BriefingError for bad input."""
    used = settings or Settings.read()
    with _chatbot(used).entered() as now:
        return now.briefer.changes(language or used.language, read_date(since), about=about)


def disputes(*, about: str | None = None, language: str | None = None, settings: Settings | None = None) -> Briefing:
    """Where reports contradict each other, both sides of each point. BriefingError for bad input."""
    used = settings or Settings.read()
    with _chatbot(used).entered() as now:
        return now.briefer.disputes(language or used.language, about=about)


def export(product: Exportable, form: str) -> str:
    """An answer or a briefing as text, markdown, html or json; a timeline also as csv, ics and svg. BriefingError else."""
    return _export(product, form)


def verify(path: Path | str, *, settings: Settings | None = None) -> Verified:
    """Checks a JSON proof against the articles, without model and index. BriefingError where the file is none."""
    return _verify(Path(path), (settings or Settings.read()).build.load())


@lru_cache(maxsize=8)
def _chatbot(settings: Settings) -> Chatbot:
    return Chatbot.open(settings)
