"""The same questions with several readers, side by side: `dealbrief eval readers`."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.chatbot import Chatbot
from bot.evaluation.story import judged, read_questions
from bot.evaluation.table import Table
from bot.render import flat


def readers(bots: Mapping[str, Chatbot], questions: Path, count: int | None = None) -> Table:
    """What each chatbot shows for the questions of a file (in the form of `eval story`).

    "by the model": answers that the chat model gave; "own words", "quotes": its statements that are supported, and the
    verbatim ones; "seconds": for an answer, mean.
    """
    entries = read_questions(questions)[:count]
    rows, remarks = [], []
    for name, bot in bots.items():
        started = time.perf_counter()
        outcomes = [judged(entry, bot.ask(entry["question"])) for entry in entries]
        seconds = (time.perf_counter() - started) / max(len(entries), 1)
        answers = [outcome.answer for outcome in outcomes]
        checks = [statement.check.verdict for answer in answers for statement in answer.statements]
        rows.append(
            {
                "reader": name,
                "questions": len(entries),
                "shown right": _mean([outcome.right for outcome in outcomes]),
                "first right": _mean([outcome.first for outcome in outcomes]),
                "refused": _mean([not answer.answered for answer in answers]),
                "by the model": _mean([answer.reader != "extractive" for answer in answers]),
                "own words": checks.count("supported"),
                "quotes": checks.count("verbatim"),
                "unsupported": checks.count("unsupported"),
                "seconds": f"{seconds:.2f}",
            }
        )
        remarks += [f"{name} {outcome.id}: {flat(outcome.answer.text)}" for outcome in outcomes]
    return Table("The same questions with several readers", rows, remarks)


def _mean(values: Sequence[Any]) -> float:
    return sum(map(bool, values)) / max(len(values), 1)
