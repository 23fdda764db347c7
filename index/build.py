"""Articles to a new generation of the index: closed segments, checked in a child process, then switched to.

The build runs in a process of its own (`python -P -m index.build`), which may use all cores and may be killed at any
moment: until the pointer is replaced the old generation stands, and what was embedded is in the cache.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from filelock import Timeout
from platformdirs import user_cache_path, user_data_path
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from corpus.article import Article
from corpus.duplicates import Known
from corpus.errors import BriefingError
from corpus.library import BUNDLED as BUNDLED_STORY
from corpus.library import Library, corpus_id, load
from corpus.shelf import Shelf
from index.cache import EmbeddingCache, Packed, pack
from index.embedder import BUNDLED, EmbeddingModel, Side, open_model
from index.generation import Generation, GenerationError, SegmentEntry, Store, fingerprints
from index.segment import NewerFormat, SegmentError, check_segment, described, order, rows_of, texts_of
from index.segment_write import Fetch, key_of, write_segment
from index.vectors import EMBEDDED
from index.vectors_server import Server, copy_id
from index.verify import verify

HOME = user_data_path("dealbrief")
CACHE = user_cache_path("dealbrief")
MAX_SEGMENTS = 4
_BATCH = 256
_GO = "go\n"
_TOKEN = "DEALBRIEF_CHROMA_TOKEN"
Result = TypeVar("Result")
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
    server: Server | None = None

    @property
    def store(self) -> Store:
        """Where the index of the corpus lies; that over a Chroma server beside the one that needs none."""
        folder = self.home / corpus_id(self.corpus)
        return Store(folder / f"index-{self.server.id}", self.server) if self.server else Store(folder / "index")

    @property
    def shelf(self) -> Shelf:
        """Where the articles lie that a user added to the corpus."""
        return Shelf(self.home / corpus_id(self.corpus))

    def load(self) -> Library:
        """The articles: those of the corpus and those that were added to it."""
        return load(self.corpus, self.shelf)

    def known(self, library: Library) -> Known:
        """The articles of a library as one looks for copies among them."""
        return Known(library, self.home / corpus_id(self.corpus) / "shingles.npz")

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
        values["server"] = _without_token(settings.server)
        command = [
            "--settings",
            json.dumps(values),
            "--when-told",
            *(["--quiet"] if quiet else []),
            *(["--wait"] if wait else []),
        ]
        self._child = _child(*command, server=settings.server)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._child.pid

    def build(self) -> None:
        """Builds, and raises as `ensure` does."""
        said = self._child.communicate(_GO)[0].strip()
        if self._child.returncode == _LOCKED:
            raise BuildRunning(said)
        if self._child.returncode != 0:
            raise BuildError(f"The index could not be built: {said or _ended(self._child.returncode)}")

    def close(self) -> None:
        """Ends the child where nothing is to be built."""
        self._child.communicate()


def _ended(status: int) -> str:
    """Why a child ended that could not say so itself."""
    if status == -signal.SIGBUS:  # what was written through memory had no place on the disk
        return "no space is left on the disk. Free space or give --home DIR."
    if status == -signal.SIGKILL:
        return "its process was killed; memory may have run out."
    return f"it ended with status {status}."


def _child(*arguments: str, server: Server | None) -> "subprocess.Popen[str]":
    command = [sys.executable, "-P", "-m", "index.build", *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    if server and server.token:
        environment[_TOKEN] = server.token  # a command line can be read by others
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _without_token(server: Server | None) -> dict[str, str | None] | None:
    return {"url": server.url, "tenant": server.tenant, "database": server.database} if server else None


def _server(values: Mapping[str, str | None] | None) -> Server | None:
    return Server(**values, token=os.environ.get(_TOKEN)) if values else None  # type: ignore[arg-type]


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
    wanted = fingerprints(library.articles)
    if current and current.fits(model.id, wanted):
        return current
    kept, fresh = _plan(current, library, wanted)
    name = store.next_name()
    segments = list(kept)
    if fresh:
        verifier = _verifier(store)
        folder = store.segment(f"{name}-{os.getpid()}")
        sentences = rows_of(fresh)
        key = f"{store.folder.parent.name}.{key_of(fresh, sentences, model.id)}"
        _point(store, current.segments if current else (), key)  # before the rows, so that no other copy drops them
        fetch = _fetching(len(texts_of(sentences[0])), model, cache, progress)
        try:
            write_segment(folder, fresh, sentences, fetch, model.id, model.dimension, place=store.place, key=key)
        except OSError as error:
            raise _unwritable(store, error) from error
        finally:
            if not (folder / "segment.json").is_file():
                shutil.rmtree(folder, ignore_errors=True)
        _verify_in(verifier, store, folder)
        segments.append(SegmentEntry(folder.name, fingerprints(fresh)))
    generation = Generation(name, model.id, model.dimension, tuple(segments))
    try:
        store.switch(generation)
    except OSError as error:
        raise _unwritable(store, error) from error
    _point(store, segments)
    cache.trim()
    return generation


def _point(store: Store, segments: Sequence[SegmentEntry], *more: str) -> None:
    """Tells the place of the vectors which ones this copy of the app uses."""
    keys = [described(store.segment(entry.name))["key"] for entry in segments]
    store.place.point(store.folder.parent.name, copy_id(store.folder), [*keys, *more])


def _fetching(total: int, model: EmbeddingModel, cache: EmbeddingCache, progress: Callable[[int, int], None]) -> Fetch:
    """What gives the vectors of texts a part at a time, and tells how many of all are done."""
    before = 0

    def fetch(texts: Sequence[str], side: Side = "document") -> Mapping[str, Packed]:
        nonlocal before
        vectors = embed(model, cache, texts, lambda done, _: progress(min(before + done, total), total), side)
        before += len(vectors)
        return vectors

    return fetch


def _unwritable(store: Store, error: OSError) -> BuildError:
    reason = error.strerror or "No space left on device"  # numpy says only how many bytes went in
    return BuildError(f"{store.folder} cannot be written: {reason}. Free space or give --home DIR.")


def embed(
    model: EmbeddingModel,
    cache: EmbeddingCache,
    texts: Sequence[str],
    progress: Callable[[int, int], None],
    side: Side = "document",
) -> dict[str, Packed]:
    """The vectors of texts, from the cache where it has them; every finished batch is kept at once."""
    distinct = list(dict.fromkeys(texts))
    encode, mark = (model.documents, "") if side == "document" else (model.questions, "\0")  # no text holds a NUL
    vectors = {key.removeprefix(mark): packed for key, packed in cache.get([mark + text for text in distinct]).items()}
    # Texts of one length side by side: the bundled embedder computes them together.
    missing = sorted((text for text in distinct if text not in vectors), key=lambda text: (model.count(text), text))
    progress(len(vectors), len(distinct))
    batches = [missing[at : at + _BATCH] for at in range(0, len(missing), _BATCH)]
    for batch, encoded in zip(batches, _one_ahead(encode, batches), strict=True):
        packed = [pack(entry) for entry in encoded]
        cache.put(zip([mark + text for text in batch], packed, strict=True))
        vectors.update(zip(batch, packed, strict=True))
        progress(len(vectors), len(distinct))
    return vectors


def _one_ahead(work: Callable[[list[str]], Result], items: Iterable[list[str]]) -> Iterator[Result]:
    """The work done for each item, in order; while one result is used, the next is worked on."""
    with ThreadPoolExecutor(1) as pool:
        before: Future[Result] | None = None
        for item in items:
            ahead = pool.submit(work, item)
            if before:
                yield before.result()
            before = ahead
        if before:
            yield before.result()


def _current(store: Store, model: EmbeddingModel) -> Generation | None:
    """The generation in use if this embedder can go on with it and its files are whole."""
    try:
        name = store.pointer()
        generation = store.read(name) if name else None
        if generation is None or not generation.usable(model.id):
            return None
        for segment in generation.segments:
            check_segment(store.segment(segment.name), store.place)
        return generation
    except NewerFormat:
        raise
    except (GenerationError, SegmentError):
        return None


def _plan(current: Generation | None, library: Library, wanted: Mapping[str, str]) -> tuple[list[SegmentEntry], list[Article]]:
    """Which segments stay, with what is gone from them, and which articles make the new one."""
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


def _verifier(store: Store) -> "subprocess.Popen[str]":
    """A child that waits for the name of a segment to verify."""
    server = store.place if isinstance(store.place, Server) else None
    return _child("--verify", "--server", json.dumps(_without_token(server)), server=server)


def verified(store: Store, folder: Path, child: "subprocess.Popen[str] | None" = None) -> str:
    """What a child process has to object to a segment; empty where it passes."""
    child = child or _verifier(store)
    said = child.communicate(f"{folder}\n")[0].strip()
    return said or (f"status {child.returncode}" if child.returncode else "")


def _verify_in(child: "subprocess.Popen[str]", store: Store, folder: Path) -> None:
    """Has a child that is waiting for it verify a segment, which is dropped if it does not pass."""
    if said := verified(store, folder, child):
        shutil.rmtree(folder, ignore_errors=True)
        raise BuildError(f"the new index did not pass its check ({said})")


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
        settings.known(library).keep()


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
    parser.add_argument("--server", default="null")
    parser.add_argument("--when-told", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--wait", action="store_true")
    given = parser.parse_args()
    try:
        if given.verify:
            import_module("chromadb")  # while the writer is still writing
            if folder := sys.stdin.readline().strip():
                verify(Path(folder), _server(json.loads(given.server)) or EMBEDDED)
        else:
            values = json.loads(given.settings)
            paths = {key: Path(values[key]) for key in ("corpus", "home", "cache", "weights") if values.get(key)}
            values |= paths | {"server": _server(values.get("server"))}
            _run(BuildSettings(**values), quiet=given.quiet, wait=given.wait, when_told=given.when_told)
    except BriefingError as error:
        print(error)
        return _LOCKED if isinstance(error, BuildRunning) else 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Everything is on disk and checked; taking down an interpreter that has loaded chromadb costs a quarter of a second.
    os._exit(status)
