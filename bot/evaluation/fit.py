"""Fitting the weights of index/scoring.py on questions with gold answers, and measuring them by cross-validation.

Everything that is fitted (mean tokens, the prediction of a token's weight, the weights of the features) is fitted on
the training articles of a fold alone; folds are by article title. The features' weights come from a listwise softmax:
the probability of the gold sentences among a question's candidates, averaged over all pairs of languages. The numbers
of the fusion of languages are those of a grid under which the gold sentence comes first most often, in each language
beside the other. So are those of the likeness of questions, where every second question stands in the other language's
words beside its gold sentence: half of the readers ask what was foreseen, the others what was not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.squad import GoldQuestion, GoldSet, opened
from corpus.article import HypotheticalQuestion
from index.cache import EmbeddingCache
from index.embedder import EmbeddingModel
from index.fusion import gain
from index.scoring import FEATURES, Floats, Fusion, Likeness, Weights, unit
from index.search import Index, Ranking
from index.segment import Segment

RIDGE = 10.0
PENALTY = 1e-3
STEPS, RATE = 250, 0.03
FOLDS = 6
SHARES, STEEPNESSES = (0.5, 1.0, 1.5), (15.0, 30.0, 60.0, 120.0)
LIKENESSES = (1.0, 2.0, 3.0, 4.0), (0.84, 0.86, 0.88, 0.9, 0.92, 0.94)
"""Shares and levels; no share above 4, since a translation is nearer to a question than what somebody else foresaw."""
FUSED = 40
"""Sentences of each language that are fused, as many as bot/finding.py weighs."""


@dataclass(frozen=True)
class Sample:
    """A question's candidates (k,) in one language: features (k, 9), which hold the gold span, which are in its paragraph."""

    pair: str
    title: str
    features: Floats
    gold: NDArray[np.bool_]
    paragraph: NDArray[np.bool_]
    lead: Floats


@contextmanager
def _indexes(sets: Mapping[str, GoldSet], model: EmbeddingModel, cache: EmbeddingCache) -> Iterator[dict[str, Index]]:
    """An index of each language's paragraphs alone."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(opened(entry.articles, model, cache)) for name, entry in sets.items()}


def pairs_of(sets: Mapping[str, GoldSet]) -> list[tuple[str, str]]:
    """The pairs (language of the question, language of the text) that the sets can measure."""
    return [(asked, told) for asked in sorted(sets) for told in sorted(sets)]


def golden(sets: Mapping[str, GoldSet]) -> dict[str, dict[str, GoldQuestion]]:
    """Answerable questions by language and id."""
    return {
        language: {question.id: question for question in entry.questions if question.answerable}
        for language, entry in sets.items()
    }


def asked_of(sets: Mapping[str, GoldSet], titles: set[str]) -> Iterator[tuple[str, GoldQuestion, GoldQuestion]]:
    """Every answerable question of these titles with each language that its answer is looked for in, and the gold there."""
    gold = golden(sets)
    for asked, told in pairs_of(sets):
        for id, question in gold[asked].items():
            if question.title in titles and id in gold[told]:
                yield told, question, gold[told][id]


def means_and_idf(indexes: Mapping[str, Index], sets: Mapping[str, GoldSet], titles: set[str]) -> Weights:
    """Mean unit tokens and the prediction of IDF from a unit token, from the articles of these titles."""
    sentence_means, question_means, rows, targets = {}, {}, [], []
    for language, index in indexes.items():
        segment = index.segments[0]
        chosen = [a is not None and a.source.title in titles for a in segment.articles]
        keep = np.flatnonzero(np.array(chosen)[segment.sentences[:, 0]])
        spans = [(segment.token_offsets[row], segment.token_offsets[row + 1]) for row in keep]
        tokens = [unit(segment.codes[a:b].astype(np.float32)) for a, b in spans]
        joined = np.concatenate(tokens)
        sentence_means[language] = joined.mean(axis=0)
        rows.append(joined)
        targets.append(_counted_idf(segment, spans))
        asked = [q for q in sets[language].questions if q.title in titles]
        states = [index.model.question(q.text).states for q in asked]
        question_means[language] = unit(np.concatenate(states)).mean(axis=0)
    x, y = np.concatenate(rows), np.concatenate(targets)
    mean, level = x.mean(axis=0), float(y.mean())
    centred = x - mean
    slope = np.linalg.solve(centred.T @ centred + RIDGE * np.eye(x.shape[1]), centred.T @ (y - level))
    idf = np.append(slope, level - mean @ slope).astype(np.float32)
    return Weights(question_means=question_means, sentence_means=sentence_means, idf=idf)


def _counted_idf(segment: Segment, spans: Sequence[tuple[int, int]]) -> Floats:
    ids = [segment.token_ids[a:b] for a, b in spans]
    values, counts = np.unique(np.concatenate([np.unique(entry) for entry in ids]), return_counts=True)
    df = counts[np.searchsorted(values, np.concatenate(ids))]
    idf: Floats = np.log(1 + (len(spans) - df + 0.5) / (df + 0.5)).astype(np.float32)
    return idf


def samples(indexes: Mapping[str, Index], sets: Mapping[str, GoldSet], weights: Weights, titles: set[str]) -> list[Sample]:
    """The candidates of every answerable question of these titles, for every pair of languages."""
    for index in indexes.values():
        index.weights = weights
    return [
        _sample(question, target, told, indexes[told].search(question.text, question.language, limit=10_000).rankings[0])
        for told, question, target in asked_of(sets, titles)
    ]


def _sample(question: GoldQuestion, gold: GoldQuestion, told: str, ranking: Ranking) -> Sample:
    holds = [r.article.id == gold.article and r.start <= gold.start and gold.end <= r.end for r in ranking.results]
    inside = [r.article.id == gold.article for r in ranking.results]
    lead = np.array([r.score for r in ranking.results], np.float32)
    pair = f"{question.language}>{told}"
    return Sample(pair, question.title, ranking.features, np.array(holds, bool), np.array(inside, bool), lead)


def fit_features(train: Iterable[Sample]) -> dict[str, float]:
    """The weights of the features: Adam on the listwise softmax loss, every pair of languages counting the same."""
    kept = [sample for sample in train if sample.gold.any()]
    everything = np.concatenate([sample.features for sample in kept])
    deviation = everything.std(axis=0) + 1e-6
    size = max(len(sample.features) for sample in kept)
    x = np.zeros((len(kept), size, len(FEATURES)), np.float32)
    target = np.zeros((len(kept), size), np.float32)
    valid = np.zeros((len(kept), size), bool)
    for i, sample in enumerate(kept):
        x[i, : len(sample.gold)] = (sample.features - everything.mean(axis=0)) / deviation
        target[i, : len(sample.gold)] = sample.gold / sample.gold.sum()
        valid[i, : len(sample.gold)] = True
    counts = {pair: sum(s.pair == pair for s in kept) for pair in {s.pair for s in kept}}
    share = np.array([1 / counts[s.pair] / len(counts) for s in kept], np.float32)
    w = np.zeros(len(FEATURES), np.float32)
    momentum, variance = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, STEPS + 1):
        logits = np.where(valid, x @ w, -1e9)
        probability = np.exp(logits - logits.max(axis=1, keepdims=True))
        probability /= probability.sum(axis=1, keepdims=True)
        gradient = np.einsum("n,nk,nkf->f", share, probability - target, x, optimize=True) + PENALTY * w
        momentum = 0.9 * momentum + 0.1 * gradient
        variance = 0.99 * variance + 0.01 * gradient**2
        w = w - RATE * (momentum / (1 - 0.9**step)) / (np.sqrt(variance / (1 - 0.99**step)) + 1e-8)
    return dict(zip(FEATURES, (w / deviation).tolist(), strict=True))


def fit_fusion(indexes: Mapping[str, Index], sets: Mapping[str, GoldSet], titles: set[str]) -> Fusion | None:
    """The numbers of the fusion for indexes of parallel texts; None where there is only one language."""
    if len(indexes) < 2:
        return None
    found: dict[tuple[str, str], dict[str, tuple[Ranking, NDArray[np.bool_]]]] = {}
    for told, question, gold in asked_of(sets, titles):
        ranking = indexes[told].search(question.text, question.language, limit=FUSED).rankings[0]
        holds = [r.article.id == gold.article and r.start <= gold.start and gold.end <= r.end for r in ranking.results]
        found.setdefault((question.language, question.id), {})[told] = ranking, np.array(holds, bool)
    pairs = [
        (ranking, other, holds)
        for asked in found.values()
        for told, (ranking, holds) in asked.items()
        for beside, (other, _) in asked.items()
        if beside != told and holds.any()
    ]
    first: dict[Fusion, int] = {}
    for share, steepness in product(SHARES, STEEPNESSES):
        fusion = Fusion(share, steepness)
        first[fusion] = sum(bool(h[(r.scores + share * gain(r, o, fusion)).argmax()]) for r, o, h in pairs)
    return max(first, key=lambda fusion: first[fusion])


def fit_likeness(
    sets: Mapping[str, GoldSet], weights: Weights, model: EmbeddingModel, cache: EmbeddingCache
) -> Likeness | None:
    """The numbers of the likeness of questions; None where there is only one language."""
    if len(sets) < 2:
        return None
    cases: list[tuple[Floats, Floats, NDArray[np.bool_]]] = []
    titles = {question.title for entry in sets.values() for question in entry.questions}
    with _indexes({name: _foreseen(name, sets) for name in sets}, model, cache) as indexes:
        for index in indexes.values():
            index.weights = weights
        for told, question, gold in asked_of(sets, titles):
            results = indexes[told].search(question.text, question.language, limit=10_000).rankings[0].results
            holds = [r.article.id == gold.article and r.start <= gold.start and gold.end <= r.end for r in results]
            scores, cosines = np.array([(r.score, r.scores["likeness"]) for r in results], np.float32).T
            cases.append((scores, cosines, np.array(holds, bool)))
    first = {
        likeness: sum(bool(h[(s + s.std() * likeness.gain(c)).argmax()]) for s, c, h in cases if h.any())
        for likeness in (Likeness(share, level) for share, level in product(*LIKENESSES))
    }
    return max(first, key=lambda likeness: first[likeness])


def _foreseen(told: str, sets: Mapping[str, GoldSet]) -> GoldSet:
    """A set whose gold sentences have every second question beside them, as the other languages put it."""
    gold = golden(sets)
    beside: dict[str, list[HypotheticalQuestion]] = {}
    for id in sorted(gold[told])[::2]:
        place = gold[told][id]
        others = [gold[name][id].text for name in sorted(sets) if name != told and id in gold[name]]
        beside.setdefault(place.article, []).extend(HypotheticalQuestion(place.start, text) for text in others)
    asked = {id: tuple(sorted(questions, key=lambda question: question.offset)) for id, questions in beside.items()}
    return replace(sets[told], articles=tuple(replace(a, questions=asked.get(a.id, ())) for a in sets[told].articles))


def folds(titles: Iterable[str], count: int = FOLDS) -> list[set[str]]:
    """Titles dealt out to folds, in the order of their names."""
    ordered = sorted(set(titles))
    return [set(ordered[i::count]) for i in range(count)]


@dataclass(frozen=True)
class Measured:
    """One question's outcome: first passage right, first sentence holds the gold span, gold span among three."""

    pair: str
    title: str
    passage: bool
    first: bool
    three: bool


def measure(sample: Sample, weights: Weights) -> Measured:
    """Ranks a sample's candidates and looks where the gold stands."""
    order = np.argsort(-(sample.features @ weights.vector), kind="stable")
    page = int(sample.features[:, FEATURES.index("page")].argmax()) if len(order) else -1
    gold = sample.gold[order]
    return Measured(
        sample.pair,
        sample.title,
        bool(len(order)) and bool(sample.paragraph[page]),
        bool(gold[:1].any()),
        bool(gold[:3].any()),
    )


def fitted_folds(
    sets: Mapping[str, GoldSet], model: EmbeddingModel, cache: EmbeddingCache
) -> Iterator[tuple[Mapping[str, Index], Weights, set[str]]]:
    """Each fold's titles with weights fitted without them, and the indexes over all, which rank by those weights."""
    titles = {question.title for entry in sets.values() for question in entry.questions}
    with _indexes(sets, model, cache) as indexes:
        for fold in folds(titles):
            weights = means_and_idf(indexes, sets, titles - fold)
            weights = replace(weights, features=fit_features(samples(indexes, sets, weights, titles - fold)))
            for index in indexes.values():
                index.weights = weights
            yield indexes, weights, fold


def cross_validate(sets: Mapping[str, GoldSet], model: EmbeddingModel, cache: EmbeddingCache) -> list[Measured]:
    """Every question measured with weights fitted without its article."""
    return [
        measure(sample, weights)
        for indexes, weights, fold in fitted_folds(sets, model, cache)
        for sample in samples(indexes, sets, weights, fold)
    ]


def fit(sets: Mapping[str, GoldSet], model: EmbeddingModel, cache: EmbeddingCache, data: Sequence[str]) -> Weights:
    """The weights for a model from all of the questions; `data` names the files for the provenance."""
    titles = {question.title for entry in sets.values() for question in entry.questions}
    with _indexes(sets, model, cache) as indexes:
        weights = means_and_idf(indexes, sets, titles)
        weights = replace(weights, features=fit_features(samples(indexes, sets, weights, titles)))
        for index in indexes.values():
            index.weights = weights
        fusion = fit_fusion(indexes, sets, titles)
    likeness = fit_likeness(sets, weights, model, cache)
    provenance = {"data": list(data), "command": "dealbrief eval fit", "questions": sum(len(golden(sets)[k]) for k in sets)}
    return replace(weights, embedder=model.id, fusion=fusion, likeness=likeness, provenance=provenance)
