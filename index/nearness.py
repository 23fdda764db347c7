"""How near two sentences are by their token vectors, within a language and across.

Each token looks for its most similar one in the other sentence, after the language's mean token is taken away; the
similarities are averaged with the predicted weights of the tokens, in both directions, and the two averages are averaged
(finding.md section 1 calls it late interaction). The title in front of an indexed sentence is left out.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from index.blas import one_blas_thread
from index.e5 import TokenVectors
from index.scoring import LEAST_WEIGHT, Floats, Weights, unit
from index.search import Index, SearchResult
from index.segment import Segment

_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

HELD = 1000
"""Sentences whose tokens are kept as they are compared, 50 kB each."""

Tokens = tuple[Floats, Floats]
"""Unit token vectors (t, d) after the mean is taken away, and their weights (t,), which sum to 1."""


def tokens(states: Floats, weights: Weights, language: str) -> Tokens:
    """The tokens of a sentence (t, d) as they are compared."""
    plain = unit(states)
    mean = weights.sentence_means.get(language)
    predicted = np.ones(len(plain), np.float32)
    if weights.idf is not None and len(weights.idf) == plain.shape[1] + 1:
        predicted = np.maximum(plain @ weights.idf[:-1] + weights.idf[-1], LEAST_WEIGHT)
    return unit(plain - mean) if mean is not None else plain, predicted / max(float(predicted.sum()), 1e-9)


@one_blas_thread()
def near(first: Tokens, second: Tokens) -> float:
    """The nearness of two sentences, at most 1."""
    if not len(first[0]) or not len(second[0]):
        return 0.0
    similar = first[0] @ second[0].T
    return float(similar.max(axis=1) @ first[1] + similar.max(axis=0) @ second[1]) / 2


def near_vectors(first: TokenVectors, second: TokenVectors, languages: tuple[str, str], weights: Weights) -> float:
    """The nearness of two texts just embedded."""
    return near(tokens(first.states, weights, languages[0]), tokens(second.states, weights, languages[1]))


def nearness(index: Index) -> Callable[[SearchResult, SearchResult], float] | None:
    """The nearness of two sentences of an index; None where it has no fitted embedder with token vectors."""
    if not index.weights.fitted or not index.model.has_tokens:
        return None
    owners = {
        article.id: (segment, number)
        for segment in index.segments
        for number, article in enumerate(segment.articles)
        if article is not None
    }
    special = index.model.count("")

    def row_of(result: SearchResult) -> tuple[Segment, int]:
        segment, number = owners[result.article.id]
        first, last = np.searchsorted(segment.sentences[:, 0], [number, number + 1])
        return segment, int(first + np.searchsorted(segment.sentences[first:last, 2], result.start))

    @lru_cache(maxsize=4096)
    def lead(title: str) -> int:
        return index.model.count(title) - special

    held: dict[tuple[str, int], Tokens] = {}

    def of(result: SearchResult) -> Tokens:
        found = held.get(result.key)
        if found is None:
            segment, row = row_of(result)
            start, end = (int(offset) for offset in segment.token_offsets[row : row + 2])
            start = min(start + lead(_lead(result)), end - 1)
            states = segment.tokens(start, end).vectors()
            found = tokens(states, index.weights, result.article.source.language)
            if len(held) > HELD:
                held.clear()
            held[result.key] = found
        return found

    return lambda first, second: near(of(first), of(second))


def _lead(result: SearchResult) -> str:
    """What stands in front of an indexed sentence (`indexed_text`): its article's title, and the heading above it."""
    above = _HEADING.findall(result.article.text, 0, result.passage_start)
    title = result.article.source.title
    return f"{title}, {above[-1].strip()}:" if above else f"{title}:"
