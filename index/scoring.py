"""The scoring of sentences against a question: one linear function whose weights are data.

Late interaction (MaxSim): each token of the question looks for its most similar token in a sentence; the similarities
are summed with the tokens' weights. Features, for a sentence i of a passage p (finding.md, sections 2 and 2a):

    s1    cosine of the pooled vectors
    a3    the same with .35 of the vectors of the sentences before and after added
    pos   number of the sentence in its passage
    raw   sum over tokens of weight x best similarity in i
    page  the same, best similarity in p
    mid   the same as raw, after the language's mean token is taken from both sides
    near  the same as mid, best similarity in i and the sentences before and after
    hit   weight of the tokens whose best similarity in i is within .05 of the best over all candidates
    bm25  z of BM25 over the sentences of the language, where that is the question's, else 0

A sentence that has hypothetical questions (corpus/questions.py) gains where one of them is like the one asked:

    share x deviation of the scores x max(0, (cosine of the nearest of its questions - level) / (1 - level))

A sentence without any loses nothing, so articles with and without such questions stand side by side.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.compact import Tokens

Floats = NDArray[np.float32]
FEATURES = ("s1", "a3", "pos", "raw", "page", "mid", "near", "hit", "bm25")
NEIGHBOUR = 0.35
NEAR_BEST = 0.05
LEAST_WEIGHT = 0.2


@dataclass(frozen=True, slots=True)
class Fusion:
    """How much a ranking gains from another language's (index/fusion.py has the formula)."""

    share: float
    steepness: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a sentence gains when one of its questions is like the one asked, and from which cosine on."""

    share: float
    level: float

    def gain(self, cosines: Floats) -> Floats:
        """The gains in deviations of the scores, (k,)."""
        gains: Floats = self.share * np.maximum(0, (cosines - self.level) / (1 - self.level))
        return gains


@dataclass(frozen=True)
class Weights:
    """What is fitted for one embedder: the weights of the features, the mean tokens, the prediction of a token's weight,
    how languages are fused, and what the likeness of questions counts.

    `question_means` and `sentence_means` are mean unit token vectors (d,) by language; `idf` is a ridge regression of a
    token's inverse document frequency on its unit vector: (d + 1,), the last one the constant. Empty for an embedder
    without a weights file or without token vectors: then z(s1) + z(passage) + .25 z(bm25), plus z(page). `fusion` is None
    where rankings of several languages are not fused, `likeness` where hypothetical questions count for nothing.
    """

    embedder: str = ""
    features: Mapping[str, float] = field(default_factory=dict)
    question_means: Mapping[str, Floats] = field(default_factory=dict)
    sentence_means: Mapping[str, Floats] = field(default_factory=dict)
    idf: Floats | None = None
    fusion: Fusion | None = None
    likeness: Likeness | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fitted(self) -> bool:
        """Whether there is a weights file for this embedder."""
        return bool(self.features)

    @cached_property
    def vector(self) -> Floats:
        """The weights in the order of FEATURES."""
        return np.array([self.features.get(name, 0.0) for name in FEATURES], np.float32)

    @classmethod
    def of(cls, embedder: str) -> "Weights":
        """The weights that the package carries for an embedder; unfitted ones where it carries none."""
        for entry in sorted(files("index").joinpath("weights").iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith(".json"):
                data = json.loads(entry.read_text(encoding="utf-8"))
                if data["embedder"] == embedder:
                    return cls.from_dict(data)
        return cls(embedder)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Weights":
        """Reads the form that `to_dict` writes."""
        means = [{name: np.array(mean, np.float32) for name, mean in data[key].items()} for key in _MEANS]
        idf = np.array(data["idf"], np.float32)
        fusion = Fusion(**data["fusion"]) if data.get("fusion") else None
        likeness = Likeness(**data["likeness"]) if data.get("likeness") else None
        return cls(data["embedder"], data["features"], means[0], means[1], idf, fusion, likeness, data["provenance"])

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON: five decimals for vectors, six digits for weights."""
        means = [{name: _rounded(mean) for name, mean in given.items()} for given in (self.question_means, self.sentence_means)]
        return {
            "embedder": self.embedder,
            "provenance": dict(self.provenance),
            "features": {name: float(f"{value:.6g}") for name, value in self.features.items()},
            "fusion": asdict(self.fusion) if self.fusion else None,
            "likeness": asdict(self.likeness) if self.likeness else None,
            **dict(zip(_MEANS, means, strict=True)),
            "idf": _rounded(self.idf if self.idf is not None else np.empty(0, np.float32)),
        }


_MEANS = ("question_means", "sentence_means")


def _rounded(vector: Floats) -> list[float]:
    return [round(float(value), 5) for value in vector]


@dataclass(frozen=True)
class Question:
    """A question as the scoring sees it: unit pooled vector (d,), unit token vectors (n, d), their weights (n,).

    `mean` (d,) is that of question tokens in its language, zero where none is known.
    """

    pooled: Floats
    tokens: Floats
    weights: Floats
    mean: Floats


def prepare_question(pooled: Floats, states: Floats, idf: Floats, weights: Weights, language: str) -> Question:
    """The tokens of a question with their weights, which sum to 1.

    A weight is the smaller of the counted IDF and the one predicted from the vector, at least .2: the prediction alone
    gives the most to names that every text of a story has (finding.md section 2a).
    """
    tokens = unit(states)
    counted = np.maximum(idf, LEAST_WEIGHT)
    if weights.idf is not None and len(weights.idf) == tokens.shape[1] + 1:
        predicted = np.maximum(tokens @ weights.idf[:-1] + weights.idf[-1], LEAST_WEIGHT)
        counted = np.minimum(counted, predicted)
    share = counted / counted.sum() if len(counted) else counted
    mean = weights.question_means.get(language, np.zeros(tokens.shape[1], np.float32))
    return Question(pooled, tokens, share.astype(np.float32), mean)


@dataclass(frozen=True)
class Candidates:
    """Candidate sentences of one language as arrays; k sentences in whole passages, t tokens.

    `pooled` (k, d) are the sentences' vectors; `tokens` are the sentences' one after the other, `offsets` (k,) where each
    one's begin; `passage` (k,) numbers the passages from 0 on without a gap; `likeness` (k,) is the cosine of the question
    with the nearest of a sentence's own, 0 where it has none.
    """

    pooled: Floats
    s1: Floats
    a3: Floats
    position: Floats
    passage: NDArray[np.int64]
    tokens: Sequence[Tokens]
    offsets: NDArray[np.int64]
    bm25: Floats
    likeness: Floats


@dataclass(frozen=True)
class Scored:
    """Scores (k,), features (k, 9) and the best centred similarity of each question token: matches (k, n)."""

    scores: Floats
    features: Floats
    matches: Floats


def score(question: Question, candidates: Candidates, weights: Weights, language: str) -> Scored:
    """Scores the candidates of one language."""
    raw, mid = _similarities(question, candidates, weights.sentence_means.get(language))
    share = question.weights
    first = np.flatnonzero(np.diff(candidates.passage, prepend=-1))
    page = np.maximum.reduceat(raw, first, axis=0) @ share
    near = mid.copy()
    inside = candidates.passage[1:] == candidates.passage[:-1]
    near[1:][inside] = np.maximum(near[1:][inside], mid[:-1][inside])
    near[:-1][inside] = np.maximum(near[:-1][inside], mid[1:][inside])
    columns = [
        candidates.s1,
        candidates.a3,
        candidates.position,
        raw @ share,
        page[candidates.passage],
        mid @ share,
        near @ share,
        (mid > mid.max(axis=0) - NEAR_BEST) @ share,
        candidates.bm25,
    ]
    features = np.stack(columns, axis=1).astype(np.float32)
    scores = features @ weights.vector if weights.fitted else _unfitted(features)
    if weights.likeness:
        scores = scores + scores.std() * weights.likeness.gain(candidates.likeness)
    return Scored(scores, features, mid)


def _similarities(question: Question, candidates: Candidates, mean: Floats | None) -> tuple[Floats, Floats]:
    """The best similarity of every question token in every sentence, plain and centred; both (k, n).

    Centred means the cosine of q - c and r - m, for unit tokens q of the question and r of a sentence and the means c
    and m of either side: (q.r - c.r - q.m + c.m) / (|q - c| |r - m|), with |r - m|^2 = 1 - 2 r.m + |m|^2. So one product
    of the sentences' tokens with [q, c, m] gives both.
    """
    count = len(question.tokens)
    if not count or not any(len(tokens.codes) for tokens in candidates.tokens):
        empty = np.zeros((len(candidates.s1), count), np.float32)
        return empty, empty
    middle = np.zeros_like(question.mean) if mean is None else mean
    probes = np.vstack([question.tokens, question.mean, middle])
    product = np.concatenate([tokens.dot(probes) for tokens in candidates.tokens])
    plain = product[:, :count]
    length = np.sqrt(np.maximum(1 - 2 * product[:, -1] + middle @ middle, 1e-6))
    away = question.tokens - question.mean
    centred = plain - product[:, count, None] - away @ middle
    centred /= length[:, None]
    raw, mid = (np.maximum.reduceat(similarities, candidates.offsets, axis=0) for similarities in (plain, centred))
    return raw, mid / np.maximum(np.linalg.norm(away, axis=1), 1e-6)


def _unfitted(features: Floats) -> Floats:
    """The ranking for an embedder without a weights file (design.md section 4)."""
    column = {name: features[:, i] for i, name in enumerate(FEATURES)}
    # a3 stands for the passage where nothing is fitted: both blend a sentence with its neighbours.
    return z(column["s1"]) + z(column["a3"]) + 0.25 * column["bm25"] + z(column["page"])


def z(values: Floats, some: Floats | None = None) -> Floats:
    """Values, or some of them, in standard deviations from the mean of all."""
    some = values if some is None else some
    deviation = float(values.std()) if len(values) else 0.0
    return ((some - values.mean()) / deviation).astype(np.float32) if deviation > 1e-9 else np.zeros_like(some)


def unit(rows: Floats) -> Floats:
    """Rows at length 1."""
    length = np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)
    scaled: Floats = (rows / length).astype(np.float32)
    return scaled
