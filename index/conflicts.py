"""Sentences of different articles that contradict each other, found over a whole index.

Pairs are looked at that share enough of what is rare: names, words, measures with places, figures and days. What is shared
is found by inverted lists, so that time grows with the rare ones and not with the square of the index.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from index.agreement import SCOPE_FROM
from index.claims import ClaimMaker, corrects
from index.comparing import Kind
from index.saying import Saying
from index.search import SearchResult

COMMON = 0.05
"""Share of the sentences from which on a mark is too common to bring two of them together."""
LEAST_COMMON, MOST_COMMON = 40, 150
"""Sentences up to which a mark is never too common, and from which on it always is: pairs grow with the square of them."""
SHARED = 1.13
"""Least sum of ln(sentences / sentences with the mark) over the marks that two sentences share, in ln(sentences): a little
more than one mark that no third sentence has, in a small index as in a large one."""


@dataclass(frozen=True)
class Conflict:
    """Two sentences that contradict each other, what in, and how surely they are about one point (at most about 1).

    `sides` are what each says of the point in a short form that is equal for equal figures or days, `names` those that both
    sentences hold; `both` says whether one of them tells both sides.
    """

    kind: Kind
    first: SearchResult
    second: SearchResult
    sides: tuple[str, str]
    score: float
    names: frozenset[str] = frozenset()
    both: bool = False

    @property
    def correction(self) -> SearchResult | None:
        """The side that shows the other to be an error, where one does."""
        return next((side for side in (self.first, self.second) if corrects(side.text)), None)


def conflicts(maker: ClaimMaker, sentences: Sequence[SearchResult]) -> list[Conflict]:
    """The conflicts between sentences that rest on different reporting, the surest first; none without token vectors."""
    sayings = [maker.saying(result) for result in sentences]
    found = []
    for i, j in _pairs(sentences, sayings):
        clash = maker.clash(sentences[i], sentences[j])
        if clash and maker.nearness:
            score = maker.nearness(sentences[i], sentences[j])
            names = frozenset(sayings[i].names) & frozenset(sayings[j].names)
            sides = clash.first, clash.second
            found.append(Conflict(clash.kind, sentences[i], sentences[j], sides, score, names, clash.both))
    return sorted(found, key=lambda conflict: (-round(conflict.score, 5), conflict.first.key, conflict.second.key))


def points(
    found: Sequence[Conflict],
    alike: Callable[[SearchResult, SearchResult], bool],
    nearness: Callable[[SearchResult, SearchResult], float] | None = None,
) -> list[list[Conflict]]:
    """Conflicts about one point together, the surest first: those that share a sentence and its side, or names and both
    figures or days, or whose sentences say the same (`alike`) where neither figure nor day tells, those of which one sentence
    tells both sides, and those on the scope of things as near (`nearness`) as the two sides of one point."""
    owner = list(range(len(found)))

    def root(i: int) -> int:
        while owner[i] != i:
            i = owner[i]
        return i

    seen: dict[object, int] = {}
    for i, conflict in enumerate(found):
        sentences = (conflict.first, conflict.second)
        marks: list[object] = [(result.key, side) for result, side in zip(sentences, conflict.sides, strict=True)]
        if conflict.kind in ("figure", "date"):
            marks.append((conflict.kind, frozenset(conflict.sides), conflict.names))
        if conflict.both:
            marks += [(result.key, frozenset(conflict.sides)) for result in sentences]
        for mark in marks:
            owner[root(i)] = root(seen.setdefault(mark, i))
    loose = [i for i, conflict in enumerate(found) if conflict.kind not in ("figure", "date")]
    for i, j in combinations(loose, 2):
        one, other = found[i], found[j]
        pairs = product((one.first, one.second), (other.first, other.second))
        if one.kind != other.kind or root(i) == root(j):
            continue
        if any(alike(a, b) for a, b in pairs) or (one.kind == "scope" and nearness and _one_scope(one, other, nearness)):
            owner[root(j)] = root(i)
    groups: dict[int, list[Conflict]] = {}
    for i, conflict in enumerate(found):
        groups.setdefault(root(i), []).append(conflict)
    return list(groups.values())


def _one_scope(one: Conflict, other: Conflict, nearness: Callable[[SearchResult, SearchResult], float]) -> bool:
    """Whether the whole or the part of two conflicts is one."""
    mine, theirs = (dict(zip(conflict.sides, (conflict.first, conflict.second), strict=True)) for conflict in (one, other))
    return any(nearness(mine[side], theirs[side]) >= SCOPE_FROM for side in mine.keys() & theirs.keys())


def _marks(saying: Saying) -> Iterable[str]:
    """What two sentences can be brought together by."""
    yield from (f"{saying.language}:{word}" for word in saying.content)
    yield from (f"name:{name}" for name in saying.names)
    yield from (tag for tag in saying.tags if tag[0] in "+-mpor" and tag != "part")
    for value in saying.values:
        if value.amount is not None:
            yield f"amount:{value.amount:.6g} {value.unit}"
        elif value.date:
            yield f"date:{value.date}"
    measures, places = saying.of("m:"), saying.of("p:")
    yield from (f"{measure} {place}" for measure in measures for place in places)


def _pairs(sentences: Sequence[SearchResult], sayings: Sequence[Saying]) -> list[tuple[int, int]]:
    """The pairs of sentences of different articles that share enough of what is rare."""
    lists: dict[str, list[int]] = defaultdict(list)
    for i, saying in enumerate(sayings):
        for mark in set(_marks(saying)):
            lists[mark].append(i)
    count = len(sentences)
    most = min(MOST_COMMON, max(LEAST_COMMON, round(COMMON * count)))
    keys: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float64]] = []
    for rows in lists.values():
        if 1 < len(rows) <= most:
            one = np.array(rows, np.int64)
            first, second = np.triu_indices(len(rows), 1)
            keys.append(one[first] * count + one[second])
            weights.append(np.full(len(first), math.log(count / len(rows))))
    if not keys:
        return []
    unique, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    total = np.bincount(inverse, weights=np.concatenate(weights))
    articles = [result.article.id for result in sentences]
    chosen = unique[total >= SHARED * math.log(count)].tolist()
    return [(key // count, key % count) for key in chosen if articles[key // count] != articles[key % count]]
