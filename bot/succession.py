"""What is newer beside what is older: another figure for the same, and what confirms or denies what was told before."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.chronicle import is_about
from bot.events import ABOUT_TEXTS
from bot.knowledge import Knowledge, entry
from bot.products import Entry
from bot.quoting import quoted
from bot.salience import figures_of
from bot.telling import UNKNOWN, Told
from bot.witnesses import contradict
from bot.wording import say
from index.values import Value

ALIKE = 0.5
"""Share of the weight of the lighter sentence that both have, figures and dates left out."""
FEW = 20
"""Earlier sentences that are compared with a later one, those with its rarest words first."""
NEAR = 0.72
"""Nearness from which a sentence that confirms or denies is about an earlier one."""
MOST = 10
"""Entries that are shown."""


def replaced(known: Knowledge, language: str, since: date, about: frozenset[tuple[str, int]] | None = None) -> Iterator[Entry]:
    """The later sentences, the newest first, each with the earlier one beside it."""
    telling = [told for told in known.told if told.language == language and _figure(told)]
    before: dict[str, list[Told]] = defaultdict(list)
    for told in telling:
        if told.moment.end < since:
            for mark in told.core.stems:
                before[mark].append(told)
    as_of = known.library.as_of
    last = as_of.last if as_of else date.max
    later = [told for told in telling if since <= told.moment.begin <= last and is_about([told], about)]
    shown: set[tuple[str, int]] = set()
    for told in sorted(later, key=lambda told: (told.moment.begin, told.result.key), reverse=True):
        old = _before(known, told, before)
        if old and old.result.key not in shown and len(shown) < MOST:
            shown.add(old.result.key)
            made = entry(told, known.witnesses(told), known.library, "superseded")
            yield replace(made, remark=say("replaces", language), others=(quoted([old.result], known.library),))


def settled(known: Knowledge, language: str, since: date, about: frozenset[tuple[str, int]] | None = None) -> Iterator[Entry]:
    """The sentences since a day that confirm or deny, uphold or overturn, the newest first, each with what was told before;
    none without token vectors."""
    near = known.claims.nearness
    if near is None:
        return
    telling = [told for told in known.told if told.language == language and told.moments and not _of_texts(told)]
    before: dict[str, list[Told]] = defaultdict(list)
    for told in telling:
        if all(moment.end < since for moment in told.moments) and not _sign(told):
            for mark in told.core.stems:
                before[mark].append(told)
    as_of = known.library.as_of
    last = as_of.last if as_of else date.max
    later = [told for told in telling if since <= told.moment.begin <= last and _sign(told) and is_about([told], about)]
    shown: set[tuple[str, int]] = set()
    for told in sorted(later, key=lambda told: (told.moment.begin, told.result.key), reverse=True):
        found = [(near(told.result, old.result), old) for old in _near(known, told, before) if _one_thing(told, old)]
        nearness, old = max(found, key=lambda rated: (rated[0], rated[1].result.key), default=(0.0, told))
        if nearness >= NEAR and old.result.key not in shown and len(shown) < MOST:
            shown.add(old.result.key)
            made = entry(told, known.witnesses(told), known.library, "claim")
            remark = say("confirms" if _sign(told) > 0 else "denies", language)
            yield replace(made, remark=remark, others=(quoted([old.result], known.library),))


def _one_thing(told: Told, old: Told) -> bool:
    """Whether two sentences can be about one thing: a common name, and no figure that the other has otherwise."""
    return bool(told.names & old.names) and not contradict(figures_of(told), figures_of(old))


def _sign(told: Told) -> int:
    """1 for a sentence that confirms or upholds, -1 for one that denies or overturns, 0 for any other."""
    if "if" in told.saying.tags:
        return 0
    return told.saying.signs.get("confirm", told.saying.signs.get("approve", 0))


def _of_texts(told: Told) -> bool:
    """Whether a sentence is about texts or what is unknown."""
    return bool(ABOUT_TEXTS.search(told.result.text) or UNKNOWN.search(told.result.text))


def _figure(told: Told) -> bool:
    """Whether a sentence gives one figure of a day, a month or a year, and is not about texts or what is unknown."""
    return bool(told.moments) and len(figures_of(told)) == 1 and not _of_texts(told)


def _measures(told: Told) -> set[tuple[frozenset[str], frozenset[str], frozenset[str]]]:
    """What the figure of a sentence measures, where, and in which manner."""
    given = {_span(value) for value in figures_of(told)}
    figures = [figure for clause in told.saying.clauses for figure in clause if _span(figure.value) in given]
    return {(figure.measures, figure.places, figure.manner) for figure in figures}


def _span(value: Value) -> tuple[int, int]:
    return value.start, value.end


def _before(known: Knowledge, told: Told, before: dict[str, list[Told]]) -> Told | None:
    """The latest earlier sentence that says the same with another figure."""
    weights = known.weights[told.language]
    found = []
    for old in _near(known, told, before):
        same = told.topics & old.topics
        least = min(weights.sum(told.topics), weights.sum(old.topics))
        alike = least and weights.sum(same) >= ALIKE * least and _measures(told) == _measures(old)
        if alike and contradict(figures_of(told), figures_of(old)):
            found.append(old)
    return max(found, key=lambda old: (old.moment.begin, old.result.key), default=None)


def _near(known: Knowledge, told: Told, before: dict[str, list[Told]]) -> list[Told]:
    """Earlier sentences that share the rarest words of a sentence, a few."""
    weights = known.weights[told.language]
    near: dict[Told, None] = {}
    for mark in sorted(told.core.stems, key=lambda mark: (-weights.of(mark), mark)):
        if len(near) < FEW:
            near |= dict.fromkeys(before.get(mark, ())[:FEW])
    return list(near)
