"""How two sentences stand to each other: whether they say the same, or clash on one point, or neither.

Cosine cannot tell (finding.md section 4), and nor can nearness by token vectors alone: 15 percent each and 45 percent
together are nearer than most paraphrases. So words, values and names decide, each with a veto, and nearness only says
whether two sentences that nothing parts are about one thing. Without token vectors shared words stand for it, and only
within a language. Not merging costs a repeated sentence; merging wrongly costs the contract: so every doubt is a veto.

Thresholds were chosen on the development half of tests/data/claim_pairs.json (`dealbrief eval claims`).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from index.comparing import (
    BOTH_FROM,
    DAYS_APART,
    LEAST_OVERLAP,
    LEAST_WORDS,
    TOLERANCE,
    Clash,
    contrasts,
    distance,
    equal,
    one_point,
    share,
)
from index.rivals import rival_figures, rival_measures
from index.saying import Saying
from index.values import same

LEAST_SHARED = 3
"""Words at least that must be shared where shared words stand for nearness."""
SAME_FROM = 0.84
"""Least nearness of sentences that say the same, after .06 for a shared figure or day and .1 x the share of words."""
FIGURE_WORTH, WORDS_WORTH = 0.06, 0.1
DATE_FROM, FACT_FROM, SCOPE_FROM, ROLE_FROM = 0.74, 0.72, 0.7, 0.75
"""Least nearness of sentences that clash on one point, by kind."""
DENIED_FROM, OPEN_FROM = 0.74, 0.65
"""The same where one side only denies what the other states, and where one calls a question open that the other answers."""
DAYS_OF_EVENT = timedelta(days=100)
"""How far apart two days may be on which one event is said to have happened."""
DAYS_ALIKE, LEAST_FAR = timedelta(days=31), 0.6
"""Days from which on more of the words must be shared, and how many."""
LEAST_DENIED = 0.5
"""Share of the words of what somebody denies (denied that ...) above which another sentence can state it."""
DISTANCING = frozenset({"error", "claimed", "-confirm"})
"""Meanings of which a sentence has one if it tells what somebody denies or has wrong."""
MOVES = frozenset({"rise", "open", "join", "win"})
"""Opposites that follow each other."""


def says_the_same(first: Saying, second: Saying, near: Callable[[], float] | None = None) -> bool:
    """Whether two sayings are one claim; `near` gives the nearness of their token vectors, None where there are none."""
    if not _names_agree(first, second) or _denied_apart(first, second) or not _comparable(first, second):
        return False
    if ("error" in first.tags) != ("error" in second.tags):  # a correction has the false figure in it, too
        return False
    if _other_one(first, second) or not _dates_agree(first, second) or not _values_agree(first, second):
        return False
    if any(not entry.both for entry in _clashes(first, second)):  # who tells both sides says the one, too
        return False
    if near is None:
        common = first.content & second.content
        return first.language == second.language and len(common) >= LEAST_SHARED and overlap(first, second) >= LEAST_OVERLAP
    worth = FIGURE_WORTH * _share_a_figure(first, second)
    words = share(first.content, second.content) if first.language == second.language else LEAST_OVERLAP
    return near() + worth + WORDS_WORTH * words >= SAME_FROM


def clash(first: Saying, second: Saying, near: Callable[[], float]) -> Clash | None:
    """What two sayings contradict each other in; None where they do not, or are about two things.

    `near` gives the nearness of their token vectors and is only asked where nothing else parts them.
    """
    common = first.name_words & second.name_words
    if not common and (first.names or second.names) and share(first.content, second.content) < LEAST_OVERLAP:
        return None
    if _other_one(first, second):
        return None
    apart = bool(first.lacks(second)) and bool(second.lacks(first))
    retold = bool(first.reporters & second.reporters)  # one report in two wordings
    found = [
        entry
        for entry in _clashes(first, second)
        if apart == (entry.kind == "attribution")
        and not (retold and not entry.both and entry.kind in ("fact", "date"))
        and not any(_beside(entry.kind, saying) for saying in (first, second))
    ]
    if not found or {"figure", "date"} <= {entry.kind for entry in found}:  # another time, another measurement
        return None
    measured = near()
    return next((entry for entry in found if measured >= entry.least), None)


_SPANS = frozenset({"days", "weeks", "months", "years"})


def _beside(kind: str, saying: Saying) -> bool:
    """Whether a sentence has two actors or days beside each other: who might hold a role, and what came five days later."""
    if kind == "attribution":
        return "if" in saying.tags
    return kind == "date" and "later" in saying.tags and any(value.unit in _SPANS for value in saying.values)


def _denied_apart(first: Saying, second: Saying) -> bool:
    """Whether two sentences state opposites, or only one denies and nothing that both state (unknown) makes up for it."""
    both = first.signs.keys() & second.signs.keys()
    return any(first.signs[axis] != second.signs[axis] for axis in both) or (first.doubts != second.doubts and not both)


def overlap(first: Saying, second: Saying) -> float:
    """The share of the shorter one's stems that the other has."""
    return share(first.stems, second.stems)


def _both_exclude(first: frozenset[str], second: frozenset[str]) -> bool:
    return bool(first - second) and bool(second - first)


def _other_one(first: Saying, second: Saying) -> bool:
    """Whether two sentences tell of different ones of several: the first and the second, Order 12 and Order 13."""
    return _both_exclude(first.ordinals, second.ordinals) or _both_exclude(first.numbered, second.numbered)


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


def _values_agree(first: Saying, second: Saying) -> bool:
    """Whether the figures of one side stand in the other, each kind by itself."""

    def nested(kinds: tuple[str, ...]) -> bool:
        one = [value for value in first.values if value.kind in kinds]
        other = [value for value in second.values if value.kind in kinds]
        less, more = (one, second.values) if len(one) <= len(other) else (other, first.values)
        return all(any(equal(value, known) for known in more) for value in less)

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
    return any(distance(a, b) <= DAYS_APART for a in one for b in other)


def _clashes(first: Saying, second: Saying) -> Iterator[Clash]:
    """Everything that two sentences differ in if they are about one point."""
    for rule in (rival_figures, rival_measures, _date, _denial, _no, _question, _scope, _rank, _actor):
        found = rule(first, second)
        if found:
            yield found


def _date(first: Saying, second: Saying) -> Clash | None:
    """Two days, months or years of one event, joined to it alike; a slip in the year leaves day and month."""
    one, other = first.events, second.events
    if not one or not other or not _one_event(first, second) or _turned(first, second):
        return None
    shared = share(first.words, second.words)
    common = any(same(a, b) for a, _ in one for b, _ in other)
    for a, joined in one:
        for b, link in other:
            assert a.date and b.date
            known = any(same(a, c) for c, _ in other), any(same(b, c) for c, _ in one)
            whole = a.date.day is not None and b.date.day is not None
            if joined != link or a.until or b.until or all(known) or same(a, b):
                continue
            if (any(known) and not contrasts(first, second, known)) or (common and not any(known)):
                continue
            if not whole and not first.signs.keys() & second.signs.keys():
                continue
            slip = whole and (a.date.month, a.date.day) == (b.date.month, b.date.day)
            far = distance(a, b) > DAYS_ALIKE and not slip
            if far and (first.language != second.language or shared < LEAST_FAR):
                continue
            if slip or distance(a, b) <= (DAYS_OF_EVENT if whole else DAYS_APART):
                return Clash("date", str(a.date), str(b.date), BOTH_FROM if any(known) else DATE_FROM, any(known))
    return None


def _turned(first: Saying, second: Saying) -> bool:
    """Whether two sentences begin with different actors that both know: what one does to the other is not what that does."""
    if not first.actors or not second.actors:
        return False
    mine, theirs = first.actors[0], second.actors[0]
    return mine in second.actors and theirs in first.actors and mine != theirs


def _one_event(first: Saying, second: Saying) -> bool:
    """Whether the opposites that two sentences state are the same, and most of their words where they can be compared."""
    return first.signs == second.signs and one_point(first, second)


def _denial(first: Saying, second: Saying) -> Clash | None:
    """Opposites: rose and fell, confirmed and denied."""
    one, other = first.signs, second.signs
    if "if" in first.tags | second.tags or _nothing_found(first) or _nothing_found(second) or not one_point(first, second):
        return None
    for axis in sorted((one.keys() & other.keys()) - {"known"} - first.hedged - second.hedged):
        if one[axis] != other[axis] and _one_day(first, second, axis in MOVES):
            return Clash("fact", _sign(axis, one), _sign(axis, other), FACT_FROM)
    return None


def _nothing_found(saying: Saying) -> bool:
    """Whether a sentence says that something was not found, and so not that it is not so."""
    return saying.tags >= {"no", "found"}


def _one_day(first: Saying, second: Saying, named: bool) -> bool:
    """Whether two sentences tell of one time; where it must be named, what goes one way today may go another tomorrow."""
    one, other = first.times, second.times
    if not one or not other or (named and len(one) + len(other) > 2):
        return not named
    return any(same(a, b) if named else distance(a, b) == timedelta() for a in one for b in other)


def _no(first: Saying, second: Saying) -> Clash | None:
    """What one side denies and the other states."""
    if first.doubts == second.doubts or first.signs.keys() & second.signs.keys():
        return None
    if not (first.tags | second.tags) & DISTANCING or "error" in first.tags & second.tags:
        return None  # a denial may be another wording of the same
    denier, stater = (first, second) if first.doubts else (second, first)
    mine, theirs = ("no", "yes") if first.doubts else ("yes", "no")
    if "-approve" in stater.tags:
        return None
    if denier.instead and denier.instead <= stater.words and not denier.replaced <= stater.words:
        return None
    if denier.denied and len(denier.denied & stater.words) / len(denier.denied) <= LEAST_DENIED:
        return None
    if "-confirm" in denier.tags and (denier.deniers & stater.name_words or not denier.names):
        both = bool(first.reporters & second.reporters) and "contrast" in denier.tags
        return (
            Clash("fact", mine, theirs, DENIED_FROM, both)
            if one_point(first, second) and _one_day(first, second, False)
            else None
        )
    if not _one_day(first, second, False):
        return None
    if first.language != second.language or not denier.predicates & stater.content:
        return None
    if len(first.content & second.content) < LEAST_WORDS or share(first.content, second.content) < LEAST_OVERLAP:
        return None
    return Clash("fact", mine, theirs, DENIED_FROM)


def _question(first: Saying, second: Saying) -> Clash | None:
    """What one side calls an open question and the other answers."""
    for open_, told in ((first, second), (second, first)):
        if open_.asks and "undecided" not in told.tags and open_.asks <= told.words and dates_fit(first, second):
            return Clash("fact", *(("open", "told") if open_ is first else ("told", "open")), OPEN_FROM)
    return None


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
    if first.doubts != second.doubts or not first.of("h:") & second.of("h:"):
        return None
    if share(first.content, second.content) < LEAST_OVERLAP:
        return None
    if not dates_fit(first, second) or any(" " in name for name in first.holders & second.holders):
        return None
    mine, theirs = first.lacks(second, first.holders), second.lacks(first, second.holders)
    return Clash("attribution", min(mine), min(theirs), ROLE_FROM) if mine and theirs else None
