"""Where dated sentences lie, so that each is compared with a few that may tell of the same day and not with all."""

import math
from collections import defaultdict
from collections.abc import Iterator, Set

from bot.moments import Moment
from bot.telling import Weights

FEW = 8
"""Sentences of a day that are compared with another one, those with the rarest common marks first."""
_Place = tuple[int, int, int]
"""Year and month, with a day, _LONGER for what is no single day, or _ANY."""
_ANY, _LONGER = 0, -1


class Postings:
    """Numbers by the months and days of a moment and by marks."""

    def __init__(self) -> None:
        self._found: defaultdict[_Place, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))

    def add(self, marks: Set[str], moment: Moment, number: int) -> None:
        """Puts a number under each mark."""
        for place in (*_months(moment), *_months(moment, _span(moment))):
            there = self._found[place]
            for mark in marks:
                there[mark].append(number)

    def near(self, marks: Set[str], moment: Moment, weights: Weights, least: float = 0.0) -> Iterator[int]:
        """The numbers of what shares a mark and may mean the same day, those with the rarest first, a few.

        What shares only marks that together weigh less than the `least` share of all is left out.
        """
        seen = set[int]()
        span = _span(moment)
        places = [*_months(moment)] if span == _LONGER else [*_months(moment, span), *_months(moment, _LONGER)]
        found = [self._found[place] for place in places if place in self._found]
        if not found:
            return
        rated = sorted((-weights.of(mark), mark) for mark in marks)
        left = -math.fsum(weight for weight, _ in rated)
        needed = least * left
        for weight, mark in rated:
            if left < needed:
                return
            left += weight
            for there in found:
                for other in there.get(mark, ()):
                    if other not in seen:
                        seen.add(other)
                        yield other
                    if len(seen) >= FEW:
                        return


def _span(moment: Moment) -> int:
    """The day of a month that a moment is, or _LONGER."""
    return moment.begin.day if moment.begin == moment.end else _LONGER


def _months(moment: Moment, span: int = _ANY) -> Iterator[_Place]:
    """The months that a moment lies in; of one of more than a year the first twelve."""
    first, last = moment.begin, moment.end
    count = (last.year - first.year) * 12 + last.month - first.month
    for step in range(min(count, 11) + 1):
        yield first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, span
