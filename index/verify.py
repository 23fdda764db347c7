"""The check of a written segment before it is used: it is opened and asked as a reader does."""

from pathlib import Path

import numpy as np

from index.compact import Pooled
from index.segment import Segment, SegmentError, check_files
from index.vectors import EMBEDDED, EXACT_UP_TO, Place, Vectors

CANARY = 5e-3
"""Cosine by which what Chroma finds nearest to all sentences' mean may fall behind what a scan finds."""
_PART = 50_000


def verify(folder: Path, place: Place = EMBEDDED) -> None:
    """Opens a segment as a reader does: every row finds itself, and a canary finds what a full scan finds.

    SegmentError where not. Run in a process of its own, since a broken graph file can end the process.
    """
    check_files(folder, thorough=True)
    segment = Segment(folder, {}, frozenset(), place)
    try:
        for language in segment.languages:
            first, last, _ = segment.rows(language)
            if segment.vectors is not None and last > first:
                _verify_collection(segment.vectors, f"sentences-{language}", segment.pooled.part(first, last))
    finally:
        segment.close()
    check_files(folder, thorough=True)  # reading must leave every byte as it was


def _verify_collection(vectors: Vectors, name: str, expected: Pooled) -> None:
    count = len(expected)
    if vectors.count(name) != count:
        raise SegmentError(f"{name} holds {vectors.count(name)} vectors instead of {count}")
    lost = [
        row for row in np.linspace(0, count - 1, min(50, count), dtype=int) if not _finds_itself(vectors, name, expected, row)
    ]
    if len(lost) > (count > EXACT_UP_TO):  # in a large graph one in some thousands is not found by itself
        raise SegmentError(f"{name}: row {lost[0]} does not find itself")
    parts = [expected[at : at + _PART] for at in range(0, count, _PART)]
    total = np.sum([part.sum(axis=0) for part in parts], axis=0)
    canary = (total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
    best = max(float((part @ canary).max()) for part in parts)
    if best - float(vectors.nearest(name, canary, 1)[1][0]) > CANARY:
        raise SegmentError(f"{name}: the nearest vector is not found")


def _finds_itself(vectors: Vectors, name: str, expected: Pooled, row: int) -> bool:
    rows, cosines = vectors.nearest(name, expected[row], 1)
    return abs(float(expected[row] @ expected[rows[0]]) - 1) <= 1e-4 and abs(float(cosines[0]) - 1) <= 1e-4
