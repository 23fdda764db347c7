"""A brief in the making: which sentences speak for a subject, what stands behind them, and what repeats what is shown.

What counts: how much of the subject's words a sentence has, weighed by rarity (the subject is the story's title and
description, or what is asked for); how many dossiers and independent origins tell the same; and how plain it is.
"""

from collections.abc import Callable, Sequence
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
LONG = 38
"""Words from which a sentence is too long for the page."""


@dataclass(frozen=True)
class Draft:
    """A brief in the making: what is known at a day, about a subject, and what stands on the page already."""

    known: Knowledge
    language: str
    subject: str
    about: frozenset[tuple[str, int]] | None
    as_of: PartialDate | None

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
        return self.as_of.last if self.as_of else date.max

    def event_of(self, told: Told) -> Event | None:
        """The event that a sentence tells, if any."""
        return self.known.event_of.get(told.result.key)

    @cached_property
    def _focus(self) -> dict[str, float]:
        """The marks of the subject with their weights."""
        said = self.known.claims.understand(self.subject, self.language)
        marks = said.stems | {word for name in said.names for word in name.split()}
        weights = self.known.weights[self.language]
        return {mark: weights.of(mark) for mark in marks}

    @cached_property
    def _support(self) -> dict[tuple[str, int], float]:
        """How much stands behind a sentence: dossiers and origins of the event that it tells."""
        found: dict[tuple[str, int], float] = {}
        for event in self.known.events:
            dossiers = {told.result.article.id for told in event.told if told.dossier}
            worth = min(len(dossiers), 6) / 6 + min(len(event.origins), 4) / 4
            for told in event.told:
                found[told.result.key] = max(found.get(told.result.key, 0.0), worth)
        return found

    def usable(self, told: Told) -> bool:
        """Whether a sentence is about the subject, was known on the day, and is not too long."""
        if self.about is not None and told.result.key not in self.about:
            return False
        return len(told.result.text.split()) <= LONG and (self.as_of is None or known_at(told, self.as_of.last))

    def relevance(self, told: Told, besides: Sequence[Told] = ()) -> float:
        """The share of the subject's words, by rarity, that a sentence has, without those that others have already."""
        total = sum(self._focus.values())
        marks = _said(told) - frozenset().union(*(_said(other) for other in besides))
        return sum(weight for mark, weight in self._focus.items() if mark in marks) / total if total else 0.0

    def worth(self, told: Told) -> float:
        """What speaks for a sentence: its subject, what stands behind it, and plainness."""
        plain = 0.2 * (not told.saying.denies) + 0.2 * (ORDER[told.moment.role] < 3 if told.moments else 0)
        return 2 * self.relevance(told) + self._support.get(told.result.key, 0.0) + plain - len(told.result.text.split()) / 100

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


def _said(told: Told) -> frozenset[str]:
    return told.saying.stems | {word for name in told.saying.names for word in name.split()}


def known_at(told: Told, day: date) -> bool:
    """Whether a sentence could be written on a day: its article, or what a dossier rests on, had appeared, and what it tells
    had happened."""
    source = told.result.article.source
    if source.published and source.published.first > day:
        return False
    return all(moment.begin <= day for moment in told.moments if moment.role not in ("limit",) or not source.published)
