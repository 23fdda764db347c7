"""The page that an analyst hands over, composed of quotes: each section chosen by rules that know no story."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from bot.disputes import disputes
from bot.draft import Draft
from bot.knowledge import entry
from bot.moments import ORDER
from bot.products import Entry, EntryKind, Section
from bot.telling import UNKNOWN, Told
from bot.timeline import deadlines
from index.names import same_name
from index.values import Value

STEPS = {"short": 5, "page": 8}
"""Dated steps of a brief by its length."""
FEW = {"short": 2, "page": 4}
"""Entries of each other section by its length."""

_WANTS = re.compile(
    r"\b(?:wants?|wanted|demand\w*|asks?|asked|offer\w*|plans?|planned|aims?|seeks?|sought|insist\w*|refus\w*|reject\w*|urg\w+|"
    r"oppos\w*|promis\w*|hope\w*|propos\w*|wollen|wolle|wollte\w*|will|forder\w*|verlang\w*|bat|bot|biete\w*|plan\w*|"
    r"strebt\w*|lehn\w*|wies|versprach\w*|hofft\w*|schlug|besteht)\b"
)


def sections(draft: Draft, length: str) -> list[Section]:
    """The sections of a brief; those for which the corpus has nothing are empty."""
    few, shown = FEW[length], list[Told]()
    about = _about(draft, shown)
    stands = _stands(draft, few, shown)
    history = _history(draft, STEPS[length], shown)
    figures = _figures(draft, few, shown)
    actors = _actors(draft, few + 1, shown)
    unknown = draft.pick([told for told in draft.told if UNKNOWN.search(told.result.text)], few, shown)
    return [
        Section("brief_about", _entries(draft, about, "claim")),
        Section("brief_stands", _entries(draft, stands, "claim")),
        Section("brief_history", _entries(draft, history, "event")),
        Section("brief_figures", _entries(draft, figures, "figure")),
        Section("brief_actors", _entries(draft, actors, "claim")),
        Section("brief_disputed", tuple(found for _, found in disputes(draft.known, draft.language, draft.about)[:few])),
        Section("brief_unknown", _entries(draft, unknown, "claim")),
        Section("brief_next", tuple(_next(draft, few))),
    ]


def _entries(draft: Draft, chosen: Sequence[Told], kind: EntryKind) -> tuple[Entry, ...]:
    """Sentences as entries, with those that tell the same event as further witnesses."""
    found = []
    for told in chosen:
        event = draft.event_of(told)
        witnesses = event.support if event and told in event.support else (told,)
        origins = event.origins if event and told in event.support else told.origins
        found.append(entry(told, witnesses, draft.known.library, kind, len(origins)))
    return tuple(found)


def _about(draft: Draft, shown: list[Told]) -> list[Told]:
    """Two sentences: what made it a story, and the one that adds most of the subject's words."""
    telling = [told for told in draft.told if not UNKNOWN.search(told.result.text)]
    events = [told for _, told in draft.events]
    first = draft.pick(events or telling, 1, shown)
    return first + draft.pick(telling, 1, shown, lambda told: draft.relevance(told, besides=first) + draft.worth(told) / 2)


def _stands(draft: Draft, count: int, shown: list[Told]) -> list[Told]:
    """The latest state: what has been so since a day, and the last events that many tell, the latest first."""
    last = draft.last
    found = [told for told in draft.told if told.moments and ORDER[told.moment.role] <= ORDER["since"]]
    lasting = [told for told in found if told.moment.role == "since" or (last - told.moment.begin).days < 180]

    def now(told: Told) -> float:
        age = max((last - told.moment.begin).days, 0) / 365
        return draft.worth(told) + 0.6 * (told.moment.role == "since") - age

    chosen = draft.pick([told for told in lasting if told.moment.begin <= last], count, shown, now)
    return sorted(chosen, key=lambda told: told.moment.begin, reverse=True)


def _history(draft: Draft, count: int, shown: list[Told]) -> list[Told]:
    """The steps that most tell of, spread over time: a month that has one counts less for the next."""
    chosen: list[Told] = []
    worth = {told: draft.worth(told) for event, told in draft.events if told.moment.begin <= draft.last}
    while len(chosen) < count and worth:
        months = Counter((told.moment.begin.year, told.moment.begin.month) for told in chosen)

        def value(told: Told, months: Counter[tuple[int, int]] = months) -> float:
            return worth[told] - 0.5 * months[told.moment.begin.year, told.moment.begin.month]

        best = max(worth, key=lambda told: (round(value(told), 6), told.result.key))
        del worth[best]
        if all(draft.overlap(best, other) < 0.6 for other in shown):
            chosen.append(best)
            shown.append(best)
    return sorted(chosen, key=lambda told: (told.moment.begin, told.moment.end))


def _figures(draft: Draft, count: int, shown: list[Told]) -> list[Told]:
    """The figures that most dossiers and origins repeat, one sentence each."""
    holders: dict[tuple[str, float], list[Told]] = defaultdict(list)
    for told in draft.told:
        for value in _figures_of(told):
            holders[value.unit, value.amount or 0.0].append(told)
    behind = {key: len({origin for told in found for origin in told.origins}) for key, found in holders.items()}

    def weight(told: Told) -> float:
        most = max((behind[value.unit, value.amount or 0.0] for value in _figures_of(told)), default=0)
        return min(most, 8) / 4 + draft.worth(told) - 0.2 * len(_figures_of(told))

    telling = [told for told in draft.told if told.moments and _figures_of(told) and not UNKNOWN.search(told.result.text)]
    return draft.pick(telling, count, shown, weight)


def _figures_of(told: Told) -> list[Value]:
    """The amounts of money, shares and large numbers of a sentence."""
    return [
        value
        for value in told.saying.values
        if value.amount is not None
        and (value.kind in ("money", "percent") or (value.kind == "number" and value.amount >= 1000))
    ]


def _actors(draft: Draft, count: int, shown: list[Told]) -> list[Told]:
    """Of those who are named most, one sentence each that begins with the name and says what they want."""
    named = Counter(name for told in draft.told for name in told.saying.names)
    known = {name.casefold() for name in draft.known.library.story.actors}
    often = [name for name, _ in named.most_common(60) if not known or name in known]
    chosen: list[Told] = []
    for name in often:
        telling = [told for told in draft.told if told.moments and not told.denies and _wants(told, name)]
        chosen += draft.pick(telling, 1, shown)
        if len(chosen) == count:
            break
    return chosen


def _wants(told: Told, name: str) -> bool:
    """Whether a sentence begins with a name and has a word of wanting in its first clause."""
    names = told.saying.names
    return bool(names) and same_name(names[0], name) and bool(_WANTS.search(told.result.text[:90]))


def _next(draft: Draft, count: int) -> Iterator[Entry]:
    """What is planned for a day that has not come, and the limits that run out then, the nearest first."""
    known = draft.known
    planned = []
    for event in known.events:
        told = next((told for told in event.told if told.language == draft.language and draft.usable(told)), None)
        if told and event.moment.begin > draft.last:
            planned.append(entry(told, event.support, known.library, "planned", len(event.origins)))
    for limit in deadlines(known, draft.language, draft.last, None, draft.about):
        if limit.date and limit.date.first > draft.last:
            planned.append(limit)
    yield from sorted(planned, key=lambda found: (found.date.first if found.date else draft.last, found.when))[:count]
