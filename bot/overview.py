"""The page that an analyst hands over, composed of quotes: each section chosen by rules that know no story."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from bot.chronicle import deadlines
from bot.disagreement import disputes
from bot.draft import REPEATS, Draft
from bot.knowledge import entry
from bot.moments import ORDER
from bot.products import Entry, EntryKind, Section
from bot.salience import Salience, figures_of
from bot.telling import UNKNOWN, Told
from index.names import same_name

STEPS = {"short": 5, "page": 8}
"""Dated steps of a brief by its length."""
FEW = {"short": 2, "page": 4}
"""Entries of each other section by its length."""
NEAR = 20
"""Days from which on two steps are not near to each other."""
NEAREST = 200
"""Sentences nearest to the subject among which those are looked for that say what is not known."""
LATE = 365
"""Days before the last event in which things count as the present state, if they are the last third of the story."""

_WANTING = re.compile(
    r"(?!(?:The|An?|No) (?:plan|offer|demand|hope|aim|promise|proposal)s?\b)"
    r"(?:[A-ZÄÖÜ][\w.&’'-]*(?<!'s)(?<!’s) |(?:of|the|and|der|die|das|des|von|für|und|minister|president|chief|analyst|chair|"
    r"in|a) ){1,9}(?:also |has |have |had |hat |haben |hatte )?"
    r"(?:wants?|wanted|demand\w*|asks?|asked|offer\w*|plans?|planned|aims?|seeks?|sought|insist\w*|refus\w*|reject\w*|urg\w+|"
    r"oppos\w*|promis\w*|hope\w*|propos\w*|wollen|wolle|wollte\w*|will|forder\w*|verlang\w*|bat|bot|biete\w*|plan\w*|"
    r"strebt\w*|lehn\w*|wies|versprach\w*|hofft\w*|schlug|besteht|suggested|warned|warnte|said|sagte|meint\w*)\b"
)


def sections(draft: Draft, length: str) -> list[Section]:
    """The sections of a brief; those for which the corpus has nothing are empty."""
    few, shown = FEW[length], list[Told]()
    about = _about(draft, shown)
    actors = _actors(draft, few + 1, shown)
    history = _history(draft, STEPS[length], about, shown)
    stands = _stands(draft, few, shown)
    figures = _figures(draft, few, shown)
    unknown = _unknown(draft, few, shown)
    return [
        Section("brief_about", _entries(draft, about, "claim")),
        Section("brief_stands", _entries(draft, stands, "claim")),
        Section("brief_history", _entries(draft, history, "event")),
        Section("brief_figures", _entries(draft, figures, "figure")),
        Section("brief_actors", _entries(draft, actors, "claim")),
        Section("brief_disputed", _disputed(draft, few)),
        Section("brief_unknown", _entries(draft, unknown, "claim")),
        Section("brief_next", tuple(_next(draft, few))),
    ]


def _entries(draft: Draft, chosen: Sequence[Told], kind: EntryKind) -> tuple[Entry, ...]:
    """Sentences as entries, with their witnesses."""
    return tuple(entry(told, draft.witnesses(told), draft.known.library, kind) for told in chosen)


def _about(draft: Draft, shown: list[Told]) -> list[Told]:
    """Two sentences: the event that the subject names, and what most is made of beside it."""
    own = [told for told in draft.told if told.moments and not UNKNOWN.search(told.result.text)]
    events = [told for told in draft.events if not told.opens_denying]
    first = draft.pick(events or own, 1, shown, lambda told: 2 * draft.relevance(told) + draft.worth(told))
    far = [told for told in events or own if told.moment.precise == 3 and not any(_near(told, other) for other in first)]

    def outcome(told: Told) -> float:
        named = 2 * draft.relevance(told) + draft.known.salience.of_day(told.moment) / 2
        return draft.worth(told) + named + 0.3 * (told.moment.role == "since")

    far = [told for told in far if len(told.saying.actors) > 1] or far
    return sorted(first + draft.pick(far, 1, shown, outcome), key=lambda told: told.moment.begin)


def _near(told: Told, other: Told) -> bool:
    return abs((told.moment.begin - other.moment.begin).days) < NEAR


def _stands(draft: Draft, count: int, shown: list[Told]) -> list[Told]:
    """The latest state: what has been so since a day, and what happened of late, the later the better."""

    def now(told: Told) -> float:
        lately = (draft.last - told.moment.begin).days / 730
        named = 2 * draft.relevance(told) + draft.known.salience.of_day(told.moment) / 4
        return draft.worth(told) + named + 0.5 * (told.moment.role == "since") - lately

    found = [told for told in draft.told if told.moments and ORDER[told.moment.role] <= ORDER["since"]]
    found = [told for told in found if told.moment.begin <= draft.last and told.moment.precise == 3]
    end = max((told.moment.begin for told in found), default=draft.last)
    span = (end - min((told.moment.begin for told in found), default=end)).days
    late = [told for told in found if (end - told.moment.begin).days <= min(LATE, span / 3)]
    chosen = draft.pick(late, count, shown, now)
    return sorted(chosen, key=lambda told: told.moment.begin, reverse=True)


def _history(draft: Draft, count: int, about: Sequence[Told], shown: list[Told]) -> list[Told]:
    """The days of which most is made, one sentence each, spread over time: one near to a chosen one counts less."""
    days: dict[tuple[date, date], list[Told]] = defaultdict(list)
    for told in draft.events:
        if told.moment.begin <= draft.last and not told.opens_denying:
            days[told.moment.begin, told.moment.end].append(told)
    for told in about:
        days.pop((told.moment.begin, told.moment.end), None)
    exact = {day: found for day, found in days.items() if found[0].moment.precise == 3}
    left = exact if len(exact) >= count else days
    chosen: list[Told] = []
    while left and len(chosen) < count:
        best = max(left, key=lambda day: (_salient(draft, left[day], chosen), day))
        chosen += draft.pick(left.pop(best), 1, shown, lambda told: _step(draft, told))
    return sorted(chosen, key=lambda told: (told.moment.begin, told.moment.end))


def _step(draft: Draft, told: Told) -> float:
    """What speaks for a sentence as the step of its day: how many articles tell it, not how much of the subject it names."""
    event = draft.event_of(told)
    telling = {one.result.article.id for one in event.told} if event else set()
    return draft.worth(told) - draft.relevance(told) + math.log(1 + len(telling)) / 4 - 0.5 * _remarked(told)


def _remarked(told: Told) -> bool:
    """Whether the day of a sentence is only that on which something was said."""
    day = told.moment.begin
    return not any(value.date and value.date.first <= day <= (value.until or value.date).last for value in told.saying.dates)


def _salient(draft: Draft, found: Sequence[Told], chosen: Sequence[Told]) -> float:
    """How much is made of a day, less for each chosen one near to it."""
    near = sum(_near(found[0], other) for other in chosen)
    salient = max(draft.known.salience.of_day(told.moment) for told in found)
    return round(salient - 0.7 * near, 6)


def _figures(draft: Draft, count: int, shown: list[Told]) -> list[Told]:
    """The figures that most articles give, of the days of which most is made, one sentence each, those with few other figures
    first; no figure twice, none of what has one already, and none that is only claimed, planned or hoped for."""
    salience = draft.known.salience
    rated: dict[Told, float] = {}

    def weight(told: Told) -> float:
        if told not in rated:
            rated[told] = rate(told)
        return rated[told]

    def rate(told: Told) -> float:
        found = figures_of(told)
        most = max(salience.of_figure(told, value) for value in found)
        own = draft.worth(told) / 2 + draft.relevance(told) + salience.of_day(told.moment) * told.moment.precise / 6
        return most + own - 0.15 * (len(found) - 1) - len(told.result.text.split()) / 50

    telling = [told for told in draft.told if told.moments and figures_of(told) and not told.saying.doubts]
    telling = [told for told in telling if not told.saying.tags & {"claimed", "intended", "plan"}]
    telling = [told for told in telling if not UNKNOWN.search(told.result.text)]
    chosen: list[Told] = []
    while telling and len(chosen) < count:
        picked = draft.pick(telling, 1, shown, weight)
        if not picked:
            break
        chosen += picked
        telling = [told for told in telling if not _of_one_thing(picked[0], told, salience)]
    return chosen


def _of_one_thing(one: Told, other: Told, salience: Salience) -> bool:
    """Whether two sentences give the same figure, or figures of one unit for what one of their rarer words names."""
    mine, theirs = ({(value.unit, value.amount) for value in figures_of(told)} for told in (one, other))
    alike = {unit for unit, _ in mine} & {unit for unit, _ in theirs}
    return bool(mine & theirs or (alike and salience.rarer(one) & salience.rarer(other)))


def _actors(draft: Draft, count: int, shown: list[Told]) -> list[Told]:
    """Of those who act most, one sentence each that begins with the name and says what they want."""
    acting: Counter[str] = Counter()
    for told in draft.told:
        acting.update(told.saying.actors[:1])
    acted = [told for told in draft.told if told.moments and not told.denies and told.moment.begin <= draft.last]
    telling = {told: _last_name(begin[0]) for told in acted if (begin := _WANTING.match(told.result.text))}
    by_actor: dict[str, list[Told]] = defaultdict(list)
    for told in telling:
        for name in told.saying.actors[:1]:
            by_actor[name].append(told)
    chosen: list[Told] = []
    for name, _ in acting.most_common(40):
        taken = {telling[told] for told in chosen}
        own = (told for actor, found in by_actor.items() if same_name(actor, name) for told in found)
        chosen += draft.pick([told for told in own if telling[told] not in taken], 1, shown)
        if len(chosen) == count:
            break
    return chosen


def _last_name(begin: str) -> str:
    """The last name in the beginning of a sentence: of whom it tells, whatever else is named of them."""
    return next((word for word in reversed(begin.split()) if word[0].isupper()), "")


def _unknown(draft: Draft, count: int, shown: list[Told]) -> list[Told]:
    """What sentences say is not known, what several say first."""
    found = [told for told in draft.told if UNKNOWN.search(told.result.text)]
    found = sorted(found, key=lambda told: (-round(draft.relevance(told), 6), told.result.key))[:NEAREST]

    def weight(told: Told) -> float:
        alike = sum(draft.overlap(told, other) >= 0.5 for other in found) - 1
        return 2 * draft.relevance(told) + min(alike, 3) / 3 + 0.3 * told.dossier - len(told.result.text.split()) / 60

    return draft.pick(found, count, shown, weight)


def _disputed(draft: Draft, count: int) -> tuple[Entry, ...]:
    """The disputes nearest to the subject with both sides, of the days of which most is made, errors and figures before
    denials."""
    salience = draft.known.salience
    told = {one.result.key: one for one in draft.told}
    found = []
    for number, (kind, shown) in enumerate(disputes(draft.known.disputed, draft.known.library, draft.language, draft.about)):
        sides = [told.get((cited.source.id, cited.start)) for side in shown.statements for cited in side.citations[:1]]
        if all(sides):
            near = sum(draft.relevance(side) for side in sides if side)
            made = sum(salience.of_day(side.moment) for side in sides if side and side.moments) / len(sides)
            found.append((near + made / 10 + 0.2 * (kind != "fact" or shown.kind == "error"), -number, shown))
    found.sort(key=lambda rated: rated[:2], reverse=True)
    return tuple(shown for *_, shown in found[:count])


def _next(draft: Draft, count: int) -> Iterator[Entry]:
    """What is planned for a day that has not come, and the limits that run out then, the nearest first."""
    known = draft.known
    ahead: list[Told] = []
    for event in known.events:
        own = (told for told in event.told if told.language == draft.language and draft.usable(told))
        told = next((told for told in own if told.moment.begin > draft.last), None)
        if told and all(draft.overlap(told, other) < REPEATS for other in ahead):
            ahead.append(told)
    planned = [entry(told, draft.witnesses(told), known.library, "planned") for told in ahead]
    usable = frozenset(told.result.key for told in draft.told)
    for limit in deadlines(known, draft.language, draft.last, None, usable, draft.then):
        if limit.date and limit.date.first > draft.last:
            planned.append(limit)
    seen: set[str] = set()
    for found in sorted(planned, key=lambda found: (found.date.first if found.date else draft.last, found.when)):
        if found.statement.text not in seen and len(seen) < count:
            seen.add(found.statement.text)
            yield found
