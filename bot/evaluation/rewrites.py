"""Follow-ups in CANARD's form: `dealbrief eval rewrites FILE`, and the fitting of what bot/carry.py decides with.

An entry: {"History": [TITLE, SECTION, QUESTION, ANSWER, ...], "Question", "Rewrite", "QuAC_dialog_id", "Question_no"}, and
"split" where a set has one. Title and section are handed in as the titles of the last answer's sources. Missing words are
the content words of the human rewrite that the question lacks, casefolded, without stop words and possessive endings.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.answer import Citation, Message
from bot.carry import Weights, probability, question_features, word_features
from bot.evaluation.squad import DataError
from bot.evaluation.table import Table
from bot.evidence import fit_logistic
from bot.rewrite import rewrite
from bot.turns import Context, Turn, content, tokens
from corpus.article import Source
from corpus.language import language_of

PENALTY = 3.0
KEPT_SHARE = {"titled": 0.9, "plain": 0.7}
"""The share of questions that stand alone which the threshold leaves as they are.

By halves of CANARD's dev set, titled, kept_alone and missing_word_recall are .10 and .76 with no question left alone,
.59 and .75 at a share of .7, .73 and .73 at .8, .89 and .70 at .9, .93 and .67 at .96: people add a first name to one
"Did Kidd win?" and nothing to the next.
"""
MINIMUM = 8
"""Entries in which a feature must occur to be fitted."""


@dataclass(frozen=True)
class Entry:
    """A question with its history and what people made of it."""

    dialogue: str
    number: int
    language: str
    titles: tuple[str, ...]
    turns: tuple[Turn, ...]
    question: str
    rewritten: str

    @property
    def messages(self) -> list[Message]:
        """The history as a chatbot gets it; the sources of the last answer bear the titles."""
        found = [message for t in self.turns for message in (Message("user", t.question), Message("assistant", t.answer))]
        cited = tuple(
            Citation(number, Source(id=f"s{number}", title=title, publisher=None, language=self.language), "", 0, 0, "")
            for number, title in enumerate(self.titles, 1)
        )
        return [*found[:-1], Message("assistant", self.turns[-1].answer if self.turns else "", cited)]

    @property
    def missing(self) -> set[str]:
        """The content words that people added."""
        asked, made = tokens(self.question, self.language), tokens(self.rewritten, self.language)
        return content(made, self.language) - content(asked, self.language)


def read_dialogues(path: Path) -> list[Entry]:
    """The entries of a file, in the language of most of its questions. DataError where it is not in CANARD's form."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        told = [language_of(entry["Rewrite"]) for entry in entries]
        language = "de" if told.count("de") > told.count("en") else "en"
        return [
            Entry(
                entry["QuAC_dialog_id"],
                int(entry["Question_no"]),
                language,
                tuple(entry["History"][:2]),
                tuple(Turn(q, a) for q, a in zip(entry["History"][2::2], entry["History"][3::2], strict=True)),
                entry["Question"],
                entry["Rewrite"],
            )
            for entry in entries
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is not in CANARD's form: {type(error).__name__} {error}.") from error


def half(dialogue: str) -> int:
    """0 or 1, by the hash of the dialogue's id."""
    return hashlib.sha256(dialogue.encode()).digest()[0] % 2


def measure(entries: Sequence[Entry], weights: Weights | None = None) -> dict[str, Any]:
    """missing_word_recall, kept_alone and the .95 quantile of added_words of the rewriting."""
    wanted = found = 0
    kept, added, changed = [], [], 0
    for entry in entries:
        made = rewrite(entry.question, entry.messages, entry.language, weights).text
        new = content(tokens(made, entry.language), entry.language) - content(
            tokens(entry.question, entry.language), entry.language
        )
        missing = entry.missing
        wanted += len(missing)
        found += len(missing & new)
        added.append(len(new))
        changed += made != entry.question
        if not missing:
            kept.append(made == entry.question)
    return {
        "questions": len(entries),
        "missing_word_recall": round(found / max(wanted, 1), 3),
        "kept_alone": round(float(np.mean(kept)), 3) if kept else None,
        "alone": len(kept),
        "added_words": float(np.quantile(added, 0.95)) if added else 0.0,
        "added_words, mean": round(float(np.mean(added)), 1) if added else 0.0,
        "rewritten": round(changed / max(len(entries), 1), 3),
    }


def fit(entries: Sequence[Entry], data: Sequence[str]) -> Weights:
    """The weights from entries: "titled" as they are, "plain" without titles after questions that people rewrote.

    The second form is that of our own articles, whose titles are sentences, and of questions that were rewritten before.
    """
    made = {(entry.dialogue, entry.number): entry.rewritten for entry in entries}
    alone, word, thresholds = {}, {}, {}
    for form in ("titled", "plain"):
        contexts = [_context(entry, form, made) for entry in entries]
        pairs = [(entry, context) for entry, context in zip(entries, contexts, strict=True) if context]
        asked = [(question_features(entry.question, context, entry.language), not entry.missing) for entry, context in pairs]
        said = [
            (values, name in entry.missing)
            for entry, context in pairs
            for name, values in word_features(entry.question, context, entry.language).items()
        ]
        alone[form], word[form] = _logistic(asked), _logistic(said)
        chances = [probability(values, alone[form]) for values, truth in asked if truth]
        thresholds[form] = round(float(np.quantile(chances, 1 - KEPT_SHARE[form])), 4)
    provenance = {"data": list(data), "command": "dealbrief eval rewrites FILE --weights FILE", "questions": len(entries)}
    return Weights(alone, word, thresholds, provenance)


def _context(entry: Entry, form: str, made: Mapping[tuple[str, int], str]) -> Context | None:
    if form == "titled":
        return Context(entry.turns, entry.titles)
    numbers = range(entry.number - len(entry.turns), entry.number)
    turns = [
        Turn(made.get((entry.dialogue, number), turn.question), turn.answer)
        for number, turn in zip(numbers, entry.turns, strict=True)
    ]
    return Context(tuple(turns)) if turns else None


def _logistic(rows: Sequence[tuple[Mapping[str, float], bool]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for values, _ in rows:
        for name in values:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= MINIMUM)
    at = {name: i for i, name in enumerate(names)}
    x: NDArray[np.float64] = np.zeros((len(rows), len(names)))
    for i, (values, _) in enumerate(rows):
        for name, value in values.items():
            if name in at:
                x[i, at[name]] = value
    w = fit_logistic(x, np.array([truth for _, truth in rows], np.float64), PENALTY)
    return {"": round(float(w[-1]), 4), **{name: round(float(value), 4) for name, value in zip(names, w, strict=False)}}


def rewrites(path: Path, *, halves: bool = False) -> Table:
    """The figures of a file, with the weights of the package or, by halves, with those fitted on the other half."""
    entries = read_dialogues(path)
    rows: list[dict[str, Any]] = []
    if halves:
        for side in (0, 1):
            train = [entry for entry in entries if half(entry.dialogue) != side]
            test = [entry for entry in entries if half(entry.dialogue) == side]
            rows.append({"dialogues": f"half {side}, fitted on the other", **measure(test, fit(train, [path.name]))})
    else:
        rows.append({"dialogues": path.name, **measure(entries)})
    return Table("Follow-ups rewritten", rows, [])


def write_weights(path: Path, target: Path) -> str:
    """Fits on a whole file and writes the weights; says where."""
    weights = fit(read_dialogues(path), [path.name])
    data = {
        "provenance": dict(weights.provenance),
        "thresholds": dict(weights.thresholds),
        "alone": weights.alone,
        "word": weights.word,
    }
    target.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return f"Weights from {len(read_dialogues(path))} questions in {target}"
