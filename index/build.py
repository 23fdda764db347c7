"""Articles to a new generation of the index: closed segments, checked in a child process, then switched to.

The build runs in a process of its own (`python -P -m index.build`), which may use all cores and may be killed at any
moment: until the pointer is replaced the old generation stands, and what was embedded is in the cache.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from filelock import Timeout
from platformdirs import user_cache_path, user_data_path
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from corpus.article import Article
from corpus.errors import BriefingError
from corpus.library import BUNDLED as BUNDLED_STORY
from corpus.library import Library, corpus_id, load
from corpus.shelf import Shelf
from index.cache import EmbeddingCache, Packed, pack
from index.embedder import BUNDLED, EmbeddingModel, open_model
from index.generation import Generation, GenerationError, SegmentEntry, Store, fingerprints
from index.segment import NewerFormat, Segment, SegmentError, check_files, order, rows_of, write_segment
from index.vectors import VectorsError, VectorStore

HOME = user_data_path("dealbrief")
CACHE = user_cache_path("dealbrief")
MAX_SEGMENTS = 4
_BATCH = 128
_GO = "go\n"
_LOCKED = 75  # EX_TEMPFAIL of sysexits.h


class BuildError(BriefingError):
    """A build that did not end in a usable index."""


class BuildRunning(BuildError):
    """Another process is building this index."""


@dataclass(frozen=True)
class BuildSettings:
    """What a build needs to know: where articles, home and cache lie, and the embedding model."""

    corpus: Path = BUNDLED_STORY
    home: Path = HOME
    cache: Path = CACHE
    cache_limit: int = 4 * 2**30
    embedding_model: str = BUNDLED
    query_prompt: str | None = None
    document_prompt: str | None = None
    weights: Path | None = None

    @property
    def store(self) -> Store:
        """Where the index of the corpus lies."""
        return Store(self.home / corpus_id(self.corpus) / "index")

    @property
    def shelf(self) -> Shelf:
        """Where the articles lie that a user added to the corpus."""
        return Shelf(self.home / corpus_id(self.corpus))

    def load(self) -> Library:
        """The articles: those of the corpus and those that were added to it."""
        return load(self.corpus, self.shelf)

    def open_model(self) -> EmbeddingModel:
        """The embedding model of these settings."""
        return open_model(
            self.embedding_model,
            query_prompt=self.query_prompt,
            document_prompt=self.document_prompt,
            weights=self.weights,
        )

    def open_cache(self, model: EmbeddingModel) -> EmbeddingCache:
        """The embedding cache of these settings for a model."""
        return EmbeddingCache.open(self.cache, model.id, model.dimension, self.cache_limit)


def ensure(settings: BuildSettings, *, quiet: bool = False, wait: bool = True) -> None:
    """Builds what the index lacks, in a child process; returns when it fits the articles.

    BuildRunning where another process holds the lock and `wait` is false; BuildError with the child's own sentence.
    """
    Builder(settings, quiet=quiet, wait=wait).build()


class Builder:
    """A child process for one build, which loads what it needs before it is told to build."""

    def __init__(self, settings: BuildSettings, *, quiet: bool = False, wait: bool = True) -> None:
        values = {key: str(value) if isinstance(value, Path) else value for key, value in asdict(settings).items()}
        command = [
            "--settings",
            json.dumps(values),
            "--when-told",
            *(["--quiet"] if quiet else []),
            *(["--wait"] if wait else []),
        ]
        self._child = _child(*command)

    def build(self) -> None:
        """Builds, and raises as `ensure` does."""
        said = self._child.communicate(_GO)[0].strip()
        if self._child.returncode == _LOCKED:
            raise BuildRunning(said)
        if self._child.returncode != 0:
            raise BuildError(f"The index could not be built: {said or f'it ended with status {self._child.returncode}'}")

    def close(self) -> None:
        """Ends the child where nothing is to be built."""
        self._child.communicate()


def _child(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-P", "-m", "index.build", *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def build(
    library: Library,
    model: EmbeddingModel,
    store: Store,
    cache: EmbeddingCache,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Generation:
    """Brings the index up to the articles and returns the generation in use; the caller holds the lock."""
    current = _current(store, model)
    if current and current.fits(model.id, fingerprints(library.articles)):
        return current
    kept, fresh = _plan(current, library)
    name = store.next_name()
    segments = list(kept)
    if fresh:
        verifier = _child("--verify")
        vectors = embed(model, cache, [row.text for row in rows_of(fresh)[0]], progress)
        folder = store.segment(f"{name}-{os.getpid()}")
        try:
            write_segment(folder, fresh, vectors, model.id, model.dimension)
        except VectorsError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise _unwritable(store, error) from error
        _verify_in(verifier, folder)
        segments.append(SegmentEntry(folder.name, fingerprints(fresh)))
    generation = Generation(name, model.id, model.dimension, tuple(segments))
    try:
        store.switch(generation)
    except OSError as error:
        raise _unwritable(store, error) from error
    cache.trim()
    return generation


def _unwritable(store: Store, error: OSError) -> BuildError:
    reason = error.strerror or "No space left on device"  # numpy says only how many bytes went in
    return BuildError(f"{store.folder} cannot be written: {reason}. Free space or give --home DIR.")


def embed(
    model: EmbeddingModel, cache: EmbeddingCache, texts: Sequence[str], progress: Callable[[int, int], None]
) -> dict[str, Packed]:
    """The vectors of texts, from the cache where it has them; every finished batch is kept at once."""
    distinct = list(dict.fromkeys(texts))
    vectors = cache.get(distinct)
    # Texts of like length side by side: the engine batches equal lengths only.
    missing = sorted((text for text in distinct if text not in vectors), key=lambda text: (len(text), text))
    progress(len(distinct) - len(missing), len(distinct))
    for at in range(0, len(missing), _BATCH):
        batch = missing[at : at + _BATCH]
        packed = [pack(entry) for entry in model.documents(batch)]
        cache.put(zip(batch, packed, strict=True))
        vectors.update(zip(batch, packed, strict=True))
        progress(len(distinct) - len(missing) + at + len(batch), len(distinct))
    return vectors


def _current(store: Store, model: EmbeddingModel) -> Generation | None:
    """The generation in use if this embedder can go on with it and its files are whole."""
    try:
        name = store.pointer()
        generation = store.read(name) if name else None
        if generation is None or not generation.usable(model.id):
            return None
        for segment in generation.segments:
            check_files(store.segment(segment.name))
        return generation
    except NewerFormat:
        raise
    except (GenerationError, SegmentError):
        return None


def _plan(current: Generation | None, library: Library) -> tuple[list[SegmentEntry], list[Article]]:
    """Which segments stay, with what is gone from them, and which articles make the new one."""
    wanted = fingerprints(library.articles)
    everything = order(library.articles)
    if current is None:
        return [], everything
    kept = [
        SegmentEntry(entry.name, entry.articles, tuple(id for id, print_ in entry.articles.items() if wanted.get(id) != print_))
        for entry in current.segments
    ]
    kept = [entry for entry in kept if entry.live()]
    held = {id for entry in kept for id in entry.live()}
    fresh = [article for article in everything if article.id not in held]
    if len(fresh) > len(held):
        return [], everything
    if len(kept) + bool(fresh) > MAX_SEGMENTS:
        return _merged(kept, everything)
    return kept, fresh


def _merged(kept: Sequence[SegmentEntry], everything: Sequence[Article]) -> tuple[list[SegmentEntry], list[Article]]:
    """The largest segment if most of it still counts; all other articles make one new segment.

    So what is written again when articles come one by one is little, however many there are.
    """
    largest = max(kept, key=lambda entry: len(entry.live()))
    live = largest.live()
    if 2 * len(live) < max(len(largest.articles), len(everything)):
        return [], list(everything)
    return [largest], [article for article in everything if article.id not in live]


def verify(folder: Path) -> None:
    """Opens a segment as a reader does: every row finds itself, and a canary finds what a full scan finds.

    SegmentError where not. Run in a process of its own, since a broken graph file can end the process.
    """
    check_files(folder, thorough=True)
    segment = Segment(folder, {}, frozenset())
    try:
        for language in segment.languages:
            first, last, _ = segment.rows(language)
            if segment.vectors is not None and last > first:
                _verify_collection(segment.vectors, f"sentences-{language}", np.asarray(segment.pooled[first:last]))
    finally:
        segment.close()


def _verify_collection(vectors: VectorStore, name: str, expected: np.ndarray) -> None:
    if vectors.count(name) != len(expected):
        raise SegmentError(f"{name} holds {vectors.count(name)} vectors instead of {len(expected)}")
    for row in np.linspace(0, len(expected) - 1, min(50, len(expected)), dtype=int):
        rows, cosines = vectors.nearest(name, expected[row], 1)
        if abs(float(expected[row] @ expected[rows[0]]) - 1) > 1e-4 or abs(cosines[0] - 1) > 1e-4:
            raise SegmentError(f"{name}: row {row} does not find itself")
    canary = expected.sum(axis=0) / max(float(np.linalg.norm(expected.sum(axis=0))), 1e-12)
    found = vectors.nearest(name, canary, 1)[1][0]
    if abs(float((expected @ canary).max()) - float(found)) > 1e-3:
        raise SegmentError(f"{name}: the nearest vector is not found")


def _verify_in(child: "subprocess.Popen[str]", folder: Path) -> None:
    """Has a child that is waiting for it verify a segment, which is dropped if it does not pass."""
    said = child.communicate(f"{folder}\n")[0].strip()
    if child.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise BuildError(f"the new index did not pass its check ({said or f'status {child.returncode}'})")


def _run(settings: BuildSettings, *, quiet: bool, wait: bool, when_told: bool) -> None:
    model = settings.open_model() if when_told else None
    if when_told and sys.stdin.readline() != _GO:
        return
    console = Console(stderr=True)
    shown = not quiet and console.is_terminal
    try:
        settings.store.folder.mkdir(parents=True, exist_ok=True)
        lock = settings.store.lock()
        lock.acquire(blocking=wait)
        _writer(settings.store).write_text(str(os.getpid()), encoding="ascii")
    except Timeout as error:
        raise BuildRunning(f"another process{_holder(settings.store)} is building this index") from error
    except OSError as error:
        raise _unwritable(settings.store, error) from error
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with lock, Progress(*columns, console=console, disable=not shown, transient=True) as bar:
        task = bar.add_task("Indexing sentences", total=None)
        library = settings.load()
        if not library.articles and settings.store.pointer() is None:
            raise BuildError(f"The corpus folder {settings.corpus} has no article. Put *.md files there.")
        model = model or settings.open_model()

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        build(library, model, settings.store, settings.open_cache(model), progress=advance)


def _writer(store: Store) -> Path:
    """The file in which the holder of the lock leaves its process id."""
    return store.folder / "writer"


def _holder(store: Store) -> str:
    try:
        return f" ({_writer(store).read_text(encoding='ascii')})"
    except (OSError, ValueError):
        return ""


def main() -> int:
    """The entry point of the child processes; errors for the user go to standard output as one sentence."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--settings")
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--when-told", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--wait", action="store_true")
    given = parser.parse_args()
    try:
        if given.verify:
            if folder := sys.stdin.readline().strip():
                verify(Path(folder))
        else:
            values = json.loads(given.settings)
            paths = {key: Path(values[key]) for key in ("corpus", "home", "cache", "weights") if values.get(key)}
            _run(BuildSettings(**{**values, **paths}), quiet=given.quiet, wait=given.wait, when_told=given.when_told)
    except BriefingError as error:
        print(error)
        return _LOCKED if isinstance(error, BuildRunning) else 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
