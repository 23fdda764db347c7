"""How two sentences stand to each other: whether they say the same, or clash on one point, or neither.

Cosine cannot tell (finding.md section 4), and nor can nearness by token vectors alone: 15 percent each and 45 percent
together are nearer than most paraphrases. So words, values and names decide, each with a veto, and nearness only says
whether two sentences that nothing parts are about one thing. Without token vectors shared words stand for it, and only
within a language. Not merging costs a repeated sentence; merging wrongly costs the contract: so every doubt is a veto.

Thresholds were chosen on the development half of tests/data/claim_pairs.json (`dealbrief eval claims`).
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Literal, NamedTuple

from index.saying import Figure, Saying
from index.values import Value, same

TOLERANCE = 0.015
LEAST_OVERLAP = 0.5
LEAST_SHARED = 3
"""Share of the shorter one's words, and how many words at least, that stand for nearness where there is none."""
SAME_FROM = 0.84
"""Least nearness of sentences that say the same, after .06 for a shared figure or day and .1 x the share of words."""
FIGURE_WORTH, WORDS_WORTH = 0.06, 0.1
FIGURE_FROM, DATE_FROM, FACT_FROM, SCOPE_FROM, ROLE_FROM = 0.65, 0.71, 0.68, 0.7, 0.56
"""Least nearness of sentences that clash on one point, by kind."""
OWNED_FROM = 0.6
"""The same for two figures of one owner and one measure."""
DENIED_FROM, BOTH_FROM = 0.72, 0.7
"""The same where one side only denies what the other states, and where one side has the figure or day of both."""
MOST_TIMES = 3.0
"""How many times the larger of two rival figures may be the smaller one; more is as a rule another thing."""
DAYS_APART, DAYS_OF_EVENT = timedelta(days=60), timedelta(days=100)
"""How far apart two days may be of which one figure is told, and on which one event is said to have happened."""
DISTANCING = frozenset({"error", "claimed", "-confirm"})
"""Meanings of which a sentence has one if it tells what somebody denies or has wrong."""
MOVES = frozenset({"rise", "open", "join", "win"})
"""Opposites that follow each other."""
LEAST_WORDS, LEAST_SHARE = 2, 0.4
"""Words, and share of the shorter one's, that sentences of one language share if they tell one event or deny one another."""
_SUMS = frozenset({"m:profit", "m:revenue", "m:loss"})

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


def says_the_same(first: Saying, second: Saying, near: Callable[[], float] | None = None) -> bool:
    """Whether two sayings are one claim; `near` gives the nearness of their token vectors, None where there are none."""
    if not _names_agree(first, second) or _denied_apart(first, second) or not _comparable(first, second):
        return False
    if _both_exclude(first.ordinals, second.ordinals) or not _dates_agree(first, second) or not _values_agree(first, second):
        return False
    if any(not entry.both for entry in _clashes(first, second)):  # who tells both sides says the one, too
        return False
    if near is None:
        common = first.content & second.content
        return first.language == second.language and len(common) >= LEAST_SHARED and overlap(first, second) >= LEAST_OVERLAP
    worth = FIGURE_WORTH * _share_a_figure(first, second)
    words = _share(first.content, second.content) if first.language == second.language else LEAST_OVERLAP
    return near() + worth + WORDS_WORTH * words >= SAME_FROM


def clash(first: Saying, second: Saying, near: Callable[[], float]) -> Clash | None:
    """What two sayings contradict each other in; None where they do not, or are about two things.

    `near` gives the nearness of their token vectors and is only asked where nothing else parts them.
    """
    common = first.name_words & second.name_words
    if not common and (first.names or second.names) and _share(first.content, second.content) < LEAST_OVERLAP:
        return None
    if _both_exclude(first.ordinals, second.ordinals):
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
    return next((entry for entry in found if measured >= entry.least), None)


def _denied_apart(first: Saying, second: Saying) -> bool:
    """Whether two sentences state opposites, or only one denies and nothing that both state (unknown) makes up for it."""
    both = first.signs.keys() & second.signs.keys()
    return any(first.signs[axis] != second.signs[axis] for axis in both) or (first.doubts != second.doubts and not both)


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


def _names_agree(first: Saying, second: Saying) -> bool:
    return not first.names or not second.names or bool(first.name_words & second.name_words)


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
    """Rival figures for one quantity; where one side also has the other's figure it sets the two against each other."""
    if not first.clauses or not second.clauses:
        return None
    if any((tag in first.tags) != (tag in second.tags) for tag in ("each", "sum")) or first.doubts != second.doubts:
        return None
    if sum(_known(figure.value, second) for clause in first.clauses for figure in clause) > 1:  # one statement in two wordings
        return None
    for one in first.clauses:
        for other in second.clauses:
            for a in one:
                for b in other:
                    if not _rivals(a, b) or not _one_quantity(a, b) or _listed(a, one) or _listed(b, other):
                        continue
                    if not a.measures & b.measures and not _one_point(first, second):
                        continue
                    known = _known(a.value, second), _known(b.value, first)
                    if not any(known) or (not all(known) and _contrasts(first, second, known)):
                        sure = OWNED_FROM if a.owner and b.owner and a.measures & b.measures else FIGURE_FROM
                        return Clash("figure", _key(a.value), _key(b.value), BOTH_FROM if any(known) else sure, any(known))
    return None


def _contrasts(first: Saying, second: Saying, known: tuple[bool, bool]) -> bool:
    """Whether the side that has both figures or days sets them against each other; `known` says which the other side has."""
    both = second if known[0] else first
    return bool(both.tags & {"contrast", "error"})


def _listed(figure: Figure, clause: Sequence[Figure]) -> bool:
    """Whether a figure is one of a list of three or more of its kind."""
    alike = {other.reach for other in clause if (other.value.kind, other.value.unit) == (figure.value.kind, figure.value.unit)}
    return len(alike) > 2


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


def _rivals(one: Figure, other: Figure) -> bool:
    """Whether two figures or ranges exclude each other: over 20 and 30 do not, over 20 and over 30 do."""
    a, b = one.value, other.value
    if a.amount is None or b.amount is None or a.kind != b.kind or a.unit != b.unit or a.kind in ("date", "year"):
        return False
    less, more = (one, other) if one.reach <= other.reach else (other, one)
    if less.reach[0] <= 0 or more.reach[0] <= less.reach[1] * (1 + TOLERANCE):
        return False
    if less.value.qualifier in ("over", "atleast") and more.value.qualifier in ("", "about"):
        return False
    if more.value.qualifier in ("under", "atmost") and less.value.qualifier in ("", "about"):
        return False
    return more.reach[0] / less.reach[1] <= MOST_TIMES


def _measure(first: Saying, second: Saying) -> Clash | None:
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
                    return Clash("fact", "/".join(sorted(mine)), "/".join(sorted(theirs)), FACT_FROM)
    return None


def _date(first: Saying, second: Saying) -> Clash | None:
    """Two days, months or years of one event, joined to it alike; a slip in the year leaves day and month."""
    one, other = first.events, second.events
    if not one or not other or not _one_event(first, second):
        return None
    for a, joined in one:
        for b, link in other:
            assert a.date and b.date
            known = any(same(a, c) for c, _ in other), any(same(b, c) for c, _ in one)
            whole = a.date.day is not None and b.date.day is not None
            if joined != link or a.until or b.until or all(known) or same(a, b):
                continue
            if any(known) and not _contrasts(first, second, known):
                continue
            if not whole and not first.signs.keys() & second.signs.keys():
                continue
            slip = whole and (a.date.month, a.date.day) == (b.date.month, b.date.day)
            if slip or _distance(a, b) <= (DAYS_OF_EVENT if whole else DAYS_APART):
                return Clash("date", str(a.date), str(b.date), BOTH_FROM if any(known) else DATE_FROM, any(known))
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
    if "if" in first.tags | second.tags or not _one_point(first, second):
        return None
    for axis in sorted((one.keys() & other.keys()) - {"known"}):
        if one[axis] != other[axis] and _one_day(first, second, axis in MOVES):
            return Clash("fact", _sign(axis, one), _sign(axis, other), FACT_FROM)
    return None


def _one_day(first: Saying, second: Saying, named: bool) -> bool:
    """Whether two sentences tell of one time; where it must be named, what goes one way today may go another tomorrow."""
    one, other = first.times, second.times
    if not one or not other:
        return not named
    return any(same(a, b) for a in one for b in other)


def _no(first: Saying, second: Saying) -> Clash | None:
    """What one side denies and the other states."""
    if first.doubts == second.doubts or first.signs.keys() & second.signs.keys() or not _one_day(first, second, False):
        return None
    if not (first.tags | second.tags) & DISTANCING or "error" in first.tags & second.tags:
        return None  # a denial may be another wording of the same
    denier, stater = (first, second) if first.doubts else (second, first)
    mine, theirs = ("no", "yes") if first.doubts else ("yes", "no")
    if "-approve" in stater.tags:
        return None
    if "-confirm" in denier.tags and (denier.deniers & stater.name_words or not denier.names):
        return Clash("fact", mine, theirs, DENIED_FROM) if _one_point(first, second) else None
    if first.language != second.language or not denier.predicates & stater.content:
        return None
    if len(first.content & second.content) < LEAST_WORDS or _share(first.content, second.content) < LEAST_OVERLAP:
        return None
    return Clash("fact", mine, theirs, DENIED_FROM)


def _sign(axis: str, signs: Mapping[str, int]) -> str:
    return f"{'+' if signs[axis] > 0 else '-'}{axis}"


def _scope(first: Saying, second: Saying) -> Clash | None:
    """The whole of something against a part of it."""
    for whole, part in ((first, second), (second, first)):
        sided = (whole.tags | part.tags) >= {"whole", "part"} and "part" not in whole.tags and "whole" not in part.tags
        if sided and (first.language != second.language or whole.scoped & part.words):
            sides = ("whole", "part") if whole is first else ("part", "whole")
            return Clash("scope", sides[0], sides[1], SCOPE_FROM)
    return None


def _rank(first: Saying, second: Saying) -> Clash | None:
    """Two ranks of one thing."""
    one, other = first.ranks, second.ranks
    return Clash("fact", f"rank {min(one)}", f"rank {min(other)}", FACT_FROM) if one and other and not one & other else None


def _actor(first: Saying, second: Saying) -> Clash | None:
    """Two actors in a role that one actor holds."""
    mine, theirs = first.lacks(second, first.holders), second.lacks(first, second.holders)
    if first.doubts != second.doubts or not mine or not theirs or _share(first.content, second.content) < LEAST_OVERLAP:
        return None
    return Clash("attribution", min(mine), min(theirs), ROLE_FROM)
