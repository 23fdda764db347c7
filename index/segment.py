"""A closed segment: the sentences of some articles with everything that search needs, written once, never changed.

    segment.json       what the segment is, size and SHA-256 of every other file, and a digest of itself
    articles.json      id, language and fingerprint of its articles
    table.npz          sentences, passages and token offsets as integers; document frequencies of tokens
    pooled.npy         (sentences, dimension) float32
    codes.npy          (tokens, dimension) int8: unit token vectors; scales.npy (tokens,) float32; token_ids.npy (tokens,)
    bm25-LANGUAGE/     BM25 over the sentences of a language
    chroma/            sentence and passage vectors, a collection a language

Rows are ordered by language, then article, then offset, so that the sentences of a language are one range.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article
from corpus.errors import BriefingError
from index.cache import Packed
from index.lexical import LexicalIndex, terms
from index.passages import Passage, passages
from index.sealed import seal, unseal
from index.vectors import VectorStore, write_vectors

FORMAT = 1
HASHED_UP_TO = 256 * 2**20
"""Bytes up to which a segment's files are hashed whenever it is opened; larger ones by size, wholly by `doctor`."""

Ints = NDArray[np.int32]


class SegmentError(BriefingError):
    """A segment that is not as it was written."""


class NewerFormat(SegmentError):
    """An index that a newer Dealbrief wrote: left as it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence to be indexed: its article, passage number, span and place in the passage."""

    article: int
    passage: int
    start: int
    end: int
    position: int
    text: str


def fingerprint(article: Article) -> str:
    """The SHA-256 of all that an index holds of an article: source, notes and text."""
    return hashlib.sha256(repr((article.source, article.notes, article.text)).encode()).hexdigest()


def indexed_text(article: Article, passage: Passage, sentence: str) -> str:
    """What is embedded for a sentence: the title in front of it, and the heading that it stands under.

    A good title is worth more than any method of search (finding.md section 2a).
    """
    title = article.source.title
    heading = passage.heading.of(article.text).lstrip("# ") if passage.heading else ""
    return f"{title}, {heading}: {sentence}" if heading else f"{title}: {sentence}"


def order(articles: Iterable[Article]) -> list[Article]:
    """Articles in the order of a segment's rows."""
    return sorted(articles, key=lambda article: (article.source.language, article.id))


def rows_of(articles: Sequence[Article]) -> tuple[list[Row], list[tuple[int, Passage]]]:
    """The sentences and the passages of articles, in order."""
    rows: list[Row] = []
    found: list[tuple[int, Passage]] = []
    for number, article in enumerate(articles):
        for passage in passages(article.text, article.source.language):
            for position, span in enumerate(passage.sentences):
                text = " ".join(span.of(article.text).split())
                rows.append(Row(number, len(found), span.start, span.end, position, indexed_text(article, passage, text)))
            found.append((number, passage))
    return rows, found


def write_segment(
    folder: Path, articles: Sequence[Article], vectors: Mapping[str, Packed], embedder_id: str, dimension: int
) -> None:
    """Writes a segment of `articles` (in `order`) into a new folder; `vectors` has every row's text."""
    folder.mkdir(parents=True)
    rows, found = rows_of(articles)
    packed = [vectors[row.text] for row in rows]
    pooled = np.array([entry.pooled for entry in packed], np.float32).reshape(len(rows), dimension)
    counts = np.array([len(entry.codes) for entry in packed], np.int64)
    codes = np.concatenate([entry.codes for entry in packed]) if rows else np.empty((0, dimension), np.int8)
    scales = np.concatenate([entry.scales for entry in packed]) if rows else np.empty(0, np.float32)
    np.save(folder / "pooled.npy", pooled)
    np.save(folder / "codes.npy", codes)
    np.save(folder / "scales.npy", scales)
    np.save(folder / "token_ids.npy", np.concatenate([np.empty(0, np.int32), *(entry.ids for entry in packed)]))
    languages = [article.source.language for article in articles]
    tables: dict[str, Any] = {
        "sentences": np.array([(r.article, r.passage, r.start, r.end, r.position) for r in rows], np.int32).reshape(-1, 5),
        "passages": np.array([(number, *passage.span) for number, passage in found], np.int32).reshape(-1, 3),
        "token_offsets": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
    }
    _write_languages(folder, articles, rows, found, packed, pooled, languages, tables)
    np.savez(folder / "table.npz", **tables)
    entries = [{"id": a.id, "language": a.source.language, "fingerprint": fingerprint(a)} for a in articles]
    (folder / "articles.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")
    files = {name: _stamp(folder / name) for name in _files(folder)}
    about = {"format": FORMAT, "embedder": embedder_id, "dimension": dimension, "sentences": len(rows), "files": files}
    (folder / "segment.json").write_text(seal(about), encoding="utf-8")
    _sync(folder)


def _write_languages(
    folder: Path,
    articles: Sequence[Article],
    rows: Sequence[Row],
    found: Sequence[tuple[int, Passage]],
    packed: Sequence[Packed],
    pooled: NDArray[np.float32],
    languages: Sequence[str],
    tables: dict[str, Any],
) -> None:
    """Adds what a segment keeps by language: BM25, document frequencies, and the collections in Chroma."""
    of_row = np.array([languages[row.article] for row in rows], dtype=object)
    of_passage = np.array([languages[number] for number, _ in found], dtype=object)
    sums = np.zeros((len(found), pooled.shape[1]), np.float32)
    np.add.at(sums, [row.passage for row in rows], pooled)
    means = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    for language in sorted(set(languages)):
        own = np.flatnonzero(of_row == language)
        documents = [terms(rows[i].text, language) for i in own.tolist()]
        LexicalIndex.build(documents).save(folder / f"bm25-{language}")
        seen = [np.unique(packed[i].ids) for i in own.tolist()]
        ids, frequencies = np.unique(np.concatenate([np.empty(0, np.int32), *seen]), return_counts=True)
        tables |= {f"df_ids_{language}": ids.astype(np.int32), f"df_{language}": frequencies.astype(np.int32)}
        if not len(own):
            continue
        write_vectors(folder / "chroma", f"sentences-{language}", pooled[own])
        which = np.flatnonzero(of_passage == language).tolist()
        write_vectors(
            folder / "chroma",
            f"passages-{language}",
            means[which],
            documents=[found[i][1].span.of(articles[found[i][0]].text) for i in which],
            metadatas=[_passage_metadata(articles[found[i][0]], found[i][1]) for i in which],
        )


def _passage_metadata(article: Article, passage: Passage) -> dict[str, str | int]:
    source = article.source
    published = str(source.published) if source.published else None
    given = {"publisher": source.publisher, "url": source.url, "published": published}
    metadata: dict[str, str | int] = {key: value for key, value in given.items() if value}
    return metadata | {
        "article": article.id,
        "title": source.title,
        "language": source.language,
        "kind": source.kind,
        "start": passage.span.start,
        "end": passage.span.end,
    }


def check_files(folder: Path, *, thorough: bool = False) -> dict[str, Any]:
    """What segment.json says, after a look at every file it names. SegmentError where one is missing or changed."""
    try:
        about = unseal((folder / "segment.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SegmentError(f"The index folder {folder} has no readable segment.json.") from error
    if about["format"] > FORMAT:
        raise NewerFormat(f"The index folder {folder} was written by a newer Dealbrief. Update Dealbrief.")
    files: dict[str, list[Any]] = about["files"]
    hashed = thorough or sum(size for size, _ in files.values()) <= HASHED_UP_TO
    for name, (size, digest) in files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size or (hashed and _stamp(path)[1] != digest):
            raise SegmentError(f"The index file {path} is missing or changed.")
    return about


class Segment:
    """A segment opened for search; `articles` are those of its articles that still hold, None for the others."""

    def __init__(self, folder: Path, current: Mapping[str, tuple[Article, str]], gone: frozenset[str]) -> None:
        about = check_files(folder)
        self.embedder: str = about["embedder"]
        self.dimension: int = about["dimension"]
        entries = json.loads((folder / "articles.json").read_text(encoding="utf-8"))
        self.articles: list[Article | None] = []
        for entry in entries:
            article, print_ = current.get(entry["id"], (None, None))
            holds = print_ == entry["fingerprint"] and entry["id"] not in gone
            self.articles.append(article if holds else None)
        with np.load(folder / "table.npz") as table:
            self.tables: dict[str, NDArray[Any]] = {name: table[name] for name in table.files}
        self.sentences: Ints = self.tables["sentences"]
        self.passages: Ints = self.tables["passages"]
        self.token_offsets: NDArray[np.int64] = self.tables["token_offsets"]
        self.pooled: NDArray[np.float32] = np.load(folder / "pooled.npy", mmap_mode="r")
        self.codes: NDArray[np.int8] = np.load(folder / "codes.npy", mmap_mode="r")
        self.scales: NDArray[np.float32] = np.load(folder / "scales.npy")
        self.token_ids: Ints = np.load(folder / "token_ids.npy", mmap_mode="r")
        self.passage_first: Ints = np.searchsorted(self.sentences[:, 1], np.arange(len(self.passages) + 1)).astype(np.int32)
        of_article = np.array([entry["language"] for entry in entries], dtype=object)
        self._ranges: dict[str, tuple[int, int, int]] = {}
        for language in sorted(set(of_article.tolist())):
            numbers = np.flatnonzero(of_article == language)
            first, last = np.searchsorted(self.sentences[:, 0], [numbers[0], numbers[-1] + 1])
            first_passage = int(np.searchsorted(self.passages[:, 0], numbers[0]))
            self._ranges[language] = int(first), int(last), first_passage
        self.repeats = {language: self._repeats(language) for language in self._ranges}
        self.alive = np.array([article is not None for article in self.articles], bool)
        self.vectors = VectorStore(folder / "chroma") if (folder / "chroma").is_dir() else None
        self.lexical = {
            language: LexicalIndex.open(folder / f"bm25-{language}", last - first)
            for language, (first, last, _) in self._ranges.items()
        }

    def _repeats(self, language: str) -> float:
        """How many times a sentence of a language stands in the articles that count, on average; at least 1."""
        first, last, _ = self._ranges[language]
        texts = [
            article.text[start:end]
            for number, _, start, end, _ in self.sentences[first:last].tolist()
            if (article := self.articles[number]) is not None
        ]
        return len(texts) / max(len(set(texts)), 1) if texts else 1.0

    @property
    def languages(self) -> list[str]:
        """The languages of its articles."""
        return list(self._ranges)

    def rows(self, language: str) -> tuple[int, int, int]:
        """The first row and the end of the rows of a language, and its first passage; empty where it has none."""
        return self._ranges.get(language, (0, 0, 0))

    def frequencies(self, language: str) -> tuple[Ints, Ints]:
        """Token ids of a language's sentences, sorted, and in how many sentences each stands."""
        empty = np.empty(0, np.int32)
        return self.tables.get(f"df_ids_{language}", empty), self.tables.get(f"df_{language}", empty)

    def close(self) -> None:
        """Closes what is open in Chroma."""
        if self.vectors is not None:
            self.vectors.close()


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _stamp(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    """Makes a finished segment survive a power cut."""
    for path in [*(folder / name for name in _files(folder)), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
