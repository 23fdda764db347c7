"""What the tests of corpus and index share: children without root's rights, a small embedder, articles, and builds."""

import ctypes
import hashlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus import Article, Source
from corpus.library import Library
from index.build import BuildSettings, build
from index.cache import EmbeddingCache, Packed, pack
from index.embedder import EmbeddingModel, Side, wrap
from index.generation import Generation, Store
from index.segment import Segment, fingerprint, order, rows_of
from index.segment_write import Fetch, write_segment
from index.vectors import EMBEDDED, Place

ROOT = Path(__file__).parent.parent


def without_rights() -> None:
    """For `preexec_fn`: the child heeds the modes of files even if it is root's."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, dropped from the bounding set
            libc.prctl(24, capability, 0, 0, 0)


def file_limit(size: int) -> Callable[[], None]:
    """For `preexec_fn`: no file of the child grows over `size` bytes, as on a disk that is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def python(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs the interpreter of the tests and gives what it said."""
    return subprocess.run([sys.executable, "-P", *arguments], capture_output=True, text=True, timeout=200, **options)


class Hashed:
    """An embedder of 24 dimensions: a text's vector is the sum of its words' random ones. Counts what it embeds."""

    def __init__(self, dimension: int = 24) -> None:
        self.dimension = dimension
        self.embedded: list[str] = []

    def encode_query(self, texts: list[str], /) -> NDArray[np.float32]:
        """Embeds questions."""
        return np.array([self._vector(text) for text in texts], np.float32)

    def encode_document(self, texts: list[str], /) -> NDArray[np.float32]:
        """Embeds documents."""
        self.embedded += texts
        return self.encode_query(texts)

    def _vector(self, text: str) -> NDArray[np.float64]:
        seeds = [int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) for word in ["", *text.casefold().split()]]
        return np.sum([np.random.default_rng(seed).normal(size=self.dimension) for seed in seeds], axis=0)


def model_of(embedder: Hashed, id: str = "hashed") -> EmbeddingModel:
    """A small embedder as the index sees it."""
    return wrap(embedder, id)


def article(id: str, text: str, language: str = "en", **fields: Any) -> Article:
    """An article of a few words."""
    return Article(
        Source(id=id, title=fields.pop("title", f"Title {id}"), publisher="Herald", language=language, **fields), text
    )


def articles(count: int, sentences: int = 3) -> list[Article]:
    """So many articles in both languages; every sentence is another one."""
    found = []
    for number in range(count):
        german = number % 3 == 2
        words = "Die Fähre {} fuhr am {}. April nach Aalholm." if german else "The ferry {} sailed to Aalholm on {} April."
        text = "\n\n".join(words.format(number, at + 1) for at in range(sentences))
        found.append(article(f"a{number:03d}", text, "de" if german else "en"))
    return found


def library(folder: Path, found: Sequence[Article]) -> Library:
    """A library of these articles."""
    return Library(folder, tuple(sorted(found, key=lambda one: one.id)))


class Home:
    """A store and a cache in a folder, brought up to lists of articles with a small embedder."""

    def __init__(self, folder: Path, embedder: Hashed | None = None, id: str = "hashed", place: Place = EMBEDDED) -> None:
        self.folder = folder
        self.embedder = embedder or Hashed()
        self.model = model_of(self.embedder, id)
        self.store = Store(folder / "index", place)
        self.cache = EmbeddingCache.open(folder / "cache", self.model.id, self.model.dimension, 2**30)

    def build(self, found: Sequence[Article]) -> Generation:
        """Builds, then checks that what is in use is exactly these articles."""
        generation = build(library(self.folder, found), self.model, self.store, self.cache)
        assert sentences_in(self.store, found) == sentences_of(found)
        return generation


def sentences_of(found: Sequence[Article]) -> list[tuple[str, str]]:
    """Article id and text of every sentence that an index of these articles holds."""
    ordered = order(found)
    return sorted((ordered[row.article].id, ordered[row.article].text[row.start : row.end]) for row in rows_of(ordered)[0])


def sentences_in(store: Store, found: Sequence[Article]) -> list[tuple[str, str]]:
    """The same of the generation in use, with every vector found in Chroma where it lies."""
    name = store.pointer()
    assert name
    current = {one.id: (one, fingerprint(one)) for one in found}
    held: list[tuple[str, str]] = []
    for entry in store.read(name).segments:
        segment = Segment(store.segment(entry.name), current, frozenset(entry.gone), store.place)
        try:
            held += _held(segment)
        finally:
            segment.close()
    return sorted(held)


def _held(segment: Segment) -> list[tuple[str, str]]:
    held = []
    for language in segment.languages:
        first, last, _ = segment.rows(language)
        if last > first:
            assert segment.vectors is not None
            assert segment.vectors.count(f"sentences-{language}") == last - first
            rows, cosines = segment.vectors.nearest(f"sentences-{language}", np.array(segment.pooled[last - 1]), 1)
            assert abs(float(segment.pooled[first + rows[0]] @ segment.pooled[last - 1]) - 1) < 1e-4
            assert abs(float(cosines[0]) - 1) < 1e-4
    for number, _, start, end, _ in segment.sentences.tolist():
        if (found := segment.articles[number]) is not None:
            held.append((found.id, found.text[start:end]))
    return held


def vectors_of(found: Sequence[Article], model: EmbeddingModel) -> dict[str, Packed]:
    """The packed vectors of all sentences of articles."""
    texts = [row.text for row in rows_of(order(found))[0]]
    return {text: pack(vectors) for text, vectors in zip(texts, model.documents(texts), strict=True)}


def fetching(model: EmbeddingModel) -> Fetch:
    """What embeds texts without a cache."""

    def fetch(texts: Sequence[str], side: Side = "document", /) -> dict[str, Packed]:
        encode = model.documents if side == "document" else model.questions
        return {text: pack(vectors) for text, vectors in zip(texts, encode(texts), strict=True)}

    return fetch


def segment_of(folder: Path, found: Sequence[Article], model: EmbeddingModel) -> Path:
    """A segment of these articles, written into a folder."""
    ordered = order(found)
    write_segment(folder, ordered, rows_of(ordered), fetching(model), model.id, model.dimension)
    return folder


def command(settings: BuildSettings, *options: str) -> list[str]:
    """The command line of a build in a child process."""
    return [sys.executable, "-P", "-m", "index.build", "--settings", json.dumps(asdict(settings), default=str), *options]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
