"""What the briefings draw on, worked out once for an opened index: what every sentence tells, and the events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.events import Event, events
from bot.products import Entry, EntryKind
from bot.quoting import quoted
from bot.salience import Salience
from bot.telling import Told, Weights, tell
from bot.witnesses import Witnesses, carriers
from bot.wording import LANGUAGES
from corpus.article import PartialDate
from corpus.errors import BriefingError
from corpus.library import Library
from index.claims import ClaimMaker
from index.conflicts import Conflict, conflicts, points
from index.dates import dates
from index.reading import all_sentences
from index.search import Index, SearchResult

BESIDE = 2
"""Citations of an entry beside its own quote, each from another origin."""
ABOUT = 150
"""Sentences that a subject is looked for among."""
COVERED = 0.5
"""Share of the words of a subject, by rarity, that a sentence must have to be about it."""


class DateError(BriefingError):
    """A date that is none, or a range upside down."""


class SubjectError(BriefingError):
    """A subject of which the corpus says nothing."""


@dataclass(frozen=True)
class Knowledge:
    """Everything that the sentences of an index tell; safe from many threads."""

    library: Library
    index: Index
    claims: ClaimMaker

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What every sentence tells."""
        return tuple(tell(all_sentences(self.index), self.library, self.claims))

    @cached_property
    def by_key(self) -> dict[tuple[str, int], Told]:
        """What each sentence tells, by article and offset."""
        return {told.result.key: told for told in self.told}

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events by date."""
        return tuple(events(self.told, self.salience.standing, self.claims.nearness))

    @cached_property
    def salience(self) -> Salience:
        """How much the corpus makes of each day and figure."""
        return Salience(self.told, self.weights, self.claims)

    @cached_property
    def event_of(self) -> dict[tuple[str, int], Event]:
        """The event that each sentence tells."""
        return {told.result.key: event for event in self.events for told in event.told}

    @cached_property
    def disputed(self) -> tuple[list[Conflict], ...]:
        """The points on which sentences contradict each other, the surest first."""
        found = conflicts(self.claims, [told.result for told in self.told])
        return tuple(points(found, self.claims.alike, self.claims.nearness))

    @cached_property
    def dated_otherwise(self) -> dict[tuple[str, int], SearchResult]:
        """For a sentence whose date another one contradicts, that other one, the surest first."""
        found: dict[tuple[str, int], SearchResult] = {}
        for conflict in (conflict for point in self.disputed for conflict in point if conflict.kind == "date"):
            found.setdefault(conflict.first.key, conflict.second)
            found.setdefault(conflict.second.key, conflict.first)
        return found

    @cached_property
    def weights(self) -> dict[str, Weights]:
        """How rare each mark is in the sentences of a language."""
        return {
            language: Weights(told.marks | told.topics for told in self.told if told.language == language)
            for language in self.index.languages
        }

    def witnesses(self, told: Told, then: date | None = None) -> tuple[Told, ...]:
        """The sentences that say what one says of its date, itself first; only those that were known on a day."""
        found = self._witnesses.of(told)
        return found if then is None else (told, *(other for other in found[1:] if known_at(other, then)))

    @cached_property
    def _witnesses(self) -> Witnesses:
        return Witnesses(self.told, self.claims.nearness)

    def language(self, asked: str) -> str:
        """The language to show: the asked one where there are articles in it, else the first that we have words for."""
        known = self.index.languages
        return asked if asked in known or not known else next((name for name in LANGUAGES if name in known), known[0])

    def about(self, subject: str, language: str) -> frozenset[tuple[str, int]]:
        """The sentences of a language that are about a subject. SubjectError where there is none."""
        found = self.index.search(subject, language, among=[language], limit=ABOUT)
        ranked = [(ranking, result) for ranking in found.rankings for result in ranking.results]
        keys = {result.key for ranking, result in ranked if ranking.covered(result, in_parts=True) >= COVERED}
        if not keys or not any(ranking.terms for ranking in found.rankings):
            raise SubjectError(f"The corpus says nothing about {subject!r}. Name somebody or something that it tells of.")
        return frozenset(keys)


def known_at(told: Told, day: date) -> bool:
    """Whether a sentence could be written on a day: its article, or what a dossier rests on, had appeared, and what it tells
    had happened."""
    source = told.result.article.source
    if source.published and source.published.first > day:
        return False
    dated = [noted.published for noted in told.result.references if noted.published]
    if not source.published and not told.moments and not any(date.first <= day for date in dated):
        return False
    return all(moment.begin <= day for moment in told.moments if moment.role not in ("limit",) or not source.published)


def read_date(text: str) -> PartialDate:
    """A date that somebody typed: ISO, or as English and German write it. DateError where it is none."""
    try:
        return PartialDate.parse(text)
    except ValueError:
        found = [entry.date for entry in dates(text.strip()) if entry.date]
        # Of 5/4/2025, which has two readings, the year alone is sure; whoever typed it meant a day.
        if len(found) == 1 and (found[0].month or "/" not in text):
            return found[0]
    raise DateError(f"{text!r} is no date of the calendar. Give YYYY, YYYY-MM or YYYY-MM-DD, or a date such as 5 April 2025.")


def check_range(start: PartialDate | None, end: PartialDate | None) -> None:
    """DateError where a range begins after its end."""
    if start and end and start.first > end.last:
        raise DateError(f"The range is upside down: {start} is after {end}.")


def entry(shown: Told, told: Sequence[Told], library: Library, kind: EntryKind) -> Entry:
    """A sentence as an entry, with others that tell the same for other origins as further citations."""
    beside: list[SearchResult] = []
    seen = set(shown.origins)
    for other in told:
        if other.language == shown.language and not seen & set(other.origins) and len(beside) < BESIDE:
            beside.append(other.result)
            seen |= set(other.origins)
    when = shown.moment if shown.moments else None
    text = shown.result.text
    return Entry(
        quoted([shown.result, *beside], library),
        kind,
        when.first if when else None,
        when.until if when else None,
        text[when.start : when.stop] if when else "",
        max(1, len(carriers(told))),
    )
