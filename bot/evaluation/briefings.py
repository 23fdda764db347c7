"""Timeline, changes and disputes against lists made by hand: `dealbrief eval briefings`.

An event: {"id", "date", "what", "must": [REGEX, ...]}: it is found if one entry's quotes meet every expression, its date is
right if such an entry's date can mean the listed one, and it is doubled if two entries of exactly its date meet every
expression by their own sentence. Changes:
{SINCE: [{"id", "what", "must"}, ...]}: found if one entry's quotes meet every expression. Disputes: [{"id", "what", "sides":
[[REGEX, ...], [REGEX, ...]]}, ...]: found if one entry has quotes of two articles of which one meets every expression of the
first side and the other those of the second.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.chatbot import Chatbot
from bot.evaluation.squad import DataError
from bot.evaluation.table import Table, share
from bot.products import Briefing, Entry
from bot.render import flat
from corpus.article import PartialDate


def briefings(
    bot: Chatbot, events: Path, changes: Path | None = None, disputes: Path | None = None, *, verbose: bool = False
) -> Table:
    """How many of the listed events, changes and disputes the products show, in each language of the index."""
    rows: list[dict[str, Any]] = []
    remarks: list[str] = []
    listed = _read(events)
    contested: Sequence[Mapping[str, Any]] = _read(disputes) if disputes else []
    since: Mapping[str, Sequence[Mapping[str, Any]]] = _read(changes) if changes else {}
    for language in bot.index.languages:
        made = bot.briefer.timeline(language)
        outcomes = [_event(made, entry) for entry in listed]
        found = [outcome for outcome in outcomes if outcome[0]]
        row: dict[str, Any] = {"language": language, "events shown": len(list(made.entries))}
        row["found"] = share([outcome[0] for outcome in outcomes])
        row["date right"] = share([outcome[1] for outcome in found])
        row["doubled"] = share([outcome[2] for outcome in outcomes])
        remarks += [
            f"{language} {e['id']} not dated right: {e['what']}" for e, o in zip(listed, outcomes, strict=True) if not o[1]
        ]
        remarks += [f"{language} {e['id']} doubled: {e['what']}" for e, o in zip(listed, outcomes, strict=True) if o[2]]
        for day, expected in since.items():
            new = bot.briefer.changes(language, PartialDate.parse(day))
            told = [any(_meets(entry, change["must"]) for entry in new.entries) for change in expected]
            row[f"changes since {day}"] = share(told)
            remarks += [
                f"{language} {change['id']} missing: {change['what']}"
                for change, shown in zip(expected, told, strict=True)
                if not shown
            ]
        if contested:
            shown = list(bot.briefer.disputes(language).entries)
            met = [any(_disputes(entry, point["sides"]) for entry in shown) for point in contested]
            row |= {"disputes shown": len(shown), "disputes found": share(met)}
            remarks += [
                f"{language} {point['id']} missing: {point['what']}"
                for point, one in zip(contested, met, strict=True)
                if not one
            ]
        rows.append(row)
    return Table("Timeline, changes and disputes", rows, remarks if verbose else [])


def _event(made: Briefing, event: Mapping[str, Any]) -> tuple[bool, bool, bool]:
    """Whether an event is found, its date right, and stated twice; who else tells an event is no statement."""
    wanted = PartialDate.parse(event["date"])
    met = [entry for entry in made.entries if _meets(entry, event["must"])]
    right = [entry for entry in met if entry.date and _overlaps(entry, wanted)]
    stated = [entry for entry in right if entry.when == str(wanted)]
    twice = [entry for entry in stated if _all_in(flat(entry.statement.text), event["must"])]
    return bool(met), bool(right), len(twice) > 1


def _overlaps(entry: Entry, wanted: PartialDate) -> bool:
    assert entry.date
    return entry.date.first <= wanted.last and wanted.first <= (entry.until or entry.date).last


def _disputes(entry: Entry, sides: Sequence[Sequence[str]]) -> bool:
    """Whether two quotes of an entry, of two articles, meet one side each."""
    quotes = [statement.citations[0] for statement in entry.statements]
    met = [[q for q in quotes if all(re.search(one, flat(q.quote), re.IGNORECASE) for one in side)] for side in sides]
    return any(one.source.id != other.source.id for one in met[0] for other in met[1])


def _meets(entry: Entry, patterns: Sequence[str]) -> bool:
    """Whether one of an entry's quotes meets every expression."""
    quotes = {flat(citation.quote) for statement in entry.statements for citation in statement.citations}
    return any(_all_in(quote, patterns) for quote in quotes)


def _all_in(text: str, patterns: Sequence[str]) -> bool:
    return all(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def _read(path: Path) -> Any:
    """The list of a file. DataError names what is wrong."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        for entry in listed if isinstance(listed, list) else [entry for group in listed.values() for entry in group]:
            for pattern in entry["must"] if "must" in entry else entry["sides"][0] + entry["sides"][1]:
                re.compile(pattern)
            str(entry["id"]), str(entry["what"])
        return listed
    except (OSError, ValueError, KeyError, TypeError, AttributeError, re.error) as error:
        raise DataError(f"{path} is no list of events, changes or disputes: {type(error).__name__} {error}.") from error
