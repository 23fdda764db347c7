"""Pairs of sentences labelled same, different or conflicting: `dealbrief eval claims`.

A pair: {"id", "label", "first": {"text", "language", "published"}, "second": {...}, "split"?}. Pairs of the split "dev" are
those on which rules and thresholds were chosen; they are counted apart. Where a pair gets both answers, "same" counts.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bot.evaluation.squad import DataError
from bot.evaluation.table import RESAMPLES, Table, short
from index.agreement import clash, says_the_same
from index.e5 import TokenVectors
from index.embedder import EmbeddingModel
from index.nearness import near_vectors
from index.saying import understand
from index.scoring import Weights

LABELS = ("same", "different", "conflicting")


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair: its languages, whether rules were chosen on it, the label that people gave and the one that came out."""

    id: str
    languages: str
    dev: bool
    label: str
    found: str


def claims(model: EmbeddingModel, aliases: Mapping[str, tuple[str, ...]], path: Path, *, verbose: bool = False) -> Table:
    """Precision, recall and F1 of "same" and of "conflicting", by language pair; those of the split "dev" below."""
    judged = judge(model, aliases, read_pairs(path))
    rows = []
    for dev in (False, True):
        split = [pair for pair in judged if pair.dev == dev]
        for languages in (*sorted({pair.languages for pair in split}), "all"):
            own = [pair for pair in split if languages in (pair.languages, "all")]
            if own:
                rows.append(_row(f"{languages}{' (dev)' if dev else ''} ({len(own)})", own))
    remarks = [f"{pair.id}: {pair.label}, found {pair.found}" for pair in judged if pair.label != pair.found] if verbose else []
    return Table("Pairs of sentences: the same claim, or a conflict", rows, remarks)


def judge(model: EmbeddingModel, aliases: Mapping[str, tuple[str, ...]], pairs: Sequence[Mapping[str, Any]]) -> list[Judged]:
    """What the rules say of each pair."""
    weights = Weights.of(model.id)
    texts = sorted({pair[side]["text"] for pair in pairs for side in ("first", "second")})
    vectors = dict(zip(texts, model.documents(texts), strict=True)) if weights.fitted and model.has_tokens else {}
    return [_judged(pair, aliases, vectors, weights) for pair in pairs]


def _judged(
    pair: Mapping[str, Any], aliases: Mapping[str, tuple[str, ...]], vectors: Mapping[str, TokenVectors], weights: Weights
) -> Judged:
    sides = [(pair[side]["text"], pair[side]["language"]) for side in ("first", "second")]
    one, other = (understand(text, language, aliases) for text, language in sides)
    near: Callable[[], float] | None = None
    if vectors:
        near = partial(near_vectors, vectors[sides[0][0]], vectors[sides[1][0]], (sides[0][1], sides[1][1]), weights)
    found = "same" if says_the_same(one, other, near) else "conflicting" if near and clash(one, other, near) else "different"
    languages = "-".join(sorted(language for _, language in sides))
    return Judged(pair["id"], languages, pair.get("split") == "dev", pair["label"], found)


def _row(name: str, judged: Sequence[Judged]) -> dict[str, Any]:
    row: dict[str, Any] = {"pairs": name}
    for label in ("same", "conflicting"):
        gold = np.array([pair.label == label for pair in judged])
        said = np.array([pair.found == label for pair in judged])
        row |= {f"{label} {kind}": text for kind, text in _figures(gold, said).items()}
    return row


def _figures(gold: "np.ndarray[Any, Any]", said: "np.ndarray[Any, Any]") -> dict[str, str]:
    """Precision, recall and F1, each with its bootstrap 95 % interval over pairs (1,000 resamples, seeded)."""
    drawn = np.random.default_rng(0).integers(len(gold), size=(RESAMPLES, len(gold)))
    resampled = _rates(gold[drawn], said[drawn])
    texts = {}
    for name, value, spread in zip(("P", "R", "F1"), _rates(gold[None], said[None]), resampled, strict=True):
        low, high = np.nanquantile(spread, [0.025, 0.975]) if not np.isnan(spread).all() else (np.nan, np.nan)
        texts[name] = "-" if np.isnan(value[0]) else f"{short(value[0])} [{short(low)} {short(high)}]"
    return texts


def _rates(gold: "np.ndarray[Any, Any]", said: "np.ndarray[Any, Any]") -> tuple["np.ndarray[Any, Any]", ...]:
    """Precision, recall and F1 of each row; nan where there is nothing to count."""
    both = (gold & said).sum(axis=1).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return both / said.sum(axis=1), both / gold.sum(axis=1), 2 * both / (said.sum(axis=1) + gold.sum(axis=1))


def read_pairs(path: Path) -> list[dict[str, Any]]:
    """The pairs of a file. DataError names the pair and the field at fault."""
    try:
        pairs: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        for i, pair in enumerate(pairs):
            if not isinstance(pair["id"], str) or pair["label"] not in LABELS:
                raise DataError(f"{path}: pair {i} has no id or a label other than {', '.join(LABELS)}.")
            for side in ("first", "second"):
                if not all(isinstance(pair[side][key], str) and pair[side][key].strip() for key in ("text", "language")):
                    raise DataError(f"{path}: pair {pair['id']}: {side!r} has no text or no language.")
        return pairs
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is not in the form of labelled pairs: {type(error).__name__} {error}.") from error
