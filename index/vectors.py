"""Vectors in Chroma: one folder a segment, in it one collection a language for sentences and one for passages.

Chroma writes to a folder whenever it is opened, even only to read, and two processes that write to one folder harm
each other. So a segment's folder is never opened where it lies: a reader works on a copy of its own, in which the
large graphs are the same files by hard links where the file system has them. (A graph of fewer rows than Chroma writes at
once is written when it is opened, so small ones are copied; the check of a segment looks whether its files stayed the same.)
"""

import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BriefingError
from index.compact import Pooled

Matrix = NDArray[np.float32]
EXACT_UP_TO = 20_000
"""Rows up to which a collection's graph is built so densely that practically nothing near is missed."""
LINKED_FROM = 8 * 2**20
_COPIES = "dealbrief-"
_VACUUM = "import sys, chromadb_rust_bindings as chroma; chroma.cli(['chroma', 'vacuum', '--force', '--path', sys.argv[1]])"


class VectorsError(BriefingError):
    """Chroma could not write."""


class VectorsMissing(VectorsError):
    """Collections that are not there as they were written."""


def _client(folder: Path) -> Any:
    import chromadb  # here, because it takes half a second and much that is done needs none of it
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def chroma_errors() -> Any:
    """Chroma's errors."""
    from chromadb import errors

    return errors


def graph(rows: int) -> dict[str, Any]:
    """How Chroma's graph of a collection is built and searched."""
    dense = rows <= EXACT_UP_TO
    built = {"ef_construction": 200, "max_neighbors": 32} if dense else {"ef_construction": 100, "max_neighbors": 16}
    return {"space": "cosine", "ef_search": 300, **built}


class Vectors(Protocol):
    """The collections of one segment, opened."""

    def count(self, name: str) -> int:
        """The rows of a collection; 0 where there is none."""

    def nearest(self, name: str, vector: Matrix, limit: int) -> tuple[NDArray[np.int64], Matrix]:
        """The rows nearest to a unit vector and their cosines, best first."""

    def close(self) -> None:
        """Closes them."""


class Place(Protocol):
    """Where the collections of segments lie; `folder` is a segment's, `key` names what it holds."""

    def open(self, folder: Path, key: str) -> Vectors:
        """The collections of a segment."""

    def write(
        self,
        folder: Path,
        key: str,
        name: str,
        vectors: Matrix | Pooled,
        *,
        documents: Sequence[str] | None = None,
        metadatas: Sequence[Mapping[str, str | int]] | None = None,
    ) -> None:
        """Writes one collection of unit vectors (rows, dimension); ids are the row numbers from 0 on."""

    def finish(self, folder: Path, *, large: bool) -> None:
        """All collections of a segment are written."""

    def check(self, key: str, rows: Mapping[str, int]) -> None:
        """VectorsMissing where a segment's collections have not as many rows as they should."""

    def point(self, corpus: str, copy: str, keys: Iterable[str]) -> None:
        """These are the segments that a copy of the app uses from now on, those before stay."""


class Embedded:
    """Chroma embedded in the process: a folder `chroma` in each segment's folder."""

    def open(self, folder: Path, key: str) -> "VectorStore":
        """The collections of a segment."""
        return VectorStore(folder / "chroma")

    def write(
        self,
        folder: Path,
        key: str,
        name: str,
        vectors: Matrix | Pooled,
        *,
        documents: Sequence[str] | None = None,
        metadatas: Sequence[Mapping[str, str | int]] | None = None,
    ) -> None:
        """Writes one collection. VectorsError where the disk is full."""
        write_vectors(folder / "chroma", name, vectors, documents=documents, metadatas=metadatas)

    def finish(self, folder: Path, *, large: bool) -> None:
        """Drops the log of a large segment."""
        if large:
            without_log(folder / "chroma")

    def check(self, key: str, rows: Mapping[str, int]) -> None:
        """The digests of the files tell."""

    def point(self, corpus: str, copy: str, keys: Iterable[str]) -> None:
        """Nothing is shared: the pointer file is all."""


EMBEDDED = Embedded()


def write_vectors(
    folder: Path,
    name: str,
    vectors: Matrix | Pooled,
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
        hnsw = graph(len(vectors)) | {"batch_size": 2, "sync_threshold": max(2, len(vectors))}
        collection = client.create_collection(name, embedding_function=None, configuration={"hnsw": hnsw})
        step = client.get_max_batch_size()
        for batch in batches(vectors, documents, metadatas, step):
            collection.add(**batch)
    except (chroma_errors().ChromaError, RuntimeError, ValueError) as error:
        raise VectorsError(f"Chroma cannot write to {folder} ({error}). Free space or give --home DIR.") from error
    finally:
        if client is not None:
            client.close()


def batches(
    vectors: Matrix | Pooled,
    documents: Sequence[str] | None,
    metadatas: Sequence[Mapping[str, str | int]] | None,
    step: int,
) -> Iterator[dict[str, Any]]:
    """The rows of a collection as Chroma takes them, at most `step` at a time; ids are the row numbers from 0 on."""
    for at in range(0, len(vectors), step):
        rows = slice(at, min(at + step, len(vectors)))
        yield {
            "ids": [str(row) for row in range(rows.start, rows.stop)],
            "embeddings": vectors[rows],
            "documents": list(documents[rows]) if documents is not None else None,
            "metadatas": [dict(entry) for entry in metadatas[rows]] if metadatas is not None else None,
        }


def without_log(folder: Path) -> None:
    """Drops Chroma's log of a finished folder, which keeps every vector a second time."""
    command = [sys.executable, "-P", "-c", _VACUUM, str(folder)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise VectorsError(f"Chroma cannot tidy up {folder} ({done.stderr.strip()[:200]}). Free space or give --home DIR.")


class VectorStore:
    """The collections of one segment, opened on a private copy of its folder; VectorsError where that has no room."""

    def __init__(self, folder: Path) -> None:
        try:
            self._client, copy = _open_copy(folder)
        except (OSError, chroma_errors().ChromaError, RuntimeError, ValueError) as error:
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
            except chroma_errors().NotFoundError:
                self._collections[name] = None, 0
        return self._collections[name]


def _open_copy(folder: Path) -> tuple[Any, Path]:
    *first, last = _places(folder)
    for place in first:
        try:
            return _open_copy_in(place, folder)
        except OSError:  # full or not to be written; there is another
            pass
    return _open_copy_in(last, folder)


def _open_copy_in(place: Path, folder: Path) -> tuple[Any, Path]:
    place.mkdir(exist_ok=True)
    _drop_stale_copies(place)
    copy = Path(tempfile.mkdtemp(prefix=f"{_COPIES}{os.getpid()}-", dir=place))
    try:
        shutil.copytree(folder, copy, dirs_exist_ok=True, copy_function=_link_or_copy)
        return _client(copy), copy
    except BaseException:
        shutil.rmtree(copy, ignore_errors=True)
        raise


def _places(folder: Path) -> list[Path]:
    """Where copies may lie: with other temporary files, but beside the segments first if links are possible only there."""
    usual, beside = Path(tempfile.gettempdir()), folder.parents[2] / "readers"
    return [beside, usual] if usual.stat().st_dev != folder.stat().st_dev else [usual, beside]


def _link_or_copy(source: str, target: str) -> None:
    if not source.endswith(".sqlite3") and os.path.getsize(source) >= LINKED_FROM:
        try:
            os.link(source, target)
            return
        except OSError:  # another file system, or one without links
            pass
    shutil.copy2(source, target)


def _close(client: Any, copy: Path) -> None:
    client.close()
    shutil.rmtree(copy, ignore_errors=True)


def _drop_stale_copies(place: Path) -> None:
    """Removes the copies of processes that were killed before they could."""
    for copy in place.glob(f"{_COPIES}*-*"):
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
