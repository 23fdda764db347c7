"""How much a corpus makes of a day and of a figure, and how well a sentence says what others say of the same day.

An event that matters is named again: as the date of what followed, as "the order of 25 September", in dossiers on other
subjects. So a day counts by the articles that name it, and a figure by those that give it; the date of a report counts for
nothing.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from bot.moments import Moment
from bot.telling import Told, Weights, uncollected
from index.claims import ClaimMaker
from index.values import Value

Day = tuple[date, date]
RARE = 3.0
"""Weight from which on a word tells what a figure is of: it stands in a twentieth of the sentences or fewer."""


class Salience:
    """The days and figures of what is told, with the articles that name them."""

    @uncollected
    def __init__(self, told: Iterable[Told], weights: Mapping[str, Weights], maker: ClaimMaker) -> None:
        self._weights = weights
        self._maker = maker
        self._days: dict[Day, set[str]] = defaultdict(set)
        self._marks: dict[tuple[str, Day], Counter[str]] = defaultdict(Counter)
        self._titled: set[tuple[str, Day]] = set()
        self._lengths: dict[tuple[str, Day], float] = {}
        self._figures: dict[tuple[str, float, str], set[str]] = defaultdict(set)
        for one in told:
            self._add(one)

    def _add(self, told: Told) -> None:
        article = told.result.article.id
        for moment in told.moments:
            if moment.role not in ("report", "limit"):
                day = moment.begin, moment.end
                if (article, day) not in self._titled:
                    self._titled.add((article, day))
                    self._marks[told.language, day].update(self._title(told))
                self._days[day].add(article)
                self._marks[told.language, day].update(told.topics)
        for value in figures_of(told):
            for mark in self.rarer(told):
                self._figures[value.unit, value.amount or 0.0, mark].add(article)

    def _title(self, told: Told) -> frozenset[str]:
        """The marks of an article's title, which says what its days are about."""
        source = told.result.article.source
        said = self._maker.understand(source.title, source.language)
        return said.stems | frozenset(said.actors)

    def of_day(self, moment: Moment) -> float:
        """ln(1 + articles) for a day or a month."""
        return math.log(1 + len(self._days[moment.begin, moment.end]))

    def of_figure(self, told: Told, value: Value) -> float:
        """ln(1 + articles) for a figure of a sentence: the articles that give it beside one of the sentence's rarer marks."""
        key = value.unit, value.amount or 0.0
        return math.log(1 + max((len(self._figures[*key, mark]) for mark in self.rarer(told)), default=0))

    def rarer(self, told: Told) -> frozenset[str]:
        """The marks of a sentence that tell what a figure is of."""
        weights = self._weights[told.language]
        return frozenset(mark for mark in told.saying.stems if weights.of(mark) >= RARE)

    def centre(self, told: Told) -> float:
        """How much a sentence says what the sentences that name its day say: the cosine of their weighed marks, 0 to 1."""
        if not told.moments:
            return 0.0
        key = told.language, (told.moment.begin, told.moment.end)
        counts, weights = self._marks[key], self._weights[told.language]
        common = math.fsum(weights.of(mark) * (counts[mark] - 1) for mark in told.topics)
        own = math.sqrt(weights.sum(told.topics))
        return common / (own * self._length(key)) if common > 0 else 0.0

    def standing(self, told: Told) -> float:
        """How well a sentence stands for what others tell of its day: central, and naming those who act."""
        return self.centre(told) + 0.1 * min(len(told.saying.actors), 4)

    def _length(self, key: tuple[str, Day]) -> float:
        """The length of the vector of a day's marks."""
        if key not in self._lengths:
            weights = self._weights[key[0]]
            self._lengths[key] = math.sqrt(math.fsum(weights.of(mark) * n * n for mark, n in self._marks[key].items()))
        return self._lengths[key]


def figures_of(told: Told) -> list[Value]:
    """The amounts of money, shares and large numbers of a sentence; a number behind a name belongs to it (Order 14352)."""
    text = told.result.text
    found = []
    for value in told.saying.values:
        named = text[: value.start].rstrip().rpartition(" ")[2][:1].isupper() and value.start > 0
        large = value.kind == "number" and (value.amount or 0) >= 10_000 and not named
        written = any(sign.isdigit() for sign in text[value.start : value.end])
        if value.amount is not None and written and (value.kind in ("money", "percent") or large):
            found.append(value)
    return found
