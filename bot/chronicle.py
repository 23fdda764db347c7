"""Events in order, and what changed since a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.events import Event
from bot.knowledge import Knowledge, entry
from bot.moments import Moment
from bot.products import Entry, EntryKind
from bot.quoting import quoted
from bot.telling import Told, Weights
from bot.wording import say
from corpus.article import PartialDate

APART = 0.7
"""Share of the weight of the lighter of two sentences from which they say the same."""
DETAILS = 2
"""Further sentences of an event that are shown at most."""


def timeline(
    known: Knowledge,
    language: str,
    start: PartialDate | None = None,
    end: PartialDate | None = None,
    about: frozenset[tuple[str, int]] | None = None,
) -> list[Entry]:
    """The events of a time by date, and what lies ahead; those about a subject where its sentences are given."""
    found = [event for event in known.events if _inside(event.moment, start, end) and is_about(event.told, about)]
    entries = [shown for event in found if (shown := event_entry(known, event, language))]
    return sorted(entries, key=lambda shown: (shown.date.first if shown.date else date.min, shown.when))


def event_entry(known: Knowledge, event: Event, language: str) -> Entry | None:
    """An event in the words of a language; None where that tells nothing of it."""
    shown = event.shown(language)
    if shown is None:
        return None
    as_of = known.library.as_of
    kind: EntryKind = "planned" if as_of and event.moment.begin > as_of.last else "event"
    witnesses = known.witnesses(shown)
    made = entry(shown, witnesses, known.library, kind)
    rivals = known.dated_otherwise
    other = next((rivals[told.result.key] for told in witnesses if told.result.key in rivals), None)
    if other and kind == "event":
        return replace(made, kind="conflict", remark=say("differ_date", language), others=(quoted([other], known.library),))
    cited = {(quote.source.id, quote.start) for quote in made.statement.citations}
    others = [told for told in event.told if told.result.key not in cited]
    further = tuple(quoted([told.result], known.library) for told in _details(shown, others, known.weights[shown.language]))
    return replace(made, remark=say("further", language), others=further) if further else made


def _details(shown: Told, further: Sequence[Told], weights: Weights) -> list[Told]:
    """Those of an event's further sentences that add something to the one that stands for it, at most two."""
    day = shown.moment.begin, shown.moment.end
    taken = [shown]
    for told in further:
        own = told.language == shown.language and (told.moment.begin, told.moment.end) == day
        if own and all(_apart(told, other, weights) for other in taken):
            taken.append(told)
        if len(taken) > DETAILS:
            break
    return taken[1:]


def _apart(one: Told, other: Told, weights: Weights) -> bool:
    """Whether two sentences of an event share less than most of the lighter one."""
    least = min(weights.whole(one.marks), weights.whole(other.marks))
    return weights.sum(one.marks & other.marks) < APART * least


def is_about(told: Sequence[Told], about: frozenset[tuple[str, int]] | None) -> bool:
    """Whether one of the sentences is among those about a subject; True without a subject."""
    return about is None or any(one.result.key in about for one in told)


def deadlines(
    known: Knowledge,
    language: str,
    first: date,
    last: date | None,
    about: frozenset[tuple[str, int]] | None = None,
    then: PartialDate | None = None,
) -> list[Entry]:
    """The days of a time that sentences name as a limit, the latest first, each day once."""
    named: dict[date, list[tuple[Told, Moment]]] = {}
    for told in known.told:
        if told.language == language and is_about([told], about):
            for moment in told.moments:
                if (
                    moment.role == "limit"
                    and moment.precise == 3
                    and first <= moment.begin
                    and (not last or moment.begin <= last)
                ):
                    named.setdefault(moment.begin, []).append((told, moment))
    found = []
    for day in sorted(named, reverse=True):
        told, moment = min(named[day], key=lambda pair: (pair[0].denies, pair[0].dossier, *pair[0].result.key))
        shown = replace(told, moments=(moment, *(other for other in told.moments if other is not moment)))
        found.append(entry(shown, known.witnesses(shown, then.last if then else None), known.library, "deadline"))
    return found


def _inside(moment: Moment, start: PartialDate | None, end: PartialDate | None) -> bool:
    return (start is None or moment.begin >= start.first) and (end is None or moment.begin <= end.last)
