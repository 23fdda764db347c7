"""Vectors drawn instead of embedded: those of real sentences, moved a little. For measuring growth only."""

import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.cache import Packed
from index.e5 import TokenVectors
from index.embedder import EmbeddingModel, Side

MOVED = 0.35
"""Length of what is added to a unit vector: its cosine with the vector that it comes from is about .94."""
_NOISE = 8192


def drawn(model: EmbeddingModel, pool: Sequence[Packed]) -> EmbeddingModel:
    """The model with given vectors, each of which stands for many documents; questions are embedded."""
    noise = np.random.default_rng(0).normal(size=(_NOISE, model.dimension)).astype(np.float32)
    noise *= MOVED / np.linalg.norm(noise, axis=1, keepdims=True)

    def encode(documents: list[str], side: Side) -> list[TokenVectors]:
        if side == "query":
            return model.encode(documents, side)
        return [_moved(pool[(number := zlib.crc32(text.encode())) % len(pool)], noise, number) for text in documents]

    return replace(model, encode=encode)


def _moved(vectors: Packed, noise: np.ndarray[tuple[int, int], np.dtype[np.float32]], number: int) -> TokenVectors:
    at = number % (_NOISE - len(vectors.codes) - 1)
    states = vectors.codes * vectors.scales[:, None]
    pooled = vectors.pooled + noise[at]
    return TokenVectors(pooled / np.linalg.norm(pooled), states + noise[at + 1 : at + 1 + len(states)], vectors.ids)
