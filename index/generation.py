"""Generations: which closed segments make up the index, named by a pointer that is replaced in one step.

current               the name of the generation in use
generations/NAME.json its manifest
segments/NAME/        the closed segments
lock                  held by the one writer
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from corpus.article import Article
from corpus.errors import BriefingError
from index.passages import ENCODING
from index.sealed import seal, unseal
from index.segment import FORMAT, NewerFormat, fingerprint
from index.vectors import EMBEDDED, Place

LIBRARIES = ("chromadb", "numpy", "bm25s", "tiktoken")


class GenerationError(BriefingError):
    """An index that cannot be read."""


@dataclass(frozen=True)
class SegmentEntry:
    """A segment of a generation: its folder's name, its articles by fingerprint, and those of them that are gone."""

    name: str
    articles: Mapping[str, str]
    gone: tuple[str, ...] = ()

    def live(self) -> dict[str, str]:
        """The articles that count."""
        return {id: print_ for id, print_ in self.articles.items() if id not in self.gone}


@dataclass(frozen=True)
class Generation:
    """A manifest: what was indexed, with what, and where it lies."""

    name: str
    embedder: str
    dimension: int
    segments: tuple[SegmentEntry, ...]
    format: int = FORMAT
    encoding: str = ENCODING
    libraries: Mapping[str, str] = field(default_factory=lambda: {name: version(name) for name in LIBRARIES})

    def articles(self) -> dict[str, str]:
        """The fingerprints of all articles that count, by id."""
        return {id: print_ for segment in self.segments for id, print_ in segment.live().items()}

    def usable(self, embedder: str) -> bool:
        """Whether a reader with this embedder can search it."""
        return (self.format, self.encoding, self.embedder) == (FORMAT, ENCODING, embedder)

    def fits(self, embedder: str, articles: Mapping[str, str]) -> bool:
        """Whether it is the index of exactly these articles (fingerprints by id) under this embedder."""
        return self.usable(embedder) and self.articles() == dict(articles)


def fingerprints(articles: Sequence[Article]) -> dict[str, str]:
    """The fingerprints of articles by id."""
    return {article.id: fingerprint(article) for article in articles}


@dataclass(frozen=True)
class Store:
    """The folder in which the generations of one corpus lie, and the place of their vectors."""

    folder: Path
    place: Place = EMBEDDED

    def lock(self) -> FileLock:
        """The writer's lock; a killed writer's is free again."""
        return FileLock(self.folder / "lock")

    def segment(self, name: str) -> Path:
        """The folder of a segment."""
        return self.folder / "segments" / name

    def pointer(self) -> str | None:
        """The name of the generation in use, or None."""
        try:
            return (self.folder / "current").read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise GenerationError(f"The index pointer {self.folder / 'current'} cannot be read: {error}.") from error

    def read(self, name: str) -> Generation:
        """A manifest. GenerationError where it is missing or changed, NewerFormat where it is from a newer version."""
        path = self.folder / "generations" / f"{name}.json"
        try:
            data = unseal(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise GenerationError(f"The index manifest {path} cannot be read.") from error
        if data["format"] > FORMAT:
            raise NewerFormat(f"The index in {self.folder} was written by a newer Dealbrief. Update Dealbrief.")
        segments = tuple(SegmentEntry(entry["name"], entry["articles"], tuple(entry["gone"])) for entry in data.pop("segments"))
        return Generation(**data, segments=segments)

    def switch(self, generation: Generation) -> None:
        """Makes a generation the one in use, in one step; drops all but it and the one before."""
        before = self._last()
        manifests = self.folder / "generations"
        manifests.mkdir(parents=True, exist_ok=True)
        _replace(manifests / f"{generation.name}.json", seal(asdict(generation)))
        _replace(self.folder / "current", generation.name + "\n")
        self._drop_all_but([generation, before] if before else [generation])

    def clear(self) -> None:
        """Drops the index: pointer first, so that nobody enters what is going."""
        (self.folder / "current").unlink(missing_ok=True)
        for kind in ("generations", "segments"):
            shutil.rmtree(self.folder / kind, ignore_errors=True)

    def tidy(self) -> list[Path]:
        """Drops what neither the generation in use nor the one before it names; gives what that was."""
        if (now := self._last()) is None:
            return []
        kept = [now, *(found for path in self._manifests() if (found := self._readable(path.stem)) is not None)]
        return self._drop_all_but(sorted({one.name: one for one in kept}.values(), key=lambda one: one.name)[-2:])

    def _manifests(self) -> list[Path]:
        return sorted((self.folder / "generations").glob("*.json"))

    def _readable(self, name: str) -> Generation | None:
        try:
            return self.read(name)
        except (GenerationError, NewerFormat):
            return None

    def next_name(self) -> str:
        """A name that no generation and no segment has had."""
        taken = [path.stem for kind in ("generations", "segments") for path in (self.folder / kind).glob("[0-9]*")]
        numbers = [int(name.partition("-")[0]) for name in taken if name.partition("-")[0].isdigit()]
        return f"{max(numbers, default=0) + 1:06d}"

    def _last(self) -> Generation | None:
        """The generation in use if it can be read."""
        try:
            name = self.pointer()
        except GenerationError:
            return None
        return self._readable(name) if name else None

    def _drop_all_but(self, generations: Sequence[Generation]) -> list[Path]:
        dropped = []
        manifests = {f"{generation.name}.json" for generation in generations}
        for path in (self.folder / "generations").iterdir():
            if path.name not in manifests:
                path.unlink(missing_ok=True)
                dropped.append(path)
        segments = {segment.name for generation in generations for segment in generation.segments}
        for path in (self.folder / "segments").iterdir():
            if path.name not in segments:
                shutil.rmtree(path, ignore_errors=True)
                dropped.append(path)
        return dropped


def _replace(path: Path, text: str) -> None:
    """Writes a file in one step: whoever reads it sees the old text or the new one."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
