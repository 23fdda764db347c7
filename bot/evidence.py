"""Is there enough evidence to answer? A calibrated probability from how far the best sentence leads.

Nothing here is an absolute similarity to a text: those belong to an index and not to whether a question can be answered
(finding.md section 3). What counts: margins, shares, what the question's heavy tokens find in the best passage that
they find nowhere else, and how near the question is to one that an author foresaw. Coefficients are data, one file an
embedder, written by `dealbrief eval fit`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.question import has_what_was_asked, kind_of
from corpus.errors import BriefingError
from index.claims import ClaimMaker
from index.lexical import word_set
from index.names import same_name
from index.scoring import Floats
from index.search import Ranking, SearchResults

FEATURES = (
    "margin_second",
    "margin_few",
    "margin_many",
    "share",
    "page_margin",
    "page_lead",
    "rare_least",
    "rare_mean",
    "lack_mean",
    "lack_most",
    "match_least",
    "hit",
    "bm25",
    "covered",
    "covered_passage",
    "uncovered_most",
    "unknown",
    "strange",
    "kind",
    "names_missing",
    "names_missing_passage",
    "denial",
    "how_much",
    "likeness",
)
THIN = 0.5
"""Confidence below which an answer says that its evidence is thin."""
UNKNOWN = 6.0
"""IDF above which a word stands in hardly any sentence."""


def features(results: SearchResults, ranking: Ranking, maker: ClaimMaker) -> Floats:
    """The numbers that the probability for a ranking is computed from, (24,)."""
    weights = results.token_weights
    found, matches, scores = ranking.results, ranking.matches, ranking.scores
    first = found[0]
    other = np.array([result.article.id != first.article.id or result.passage_start != first.passage_start for result in found])
    page = ranking.features[:, 4]
    rival = float(scores[other].max()) if other.any() else float(scores[-1])
    rival_page = float(page[other].max()) if other.any() else float(page.min())
    exponents = np.exp(scores - scores[0])
    values = [
        float(scores[0]) - rival,
        float(scores[0] - scores[2:6].mean()) if len(scores) > 2 else 0.0,
        float(scores[0] - scores[5:20].mean()) if len(scores) > 5 else 0.0,
        float(1 / exponents.sum()),
        float(page[0]) - rival_page,
        float(page[0] - page.mean()),
    ]
    if matches.shape[1]:
        best = matches[~other].max(axis=0)
        deviation = matches.std(axis=0) + 1e-3
        rare = (best - matches.mean(axis=0)) / deviation
        heavy = weights >= np.median(weights)
        lack = best - matches.max(axis=0)
        values += [
            float(rare[heavy].min()),
            float(rare @ weights),
            float(lack @ weights),
            float((lack * weights).min()),
            float(best[heavy].min()),
        ]
    else:
        values += [0.0] * 5
    values += [float(ranking.features[0, 7]), float(ranking.features[0, 8])]
    likeness = max(result.scores.get("likeness", 0.0) for result in found)
    return np.array([*values, *_coverage(ranking), *_asked(results, ranking, maker), likeness], np.float32)


def _asked(results: SearchResults, ranking: Ranking, maker: ClaimMaker) -> list[float]:
    """Whether the best sentence has what was asked, which names of the question it lacks, and whether it denies alike."""
    first, kind = ranking.results[0], kind_of(results.question)
    question, sentence = maker.understand(results.question, results.language), maker.saying(first)
    title, passage = maker.above(first)
    return [
        float(has_what_was_asked(first.text, kind)),
        float(_names_missing(question.names, (*title.names, *sentence.names))),
        float(_names_missing(question.names, (*title.names, *passage.names))),
        float(question.denies != sentence.denies),
        float(kind == "how_much"),
    ]


def _names_missing(asked: Sequence[str], told: Sequence[str]) -> int:
    return sum(not any(same_name(name, other) for other in told) for name in asked)


def _coverage(ranking: Ranking) -> list[float]:
    """How much of the question's words the best sentence and its passage hold, weighted by IDF, titles counted."""
    first = ranking.results[0]
    weights = ranking.terms
    total = sum(weights.values())
    if not total:
        return [1.0, 1.0, 0.0, 0.0, 0.0]
    title = first.article.source.title
    sentence = word_set(f"{title}: {first.text}", first.article.source.language)
    passage = word_set(f"{title}: {first.article.text[first.passage_start : first.passage_end]}", first.article.source.language)
    most = max(weights.values())
    return [
        sum(weight for word, weight in weights.items() if word in sentence) / total,
        sum(weight for word, weight in weights.items() if word in passage) / total,
        max((weight for word, weight in weights.items() if word not in passage), default=0.0) / most,
        sum(weight for weight in weights.values() if weight > UNKNOWN) / total,
        float(not any(word in passage for word in weights)),
    ]


class GateError(BriefingError):
    """A gate file that cannot be used."""


@dataclass(frozen=True)
class Gate:
    """A logistic regression over `features`, one for "same" and one for "across" pairs of languages.

    `thresholds` are the probabilities from which it answers, by pair; `corpus` is the one it was fitted on, if on one.
    """

    embedder: str
    corpus: str
    mean: Mapping[str, Floats]
    deviation: Mapping[str, Floats]
    coefficients: Mapping[str, Floats]
    thresholds: Mapping[str, float]
    provenance: Mapping[str, Any]

    @classmethod
    def of(cls, embedder: str, corpus: str = "", home: Path | None = None) -> "Gate | None":
        """The gate for an embedder: the one fitted on the corpus itself, else the general one, else None.

        Those of the package lie in bot/gates; one for a user's corpus is home/CORPUS/gate.json.
        """
        packed = [entry for entry in files("bot").joinpath("gates").iterdir() if entry.name.endswith(".json")]
        own = home / corpus / "gate.json" if home else None
        read = [json.loads(entry.read_text(encoding="utf-8")) for entry in sorted(packed, key=lambda entry: entry.name)]
        if own and own.is_file():
            read.insert(0, _own_gate(own))
        known = [data for data in read if data["embedder"] == embedder]
        fitting = [data for data in known if data["corpus"] == corpus] or [data for data in known if not data["corpus"]]
        return cls.from_dict(fitting[0]) if fitting and fitting[0]["features"] == list(FEATURES) else None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Gate":
        """Reads the form that `to_dict` writes."""
        arrays = [
            {pair: np.array(values, np.float32) for pair, values in data[key].items()}
            for key in ("mean", "deviation", "coefficients")
        ]
        return cls(data["embedder"], data["corpus"], arrays[0], arrays[1], arrays[2], data["thresholds"], data["provenance"])

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON."""

        def plain(given: Mapping[str, Floats]) -> dict[str, list[float]]:
            return {pair: [float(f"{value:.6g}") for value in values] for pair, values in given.items()}

        return {
            "embedder": self.embedder,
            "corpus": self.corpus,
            "provenance": dict(self.provenance),
            "features": list(FEATURES),
            "mean": plain(self.mean),
            "deviation": plain(self.deviation),
            "coefficients": plain(self.coefficients),
            "thresholds": dict(self.thresholds),
        }

    def probability(self, values: Floats, pair: str) -> float:
        """The probability that the ranking's best answers the question."""
        standardised = (values - self.mean[pair]) / self.deviation[pair]
        weights = self.coefficients[pair]
        return float(1 / (1 + np.exp(-(standardised @ weights[:-1] + weights[-1]))))


def _own_gate(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        Gate.from_dict(data)
        return data
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GateError(f"The gate file {path} cannot be used. Delete it or write it anew with: dealbrief eval fit") from error


def pair_of(asked: str, told: str) -> str:
    """The kind of a pair of languages."""
    return "same" if asked == told else "across"


def evidence(gate: Gate | None, results: SearchResults, ranking: Ranking, maker: ClaimMaker) -> float | None:
    """The probability that a ranking's best answers; None without a gate, 0 without a result."""
    if not ranking.results:
        return 0.0
    if gate is None:
        return None
    return gate.probability(features(results, ranking, maker), pair_of(results.language, ranking.language))


def fit_logistic(x: NDArray[np.float64], y: NDArray[np.float64], penalty: float = 2.0) -> NDArray[np.float64]:
    """Ridge logistic regression by Newton's method: x (n, f) standardised, y (n,) of 0 and 1; (f + 1,), constant last."""
    design = np.column_stack([x, np.ones(len(x))])
    w = np.zeros(design.shape[1])
    ridge = np.diag([penalty] * x.shape[1] + [1e-6])
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ w))
        gradient = design.T @ (p - y) + ridge @ w
        hessian = (design * (p * (1 - p))[:, None]).T @ design + ridge
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if np.abs(step).max() < 1e-8:
            break
    return w
