"""How two sentences stand to each other: whether they say the same, or clash on one point, or neither.

Cosine cannot tell (finding.md section 4), and nor can nearness by token vectors alone: 15 percent each and 45 percent
together are nearer than most paraphrases. So words, values and names decide, each with a veto, and nearness only says
whether two sentences that nothing parts are about one thing. Without token vectors shared words stand for it, and only
within a language. Not merging costs a repeated sentence; merging wrongly costs the contract: so every doubt is a veto.

Thresholds were chosen on the development half of tests/data/claim_pairs.json (`dealbrief eval claims`).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Literal, NamedTuple

from index.names import same_name
from index.saying import Figure, Saying
from index.values import Value, same

TOLERANCE = 0.02
LEAST_OVERLAP = 0.5
LEAST_SHARED = 3
"""Share of the shorter one's words, and how many words at least, that stand for nearness where there is none."""
SAME_FROM = 0.84
"""Least nearness of sentences that say the same, after .06 for a shared figure or day and .1 x the share of words."""
FIGURE_WORTH, WORDS_WORTH = 0.06, 0.1
CLASH_FROM = {"figure": 0.65, "date": 0.68, "fact": 0.65, "scope": 0.65, "attribution": 0.56}
"""Least nearness of sentences that clash on one point, by kind."""
DENIED_FROM = 0.72
"""The same where one side only denies what the other states."""
MOST_TIMES = 3.0
"""How many times the larger of two rival figures may be the smaller one; more is as a rule another thing."""
DAYS_APART, DAYS_OF_EVENT = timedelta(days=60), timedelta(days=100)
"""How far apart two days may be of which one figure is told, and on which one event is said to have happened."""
LEAST_WORDS, LEAST_SHARE = 2, 0.4
"""Words, and share of the shorter one's, that sentences of one language share if they tell one event or deny one another."""
_SUMS = frozenset({"m:profit", "m:revenue", "m:loss"})

Kind = Literal["figure", "date", "attribution", "fact", "scope"]


class Clash(NamedTuple):
    """What two sentences about one point differ in, and the two sides as short keys ("33200000000.0 USD", "2026-06-03")."""

    kind: Kind
    first: str
    second: str


def says_the_same(first: Saying, second: Saying, near: float | None = None) -> bool:
    """Whether two sayings are one claim; `near` is the nearness of their token vectors, None where it is not known."""
    if _denied_apart(first, second) or not _values_agree(first, second) or not _dates_agree(first, second):
        return False
    if _both_exclude(first.of("o:"), second.of("o:")) or not _comparable(first, second):
        return False
    if next(iter(_clashes(first, second)), None) or not _names_agree(first, second):
        return False
    if near is None:
        common = first.content & second.content
        return first.language == second.language and len(common) >= LEAST_SHARED and overlap(first, second) >= LEAST_OVERLAP
    worth = FIGURE_WORTH * _share_a_figure(first, second)
    words = _share(first.content, second.content) if first.language == second.language else LEAST_OVERLAP
    return near + worth + WORDS_WORTH * words >= SAME_FROM


def clash(first: Saying, second: Saying, near: Callable[[], float]) -> Clash | None:
    """What two sayings contradict each other in; None where they do not, or are about two things.

    `near` gives the nearness of their token vectors and is only asked where nothing else parts them.
    """
    common = first.name_words & second.name_words
    if not common and (first.names or second.names) and _share(first.content, second.content) < LEAST_OVERLAP:
        return None
    if _both_exclude(first.of("o:"), second.of("o:")):
        return None
    apart = bool(first.lacks(second)) and bool(second.lacks(first))
    retold = bool(first.reporters & second.reporters)  # one report in two wordings
    found = [
        entry
        for entry in _clashes(first, second)
        if apart == (entry.kind == "attribution") and not (retold and entry.kind in ("fact", "date"))
    ]
    if not found or {"figure", "date"} <= {entry.kind for entry in found}:  # another time, another measurement
        return None
    measured = near()
    return next(
        (entry for entry in found if measured >= (DENIED_FROM if entry.first in ("yes", "no") else CLASH_FROM[entry.kind])),
        None,
    )


def _denied_apart(first: Saying, second: Saying) -> bool:
    """Whether only one side denies, and no opposite that both state (not known, unknown) makes up for it."""
    return first.doubts != second.doubts and not first.signs.keys() & second.signs.keys()


def overlap(first: Saying, second: Saying) -> float:
    """The share of the shorter one's stems that the other has."""
    return _share(first.stems, second.stems)


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0


def _both_exclude(first: frozenset[str], second: frozenset[str]) -> bool:
    return bool(first - second) and bool(second - first)


def _comparable(first: Saying, second: Saying) -> bool:
    """Whether measures and places have something in common where both sides name some."""
    return all(not first.of(prefix) or not second.of(prefix) or first.of(prefix) & second.of(prefix) for prefix in ("m:", "p:"))


def shared_names(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the names that both sides have."""
    return [(i, j) for i, name in enumerate(first) for j, other in enumerate(second) if same_name(name, other)]


def _names_agree(first: Saying, second: Saying) -> bool:
    return not first.names or not second.names or bool(shared_names(first.names, second.names))


def _share_a_figure(first: Saying, second: Saying) -> bool:
    return any(
        same(a, b, TOLERANCE) and a.kind != "year" and not (a.date and a.date.day is None)
        for a in first.values
        for b in second.values
    )


def _equal(a: Value, b: Value) -> bool:
    """Whether two figures are one, where one side may leave out the unit that it has named before."""
    if same(a, b, TOLERANCE):
        return True
    bare = a.amount is not None and b.amount is not None and "" in (a.unit, b.unit) and a.amount > 99
    return bare and math.isclose(a.amount or 0, b.amount or 0, rel_tol=TOLERANCE)


def _values_agree(first: Saying, second: Saying) -> bool:
    """Whether the figures of one side stand in the other, each kind by itself."""

    def nested(kinds: tuple[str, ...]) -> bool:
        one = [value for value in first.values if value.kind in kinds]
        other = [value for value in second.values if value.kind in kinds]
        less, more = (one, second.values) if len(one) <= len(other) else (other, first.values)
        return all(any(_equal(value, known) for known in more) for value in less)

    return nested(("money",)) and nested(("percent", "points")) and nested(("number",))


def _dates_agree(first: Saying, second: Saying) -> bool:
    one, other = first.dates, second.dates
    return not one or not other or any(same(a, b) for a in one for b in other)


def dates_fit(first: Saying, second: Saying) -> bool:
    """Whether what two sentences tell can be of one time: a common day, month, year or period, or days not far apart."""
    one, other = first.dates, second.dates
    if not one or not other or any(same(a, b) and bool(a.until) == bool(b.until) for a in one for b in other):
        return True
    if any(value.kind != "date" or value.until for value in (*one, *other)):
        return False
    return any(_distance(a, b) <= DAYS_APART for a in one for b in other)


def _distance(a: Value, b: Value) -> timedelta:
    assert a.date and b.date
    if a.date.first <= b.date.last and b.date.first <= a.date.last:
        return timedelta()
    return max(a.date.first - b.date.last, b.date.first - a.date.last)


def _clashes(first: Saying, second: Saying) -> Iterator[Clash]:
    """Everything that two sentences differ in if they are about one point."""
    for rule in (_figure, _measure, _date, _denial, _no, _scope, _rank, _actor):
        found = rule(first, second)
        if found:
            yield found


def _figure(first: Saying, second: Saying) -> Clash | None:
    """Rival figures for one quantity, where neither side also has the other's figure and neither spans the other's."""
    if not first.clauses or not second.clauses:
        return None
    if any((tag in first.tags) != (tag in second.tags) for tag in ("each", "sum")):
        return None
    for one in first.clauses:
        for other in second.clauses:
            for a in one:
                for b in other:
                    apart = _rivals(a.value, b.value) and not _known(a.value, second) and not _known(b.value, first)
                    if apart and _one_quantity(a, b) and not _spanned(a.value, one, b.value, other):
                        return Clash("figure", _key(a.value), _key(b.value))
    return None


def _known(value: Value, saying: Saying) -> bool:
    return any(_equal(value, other) for other in saying.values)


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
    if a.manner != b.manner or (a.owner and b.owner and not _same_owner(a.owner, b.owner)):
        return False
    return a.date is None or b.date is None or _one_time(a.date, b.date)


def _same_owner(a: str, b: str) -> bool:
    return a == b or a.split()[-1].removesuffix("s") == b.split()[-1].removesuffix("s")


def _one_time(a: Value, b: Value) -> bool:
    """Whether figures told of two dates can be of one time."""
    if same(a, b):
        return bool(a.until) == bool(b.until)
    return a.kind == b.kind == "date" and not a.until and not b.until and _distance(a, b) <= DAYS_APART


def _rivals(a: Value, b: Value) -> bool:
    """Whether two figures exclude each other: over 20 and 30 do not, over 20 and over 30 do."""
    if a.amount is None or b.amount is None or a.kind != b.kind or a.unit != b.unit or a.kind in ("date", "year"):
        return False
    if a.amount <= 0 or b.amount <= 0 or same(a, b, TOLERANCE):
        return False
    less, more = (a, b) if a.amount < b.amount else (b, a)
    if less.qualifier in ("over", "atleast") and more.qualifier in ("", "about"):
        return False
    if more.qualifier in ("under", "atmost") and less.qualifier in ("", "about"):
        return False
    return max(a.amount, b.amount) / min(a.amount, b.amount) <= MOST_TIMES


def _spanned(a: Value, one: Sequence[Figure], b: Value, other: Sequence[Figure]) -> bool:
    """Whether one side's own figures of the kind span one of the other's; figures that both have say nothing."""

    def span(clause: Sequence[Figure], like: Value, rival: Sequence[Figure]) -> tuple[float, float]:
        amounts = [
            value.amount
            for value in (figure.value for figure in clause)
            if value.amount is not None
            and (value.kind, value.unit) == (like.kind, like.unit)
            and not any(_equal(value, known.value) for known in rival)
        ]
        return (min(amounts), max(amounts)) if amounts else (0.0, math.inf)

    mine, theirs = span(one, a, other), span(other, b, one)
    return mine[0] <= theirs[1] and theirs[0] <= mine[1]


def _measure(first: Saying, second: Saying) -> Clash | None:
    """One figure told of two sums (profit and revenue), or of the world and of a country."""
    for a in (figure for clause in first.clauses for figure in clause):
        for b in (figure for clause in second.clauses for figure in clause):
            if a.value.kind not in ("money", "percent") or not same(a.value, b.value) or a.owner != b.owner:
                continue
            if a.date and b.date and not _one_time(a.date, b.date):
                continue
            for mine, theirs in ((a.measures & _SUMS, b.measures & _SUMS), (a.places, b.places)):
                if mine and theirs and not mine & theirs and (mine | theirs) & {"m:profit", "m:revenue", "p:world"}:
                    return Clash("fact", "/".join(sorted(mine)), "/".join(sorted(theirs)))
    return None


def _date(first: Saying, second: Saying) -> Clash | None:
    """Two days, months or years of one event, joined to it alike; a slip in the year leaves day and month."""
    one, other = first.events, second.events
    if not one or not other or any(same(a, b) for a, _ in one for b, _ in other) or not _one_event(first, second):
        return None
    for a, joined in one:
        for b, link in other:
            assert a.date and b.date
            whole = a.date.day is not None and b.date.day is not None
            if joined != link or a.until or b.until or (not whole and not first.signs.keys() & second.signs.keys()):
                continue
            slip = whole and (a.date.month, a.date.day) == (b.date.month, b.date.day)
            if slip or _distance(a, b) <= (DAYS_OF_EVENT if whole else DAYS_APART):
                return Clash("date", str(a.date), str(b.date))
    return None


def _one_event(first: Saying, second: Saying) -> bool:
    """Whether the opposites that two sentences state are the same, and most of their words where they can be compared."""
    return first.signs == second.signs and _one_point(first, second)


def _one_point(first: Saying, second: Saying) -> bool:
    """Whether two sentences of one language share enough words for one point; across languages nearness must tell."""
    if first.language != second.language:
        return True
    return len(first.words & second.words) >= LEAST_WORDS and _share(first.words, second.words) >= LEAST_SHARE


def _denial(first: Saying, second: Saying) -> Clash | None:
    """Opposites: rose and fell, confirmed and denied."""
    one, other = first.signs, second.signs
    both = one.keys() & other.keys()
    for axis in sorted(both - {"known"}):
        if one[axis] != other[axis] and dates_fit(first, second) and _one_point(first, second):
            return Clash("fact", f"{'+' if one[axis] > 0 else '-'}{axis}", f"{'+' if other[axis] > 0 else '-'}{axis}")
    return None


def _no(first: Saying, second: Saying) -> Clash | None:
    """What one side denies and the other states."""
    if first.doubts == second.doubts or first.signs.keys() & second.signs.keys() or not dates_fit(first, second):
        return None
    denier, stater = (first, second) if first.doubts else (second, first)
    if "-confirm" in denier.tags:
        return (
            Clash("fact", "no" if first.doubts else "yes", "no" if second.doubts else "yes")
            if _one_point(first, second)
            else None
        )
    if first.language != second.language or not denier.predicates & stater.content:
        return None
    if len(first.content & second.content) < LEAST_WORDS or _share(first.content, second.content) < LEAST_OVERLAP:
        return None
    return Clash("fact", "no" if first.doubts else "yes", "no" if second.doubts else "yes")


def _scope(first: Saying, second: Saying) -> Clash | None:
    """The whole of something against a part of it."""
    for whole, part, order in ((first, second, 1), (second, first, -1)):
        sided = (whole.tags | part.tags) >= {"whole", "part"} and "part" not in whole.tags and "whole" not in part.tags
        if sided and (first.language != second.language or whole.scoped & part.words):
            return Clash("scope", *("whole", "part")[::order])
    return None


def _rank(first: Saying, second: Saying) -> Clash | None:
    """Two ranks of one thing."""
    one, other = first.ranks, second.ranks
    return Clash("fact", f"rank {min(one)}", f"rank {min(other)}") if one and other and not one & other else None


def _actor(first: Saying, second: Saying) -> Clash | None:
    """Two actors in a role that one actor holds."""
    mine, theirs = first.lacks(second, first.holders), second.lacks(first, second.holders)
    if not mine or not theirs or _share(first.content, second.content) < LEAST_OVERLAP:
        return None
    return Clash("attribution", min(mine), min(theirs))
