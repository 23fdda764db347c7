"""Where reports contradict each other: the conflicts of index/conflicts.py as entries with both sides."""

from collections.abc import Sequence
from dataclasses import replace

from bot.products import Entry
from bot.quoting import quoted
from bot.wording import say
from corpus.library import Library
from index.claims import corrects
from index.comparing import Kind
from index.conflicts import Conflict
from index.search import SearchResult

SIDES = 3
"""Sides of one point that are shown at most."""


def disputes(
    points: Sequence[Sequence[Conflict]], library: Library, language: str, about: frozenset[tuple[str, int]] | None = None
) -> list[tuple[Kind, Entry]]:
    """A point a conflict, the surest first, each with the kind of difference: both sides, and what shows an error first.

    Points with both sides in the language come before those with one or none.
    """
    found = []
    for point in points:
        foreign = min(_foreign(conflict, language) for conflict in point)
        own = [conflict for conflict in point if _foreign(conflict, language) == foreign]
        if about is None or any(result.key in about for one in own for result in (one.first, one.second)):
            found.append((foreign, own[0].kind, _entry(library, own, language)))
    return [(kind, entry) for _, kind, entry in sorted(found, key=lambda rated: rated[0])]


def _foreign(conflict: Conflict, language: str) -> int:
    """How many of the two sides are in another language."""
    return sum(result.article.source.language != language for result in (conflict.first, conflict.second))


def _entry(library: Library, point: Sequence[Conflict], language: str) -> Entry:
    """The sides of a point, each said once, one that shows an error first; those who tell one alone first."""
    sides: dict[str, SearchResult] = {}
    for conflict in sorted(point, key=lambda conflict: conflict.both):
        for side, result in zip(conflict.sides, (conflict.first, conflict.second), strict=True):
            sides.setdefault(side, result)
    ordered = sorted(sides.values(), key=lambda result: not corrects(result.text))[:SIDES]
    first, *others = (quoted([result], library) for result in ordered)
    remark = say(f"differ_{point[0].kind}", language)
    if corrects(ordered[0].text):
        remark = say("differ_error", language, remark=remark)
    shown = Entry(first, "conflict", remark=remark, others=tuple(others))
    return replace(shown, kind="error") if corrects(ordered[0].text) else shown
