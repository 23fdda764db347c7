"""Whole conversations over a corpus: `dealbrief eval conversations FILE`.

A conversation: {"id", "language", "turns": [{"question", "standalone", "facts", "expect", "reject"}]}, where expect and
reject are those of story questions. Every turn is asked after the turns before it as they were answered; beside it the
same question without a history, and what people made of it ("standalone"), which is what a perfect rewriting would reach.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answer import Answer, Message
from bot.chatbot import Chatbot
from bot.evaluation.squad import DataError
from bot.evaluation.story import Outcome, judged, too_common
from bot.evaluation.table import Table, share
from bot.render import flat

WAYS = ("rewritten", "bare", "standalone")


@dataclass(frozen=True)
class _Asked:
    """One turn asked in one way: what came of it, and whether the first statement, and the first paragraph shown or nearest,
    is right: meets an expectation that tells something, or all where none does. It leans on its history where people made
    another question of it."""

    turn: int
    language: str
    way: str
    outcome: Outcome
    first: bool
    passage: bool
    leans: bool


def conversations(bot: Chatbot, path: Path, *, split: str | None = None, verbose: bool = False) -> Table:
    """Turns answered right, first statement and first paragraph right, by turn: rewritten, bare, and as people wrote it."""
    found = [entry for entry in read_conversations(path) if split is None or entry.get("split") == split]
    parts = [part for conversation in found for turn in conversation["turns"] for part in turn["expect"]]
    common = too_common(bot, parts)
    asked = [result for conversation in found for result in _talk(bot, conversation, common)]
    rows: list[dict[str, Any]] = []
    last = max((result.turn for result in asked), default=0)
    for name, chosen in [
        *((f"turn {number}", [one for one in asked if one.turn == number]) for number in range(1, last + 1)),
        ("follow-ups", [one for one in asked if one.turn > 1]),
        ("follow-ups that lean", [one for one in asked if one.turn > 1 and one.leans]),
        *((f"follow-ups, {code}", [o for o in asked if o.turn > 1 and o.language == code]) for code in ("de", "en")),
    ]:
        row: dict[str, Any] = {"turns": f"{name} ({len(chosen) // len(WAYS)})"}
        for way in WAYS:
            own = [one for one in chosen if one.way == way]
            row[f"right, {way}"] = share([one.outcome.right for one in own]).split(" ")[0]
            row[f"first, {way}"] = share([one.first for one in own]).split(" ")[0]
            row[f"passage, {way}"] = share([one.passage for one in own]).split(" ")[0]
        rows.append(row)
    remarks = [_line(one) for one in asked if one.way == "rewritten"] if verbose else []
    return Table("Conversations", rows, remarks)


def _meets(text: str, expected: Sequence[Sequence[str]], common: Sequence[Sequence[str]]) -> bool:
    met = {i: any(re.search(pattern, text, re.IGNORECASE) for pattern in part) for i, part in enumerate(expected)}
    telling = [met[i] for i, part in enumerate(expected) if part not in common]
    return any(telling) if telling else all(met.values())


def _talk(bot: Chatbot, conversation: dict[str, Any], common: Sequence[Sequence[str]]) -> list[_Asked]:
    history: list[Message] = []
    found = []
    for number, turn in enumerate(conversation["turns"], 1):
        entry = _entry(conversation, turn)
        answers = {
            "rewritten": bot.ask(turn["question"], history),
            "bare": bot.ask(turn["question"]),
            "standalone": bot.ask(turn["standalone"]),
        }
        for way, answer in answers.items():
            shown = flat(answer.statements[0].text) if answer.statements else ""
            first, passage = (_meets(text, entry["expect"], common) for text in (shown, _first_paragraph(bot, answer)))
            leans = turn["question"] != turn["standalone"]
            found.append(_Asked(number, conversation["language"], way, judged(entry, answer), first, passage, leans))
        answer = answers["rewritten"]
        history += [Message("user", turn["question"]), answer.turn]
    return found


def _entry(conversation: dict[str, Any], turn: dict[str, Any]) -> dict[str, Any]:
    return {"id": conversation["id"], "language": conversation["language"], **turn}


def _first_paragraph(bot: Chatbot, answer: Answer) -> str:
    """The paragraph of the first quote that is shown, or that a refusal names as nearest."""
    citations = answer.citations or answer.nearest
    article = bot.library.get(citations[0].source.id) if citations else None
    if article is None:
        return ""
    start, end = citations[0].start, citations[0].end
    first = article.text.rfind("\n\n", 0, start) + 1
    last = article.text.find("\n\n", end)
    return flat(article.text[first : last if last >= 0 else None])


def _line(one: _Asked) -> str:
    answer = one.outcome.answer
    said = flat(answer.text) if answer.answered else f"{answer.kind.upper()} {answer.confidence}"
    mark = "right" if one.outcome.right else "WRONG"
    return f"{one.outcome.id}.{one.turn} {mark}: {answer.question} -> {answer.search_question}\n    {said}"


def read_conversations(path: Path) -> Sequence[dict[str, Any]]:
    """The conversations of a file. DataError names what is at fault."""
    try:
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        for conversation in found:
            for turn in conversation["turns"]:
                texts = (conversation["id"], conversation["language"], turn["question"], turn["standalone"])
                if not all(isinstance(text, str) for text in texts):
                    raise ValueError(f"{conversation['id']}: id, language, question and standalone are texts")
                for pattern in [*(p for part in turn["expect"] for p in part), *turn.get("reject", ())]:
                    re.compile(pattern)
        return found
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise DataError(f"{path} is not in the form of conversations: {type(error).__name__} {error}.") from error
