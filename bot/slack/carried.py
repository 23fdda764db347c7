"""What a button carries: the quotes that it shows, so that they can be shown as long as their articles are there."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answer import Citation, Statement
from bot.slack.layout import Block, button
from bot.wording import say

MAX_VALUE = 2_000
"""Characters that a button carries."""
MAX_BUTTONS = 5
DIGEST = 16
"""Hexadecimal digits of an article's digest that a button carries."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A quote that a button asks for: its article, range and the start of the article's digest."""

    article: str
    start: int
    end: int
    digest: str
    number: int
    verdict: str
    context_start: int | None = None


def quote_buttons(language: str, statements: Iterable[Statement], nearest: Iterable[Citation] = ()) -> list[Block]:
    """Buttons that show the quotes of statements, or the nearest ones: one where it can carry them all."""
    verdicts = [(citation, statement.check.verdict) for statement in statements for citation in statement.citations]
    by_number: dict[int, tuple[Citation, str]] = {citation.number: (citation, "") for citation in nearest}
    by_number |= {citation.number: (citation, verdict) for citation, verdict in verdicts}
    groups = _groups(language, [by_number[number] for number in sorted(by_number)])[:MAX_BUTTONS]
    label = say("slack_quotes", language)
    return [
        button(
            f"evidence:{at}",
            label if len(groups) == 1 else f"{label} {group[0][0].number}–{group[-1][0].number}",
            pack(language, group),
        )
        for at, group in enumerate(groups)
    ]


def _groups(language: str, cited: Sequence[tuple[Citation, str]]) -> list[list[tuple[Citation, str]]]:
    groups: list[list[tuple[Citation, str]]] = []
    for one in cited:
        if groups and len(pack(language, [*groups[-1], one])) <= MAX_VALUE:
            groups[-1].append(one)
        elif len(pack(language, [one])) <= MAX_VALUE:
            groups.append([one])
    return groups


def pack(language: str, cited: Iterable[tuple[Citation, str]]) -> str:
    """Quotes with how each was checked, as a button carries them."""
    quotes = [
        [
            citation.source.id,
            citation.start,
            citation.end,
            citation.digest.removeprefix("sha256:")[:DIGEST],
            citation.number,
            verdict,
            citation.context_start,
        ]
        for citation, verdict in cited
    ]
    return json.dumps({"l": language, "q": quotes}, ensure_ascii=False, separators=(",", ":"))


def unpack(value: str) -> tuple[str, list[Wanted]]:
    """The language and the quotes of a button; ValueError for what no button of ours carries."""
    try:
        carried = json.loads(value)
        wanted = [
            Wanted(
                str(id), int(start), int(end), str(digest), int(number), str(verdict), None if before is None else int(before)
            )
            for id, start, end, digest, number, verdict, before in carried["q"]
        ]
        return str(carried["l"]), wanted
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError("no button of ours carries that") from error
