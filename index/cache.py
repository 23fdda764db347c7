"""The cache of embeddings: one SQLite file an embedder, shared by all homes, so that no text is embedded twice.

A value is a sentence's pooled vector and its token vectors in the form in which a segment keeps them. SQLite commits
whole batches, so a killed build leaves every complete entry and no half one.
"""

import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BriefingError
from index.e5 import TokenVectors

_CHUNK = 500
_WAIT, _PAUSE = 60.0, 0.02
"""Seconds that one waits for a file which others write to, and between two tries."""
_UNWRITABLE = {
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip
"""What SQLite says where the file may be whole but there is no way to write; anything else means a broken file."""

Result = TypeVar("Result")


class CacheError(BriefingError):
    """The cache cannot be written."""


class Packed(NamedTuple):
    """A text's vectors at rest: pooled float32 (d,); unit token vectors as int8 (t, d) with a scale each; token ids."""

    pooled: NDArray[np.float32]
    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    ids: NDArray[np.int32]


def pack(vectors: TokenVectors) -> Packed:
    """Token states to unit length, then to 8 bits with one scale a token (finding.md section 2)."""
    states = vectors.states
    unit = states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12)
    scales = np.abs(unit).max(axis=1, initial=0.0) / 127
    codes = np.round(unit / np.maximum(scales, 1e-12)[:, None]).astype(np.int8)
    return Packed(vectors.pooled.astype(np.float32), codes, scales.astype(np.float32), vectors.ids.astype(np.int32))


@dataclass(frozen=True)
class EmbeddingCache:
    """The cached vectors of one embedder; `limit` is the size in bytes above which the least lately used ones go."""

    path: Path
    dimension: int
    limit: int

    @classmethod
    def at(cls, folder: Path, embedder_id: str, dimension: int, limit: int) -> "EmbeddingCache":
        """The cache of an embedder below a folder, as it lies there."""
        digest = hashlib.blake2b(f"{embedder_id} {dimension}".encode(), digest_size=4).hexdigest()
        name = re.sub(r"[^\w.-]+", "_", embedder_id, flags=re.ASCII)[:100]
        return cls(folder / f"{name}-{digest}.sqlite3", dimension, limit)

    @classmethod
    def open(cls, folder: Path, embedder_id: str, dimension: int, limit: int) -> "EmbeddingCache":
        """The cache of an embedder below a folder, made if need be. CacheError where it cannot be written."""
        cache = cls.at(folder, embedder_id, dimension, limit)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cache._unwritable(error) from error
        cache._run(_create)
        return cache

    def off(self) -> "EmbeddingCache":
        """The same keeping nothing: for what is sooner made again than read."""
        return replace(self, limit=0)

    def get(self, texts: Sequence[str]) -> dict[str, Packed]:
        """What is cached of these texts."""
        if not self.limit:
            return {}
        keys = {_key(text): text for text in texts}

        def select(connection: sqlite3.Connection) -> dict[str, Packed]:
            found: dict[str, Packed] = {}
            for chunk in _chunks(list(keys)):
                marks = ",".join("?" * len(chunk))
                # Cast, because in a broken file a value may claim another type.
                which = f"FROM vectors WHERE key IN ({marks})"
                rows = connection.execute(f"SELECT key, CAST(value AS BLOB) {which}", chunk)
                # In a broken file a row may be found under a key that it does not have.
                found |= {keys[key]: packed for key, value in rows if key in keys and (packed := self._unpack(value))}
                connection.execute(f"UPDATE vectors SET used = unixepoch() WHERE key IN ({marks})", chunk)
            return found

        return self._run(select)

    def put(self, entries: Iterable[tuple[str, Packed]]) -> None:
        """Keeps entries, all or none. CacheError where the disk is full."""
        if not self.limit:
            return
        rows = [(_key(text), _bytes(packed)) for text, packed in entries]
        self._run(lambda it: it.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, unixepoch())", rows))

    def broken(self) -> bool:
        """Whether SQLite finds the file broken."""
        try:
            return self._once(lambda it: [row[0] for row in it.execute("PRAGMA quick_check(1)")]) != ["ok"]
        except sqlite3.Error as error:
            if _code(error) in _UNWRITABLE:
                raise self._unwritable(error) from error
            return True

    def mend(self) -> bool:
        """Replaces a file that SQLite finds broken by an empty one, and says whether it was."""
        broken = self.broken()
        if broken:
            self._renew()
        return broken

    def trim(self) -> None:
        """Drops the least lately used entries until the values fit the limit."""
        if not self.limit:
            return
        oldest = (
            "DELETE FROM vectors WHERE key IN (SELECT key FROM (SELECT key, SUM(LENGTH(value)) OVER "
            "(ORDER BY used DESC, key) AS total FROM vectors) WHERE total > ?)"
        )

        def delete(connection: sqlite3.Connection) -> None:
            # Summing the values reads every row; the file's pages, which hold them, are counted already.
            (size,) = connection.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
            if size > self.limit:
                connection.execute(oldest, (self.limit,))

        self._run(delete)

    def _run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Does the work in one transaction, in a new file where this one is broken: that costs time, never truth."""
        try:
            return self._once(work)
        except sqlite3.Error as error:
            # One flipped byte makes SQLite call a file read-only that the system would let us write.
            claimed = (
                _code(error) == sqlite3.SQLITE_READONLY
                and os.access(self.path, os.W_OK)
                and os.access(self.path.parent, os.W_OK)
            )
            if _code(error) in _UNWRITABLE and not claimed:
                raise self._unwritable(error) from error
        self._renew()
        try:
            return self._once(work)
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def _renew(self) -> None:
        """An empty file in the place of a broken one."""
        try:
            for ending in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
            self._once(_create)
        except (OSError, sqlite3.Error) as error:
            raise self._unwritable(error) from error

    def _once(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Does the work in one transaction, once the file is free: SQLite does not wait where two turn to WAL at once."""
        last = time.monotonic() + _WAIT
        while True:
            try:
                return self._alone(work)
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= last:
                    raise
            time.sleep(_PAUSE)

    def _alone(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            with closing(sqlite3.connect(self.path, timeout=_WAIT)) as connection, connection:
                return work(connection)
        except UnicodeDecodeError as error:  # SQLite's message quotes what it found, whatever bytes these are
            raise sqlite3.DatabaseError("its schema is damaged") from error

    def _unwritable(self, error: Exception) -> CacheError:
        return CacheError(f"The cache {self.path} cannot be written ({error}). Free space or give another with --cache DIR.")

    def _unpack(self, value: bytes) -> Packed | None:
        """The entry, or None where its digest does not fit."""
        body, digest = value[:-16], value[-16:]
        if hashlib.blake2b(body, digest_size=16).digest() != digest:
            return None
        wide = 4 * self.dimension
        count = (len(body) - wide) // (self.dimension + 8)
        pooled = np.frombuffer(body, np.float32, self.dimension)
        codes = np.frombuffer(body, np.int8, count * self.dimension, wide).reshape(count, self.dimension)
        rest = wide + codes.size
        scales = np.frombuffer(body[rest : rest + 4 * count], np.float32)
        return Packed(pooled, codes, scales, np.frombuffer(body[rest + 4 * count :], np.int32))


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID"
    )


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary code of an error; an error of Python's own, as for bytes that are no text, counts as a broken file."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & 0xFF


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _bytes(packed: Packed) -> bytes:
    body = b"".join(np.ascontiguousarray(part).tobytes() for part in packed)
    return body + hashlib.blake2b(body, digest_size=16).digest()


def _chunks(keys: list[bytes]) -> Iterable[list[bytes]]:
    return (keys[i : i + _CHUNK] for i in range(0, len(keys), _CHUNK))
