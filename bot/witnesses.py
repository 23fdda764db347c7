"""Who stands behind a sentence: all that say the same of its date, in both languages.

Origins are counted over the reports among them, since a dossier retells others and adds nobody. The count is a least one:
a report may say the same in words that no measure finds, and where very many tell of one day only a few are compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set

from bot.postings import Postings
from bot.telling import Nearness, Told, Weights, uncollected
from index.claims import says_the_same
from index.values import Value, same

WITNESS, COVERED_WORTH, LEAST_COVERED = 0.9, 0.4, 0.3
"""Nearness and .4 of the covered share of a sentence's marks from which another one of its language says the same, and the
least share. These and the next two were chosen on 1,734 pairs of sentences around 120 events of the bundled story, labelled
by hand, so that hardly any origin is counted that does not say so."""
WITNESS_ACROSS = 0.7
"""Nearness from which one of the other language does."""
LOOSE = 0.05
"""How much more is needed where only the one date holds the other."""
SUPPORTS = 0.5
"""Share of the marks that must be said where there is no nearness."""
TOLERANCE = 0.02
"""Relative difference up to which two amounts are one."""


class Witnesses:
    """Finds the sentences that say what one says of its main date; `near` is their nearness, where there is one."""

    @uncollected
    def __init__(self, told: Sequence[Told], near: Nearness | None) -> None:
        self._dated, self._near = [entry for entry in told if entry.moments], near
        self._shared = Weights(entry.shared for entry in self._dated)
        marks: dict[str, list[frozenset[str]]] = defaultdict(list)
        self._posted: dict[str, Postings] = defaultdict(Postings)
        self._shared_marks: dict[str, Postings] = defaultdict(Postings)
        for number, entry in enumerate(self._dated):
            marks[entry.language].append(entry.marks)
            for moment in entry.moments:
                self._posted[entry.language].add(entry.marks | entry.saying.stems, moment, number)
                self._shared_marks[entry.language].add(entry.shared, moment, number)
        self._weights = {language: Weights(found) for language, found in marks.items()}
        self._found: dict[tuple[object, ...], tuple[Told, ...]] = {}

    def of(self, shown: Told) -> tuple[Told, ...]:
        """A sentence and its witnesses, the surest first."""
        if not shown.moments:
            return (shown,)
        own = (*shown.result.key, shown.moment.begin, shown.moment.end)  # a sentence may tell of two days
        if own not in self._found:
            others = {entry.result.key: entry for entry in self._near_to(shown) if entry.result.key != shown.result.key}
            rated = [(-self._sureness(entry, shown), key) for key, entry in others.items()]
            self._found[own] = tuple(others[key] for sureness, key in sorted(rated) if sureness <= -1)
        return (shown, *self._found[own])

    def _near_to(self, shown: Told) -> Iterator[Told]:
        """The few of each language that may say the same."""
        for language, weights in self._weights.items():
            if language == shown.language:
                numbers = self._posted[language].near(shown.marks, shown.moment, weights, LEAST_COVERED)
            else:
                numbers = self._shared_marks[language].near(shown.shared, shown.moment, self._shared, LEAST_COVERED)
            yield from map(self._dated.__getitem__, numbers)

    def _sureness(self, entry: Told, shown: Told) -> float:
        """1 or more where a sentence says what another one says of its date."""
        dated = [moment for moment in entry.moments if moment.holds(shown.moment) or shown.moment.holds(moment)]
        if not dated or contradict(entry.saying.values, shown.saying.values):
            return 0.0
        day = shown.moment.begin, shown.moment.end
        loose = LOOSE * all((moment.begin, moment.end) != day for moment in dated)
        if entry.language != shown.language:
            covered = _covered(shown.shared, entry.shared, self._shared)
            if self._near is None or covered < LEAST_COVERED:
                return covered / SUPPORTS if self._near is None else 0.0
            return self._near(entry.result, shown.result) / (WITNESS_ACROSS + loose)
        weights, said = self._weights[shown.language], entry.marks | entry.saying.stems
        covered = _covered(shown.marks, said, weights)
        if self._near is None:
            alone = min(covered, _covered(shown.core.stems, said, weights))  # names say of whom, and not what
            return max(alone / SUPPORTS, float(says_the_same(entry.saying, shown.saying)))
        if covered < LEAST_COVERED:
            return 0.0
        return (self._near(entry.result, shown.result) + COVERED_WORTH * covered) / (WITNESS + loose)


def carriers(told: Iterable[Told]) -> tuple[str, ...]:
    """The origins of the reports among sentences, each once."""
    return tuple(dict.fromkeys(origin for entry in told if not entry.dossier for origin in entry.origins))


def contradict(one: Sequence[Value], other: Sequence[Value]) -> bool:
    """Whether two sentences give amounts of the same unit and share none."""
    units = {value.unit for value in one if value.amount is not None} & {v.unit for v in other if v.amount is not None}
    return any(
        not any(same(a, b, TOLERANCE) for a in one for b in other if a.unit == b.unit == unit and a.amount is not None)
        for unit in units
    )


def _covered(marks: Set[str], said: Set[str], weights: Weights) -> float:
    """The share of the weight of marks that are said; 1 where there are none."""
    total = weights.sum(marks)
    return weights.sum(marks & said) / total if total else 1.0
