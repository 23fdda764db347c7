"""What programs may call, over HTTP, with gradio_client and through MCP: the same functions, typed and described."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.briefing import read_length
from bot.chatbot import Chatbot
from bot.history import messages
from bot.knowledge import read_date
from bot.question import MAX_CHARACTERS
from bot.quoting import citation
from bot.wording import LANGUAGES, say
from corpus.errors import BriefingError

MAX_RESULTS = 50

Record = dict[str, Any]


@dataclass(frozen=True)
class Functions:
    """The functions over a chatbot; each raises BriefingError for input that cannot be used."""

    bot: Chatbot

    @property
    def all(self) -> tuple[Callable[..., Any], ...]:
        """Each of them; its name, signature and docstring are what programs are told of it."""
        return self.ask, self.search, self.brief, self.timeline, self.changes, self.disputes

    def ask(self, question: str, history: list[dict[str, Any]] | None = None) -> Record:
        """Answer a question from the corpus of articles with exact quotes and their sources.

        Args:
            question: the question, in English or German, at most 2,000 characters.
            history: the turns before it, oldest first, each {"role": "user" or "assistant", "content": "..."}, an answer's
                with the citations that this function gave, if its sources are to be known by their numbers.

        Returns:
            The answer: its kind ("answer", "refusal" or "reply"), text, statements, citations with offsets, the nearest
            quotes of a refusal, notices, and the date that the corpus reaches.
        """
        return dict(self.bot.ask(question, messages(history or [])).to_dict())

    def search(self, question: str, limit: int = 10) -> list[Record]:
        """Find the sentences of the corpus that come nearest to a question, whether or not they answer it.

        Args:
            question: the question or words to search for, at most 2,000 characters.
            limit: how many sentences to return, at most 50.

        Returns:
            Citations, best first, languages in turn: quote, offsets, article, title, publisher, date, address, digest, score.
        """
        if not question.strip() or len(question) > MAX_CHARACTERS:
            key = "long_question" if question.strip() else "empty_question"
            raise BriefingError(say(key, "en", limit=f"{MAX_CHARACTERS:,}", length=f"{len(question):,}"))
        with self.bot.entered() as now:
            found = now.index.search(question).interleaved[: max(1, min(limit, MAX_RESULTS))]
        return [citation(result, i).to_dict() | {"score": round(float(result.score), 4)} for i, result in enumerate(found, 1)]

    def brief(self, about: str = "", length: str = "page", as_of: str = "", language: str = "") -> Record:
        """Write the page to hand over: where things stand, how it came to this, figures, actors, what is disputed and next.

        Args:
            about: a person, company or subject that it is to be about; empty for the whole story.
            length: "short" or "page".
            as_of: only what was known on this date (2025, 2025-04 or 2025-04-02); empty for all of it.
            language: "en" or "de"; empty for the language that was set.

        Returns:
            The briefing: sections of entries with text, date, kind, origins and numbers of citations; the citations; notices.
        """
        day, extent = read_date(as_of) if as_of else None, read_length(length)
        with self.bot.entered() as now:
            return now.brief(self._language(language), about=about or None, length=extent, as_of=day).to_dict()

    def timeline(self, start: str = "", end: str = "", about: str = "", language: str = "") -> Record:
        """List the dated events in order, each with its quote, source and how many independent origins carry it at least.

        Args:
            start: first date (2025, 2025-04 or 2025-04-02); empty for the beginning.
            end: last date; empty for no end.
            about: a person, company or subject; empty for all.
            language: "en" or "de"; empty for the language that was set.

        Returns:
            The briefing: sections of entries with text, date, kind, origins and numbers of citations; the citations; notices.
        """
        first, last = (read_date(text) if text else None for text in (start, end))
        with self.bot.entered() as now:
            return now.briefer.timeline(self._language(language), start=first, end=last, about=about or None).to_dict()

    def changes(self, since: str, about: str = "", language: str = "") -> Record:
        """List what happened, ran out or was replaced since a date, the newest first, and what lies ahead.

        Args:
            since: the date (2025, 2025-04 or 2025-04-02).
            about: a person, company or subject; empty for all.
            language: "en" or "de"; empty for the language that was set.

        Returns:
            The briefing: sections of entries with text, date, kind, origins and numbers of citations; the citations; notices.
        """
        day = read_date(since)
        with self.bot.entered() as now:
            return now.briefer.changes(self._language(language), day, about=about or None).to_dict()

    def disputes(self, about: str = "", language: str = "") -> Record:
        """List where reports contradict each other: both sides of each point with their quotes and sources.

        Args:
            about: a person, company or subject; empty for all.
            language: "en" or "de"; empty for the language that was set.

        Returns:
            The briefing: a section for each kind of difference; entries with one side as text and the other under "others".
        """
        with self.bot.entered() as now:
            return now.briefer.disputes(self._language(language), about=about or None).to_dict()

    def _language(self, given: str) -> str:
        """The language asked for. BriefingError where it is none of ours."""
        if given and given not in LANGUAGES:
            raise BriefingError(f"There is no language {given!r}. Take one of: {', '.join(LANGUAGES)}.")
        return given or self.bot.settings.language
