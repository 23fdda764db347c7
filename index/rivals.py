"""Whether two sentences give rival figures for one quantity, or one figure for two."""

import math
from collections.abc import Sequence
from itertools import product

from index.comparing import (
    BOTH_FROM,
    DAYS_APART,
    LEAST_BARE,
    LEAST_OVERLAP,
    TOLERANCE,
    Clash,
    contrasts,
    distance,
    known,
    one_point,
    share,
)
from index.saying import Figure, Saying
from index.values import Value, same

FIGURE_FROM, MEASURE_FROM = 0.69, 0.72
"""Least nearness of sentences that clash on one figure or on what it measures."""
OWNED_FROM = 0.65
"""The same for two figures of one owner and one measure."""
MOST_TIMES = 3.0
"""How many times the larger of two rival figures may be the smaller one; more is as a rule another thing."""
_SUMS = frozenset({"m:profit", "m:revenue", "m:loss"})
_FLOWS = _SUMS | {"m:cost", "m:tax", "m:fee"}


def rival_figures(first: Saying, second: Saying) -> Clash | None:
    """Rival figures for one quantity; where one side also has the other's figure it sets the two against each other."""
    if not first.clauses or not second.clauses:
        return None
    if any((tag in first.tags) != (tag in second.tags) for tag in ("each", "sum")) or first.doubts != second.doubts:
        return None
    if sum(known(figure.value, second) for clause in first.clauses for figure in clause) > 1:  # one statement in two wordings
        return None
    for one, other in product(first.clauses, second.clauses):
        for a, b in product(one, other):
            if _listed(a, one) or _listed(b, other) or _summed(a, second) or _summed(b, first):
                continue
            if _rivals(a, b) and _one_quantity(a, b):
                found = _clash(a, b, first, second)
                if found:
                    return found
    return None


def _clash(a: Figure, b: Figure, first: Saying, second: Saying) -> Clash | None:
    """Two rival figures as a clash if one side has one and the other one the other, or both of them set against each other."""
    measured = bool(a.measures & b.measures)
    if not measured and not one_point(first, second):
        return None
    both = known(a.value, second), known(b.value, first)
    if any(both):
        settled = all(both) or not contrasts(first, second, both)
        return None if settled else Clash("figure", _key(a.value), _key(b.value), BOTH_FROM, True)
    of_whole = a.value.kind == "percent" and "grown" not in a.manner
    if not _one_owner(a, b, first, second) or (of_whole and not _one_whole(a, b, first, second)):
        return None
    return Clash("figure", _key(a.value), _key(b.value), OWNED_FROM if a.owner and b.owner and measured else FIGURE_FROM)


def _listed(figure: Figure, clause: Sequence[Figure]) -> bool:
    """Whether a figure is one of a list of three or more of its kind."""
    alike = {other.reach for other in clause if (other.value.kind, other.value.unit) == (figure.value.kind, figure.value.unit)}
    return len(alike) > 2


def _summed(figure: Figure, saying: Saying) -> bool:
    """Whether a figure is the sum of those of its kind in a sentence, which are then parts of it."""
    others = [other for clause in saying.clauses for other in clause]
    bare = [other.value for other in others if other.value.unit == "" and (other.value.amount or 0) > LEAST_BARE]
    alike = [other.value for other in others if (other.value.kind, other.value.unit) == (figure.value.kind, figure.value.unit)]
    amounts = [value.amount or 0.0 for value in {*alike, *bare}]
    return len(amounts) > 1 and math.isclose(sum(amounts), figure.value.amount or 0.0, rel_tol=TOLERANCE)


def _key(value: Value) -> str:
    return f"{value.amount:.12g} {value.unit}".strip()


def _one_quantity(a: Figure, b: Figure) -> bool:
    """Whether two figures can be of one measure, place, owner, time and manner; a bare number must name the same measure."""
    if a.measures and b.measures and not a.measures & b.measures:
        return False
    if a.value.kind == "number" and not a.measures & b.measures:
        return False
    if a.places and b.places and not a.places & b.places:
        return False
    if a.manner != b.manner:
        return False
    return a.date is None or b.date is None or _one_time(a.date, b.date) or _level_in_year(a, b)


def _level_in_year(a: Figure, b: Figure) -> bool:
    """Whether one figure of a level (users, cash, a value) is told of a day or month and the other of its year."""
    assert a.date and b.date and a.date.date and b.date.date
    level = a.measures & b.measures and not (a.measures | b.measures) & _FLOWS
    return bool(level) and {a.date.kind, b.date.kind} == {"date", "year"} and a.date.date.year == b.date.date.year


def _one_owner(a: Figure, b: Figure, first: Saying, second: Saying) -> bool:
    """Whether two figures can be of one owner: the same, or for a level that of one is named in the other, too."""
    if not a.owner or not b.owner or _same_owner(a.owner, b.owner):
        return True
    level = a.measures & b.measures and not (a.measures | b.measures) & _FLOWS
    return bool(level) and (second.knows(a.owner) or first.knows(b.owner))


def _one_whole(a: Figure, b: Figure, first: Saying, second: Saying) -> bool:
    """Whether two percentages can be of one whole: of one measure, in sentences that share most of their words."""
    alike = first.language != second.language or share(first.words, second.words) >= LEAST_OVERLAP
    return bool(a.measures) and a.measures == b.measures and alike


def _same_owner(a: str, b: str) -> bool:
    return a == b or a.split()[-1].removesuffix("s") == b.split()[-1].removesuffix("s")


def _one_time(a: Value, b: Value) -> bool:
    """Whether figures told of two dates can be of one time."""
    if same(a, b):
        return bool(a.until) == bool(b.until)
    return a.kind == b.kind == "date" and not a.until and not b.until and distance(a, b) <= DAYS_APART


def _rivals(one: Figure, other: Figure) -> bool:
    """Whether two figures or ranges exclude each other: over 20 and 30 do not, over 20 and over 30 do."""
    a, b = one.value, other.value
    if a.amount is None or b.amount is None or a.kind != b.kind or a.unit != b.unit or a.kind in ("date", "year"):
        return False
    less, more = (one, other) if one.reach <= other.reach else (other, one)
    ranges = less.reach[0] < less.reach[1] and more.reach[0] < more.reach[1]
    if less.reach[0] <= 0 or more.reach[0] < less.reach[1] * (1 if ranges else 1 + TOLERANCE):
        return False
    if less.value.qualifier in ("over", "atleast") and more.value.qualifier in ("", "about"):
        return False
    if more.value.qualifier in ("under", "atmost") and less.value.qualifier in ("", "about"):
        return False
    return more.reach[0] / less.reach[1] <= MOST_TIMES


def rival_measures(first: Saying, second: Saying) -> Clash | None:
    """One figure told of two sums (profit and revenue), or of the world and of a country."""
    for a in (figure for clause in first.clauses for figure in clause):
        for b in (figure for clause in second.clauses for figure in clause):
            if a.value.kind not in ("money", "percent") or not same(a.value, b.value):
                continue
            if a.owner and b.owner and not _same_owner(a.owner, b.owner):
                continue
            if a.date and b.date and not _one_time(a.date, b.date):
                continue
            for mine, theirs in ((a.measures & _SUMS, b.measures & _SUMS), (a.places, b.places)):
                both = "p:world" in first.tags & second.tags and "error" not in first.tags | second.tags
                apart = mine and theirs and not mine & theirs
                if apart and (mine | theirs) & {"m:profit", "m:revenue", "p:world"} and not both:
                    return Clash("fact", "/".join(sorted(mine)), "/".join(sorted(theirs)), MEASURE_FROM)
    return None
