"""Vectors in Chroma: one folder a segment, in it one collection a language for sentences and one for passages.

Chroma writes to a folder whenever it is opened, even only to read, and two processes that write to one folder harm
each other. So a segment's folder is never opened where it lies: a reader works on a copy of its own.
"""

import os
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BriefingError

Matrix = NDArray[np.float32]
_COPIES = "dealbrief-"


class VectorsError(BriefingError):
    """Chroma could not write."""


def _client(folder: Path) -> Any:
    import chromadb  # here, because it takes half a second and much that is done needs none of it
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _chroma_errors() -> Any:
    from chromadb import errors

    return errors


def write_vectors(
    folder: Path,
    name: str,
    vectors: Matrix,
    *,
    documents: Sequence[str] | None = None,
    metadatas: Sequence[Mapping[str, str | int]] | None = None,
) -> None:
    """Writes one collection of unit vectors (rows, dimension) into a folder; ids are the row numbers from 0 on.

    VectorsError where the disk is full.
    """
    client = None
    try:
        client = _client(folder)
        # At that threshold Chroma has written its whole graph when the rows are in: nothing is left to replay.
        hnsw = {
            "space": "cosine",
            "ef_search": 300,
            "ef_construction": 200,
            "max_neighbors": 32,
            "batch_size": 2,
            "sync_threshold": max(2, len(vectors)),
        }
        collection = client.create_collection(name, embedding_function=None, configuration={"hnsw": hnsw})
        step = client.get_max_batch_size()
        for at in range(0, len(vectors), step):
            rows = slice(at, min(at + step, len(vectors)))
            collection.add(
                ids=[str(row) for row in range(rows.start, rows.stop)],
                embeddings=vectors[rows],
                documents=list(documents[rows]) if documents is not None else None,
                metadatas=[dict(entry) for entry in metadatas[rows]] if metadatas is not None else None,
            )
    except (_chroma_errors().ChromaError, RuntimeError, ValueError) as error:
        raise VectorsError(f"Chroma cannot write to {folder} ({error}). Free space or give --home DIR.") from error
    finally:
        if client is not None:
            client.close()


class VectorStore:
    """The collections of one segment, opened on a private copy of its folder; VectorsError where that has no room."""

    def __init__(self, folder: Path) -> None:
        try:
            self._client, copy = _open_copy(folder)
        except (OSError, _chroma_errors().ChromaError, RuntimeError, ValueError) as error:
            reason = error.args[0][0][2] if isinstance(error, shutil.Error) else str(error)  # a line for each file
            raise VectorsError(f"Chroma cannot work in a copy of {folder} ({reason}). Free space or set TMPDIR.") from error
        self._collections: dict[str, tuple[Any, int]] = {}
        self._close = weakref.finalize(self, _close, self._client, copy)

    def count(self, name: str) -> int:
        """The rows of a collection; 0 where there is none."""
        return self._collection(name)[1]

    def nearest(self, name: str, vector: Matrix, limit: int) -> tuple[NDArray[np.int64], Matrix]:
        """The rows nearest to a unit vector and their cosines, best first."""
        collection, count = self._collection(name)
        if not count:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        found = collection.query(query_embeddings=[vector], n_results=min(limit, count), include=["distances"])
        return np.array(found["ids"][0], np.int64), 1 - np.array(found["distances"][0], np.float32)

    def close(self) -> None:
        """Closes the client and drops the copy."""
        self._close()

    def _collection(self, name: str) -> tuple[Any, int]:
        if name not in self._collections:
            try:
                collection = self._client.get_collection(name, embedding_function=None)
                self._collections[name] = collection, collection.count()
            except _chroma_errors().NotFoundError:
                self._collections[name] = None, 0
        return self._collections[name]


def _open_copy(folder: Path) -> tuple[Any, Path]:
    _drop_stale_copies()
    copy = Path(tempfile.mkdtemp(prefix=f"{_COPIES}{os.getpid()}-"))
    try:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        return _client(copy), copy
    except BaseException:
        shutil.rmtree(copy, ignore_errors=True)
        raise


def _close(client: Any, copy: Path) -> None:
    client.close()
    shutil.rmtree(copy, ignore_errors=True)


def _drop_stale_copies() -> None:
    """Removes the copies of processes that were killed before they could."""
    for copy in Path(tempfile.gettempdir()).glob(f"{_COPIES}*-*"):
        pid = copy.name.removeprefix(_COPIES).partition("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(copy, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
