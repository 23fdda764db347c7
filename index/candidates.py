"""Which sentences late interaction looks at: whole passages around what is nearest by vectors, questions and BM25."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.scoring import NEIGHBOUR, Candidates, Floats, Question, unit, z
from index.segment import Segment

NEAREST_SENTENCES = 60
NEAREST_PASSAGES = 15
LEXICAL_SENTENCES = 20
FORESEEN_SENTENCES = 10
MAX_CANDIDATES = 120
"""Sentences of the question's language that late interaction looks at, whole passages, best first."""
MAX_ACROSS = 60
"""The same for another language, where more changed nothing."""
PASSAGE_SHARE = 0.5


def candidate_rows(
    segment: Segment, question: Question, query: list[str], language: str, exclude: frozenset[str], most: int
) -> tuple[NDArray[np.int64], Floats, Floats] | None:
    """Rows of at `most` so many sentences in whole passages, in order, z of BM25 and the likeness to the nearest of its
    questions for each; None where there are none."""
    first, last, first_passage = segment.rows(language)
    if first == last or segment.vectors is None:
        return None
    repeats = segment.repeats[language]  # copies must not fill the places of other sentences
    limits = round(NEAREST_SENTENCES * repeats), round(NEAREST_PASSAGES * repeats)
    nearest, pages = segment.nearest(language, question.pooled, *limits)
    bm25 = segment.lexical[language].scores(query) if query else np.zeros(last - first, np.float32)
    lexical = _highest(bm25, round(LEXICAL_SENTENCES * repeats))
    likeness = segment.likeness(language, question.pooled)
    foreseen = _highest(likeness, round(FORESEEN_SENTENCES * repeats))
    passages = np.unique(
        np.concatenate(
            [
                segment.sentences[first + nearest, 1],
                first_passage + pages,
                segment.sentences[first + lexical, 1],
                segment.sentences[first + foreseen, 1],
            ]
        )
    )
    alive = segment.alive[segment.passages[passages, 0]]
    if exclude:
        alive &= np.array([article_id(segment, number) not in exclude for number in segment.passages[passages, 0]], bool)
    passages = _closest(segment, _distinct(segment, passages[alive]), question.pooled, likeness, first, most)
    if not len(passages):
        return None
    rows = _rows(segment, passages)
    return rows, z(bm25, bm25[rows - first]), likeness[rows - first]


def _rows(segment: Segment, passages: NDArray[Any]) -> NDArray[np.int64]:
    """The rows of the sentences of passages, one passage after the other."""
    bounds = zip(segment.passage_first[passages], segment.passage_first[passages + 1], strict=True)
    return np.concatenate([np.arange(begin, end) for begin, end in bounds]).astype(np.int64)


def _highest(scores: Floats, limit: int) -> NDArray[np.int64]:
    """The rows with the highest scores over 0, the first ones among equals; in no order, since all rows are never sorted."""
    over = np.flatnonzero(scores)
    if len(over) <= limit:
        return over
    least = np.partition(scores[over], len(over) - limit)[len(over) - limit]
    more = over[scores[over] > least]
    return np.concatenate([more, over[scores[over] == least][: limit - len(more)]])


def article_id(segment: Segment, number: int) -> str:
    article = segment.articles[number]
    return article.id if article else ""


def _distinct(segment: Segment, passages: NDArray[Any]) -> NDArray[Any]:
    """The passages without those whose text another one before them has."""
    kept: dict[str, int] = {}
    for passage in passages:
        number, start, end = (int(value) for value in segment.passages[passage])
        article = segment.articles[number]
        if article is not None:
            kept.setdefault(article.text[start:end], int(passage))
    return np.array(list(kept.values()), passages.dtype)


def _closest(segment: Segment, passages: NDArray[Any], pooled: Floats, likeness: Floats, first: int, most: int) -> NDArray[Any]:
    """The passages with the closest sentences, as many as make up at most that many sentences, in order.

    A sentence is as close as it or one of its questions is; `likeness` begins with the sentence of row `first`.
    """
    sizes = segment.passage_first[passages + 1] - segment.passage_first[passages]
    if sizes.sum() <= most:
        return passages
    rows = _rows(segment, passages)
    cosines = np.maximum(segment.pooled[rows] @ pooled, likeness[rows - first])
    starts = np.cumsum(sizes) - sizes
    best = np.maximum.reduceat(cosines, starts) + PASSAGE_SHARE * np.add.reduceat(cosines, starts) / sizes
    order = np.argsort(-best, kind="stable")
    return np.sort(passages[order[: max(1, int(np.searchsorted(np.cumsum(sizes[order]), most)))]])


def gather(parts: Sequence[tuple[Segment, NDArray[np.int64], Floats, Floats]], question: Question) -> Candidates:
    """The arrays of the candidates of all segments, one after the other."""
    vectors, a3, position, passage, tokens, lengths = [], [], [], [], [], []
    known = 0
    for segment, rows, _, _ in parts:
        pooled = np.asarray(segment.pooled[rows])
        numbers = np.unique(segment.sentences[rows, 1], return_inverse=True)[1]
        vectors.append(pooled)
        a3.append(_with_neighbours(pooled, numbers) @ question.pooled)
        position.append(segment.sentences[rows, 4].astype(np.float32))
        passage.append(numbers + known)
        known += int(numbers[-1]) + 1
        starts, ends = segment.token_offsets[rows], segment.token_offsets[rows + 1]
        # Passages are runs of rows, so their tokens are read in a few long pieces.
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        runs = list(zip(starts[np.r_[0, breaks]], ends[np.r_[breaks - 1, len(rows) - 1]], strict=True))
        tokens += [segment.tokens(start, end) for start, end in runs]
        lengths.append(ends - starts)
    counts = np.concatenate(lengths)
    together = np.concatenate(vectors)
    return Candidates(
        together,
        together @ question.pooled,
        np.concatenate(a3),
        np.concatenate(position),
        np.concatenate(passage),
        tokens,
        np.concatenate([[0], np.cumsum(counts[:-1])]).astype(np.int64),
        np.concatenate([bm25 for _, _, bm25, _ in parts]),
        np.concatenate([likeness for _, _, _, likeness in parts]),
    )


def _with_neighbours(pooled: Floats, passage: NDArray[np.int64]) -> Floats:
    """Sentence vectors with .35 of those before and after in the passage added, at length 1."""
    blended = pooled.copy()
    inside = (passage[1:] == passage[:-1])[:, None]
    blended[1:] += NEIGHBOUR * np.where(inside, pooled[:-1], 0)
    blended[:-1] += NEIGHBOUR * np.where(inside, pooled[1:], 0)
    return unit(blended)
