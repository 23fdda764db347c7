"""Questions over a corpus with what a right answer must contain: `dealbrief eval story`.

A question: {"id", "language", "question", "expect": [[REGEX, ...], ...], "reject": [REGEX, ...]}. Every part of "expect"
must be met by one shown statement through one of its alternatives; no statement may match "reject". An expectation that
more than 2 % of the corpus's sentences meet would prove nothing and is refused.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answer import Answer
from bot.chatbot import Chatbot
from bot.evaluation.squad import DataError
from bot.evaluation.table import Table, share
from bot.render import flat
from index.sentences import sentence_spans

TOO_COMMON = 0.02


@dataclass(frozen=True)
class Outcome:
    """What one question got: all parts shown, the first statement meeting one, in which language the quotes are."""

    id: str
    language: str
    answer: Answer
    right: bool
    first: bool
    mirrored: bool


def story(bot: Chatbot, questions: Path, unanswerable: Path | None = None, *, verbose: bool = False) -> Table:
    """Asks every question and counts what is shown right, refused, and shown in the question's language."""
    entries = read_questions(questions)
    _refuse_common(bot, entries)
    outcomes = [judged(entry, bot.ask(entry["question"])) for entry in entries]
    rows: list[dict[str, Any]] = []
    for language in sorted({outcome.language for outcome in outcomes}):
        own = [outcome for outcome in outcomes if outcome.language == language]
        answered = [outcome for outcome in own if outcome.answer.answered]
        rows.append(
            {
                "questions": f"{language} ({len(own)})",
                "shown right": share([outcome.right for outcome in own]),
                "first right": share([outcome.first for outcome in own]),
                "refused": share([not outcome.answer.answered for outcome in own]),
                "own language": share([outcome.mirrored for outcome in answered]),
                "statements": round(sum(len(o.answer.statements) for o in answered) / max(len(answered), 1), 2),
            }
        )
    remarks = [_line(outcome) for outcome in outcomes if not outcome.right] if verbose else []
    if unanswerable:
        rows += _wrongly_answered(bot, read_questions(unanswerable), remarks if verbose else None)
    return Table("Questions over the corpus", rows, remarks)


def _wrongly_answered(bot: Chatbot, entries: Sequence[dict[str, Any]], remarks: list[str] | None) -> list[dict[str, Any]]:
    rows = []
    for far in (False, True):
        for language in sorted({entry["language"] for entry in entries}):
            own = [entry for entry in entries if entry["language"] == language and bool(entry.get("far")) == far]
            answers = [bot.ask(entry["question"]) for entry in own]
            name = f"{language} {'far off' if far else 'on topic'}, unanswerable ({len(own)})"
            rows.append({"questions": name, "wrongly answered": share([answer.answered for answer in answers])})
            if remarks is not None:
                shown = zip(own, answers, strict=True)
                remarks += [
                    f"{entry['id']} answered {answer.confidence}: {entry['question']} -> {flat(answer.text)}"
                    for entry, answer in shown
                    if answer.answered
                ]
    return rows


def judged(entry: dict[str, Any], answer: Answer) -> Outcome:
    """What an answer to an entry is worth."""
    shown = [flat(statement.text) for statement in answer.statements]
    parts = [[re.compile(pattern, re.IGNORECASE) for pattern in part] for part in entry["expect"]]
    rejected = any(re.search(pattern, text, re.IGNORECASE) for pattern in entry.get("reject", ()) for text in shown)
    met = [any(pattern.search(text) for pattern in part for text in shown) for part in parts]
    first = any(pattern.search(shown[0]) for part in parts for pattern in part) if shown else False
    own = bool(answer.citations) and all(s.citations[0].source.language == entry["language"] for s in answer.statements)
    return Outcome(entry["id"], entry["language"], answer, all(met) and not rejected and answer.answered, first, own)


def _line(outcome: Outcome) -> str:
    said = flat(outcome.answer.text) if outcome.answer.answered else f"REFUSED {outcome.answer.confidence}"
    return f"{outcome.id}: {outcome.answer.question}\n    {said}"


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The entries of a file. DataError names the entry and the field at fault."""
    try:
        entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        for i, entry in enumerate(entries):
            for key in ("id", "language", "question"):
                if not isinstance(entry[key], str):
                    raise DataError(f"{path}: entry {i}: {key!r} is not a text.")
            for pattern in [*(p for part in entry.get("expect", ()) for p in part), *entry.get("reject", ())]:
                re.compile(pattern)
        return entries
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise DataError(f"{path} is not in the form of story questions: {type(error).__name__} {error}.") from error


def _refuse_common(bot: Chatbot, entries: Sequence[dict[str, Any]]) -> None:
    common = too_common(bot, [part for entry in entries for part in entry["expect"]])
    for entry in entries:
        for part in entry["expect"]:
            if part in common:
                raise DataError(f"{entry['id']}: more than {TOO_COMMON:.0%} of the sentences meet {part}; it proves nothing.")


def too_common(bot: Chatbot, expected: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The expectations that more than 2 % of the corpus's sentences meet."""
    sentences = [
        flat(span.of(article.text)) for article in bot.library for span in sentence_spans(article.text, article.source.language)
    ]
    least = TOO_COMMON * len(sentences)
    return [
        part
        for part in expected
        if sum(any(re.search(pattern, sentence, re.IGNORECASE) for pattern in part) for sentence in sentences) > least
    ]
