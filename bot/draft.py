"""A brief in the making: which sentences speak for a subject, what stands behind them, and what repeats what is shown.

What counts: how much of the subject's words a sentence has, weighed by rarity (the subject is the story's title and
description, or what is asked for); how many dossiers and independent origins tell the same; and how plain it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.events import Event
from bot.knowledge import Knowledge
from bot.moments import ORDER
from bot.telling import Told
from corpus.article import PartialDate

REPEATS = 0.5
"""Share of the weight of a sentence from which it repeats one that is on the page."""
NEAR = 0.3
"""Share of the most relevant sentence's relevance from which a sentence is near to the subject."""
LONG = 38
"""Words from which a sentence is too long for the page."""


@dataclass(frozen=True)
class Draft:
    """A brief in the making: what is known at a day, about a subject, and what stands on the page already."""

    known: Knowledge
    language: str
    subject: str
    title: str
    about: frozenset[tuple[str, int]] | None
    then: PartialDate | None = None

    @cached_property
    def told(self) -> list[Told]:
        """The sentences of the language that may stand on the page."""
        return [told for told in self.known.told if told.language == self.language and self.usable(told)]

    @cached_property
    def events(self) -> list[tuple[Event, Told]]:
        """The events of the subject up to the day, each with the sentence to show."""
        found = []
        for event in self.known.events:
            shown = next((told for told in event.told if told.language == self.language and self.usable(told)), None)
            if shown and ORDER[shown.moment.role] <= ORDER["news"]:
                found.append((event, shown))
        return found

    @property
    def last(self) -> date:
        """The day up to which things are known."""
        as_of = self.then or self.known.library.as_of
        return as_of.last if as_of else date.max

    def event_of(self, told: Told) -> Event | None:
        """The event that a sentence tells, if any."""
        return self.known.event_of.get(told.result.key)

    @cached_property
    def focus(self) -> dict[str, float]:
        """The marks of the subject with their weights."""
        return self._weighed(self.subject)

    @cached_property
    def heading(self) -> dict[str, float]:
        """The marks of the title with their weights."""
        return self._weighed(self.title)

    def _weighed(self, text: str) -> dict[str, float]:
        said = self.known.claims.understand(text, self.language)
        weights = self.known.weights[self.language]
        return {mark: weights.of(mark) for mark in said.stems | {word for name in said.names for word in name.split()}}

    @cached_property
    def near(self) -> list[Told]:
        """The sentences that are near to the subject."""
        least = NEAR * max(map(self.relevance, self.told), default=0.0)
        return [told for told in self.told if self.relevance(told) >= least]

    def usable(self, told: Told) -> bool:
        """Whether a sentence is about the subject, was known on the day, and is not too long."""
        if self.about is not None and told.result.key not in self.about:
            return False
        return len(told.result.text.split()) <= LONG and (self.then is None or known_at(told, self.then.last))

    def relevance(self, told: Told, besides: Sequence[Told] = ()) -> float:
        """The share of the subject's words, by rarity, that a sentence has, without those that others have already."""
        return _share(self.focus, _said(told) - frozenset().union(*(_said(other) for other in besides)))

    def titled(self, told: Told) -> float:
        """The share of the title's words, by rarity, that a sentence has."""
        return _share(self.heading, _said(told))

    def worth(self, told: Told) -> float:
        """What speaks for a sentence: its subject, how much is made of its day, how central it is there, and plainness."""
        salience = self.known.salience
        if not told.moments:
            return 2 * self.relevance(told)
        own = ORDER[told.moment.role] <= ORDER["since"]
        plain = 0.2 * own - 0.2 * told.saying.denies - len(told.result.text.split()) / 200
        return 2 * self.relevance(told) + salience.of_day(told.moment) / 4 + salience.centre(told) + plain

    def overlap(self, told: Told, other: Told) -> float:
        """The share of the lighter one's weight that two sentences share."""
        weights = self.known.weights[self.language]
        least = min(weights.sum(told.marks), weights.sum(other.marks))
        return weights.sum(told.marks & other.marks) / least if least else 1.0

    def pick(
        self, found: Sequence[Told], count: int, shown: list[Told], score: Callable[[Told], float] | None = None
    ) -> list[Told]:
        """The best sentences that repeat nothing of the page; they are added to it."""
        by = score or self.worth
        chosen: list[Told] = []
        for told in sorted(found, key=lambda told: (-round(by(told), 6), told.result.key)):
            if len(chosen) == count:
                break
            if all(self.overlap(told, other) < REPEATS for other in shown):
                chosen.append(told)
                shown.append(told)
        return chosen


def _share(focus: Mapping[str, float], marks: frozenset[str]) -> float:
    total = sum(focus.values())
    return sum(weight for mark, weight in focus.items() if mark in marks) / total if total else 0.0


def _said(told: Told) -> frozenset[str]:
    return told.saying.stems | {word for name in told.saying.names for word in name.split()}


def known_at(told: Told, day: date) -> bool:
    """Whether a sentence could be written on a day: its article, or what a dossier rests on, had appeared, and what it tells
    had happened."""
    source = told.result.article.source
    if source.published and source.published.first > day:
        return False
    return all(moment.begin <= day for moment in told.moments if moment.role not in ("limit",) or not source.published)
