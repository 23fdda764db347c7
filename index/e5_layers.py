"""The neural network of multilingual-e5-small: token ids -> last states, in numpy.

A token becomes a state of 384 numbers, and twelve layers rewrite the states. In each, attention (Vaswani et al. 2017,
https://arxiv.org/abs/1706.03762) lets every token gather from all tokens of the text; then two matrices with a GELU
between them rewrite each token by itself. What comes out is added to the states, and these are normalised.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np

from index.blas import one_blas_thread
from index.e5_weights import FEED_FORWARD, HEADS, HIDDEN, LAYERS, POSITIONS, VOCABULARY, Floats, Weights, dequantise

HEAD = HIDDEN // HEADS

# BLAS takes up a matrix anew for every product, so texts side by side cost less than each alone. Some kernels (OpenBLAS's
# for Haswell and Zen) round a row differently by its place in a block of rows, of 4 or 12: texts that fill whole blocks
# have the same bits all the same.
BLOCK = 12

# x * (a polynomial in x * x, highest power first) is log((1 - p) / p) for the normal distribution function p of x.
# Fitted (Lawson's algorithm, |x| <= 6.5) to make the greatest error of x * p least; it is 3.4e-6 in float32.
NORMAL_LOGIT = np.array([-2.22526343e-06, 6.09343982e-05, 2.50952384e-04, -7.29398615e-02, -1.59565515], np.float32)

GELU_ROWS = 32  # what it works on stays in the processor's cache


class Encoder:
    """The network over one weights file; it is never changed, so many threads may use it."""

    def __init__(self, weights: Weights) -> None:
        self._words = weights.blocks("emb.word", VOCABULARY, HIDDEN)
        # BERT tells two texts in one input apart by a token's type; E5 reads one text, always of type 0.
        token_type = weights.floats("emb.type", HIDDEN)
        self._positions = weights.floats("emb.pos", POSITIONS, HIDDEN) + token_type
        self._norm = _layer_norm(weights, "emb.ln")
        # A third of a start is making 85 MB of floats out of 11 MB, which numpy does outside Python's lock.
        with ThreadPoolExecutor(2) as pool:
            self.layers = list(pool.map(lambda number: _layer(weights, f"l{number}."), range(LAYERS)))

    def states(self, texts: Sequence[Sequence[int]], rows: int) -> Floats:
        """The last states (n, rows, 384) of n texts of at most `rows` tokens; those behind a text's end mean nothing.

        Where `rows` is a multiple of `block()`, a text has the same bits alone and beside any others.
        """
        room = Workspace([len(ids) for ids in texts], rows)
        for states, ids in zip(room.states, texts, strict=True):
            words = dequantise(self._words[np.array(ids)], axis=-1).reshape(len(ids), HIDDEN)
            states[: len(ids)] = words + self._positions[: len(ids)]
        self._norm(room.flat_states)
        # Far below 0, gelu's exp is infinite, and dividing by it gives the 0 that it should be.
        with np.errstate(over="ignore"):
            for layer in self.layers:
                layer(room)
        return room.states


@cache
def block() -> int:
    """1 where BLAS rounds a row the same at any place, else BLOCK; found by trying places and numbers of rows."""
    rows = np.sin(np.arange(BLOCK * FEED_FORWARD, dtype=np.float32)).reshape(BLOCK, FEED_FORWARD)
    with one_blas_thread():
        for inputs, outputs in (HIDDEN, HIDDEN), (HIDDEN, 3 * HIDDEN), (HIDDEN, FEED_FORWARD), (FEED_FORWARD, HIDDEN):
            matrix = np.resize(rows, (inputs, outputs))
            found = rows[:, :inputs] @ matrix
            for count in (2, 3, 5, 7, BLOCK + 1, 4 * BLOCK - 1, 20 * BLOCK + 5):
                places = (np.arange(count) + 5) % BLOCK
                if not np.array_equal(rows[places, :inputs] @ matrix, found[places]):
                    return BLOCK
    return 1


class Workspace:
    """The arrays that one forward writes to, the same ones in every layer, since fresh memory is slow.

    Every text has the same number of rows, filled up with zeros; no token attends to what fills them up.
    """

    def __init__(self, tokens: Sequence[int], rows: int) -> None:
        texts = len(tokens)
        self.states = np.zeros((texts, rows, HIDDEN), np.float32)
        self.flat_states = self.states.reshape(-1, HIDDEN)
        self.change = np.empty((texts * rows, HIDDEN), np.float32)
        self.wide = np.empty((texts * rows, FEED_FORWARD), np.float32)
        self.query_key_value = np.empty((texts * rows, 3 * HIDDEN), np.float32)
        by_head = self.query_key_value.reshape(texts, rows, 3, HEADS, HEAD).transpose(2, 0, 3, 1, 4)
        self.queries, self.keys, self.values = by_head  # views of (texts, 12, rows, 32)
        self.attention = np.empty((texts, HEADS, rows, rows), np.float32)
        outside = np.arange(rows) >= np.array(tokens)[:, None]
        self.unseen = np.where(outside, -np.inf, 0).astype(np.float32)[:, None, None, :]
        self.gathered = np.empty((texts * rows, HIDDEN), np.float32)
        self.gathered_by_head = self.gathered.reshape(texts, rows, HEADS, HEAD).transpose(0, 2, 1, 3)


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
    """Each state brought to mean 0 and deviation 1, then scaled and shifted as learned, in place."""

    scale: Floats
    shift: Floats
    epsilon: np.float32

    def __call__(self, states: Floats) -> None:
        states -= states.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", states, states) / np.float32(HIDDEN)
        states *= (1 / np.sqrt(variance + self.epsilon))[:, None]
        states *= self.scale
        states += self.shift


@dataclass(frozen=True)
class Layer:
    """One of the twelve layers; it rewrites the states of a workspace in place."""

    query_key_value: Affine  # three matrices side by side: one product; queries come out divided by sqrt(32)
    attention_out: Affine
    attention_norm: LayerNorm
    widen: Affine
    narrow: Affine
    feed_forward_norm: LayerNorm

    def __call__(self, room: Workspace) -> None:
        states = room.flat_states
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


def attend(room: Workspace) -> None:
    """Attention: each token gathers all tokens' values, weighted by softmax(its query . their keys), head by head."""
    attention = room.attention
    np.matmul(room.queries, room.keys.transpose(0, 1, 3, 2), out=attention)
    attention += room.unseen
    attention -= attention.max(axis=3, keepdims=True)
    np.exp(attention, out=attention)
    np.matmul(attention, room.values, out=room.gathered_by_head)
    # Softmax divides by the sum; what was gathered is smaller than the weights, so it is divided in their place.
    room.gathered_by_head /= attention.sum(axis=3, keepdims=True)


def gelu(states: Floats) -> None:
    """x * p(x), with the normal distribution function p, in place (Hendrycks and Gimpel 2016, arXiv:1606.08415).

    p is 1 / (1 + exp(logit)), and NORMAL_LOGIT gives the logit.
    """
    squares, logits = np.empty((2, GELU_ROWS, states.shape[1]), np.float32)
    for start in range(0, len(states), GELU_ROWS):
        x = states[start : start + GELU_ROWS]
        square, logit = squares[: len(x)], logits[: len(x)]
        np.multiply(x, x, out=square)
        np.multiply(square, NORMAL_LOGIT[0], out=logit)
        for coefficient in NORMAL_LOGIT[1:-1]:
            logit += coefficient
            logit *= square
        logit += NORMAL_LOGIT[-1]
        logit *= x
        np.exp(logit, out=logit)
        logit += np.float32(1)
        x /= logit


def _layer(weights: Weights, name: str) -> Layer:
    query, key, value = (_affine(weights, name + part, HIDDEN, HIDDEN) for part in "qkv")
    # Attention divides each product of a query and a key by the square root of their length; done here, once.
    shrink = np.float32(HEAD**-0.5)
    return Layer(
        Affine(
            np.hstack([query.matrix * shrink, key.matrix, value.matrix]),
            np.hstack([query.bias * shrink, key.bias, value.bias]),
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
