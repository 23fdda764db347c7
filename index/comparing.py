"""What every comparison of two sentences rests on: the words that they share, equal figures, days apart, and a clash."""

import math
from datetime import timedelta
from typing import Literal, NamedTuple

from index.saying import Saying
from index.values import Value, same

TOLERANCE = 0.015
"""Relative difference up to which two figures are one."""
LEAST_OVERLAP = 0.5
"""Share of the shorter one's words from which two sentences are about one thing."""
DAYS_APART = timedelta(days=60)
"""How far apart two days may be of which one figure is told."""
LEAST_WORDS, LEAST_SHARE = 2, 0.4
"""Words, and share of the shorter one's, that sentences of one language share if they tell one event or deny one another."""
BOTH_FROM = 0.7
"""Least nearness of two sentences of which one has the figure or day of both."""

LEAST_BARE = 99
"""Number above which a figure may leave out the unit that another one has named."""

Kind = Literal["figure", "date", "attribution", "fact", "scope"]


class Clash(NamedTuple):
    """What two sentences about one point differ in, and the two sides as short keys ("33200000000 USD", "2026-06-03"), and
    the least nearness from which the two are taken to be about one point; whether one of them tells both sides.
    """

    kind: Kind
    first: str
    second: str
    least: float
    both: bool = False


def share(first: frozenset[str], second: frozenset[str]) -> float:
    """The share of the shorter one's words that the other has."""
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0


def one_point(first: Saying, second: Saying) -> bool:
    """Whether two sentences of one language share enough words for one point; across languages nearness must tell."""
    if first.language != second.language:
        return True
    return len(first.words & second.words) >= LEAST_WORDS and share(first.words, second.words) >= LEAST_SHARE


def equal(a: Value, b: Value) -> bool:
    """Whether two figures are one, where one side may leave out the unit that it has named before."""
    if same(a, b, TOLERANCE):
        return True
    bare = a.amount is not None and b.amount is not None and "" in (a.unit, b.unit) and a.amount > LEAST_BARE
    return bare and math.isclose(a.amount or 0, b.amount or 0, rel_tol=TOLERANCE)


def known(value: Value, saying: Saying) -> bool:
    """Whether a sentence gives a figure, too."""
    return any(equal(value, other) for other in saying.values)


def contrasts(first: Saying, second: Saying, known: tuple[bool, bool]) -> bool:
    """Whether the side that has both figures or days sets them against each other, or names who gives which.

    What came later than the other does not contradict it.
    """
    both = second if known[0] else first
    return "later" not in both.tags and (bool(both.tags & {"contrast", "error"}) or len(both.reporters) > 1)


def distance(a: Value, b: Value) -> timedelta:
    """The time between two dates, none where they can be one."""
    assert a.date and b.date
    if a.date.first <= b.date.last and b.date.first <= a.date.last:
        return timedelta()
    return max(a.date.first - b.date.last, b.date.first - a.date.last)
