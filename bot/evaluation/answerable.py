"""Answering and refusing, measured honestly: fitted on half of the article titles, tested on the others' own index.

Unanswerable means that the gold paragraph is left out of the search and its neighbours stay. Cross-validation in one
shared index deceives here: it rewards similarity levels that belong to the index (finding.md section 3).
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.chatbot import Chatbot
from bot.evaluation.fit import asked_of, fit_features, folds, means_and_idf, samples
from bot.evaluation.squad import GoldQuestion, GoldSet, opened
from bot.evidence import Gate, features, fit_logistic, pair_of
from bot.extractive import compose, weighed
from bot.question import kind_of, take_apart
from corpus.article import Article
from index.cache import EmbeddingCache
from index.claims import ClaimMaker
from index.embedder import EmbeddingModel
from index.scoring import Floats, Weights
from index.search import Index

REFUSED_SHARE = 0.04
CORPUS_PENALTY = 30.0
"""A corpus has a few hundred questions, not thousands, so its gate is held close to "every feature counts a little"."""
GATE_FOLDS = 10
FALLBACK_SHARE = 0.05
"""The share of unanswerable questions that may pass in the other language where the question's own has refused."""


@dataclass(frozen=True)
class Case:
    """A question asked with its gold paragraph, without it, or (`far`) without all of its article: the gate's features,
    and whether what is shown is right."""

    pair: str
    title: str
    answerable: bool
    values: Floats
    first: bool
    shown: bool
    statements: int
    far: bool = False


def halves(titles: Sequence[str]) -> tuple[set[str], set[str]]:
    """Titles dealt out to two halves, in the order of their names."""
    ordered = sorted(set(titles))
    return set(ordered[::2]), set(ordered[1::2])


def restricted(entry: GoldSet, titles: set[str]) -> GoldSet:
    """A set without the articles and questions of other titles."""
    articles = tuple(article for article in entry.articles if article.source.title in titles)
    return replace(entry, articles=articles, questions=tuple(q for q in entry.questions if q.title in titles))


def cases(sets: Mapping[str, GoldSet], indexes: Mapping[str, Index], weights: Weights) -> list[Case]:
    """Every answerable question with its paragraph, without it, and without all of its article."""
    titles = {question.title for entry in sets.values() for question in entry.questions}
    found = []
    for index in indexes.values():
        index.weights = weights
    for told, question, target in asked_of(sets, titles):
        index = indexes[told]
        far = frozenset(article.id for article in sets[told].articles if article.source.title == question.title)
        found.append(case_of(index, question, target, told))
        found.append(case_of(index, question, target, told, frozenset({target.article})))
        found.append(case_of(index, question, target, told, far, far=True))
    return [case for case in found if case is not None]


def case_of(
    index: Index,
    question: GoldQuestion,
    target: GoldQuestion,
    told: str,
    exclude: frozenset[str] = frozenset(),
    *,
    far: bool = False,
) -> Case | None:
    """What a question is answered with from an index, some articles left out; None where nothing is found."""
    results = index.search(question.text, question.language, limit=40, exclude=exclude)
    ranking = weighed(results.rankings[0], kind_of(question.text), question.text)
    if not ranking.results:
        return None
    maker = ClaimMaker({}, _own_origin)
    asked = take_apart(question.text)
    whole = replace(asked, parts=(question.text,), kinds=asked.kinds[:1])
    shown = [choice.claim.representative for choice in compose(whole, [ranking], maker)]
    holds = [r.article.id == target.article and r.start <= target.start and target.end <= r.end for r in shown]
    values = features(results, ranking, maker)
    return Case(f"{question.language}>{told}", question.title, not exclude, values, any(holds[:1]), any(holds), len(shown), far)


def _own_origin(article: Article) -> str:
    return article.id


def fit_gate(
    train: Sequence[Case],
    embedder: str,
    data: Sequence[str],
    *,
    corpus: str = "",
    penalty: float = 2.0,
) -> Gate:
    """The gate from cases: standardised within same and across, one regression each.

    Its scale and its thresholds come from cases that the regression had not seen, by cross-validation over titles (a
    strong penalty presses the probabilities together, and seen cases look easier than they are): "same" and "across"
    refuse the nominal share of answerable questions; "fallback" is for the other language where the question's own has
    refused, and lets pass no more than .05 of the unanswerable ones.
    """
    mean: dict[str, Floats] = {}
    deviation: dict[str, Floats] = {}
    coefficients: dict[str, Floats] = {}
    thresholds: dict[str, float] = {}
    for pair in ("same", "across"):
        own = [case for case in train if pair_of(*case.pair.split(">")) == pair]
        x = np.array([case.values for case in own], np.float64)
        y = np.array([case.answerable for case in own], np.float64)
        mean[pair] = x.mean(axis=0).astype(np.float32)
        deviation[pair] = (x.std(axis=0) + 1e-6).astype(np.float32)
        x = (x - mean[pair]) / deviation[pair]
        unseen = _unseen_logits(x, y, [case.title for case in own], penalty)
        slope, level = fit_logistic(unseen[:, None], y, 0.0)
        w = fit_logistic(x, y, penalty) * slope
        w[-1] += level
        coefficients[pair] = w.astype(np.float32)
        p = 1 / (1 + np.exp(-(unseen * slope + level)))
        near = np.array([not case.far for case in own])
        thresholds[pair] = round(float(np.quantile(p[near & (y == 1)], REFUSED_SHARE)), 4)
        if pair == "across":
            thresholds["fallback"] = round(float(np.quantile(p[near & (y == 0)], 1 - FALLBACK_SHARE)), 4)
    provenance = {"data": list(data), "command": "dealbrief eval fit"}
    return Gate(embedder, corpus, mean, deviation, coefficients, thresholds, provenance)


def _unseen_logits(
    x: NDArray[np.float64], y: NDArray[np.float64], titles: Sequence[str], penalty: float
) -> NDArray[np.float64]:
    """What a regression fitted without a case's title says of the case."""
    logits = np.zeros(len(y))
    for fold in folds(titles, GATE_FOLDS):
        out = np.array([title in fold for title in titles])
        if out.any():
            w = fit_logistic(x[~out], y[~out], penalty)
            logits[out] = x[out] @ w[:-1] + w[-1]
    return logits


def probability(gate: Gate, case: Case) -> float:
    """The gate's probability for a case."""
    return gate.probability(case.values, pair_of(*case.pair.split(">")))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The probability that a positive ranks above a negative (Mann-Whitney)."""
    values = np.concatenate([positive, negative])
    ranks = np.empty(len(values))
    order = np.argsort(values, kind="stable")
    ranks[order] = np.arange(1, len(values) + 1)
    for value in np.unique(values[np.diff(np.sort(values), prepend=np.nan) == 0]):
        ranks[values == value] = ranks[values == value].mean()
    n = len(positive)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(negative)))


def calibration_error(p: NDArray[np.float64], y: NDArray[np.float64], bins: int = 10) -> float:
    """Expected calibration error over equal bins of probability."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [abs(p[which == b].mean() - y[which == b].mean()) * (which == b).mean() for b in range(bins) if (which == b).any()]
    return float(sum(gaps))


def train_and_test(sets: Mapping[str, GoldSet], model: EmbeddingModel, cache: EmbeddingCache) -> tuple[Gate, list[Case]]:
    """Fits weights and gate on one half of the titles and gives the cases of the other half, each with its own index."""
    learn, held = halves([q.title for entry in sets.values() for q in entry.questions])
    weights, learned = fitted_cases({name: restricted(entry, learn) for name, entry in sets.items()}, model, cache)
    gate = fit_gate(learned, model.id, ())
    test = {name: restricted(entry, held) for name, entry in sets.items()}
    with ExitStack() as stack:
        indexes = {name: stack.enter_context(opened(entry.articles, model, cache)) for name, entry in test.items()}
        return gate, cases(test, indexes, weights)


def corpus_cases(bot: Chatbot, answerable: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> list[Case]:
    """Questions over a corpus that it answers, and others that it does not: a case for each language it is in."""
    found = []
    for entry in [*answerable, *others]:
        results = bot.finder.search(take_apart(entry["question"]), entry["language"])[0]
        for ranking in results.rankings:
            if ranking.results:
                values = features(results, ranking, bot.claims)
                pair = f"{entry['language']}>{ranking.language}"
                found.append(Case(pair, entry["id"], entry in answerable, values, True, True, 1))
    return found


def fitted_cases(sets: Mapping[str, GoldSet], model: EmbeddingModel, cache: EmbeddingCache) -> tuple[Weights, list[Case]]:
    """Weights fitted on all of the sets, and their cases under them."""
    titles = {question.title for entry in sets.values() for question in entry.questions}
    with ExitStack() as stack:
        indexes = {name: stack.enter_context(opened(entry.articles, model, cache)) for name, entry in sets.items()}
        weights = means_and_idf(indexes, sets, titles)
        weights = replace(weights, features=fit_features(samples(indexes, sets, weights, titles)))
        return weights, cases(sets, indexes, weights)
