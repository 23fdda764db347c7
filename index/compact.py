"""Token and sentence vectors at rest, in two forms: the full one, and a small one for large segments.

Full: unit token vectors as int8 with a scale each, sentence vectors as float32. Small (finding.md section 2, storage):
a token's distance from the mean token on the 192 axes on which tokens differ most, rotated at random so that all of
them count alike, 2 bits each at the levels of Lloyd and Max for a normal distribution, one length a token; sentence
vectors as int8. Mean and axes belong to the segment. 50 bytes a token instead of 388. More axes with fewer bits are
better: in 50 bytes as in 66 (128 axes, 4 bits each) the similarities stay as near to the full ones (docs/growth.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
AXES = 192
PER_BYTE = 4
_CHUNK = 8192
_SEED = 20250402
_UPPER = (0.4528, 1.5104)
"""The upper 2 of the 4 levels with the least squared error for a standard normal variable (Max 1960, table I)."""
LEVELS = np.array([*(-level for level in reversed(_UPPER)), *_UPPER], np.float32)
_BOUNDS = (LEVELS[1:] + LEVELS[:-1]) / 2
_SHIFTS = np.arange(0, 8, 2, dtype=np.uint8)
_FOURS = LEVELS[np.arange(256)[:, None] >> _SHIFTS & 3]


@dataclass(frozen=True)
class Basis:
    """The mean token (d,) and the rotated axes (k, d) of a segment's small form, k a multiple of 4."""

    mean: Floats
    axes: Floats

    @classmethod
    def of(cls, tokens: Floats) -> "Basis":
        """The basis for tokens like these unit vectors (t, d): principal axes, as many as there are up to 192."""
        mean = tokens.mean(axis=0)
        centred = tokens - mean
        _, vectors = np.linalg.eigh(centred.T @ centred)
        count = min(AXES, tokens.shape[1]) // PER_BYTE * PER_BYTE
        turn, _ = np.linalg.qr(np.random.default_rng(_SEED).normal(size=(count, count)))
        axes = turn @ vectors[:, ::-1][:, :count].T
        return cls(mean.astype(np.float32), axes.astype(np.float32))

    @classmethod
    def read(cls, rows: Floats) -> "Basis":
        """What `rows` gave."""
        return cls(rows[0], rows[1:])

    @property
    def rows(self) -> Floats:
        """Mean and axes as one array."""
        return np.vstack([self.mean, self.axes])

    def encode(self, tokens: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
        """Unit token vectors (t, d) to codes (t, k / 4) and scales (t,), with which they keep their distance from the mean."""
        away = tokens - self.mean
        on_axes = away @ self.axes.T
        spread = np.sqrt((on_axes**2).mean(axis=1, keepdims=True))
        levels = np.searchsorted(_BOUNDS, on_axes / np.maximum(spread, 1e-12)).astype(np.uint8)
        scales = np.linalg.norm(away, axis=1) / np.linalg.norm(LEVELS[levels], axis=1)
        codes = np.bitwise_or.reduce(levels.reshape(len(levels), -1, PER_BYTE) << _SHIFTS, axis=2)
        return codes, scales.astype(np.float16)


@dataclass(frozen=True)
class Tokens:
    """Some tokens of a segment: codes and scales in the full form, or in the small one of a basis."""

    codes: NDArray[Any]
    scales: NDArray[Any]
    basis: Basis | None = None

    def vectors(self) -> Floats:
        """The tokens as vectors (t, d)."""
        if self.basis is None:
            found: Floats = self.codes.astype(np.float32) * self.scales[:, None]
            return found
        vectors: Floats = self._on_axes() @ self.basis.axes + self.basis.mean
        return vectors

    def _on_axes(self) -> Floats:
        levels: Floats = _FOURS[self.codes].reshape(len(self.codes), -1) * self.scales.astype(np.float32)[:, None]
        return levels

    def dot(self, probes: Floats) -> Floats:
        """The products of the tokens with rows of vectors (n, d); (t, n)."""
        if self.basis is None:
            plain: Floats = (self.codes.astype(np.float32) @ probes.T) * self.scales[:, None]
            return plain
        product: Floats = self._on_axes() @ (self.basis.axes @ probes.T) + self.basis.mean @ probes.T
        return product


class Pooled:
    """The sentence vectors of a segment; whatever is taken out is float32 at length 1."""

    def __init__(self, stored: NDArray[Any]) -> None:
        self._stored = stored

    def __len__(self) -> int:
        return len(self._stored)

    def __getitem__(self, rows: Any) -> Floats:
        found = np.asarray(self._stored[rows])
        if found.dtype == np.float32:
            return found
        taken = found.astype(np.float32)
        scaled: Floats = taken / np.maximum(np.linalg.norm(taken, axis=-1, keepdims=True), 1e-12)
        return scaled

    def part(self, first: int, last: int) -> "Pooled":
        """The vectors of a range of rows."""
        return Pooled(self._stored[first:last])


def means(pooled: Pooled, passage: Sequence[int] | NDArray[np.int32], count: int) -> Floats:
    """The vectors of passages (count, d): the sums of their sentences' at length 1; `passage` numbers those from 0 on."""
    sums = np.zeros((count, pooled[:1].shape[1]), np.float32)
    for at in range(0, len(pooled), _CHUNK):
        np.add.at(sums, passage[at : at + _CHUNK], pooled[at : at + _CHUNK])
    found: Floats = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return found


def to_int8(vectors: Floats) -> NDArray[np.int8]:
    """Vectors by their direction alone, 8 bits a number."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    codes: NDArray[np.int8] = np.round(vectors / largest * 127).astype(np.int8)
    return codes
