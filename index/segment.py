"""A closed segment: the sentences of some articles with everything that search needs, written once, never changed.

    segment.json       what the segment is, size and SHA-256 of every other file, and a digest of itself
    articles.json      id, language and fingerprint of its articles
    table.npz          sentences, passages and token offsets as integers; document frequencies of tokens; copies
    pooled.npy         (sentences, dimension): float32, or int8 in the small form
    questions.npy      (questions, dimension): the vectors of the sentences' hypothetical questions, in the order of the rows
    codes.bin          the tokens' codes, scales.bin their scales, token_ids.bin their numbers in the vocabulary
    basis.npy          what the small form is relative to (index/compact.py); absent in the full form
    bm25-LANGUAGE/     BM25 over the sentences of a language
    chroma/            sentence and passage vectors, a collection a language

Rows are ordered by language, then article, then offset, so that the sentences of a language are one range.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article
from corpus.errors import BriefingError
from index.compact import PER_BYTE, Basis, Floats, Pooled, Tokens, means
from index.lexical import LexicalIndex
from index.passages import Passage, passages
from index.sealed import unseal
from index.vectors import EMBEDDED, Place, Vectors, VectorsMissing

FORMAT = 4
HASHED_UP_TO = 256 * 2**20
"""Bytes up to which a segment's files are hashed whenever it is opened; larger ones by size, wholly by `doctor`."""
SCANNED_UP_TO = 3000
"""Sentences of a language up to which all vectors of a segment are compared with a question's (finding.md section 2a)."""

Ints = NDArray[np.int32]


class SegmentError(BriefingError):
    """A segment that is not as it was written."""


class NewerFormat(SegmentError):
    """An index that a newer Dealbrief wrote: left as it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence to be indexed: its article, passage number, span, place in the passage, and the questions it answers."""

    article: int
    passage: int
    start: int
    end: int
    position: int
    text: str
    questions: tuple[str, ...] = ()


def fingerprint(article: Article) -> str:
    """The SHA-256 of all that an index holds of an article: source, notes, text and questions."""
    return hashlib.sha256(repr((article.source, article.notes, article.text, article.questions)).encode()).hexdigest()


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


Rows = tuple[list[Row], list[tuple[int, Passage]]]


def rows_of(articles: Sequence[Article]) -> Rows:
    """The sentences and the passages of articles, in order."""
    rows: list[Row] = []
    found: list[tuple[int, Passage]] = []
    for number, article in enumerate(articles):
        for passage in passages(article.text, article.source.language):
            for position, span in enumerate(passage.sentences):
                text = indexed_text(article, passage, " ".join(span.of(article.text).split()))
                asked = tuple(question.text for question in article.questions if span.start <= question.offset < span.end)
                rows.append(Row(number, len(found), span.start, span.end, position, text, asked))
            found.append((number, passage))
    return rows, found


def texts_of(rows: Sequence[Row]) -> list[str]:
    """Every text that is embedded for sentences: theirs and their questions', each once."""
    return [*dict.fromkeys(row.text for row in rows), *dict.fromkeys(text for row in rows for text in row.questions)]


def described(folder: Path) -> dict[str, Any]:
    """What segment.json says. SegmentError where it is missing or changed, NewerFormat where a newer version wrote it."""
    try:
        about = unseal((folder / "segment.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SegmentError(f"The index folder {folder} has no readable segment.json.") from error
    if about["format"] > FORMAT:
        raise NewerFormat(f"The index folder {folder} was written by a newer Dealbrief. Update Dealbrief.")
    return about


def check_files(folder: Path, *, thorough: bool = False) -> dict[str, Any]:
    """What segment.json says, after a look at every file it names. SegmentError where one is missing or changed."""
    about = described(folder)
    files: dict[str, list[Any]] = about["files"]
    hashed = thorough or sum(size for size, _ in files.values()) <= HASHED_UP_TO
    for name, (size, digest) in files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size or (hashed and stamp(path)[1] != digest):
            raise SegmentError(f"The index file {path} is missing or changed.")
    return about


def check_segment(folder: Path, place: Place, *, thorough: bool = False) -> dict[str, Any]:
    """What segment.json says, after a look at its files and at where its vectors lie.

    SegmentError where anything is missing or changed; VectorsError where a server does not answer: that breaks nothing.
    """
    about = check_files(folder, thorough=thorough)
    try:
        place.check(about["key"], about["rows"])
    except VectorsMissing as error:
        raise SegmentError(str(error)) from error
    return about


def sentences_of(folder: Path, gone: Collection[str]) -> int:
    """How many sentences of a segment's articles there are, without those of the articles that are gone."""
    entries = json.loads((folder / "articles.json").read_text(encoding="utf-8"))
    kept = np.array([entry["id"] not in gone for entry in entries], bool)
    with np.load(folder / "table.npz") as table:
        return int(kept[table["sentences"][:, 0]].sum())


class Segment:
    """A segment opened for search; `articles` are those of its articles that still hold, None for the others."""

    def __init__(
        self, folder: Path, current: Mapping[str, tuple[Article, str]], gone: frozenset[str], place: Place = EMBEDDED
    ) -> None:
        about = check_segment(folder, place)
        self.embedder: str = about["embedder"]
        self.dimension: int = about["dimension"]
        entries = json.loads((folder / "articles.json").read_text(encoding="utf-8"))
        self.articles: list[Article | None] = []
        for entry in entries:
            article, print_ = current.get(entry["id"], (None, None))
            holds = print_ == entry["fingerprint"] and entry["id"] not in gone
            self.articles.append(article if holds else None)
        self._here = place is EMBEDDED
        self._means: dict[str, Floats] = {}
        self._numbers = {article.id: number for number, article in enumerate(self.articles) if article is not None}
        with np.load(folder / "table.npz") as table:
            self.tables: dict[str, NDArray[Any]] = {name: table[name] for name in table.files}
        self.sentences: Ints = self.tables["sentences"]
        self.passages: Ints = self.tables["passages"]
        self.token_offsets: NDArray[np.int64] = self.tables["token_offsets"]
        self.pooled = Pooled(np.load(folder / "pooled.npy", mmap_mode="r"))
        self.questions: NDArray[np.float32] = np.load(folder / "questions.npy", mmap_mode="r")
        basis = folder / "basis.npy"
        self.basis = Basis.read(np.load(basis)) if basis.is_file() else None
        width = len(self.basis.axes) // PER_BYTE if self.basis else self.dimension
        self.codes: NDArray[Any] = _mapped(folder / "codes.bin", np.uint8 if self.basis else np.int8).reshape(-1, width)
        self.scales: NDArray[Any] = _mapped(folder / "scales.bin", np.float16 if self.basis else np.float32)
        self.token_ids: Ints = _mapped(folder / "token_ids.bin", np.int32)
        self.passage_first: Ints = np.searchsorted(self.sentences[:, 1], np.arange(len(self.passages) + 1)).astype(np.int32)
        of_article = np.array([entry["language"] for entry in entries], dtype=object)
        self._ranges: dict[str, tuple[int, int, int]] = {}
        for language in sorted(set(of_article.tolist())):
            numbers = np.flatnonzero(of_article == language)
            first, last = np.searchsorted(self.sentences[:, 0], [numbers[0], numbers[-1] + 1])
            first_passage = int(np.searchsorted(self.passages[:, 0], numbers[0]))
            self._ranges[language] = int(first), int(last), first_passage
        self.repeats = {language: float(self.tables[f"repeats_{language}"]) for language in self._ranges}
        """How many times a sentence of a language stands in the articles, on average; at least 1."""
        self.alive = np.array([article is not None for article in self.articles], bool)
        self.vectors: Vectors | None = place.open(folder, about["key"]) if len(self.sentences) else None
        self.lexical = {
            language: LexicalIndex.open(folder / f"bm25-{language}", last - first)
            for language, (first, last, _) in self._ranges.items()
        }

    def tokens(self, first: int, last: int) -> Tokens:
        """The tokens of a range."""
        return Tokens(self.codes[first:last], self.scales[first:last], self.basis)

    @property
    def languages(self) -> list[str]:
        """The languages of its articles."""
        return list(self._ranges)

    def rows(self, language: str) -> tuple[int, int, int]:
        """The first row and the end of the rows of a language, and its first passage; empty where it has none."""
        return self._ranges.get(language, (0, 0, 0))

    def rows_at(self, id: str, starts: Sequence[int]) -> NDArray[np.int64]:
        """The rows of the sentences of an article that begin at these offsets; none where it does not count."""
        if (number := self._numbers.get(id)) is None:
            return np.empty(0, np.int64)
        first, last = np.searchsorted(self.sentences[:, 0], [number, number + 1])
        rows: NDArray[np.int64] = first + np.flatnonzero(np.isin(self.sentences[first:last, 2], starts))
        return rows

    def nearest(self, language: str, vector: Floats, sentences: int, passages: int) -> tuple[Ints, Ints]:
        """That many sentences and passages of a language nearest to a unit vector (d,), as numbers from its first one on.

        Chroma finds them; in a small segment that lies here, comparing all of them is exact and takes a tenth of the time.
        """
        assert self.vectors is not None
        first, last, _ = self._ranges[language]
        if not self._here or last - first > SCANNED_UP_TO:
            asked = ((f"sentences-{language}", sentences), (f"passages-{language}", passages))
            found = [self.vectors.nearest(name, vector, limit)[0].astype(np.int32) for name, limit in asked]
            return found[0], found[1]
        if language not in self._means:
            pooled = self.pooled.part(first, last)
            numbers = self.sentences[first:last, 1] - self.sentences[first, 1]
            self._means[language] = means(pooled, numbers, int(numbers[-1]) + 1)
        return _highest(self.pooled[first:last] @ vector, sentences), _highest(self._means[language] @ vector, passages)

    def likeness(self, language: str, vector: Floats) -> Floats:
        """How near a unit vector (d,) is to the nearest question of each sentence of a language, (n,); 0 where it has none."""
        first, last, _ = self.rows(language)
        rows: Ints = self.tables["question_rows"]
        begin, end = np.searchsorted(rows, [first, last])
        nearest = np.zeros(last - first, np.float32)
        if begin < end:
            starts = np.flatnonzero(np.diff(rows[begin:end], prepend=-1))
            nearest[rows[begin + starts] - first] = np.maximum.reduceat(self.questions[begin:end] @ vector, starts)
        return nearest

    def frequencies(self, language: str) -> tuple[Ints, Ints]:
        """Token ids of a language's sentences, sorted, and in how many sentences each stands."""
        empty = np.empty(0, np.int32)
        return self.tables.get(f"df_ids_{language}", empty), self.tables.get(f"df_{language}", empty)

    def close(self) -> None:
        """Closes what is open in Chroma."""
        if self.vectors is not None:
            self.vectors.close()


def _highest(values: Floats, limit: int) -> Ints:
    found = np.argpartition(-values, limit)[:limit] if limit < len(values) else np.arange(len(values))
    return found.astype(np.int32)


def _mapped(path: Path, kind: Any) -> NDArray[Any]:
    """A file of numbers, memory-mapped."""
    return np.memmap(path, kind, "r") if path.stat().st_size else np.empty(0, kind)


def stamp(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
