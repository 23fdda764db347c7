"""Vectors in a Chroma server, for which many copies of the app share collections.

A segment's collections are named by a digest of what it holds, so that copies with the same articles come to the same
names and the first one's rows serve all. Each copy has a pointer, a collection whose metadata names the segments that it
uses and those before; it is replaced in one step. What no pointer names is dropped; a pointer that no copy has touched
for 30 days no longer counts.
"""

import hashlib
import socket
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.compact import Pooled
from index.vectors import Matrix, VectorsError, VectorsMissing, batches, chroma_errors, graph

WAITS = (0.2, 0.5, 1.0, 2.0)
"""Seconds before each further try of a server that does not answer."""
FORGOTTEN = 30 * 24 * 3600
_STEP = 300
"""Rows of one write, as many as Chroma Cloud takes."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Server:
    """Where a Chroma server is; the token is never shown."""

    url: str
    tenant: str | None = None
    database: str | None = None
    token: str | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """A short name for the place, in file names."""
        return hashlib.sha256(f"{self.url} {self.tenant} {self.database}".encode()).hexdigest()[:8]

    def open(self, folder: Path, key: str) -> "ServerStore":
        """The collections of a segment; the folder is not needed."""
        return ServerStore(self, key)

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
        """Writes a collection of unit vectors, unless it is there already with as many rows."""
        client = self.client()
        whole = _collection(key, name)
        try:
            if (there := self._tried(lambda: _find(client, whole))) and self._tried(there.count) == len(vectors):
                return
            about = {"hnsw": graph(len(vectors))}
            made = self._tried(lambda: client.get_or_create_collection(whole, embedding_function=None, configuration=about))
            for batch in batches(vectors, documents, metadatas, _STEP):
                self._tried(lambda batch=batch: made.upsert(**batch))  # type: ignore[misc]
        finally:
            close(client)

    def finish(self, folder: Path, *, large: bool) -> None:
        """Nothing is left to do: the server tidies up by itself."""

    def check(self, key: str, rows: Mapping[str, int]) -> None:
        """VectorsMissing where a collection has not as many rows as it should."""
        store = ServerStore(self, key)
        try:
            for name, count in rows.items():
                if store.count(name) != count:
                    raise VectorsMissing(f"The Chroma server at {self._shown} holds {store.count(name)} of {count} {name}.")
        finally:
            store.close()

    def point(self, corpus: str, copy: str, keys: Iterable[str]) -> None:
        """Makes these the segments that a copy of the app uses; drops what no copy uses now nor used before."""
        client = self.client()
        pointer = f"dealbrief.pointer.{corpus}.{copy}"
        try:
            there = self._tried(
                lambda: client.get_or_create_collection(
                    pointer, embedding_function=None, metadata={"corpus": corpus, "now": ""}
                )
            )
            now = " ".join(sorted(key.rpartition(".")[2] for key in keys))
            before = str((there.metadata or {}).get("now", ""))
            if before == now:
                before = str((there.metadata or {}).get("before", ""))
            about = {"corpus": corpus, "now": now, "before": before, "touched": int(time.time())}
            self._tried(lambda: there.modify(metadata=about))
            self._tried(lambda: _drop_unused(client, corpus))
        finally:
            close(client)

    def client(self) -> Any:
        """A client. VectorsError where the server does not answer or refuses."""
        import chromadb
        from chromadb.config import Settings

        place = urlsplit(self.url)
        about: dict[str, Any] = {"anonymized_telemetry": False}
        if self.token:
            about["chroma_client_auth_provider"] = "chromadb.auth.token_authn.TokenAuthClientProvider"
            about["chroma_client_auth_credentials"] = self.token
        named = {key: value for key, value in (("tenant", self.tenant), ("database", self.database)) if value}
        ssl = place.scheme == "https"
        return self._tried(
            lambda: chromadb.HttpClient(
                place.hostname or "", place.port or (443 if ssl else 80), ssl, settings=Settings(**about), **named
            )
        )

    def _tried(self, call: Callable[[], Result]) -> Result:
        """What a call gives, tried again after a while where the server does not answer."""
        import httpx

        reason: Exception
        for wait in (*WAITS, None):
            try:
                return call()
            except (httpx.TransportError, ConnectionError) as error:
                reason = error
            except chroma_errors().ChromaError as error:
                raise VectorsError(f"The Chroma server at {self._shown} refuses: {self._safe(error)}.") from None
            except (httpx.HTTPStatusError, ValueError) as error:
                if not _no_answer(error):
                    raise VectorsError(f"The Chroma server at {self._shown} refuses: {self._safe(error)}.") from None
                reason = error
            if wait is not None:
                time.sleep(wait)
        said = f"The Chroma server at {self._shown} does not answer ({self._safe(reason)})."
        raise VectorsError(f"{said} Start it, or unset DEALBRIEF_CHROMA_URL.") from None

    @property
    def _shown(self) -> str:
        """The address without what a person may have put into it."""
        place = urlsplit(self.url)
        return f"{place.scheme}://{place.hostname}" + (f":{place.port}" if place.port else "")

    def _safe(self, error: Exception) -> str:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        return said.replace(self.token, "...") if self.token else said


class ServerStore:
    """The collections of one segment on a server."""

    def __init__(self, server: Server, key: str) -> None:
        self._server = server
        self._key = key
        self._client = server.client()
        self._collections: dict[str, tuple[Any, int]] = {}

    def count(self, name: str) -> int:
        """The rows of a collection; 0 where there is none."""
        return self._collection(name)[1]

    def nearest(self, name: str, vector: Matrix, limit: int) -> tuple[NDArray[np.int64], Matrix]:
        """The rows nearest to a unit vector and their cosines, best first."""
        collection, count = self._collection(name)
        if not count:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        asked = {"query_embeddings": [vector], "n_results": min(limit, count), "include": ["distances"]}
        found = self._server._tried(lambda: collection.query(**asked))
        return np.array(found["ids"][0], np.int64), 1 - np.array(found["distances"][0], np.float32)

    def close(self) -> None:
        """Closes the client."""
        close(self._client)

    def _collection(self, name: str) -> tuple[Any, int]:
        if name not in self._collections:
            found = self._server._tried(lambda: _find(self._client, _collection(self._key, name)))
            self._collections[name] = found, self._server._tried(found.count) if found is not None else 0
        return self._collections[name]


def copy_id(folder: Path) -> str:
    """The name of this copy of the app: its host and where its index lies."""
    return hashlib.sha256(f"{socket.gethostname()} {folder.resolve()}".encode(errors="replace")).hexdigest()[:12]


def close(client: Any) -> None:
    """Closes a client where it can be closed."""
    getattr(client, "close", lambda: None)()


def _collection(key: str, name: str) -> str:
    return f"dealbrief.{key}.{name}"


def _find(client: Any, name: str) -> Any:
    try:
        return client.get_collection(name, embedding_function=None)
    except chroma_errors().NotFoundError:
        return None


def _no_answer(error: Exception) -> bool:
    """Whether an error says that nobody is there or that the server is not ready."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status in (429, 502, 503, 504) or "Could not connect" in str(error)


def _drop_unused(client: Any, corpus: str) -> None:
    names: dict[str, Mapping[str, Any]] = {}
    while page := client.list_collections(limit=100, offset=len(names)):
        names |= {collection.name: collection.metadata or {} for collection in page}
    used: set[str] = set()
    for name, about in names.items():
        if name.startswith("dealbrief.pointer.") and time.time() - float(about.get("touched", time.time())) < FORGOTTEN:
            named = f"{about.get('now', '')} {about.get('before', '')}".split()
            used |= {f"{about.get('corpus', '')}.{digest}" for digest in named}
    for name in names:
        if name.startswith(f"dealbrief.{corpus}.") and ".".join(name.split(".")[1:3]) not in used:
            try:
                client.delete_collection(name)
            except chroma_errors().NotFoundError:
                continue  # another copy was quicker
