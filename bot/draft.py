"""A brief in the making: which sentences speak for a subject, what stands behind them, and what repeats what is shown.

What counts: how much of the subject's words a sentence has, weighed by rarity (the subject is the story's title and
description, or what is asked for); how many dossiers and independent origins tell the same; and how plain it is.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.events import ABOUT_TEXTS, FOLLOWS, SAME_DAY, Event
from bot.knowledge import Knowledge, known_at
from bot.moments import ORDER
from bot.telling import Told, last_words
from bot.witnesses import carriers
from corpus.article import PartialDate

REPEATS = 0.5
"""Share of the weight of a sentence from which it repeats one that is on the page."""
NEAR = 0.3
"""Share of the most relevant sentence's relevance from which a sentence is near to the subject."""
AGAIN = 0.7
"""The same for a sentence of another section."""
LONG = 38
"""Words from which a sentence is too long for the page."""

_RETOLD = re.compile(
    r"\b(?:pages?|sites?|blogs?|media|outlets|rewrit\w+|carr(?:ied|ying)|claim(?:s|ed)|reported on|prints?|printed|seiten?|"
    r"medien|nacherzähl\w*|behaupte\w*|druckt\w*|berichtete\w* über)\b",
    re.IGNORECASE,
)
"""Words of a sentence that retells another text, of which the original is wanted."""


@dataclass(frozen=True)
class Draft:
    """A brief in the making: what is known at a day, about a subject, and what stands on the page already."""

    known: Knowledge
    language: str
    subject: str
    about: frozenset[tuple[str, int]] | None
    then: PartialDate | None = None
    _worth: dict[Told, float] = field(default_factory=dict)

    @cached_property
    def told(self) -> list[Told]:
        """The sentences of the language that may stand on the page."""
        return [told for told in self.known.told if told.language == self.language and self.usable(told)]

    @cached_property
    def events(self) -> list[Told]:
        """The sentences that tell the events of the subject up to the day with a date of their own."""
        found = [told for told in self.told if told.moments and ORDER[told.moment.role] <= ORDER["news"]]
        return [told for told in found if told.result.key in self.known.event_of]

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
        said = self.known.claims.understand(self.subject, self.language)
        weights = self.known.weights[self.language]
        return {mark: weights.of(mark) for mark in said.stems | last_words(said.names)}

    @cached_property
    def near(self) -> list[Told]:
        """The sentences that are near to the subject."""
        least = NEAR * max(map(self.relevance, self.told), default=0.0)
        return [told for told in self.told if self.relevance(told) >= least]

    def witnesses(self, told: Told) -> tuple[Told, ...]:
        """The sentences that say what one says of its date, as far as they were known."""
        return self.known.witnesses(told, self.then.last if self.then else None)

    def usable(self, told: Told) -> bool:
        """Whether a sentence is about the subject, was known on the day, and is not too long."""
        if self.about is not None and told.result.key not in self.about:
            return False
        return len(told.result.text.split()) <= LONG and (self.then is None or known_at(told, self.then.last))

    def relevance(self, told: Told) -> float:
        """The share of the subject's words, by rarity, that the clause of a sentence's date has."""
        total = math.fsum(self.focus.values())
        return math.fsum(weight for mark, weight in self.focus.items() if mark in told.marks) / total if total else 0.0

    def worth(self, told: Told) -> float:
        """What speaks for a sentence: its subject, its day, how many say it, how central and how plain it is."""
        if told not in self._worth:
            self._worth[told] = self._weigh(told)
        return self._worth[told]

    def _weigh(self, told: Told) -> float:
        if not told.moments:
            return self.relevance(told)
        salience, witnesses = self.known.salience, self.witnesses(told)
        size = math.log(1 + len({one.result.article.id for one in witnesses})) / 4 + min(len(carriers(witnesses)), 4) / 16
        own = ORDER[told.moment.role] <= ORDER["news"]
        text = told.result.text
        plain = 0.2 * own + 0.1 * min(len(told.saying.actors), 4) - 0.2 * told.opens_denying - len(text.split()) / 200
        plain -= bool(ABOUT_TEXTS.search(text)) + 0.5 * bool(_RETOLD.search(text)) + 0.4 * bool(FOLLOWS.search(text))
        plain -= 0.4 * bool(SAME_DAY.search(text))
        return self.relevance(told) + salience.of_day(told.moment) / 4 + size + salience.centre(told) + plain

    def overlap(self, told: Told, other: Told) -> float:
        """The share of the lighter one's weight that two sentences share."""
        weights = self.known.weights[self.language]
        least = min(weights.whole(told.marks), weights.whole(other.marks))
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
            apart = all(self.overlap(told, other) < REPEATS for other in chosen)
            if apart and all(self.overlap(told, other) < AGAIN for other in shown):
                chosen.append(told)
                shown.append(told)
        return chosen
