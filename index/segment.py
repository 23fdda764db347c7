"""A closed segment: the sentences of some articles with everything that search needs, written once, never changed.

    segment.json       what the segment is, size and SHA-256 of every other file, and a digest of itself
    articles.json      id, language and fingerprint of its articles
    table.npz          sentences, passages and token offsets as integers; document frequencies of tokens; copies
    pooled.npy         (sentences, dimension): float32, or int8 in the small form
    codes.bin          the tokens' codes, scales.bin their scales, token_ids.bin their numbers in the vocabulary
    basis.npy          what the small form is relative to (index/compact.py); absent in the full form
    bm25-LANGUAGE/     BM25 over the sentences of a language
    chroma/            sentence and passage vectors, a collection a language

Rows are ordered by language, then article, then offset, so that the sentences of a language are one range.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article
from corpus.errors import BriefingError
from index.cache import Packed
from index.compact import Basis, Pooled, Tokens, to_int8
from index.lexical import LexicalIndex, terms
from index.passages import Passage, passages
from index.sealed import seal, unseal
from index.vectors import EMBEDDED, Place, Vectors, VectorsMissing

FORMAT = 2
HASHED_UP_TO = 256 * 2**20
"""Bytes up to which a segment's files are hashed whenever it is opened; larger ones by size, wholly by `doctor`."""

FULL_UP_TO = 20_000
"""Sentences up to which token vectors are kept in the full form, about 18 KB a sentence."""
_CHUNK = 8192
_GROUP = 256
_SAMPLED = 2000
"""Sentences whose tokens the basis of the small form is taken from."""

Ints = NDArray[np.int32]
Fetch = Callable[[Sequence[str]], Mapping[str, Packed]]
"""Texts to their vectors."""


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


Rows = tuple[list[Row], list[tuple[int, Passage]]]


def rows_of(articles: Sequence[Article]) -> Rows:
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
    folder: Path,
    articles: Sequence[Article],
    sentences: Rows,
    fetch: Fetch,
    embedder_id: str,
    dimension: int,
    *,
    place: Place = EMBEDDED,
    key: str = "",
    full_up_to: int = FULL_UP_TO,
) -> None:
    """Writes a segment of `articles` (in `order`), whose `rows_of` are given, into a new folder, its vectors to `place`."""
    folder.mkdir(parents=True)
    rows, found = sentences
    write = partial(place.write, folder, key)
    basis = _basis(rows, fetch) if len(rows) > full_up_to else None
    counts, frequencies = _write_vectors(folder, articles, rows, fetch, dimension, basis, small=len(rows) > full_up_to)
    tables: dict[str, Any] = {
        "sentences": np.array([(r.article, r.passage, r.start, r.end, r.position) for r in rows], np.int32).reshape(-1, 5),
        "passages": np.array([(number, *passage.span) for number, passage in found], np.int32).reshape(-1, 3),
        "token_offsets": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
    }
    for language in sorted({article.source.language for article in articles}):
        seen = frequencies.get(language, Counter())
        ids = sorted(seen)
        tables |= {
            f"df_ids_{language}": np.array(ids, np.int32),
            f"df_{language}": np.array([seen[id] for id in ids], np.int32),
            f"repeats_{language}": np.float64(_write_language(folder, write, articles, rows, found, language)),
        }
    np.savez(folder / "table.npz", **tables)
    place.finish(folder, large=len(rows) > full_up_to)
    entries = [{"id": a.id, "language": a.source.language, "fingerprint": fingerprint(a)} for a in articles]
    (folder / "articles.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")
    files = {name: _stamp(folder / name) for name in _files(folder)}
    about = {"format": FORMAT, "embedder": embedder_id, "dimension": dimension, "sentences": len(rows), "key": key}
    about |= {"rows": _rows_in_chroma(articles, rows), "files": files}
    (folder / "segment.json").write_text(seal(about), encoding="utf-8")
    _sync(folder)


def _basis(rows: Sequence[Row], fetch: Fetch) -> Basis | None:
    """The basis of the small form, from sentences spread over all of them; None where the embedder gives no tokens."""
    texts = [rows[i].text for i in np.linspace(0, len(rows) - 1, min(_SAMPLED, len(rows)), dtype=int)]
    tokens = [_unit_tokens(packed) for packed in fetch(texts).values()]
    return Basis.of(np.concatenate(tokens)) if any(map(len, tokens)) else None


def _unit_tokens(packed: Packed) -> NDArray[np.float32]:
    return packed.codes.astype(np.float32) * packed.scales[:, None]


def _write_vectors(
    folder: Path,
    articles: Sequence[Article],
    rows: Sequence[Row],
    fetch: Fetch,
    dimension: int,
    basis: Basis | None,
    *,
    small: bool,
) -> tuple[NDArray[np.int64], dict[str, Counter[int]]]:
    """Writes sentence and token vectors a part at a time; gives tokens by row and token frequencies by language."""
    counts = np.zeros(len(rows), np.int64)
    frequencies: dict[str, Counter[int]] = {}
    if basis:
        np.save(folder / "basis.npy", basis.rows)
    pooled = np.lib.format.open_memmap(folder / "pooled.npy", "w+", np.int8 if small else np.float32, (len(rows), dimension))
    with ExitStack() as stack:
        codes, scales, ids = (
            stack.enter_context((folder / name).open("wb")) for name in ("codes.bin", "scales.bin", "token_ids.bin")
        )
        for at in range(0, len(rows), _CHUNK):
            part = rows[at : at + _CHUNK]
            vectors = fetch([row.text for row in part])
            packed = [vectors[row.text] for row in part]
            matrix = np.array([entry.pooled for entry in packed], np.float32)
            pooled[at : at + len(part)] = to_int8(matrix) if small else matrix
            counts[at : at + len(part)] = [len(entry.codes) for entry in packed]
            for row, entry in zip(part, packed, strict=True):
                language = articles[row.article].source.language
                frequencies.setdefault(language, Counter()).update(np.unique(entry.ids).tolist())
            for first in range(0, len(part), _GROUP):
                group = packed[first : first + _GROUP]
                held: tuple[NDArray[Any], NDArray[Any]]
                held = np.concatenate([entry.codes for entry in group]), np.concatenate([entry.scales for entry in group])
                if basis:
                    held = basis.encode(held[0].astype(np.float32) * held[1][:, None])
                else:
                    ids.write(np.concatenate([entry.ids for entry in group]).tobytes())
                codes.write(held[0].tobytes())
                scales.write(held[1].tobytes())
    pooled.flush()
    return counts, frequencies


def _rows_in_chroma(articles: Sequence[Article], rows: Sequence[Row]) -> dict[str, int]:
    """How many rows each collection has."""
    languages = [articles[row.article].source.language for row in rows]
    passages = {row.passage: language for row, language in zip(rows, languages, strict=True)}
    sentences = Counter(f"sentences-{language}" for language in languages)
    return {**sentences, **Counter(f"passages-{language}" for language in passages.values())}


def key_of(articles: Sequence[Article], sentences: Rows, embedder_id: str) -> str:
    """What names the contents of a segment: equal for equal articles, sentences and embedder."""
    spans = [(row.article, row.start, row.end) for row in sentences[0]]
    parts = (FORMAT, embedder_id, [fingerprint(article) for article in articles], spans)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _write_language(
    folder: Path,
    write: Callable[..., None],
    articles: Sequence[Article],
    rows: Sequence[Row],
    found: Sequence[tuple[int, Passage]],
    language: str,
) -> float:
    """Writes what a segment keeps by language, BM25 and the collections in Chroma; gives how often a sentence stands."""
    of_article = np.array([article.source.language == language for article in articles], bool)
    own = np.flatnonzero(of_article[[row.article for row in rows]]) if rows else np.empty(0, np.int64)
    LexicalIndex.build([terms(rows[i].text, language) for i in own.tolist()]).save(folder / f"bm25-{language}")
    if not len(own):
        return 1.0
    pooled = Pooled(np.load(folder / "pooled.npy", mmap_mode="r")).part(int(own[0]), int(own[-1]) + 1)
    write(f"sentences-{language}", pooled)
    which = range(rows[own[0]].passage, rows[own[-1]].passage + 1)
    write(
        f"passages-{language}",
        _means(pooled, [rows[i].passage - which.start for i in own.tolist()], len(which)),
        documents=[found[i][1].span.of(articles[found[i][0]].text) for i in which],
        metadatas=[_passage_metadata(articles[found[i][0]], found[i][1]) for i in which],
    )
    texts = [articles[rows[i].article].text[rows[i].start : rows[i].end] for i in own.tolist()]
    return len(texts) / len(set(texts))


def _means(pooled: Pooled, passage: Sequence[int], count: int) -> NDArray[np.float32]:
    """The vectors of passages: the sums of their sentences' at length 1."""
    sums = np.zeros((count, pooled[:1].shape[1]), np.float32)
    for at in range(0, len(pooled), _CHUNK):
        np.add.at(sums, passage[at : at + _CHUNK], pooled[at : at + _CHUNK])
    means: NDArray[np.float32] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return means


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
        if not path.is_file() or path.stat().st_size != size or (hashed and _stamp(path)[1] != digest):
            raise SegmentError(f"The index file {path} is missing or changed.")
    return about


class Segment:
    """A segment opened for search; `articles` are those of its articles that still hold, None for the others."""

    def __init__(
        self, folder: Path, current: Mapping[str, tuple[Article, str]], gone: frozenset[str], place: Place = EMBEDDED
    ) -> None:
        about = check_files(folder)
        self.embedder: str = about["embedder"]
        self.dimension: int = about["dimension"]
        entries = json.loads((folder / "articles.json").read_text(encoding="utf-8"))
        self.articles: list[Article | None] = []
        for entry in entries:
            article, print_ = current.get(entry["id"], (None, None))
            holds = print_ == entry["fingerprint"] and entry["id"] not in gone
            self.articles.append(article if holds else None)
        self._numbers = {article.id: number for number, article in enumerate(self.articles) if article is not None}
        with np.load(folder / "table.npz") as table:
            self.tables: dict[str, NDArray[Any]] = {name: table[name] for name in table.files}
        self.sentences: Ints = self.tables["sentences"]
        self.passages: Ints = self.tables["passages"]
        self.token_offsets: NDArray[np.int64] = self.tables["token_offsets"]
        self.pooled = Pooled(np.load(folder / "pooled.npy", mmap_mode="r"))
        basis = folder / "basis.npy"
        self.basis = Basis.read(np.load(basis)) if basis.is_file() else None
        width = len(self.basis.axes) // 2 if self.basis else self.dimension
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
        try:
            place.check(about["key"], about["rows"])
        except VectorsMissing as error:
            raise SegmentError(str(error)) from error
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

    def frequencies(self, language: str) -> tuple[Ints, Ints]:
        """Token ids of a language's sentences, sorted, and in how many sentences each stands."""
        empty = np.empty(0, np.int32)
        return self.tables.get(f"df_ids_{language}", empty), self.tables.get(f"df_{language}", empty)

    def close(self) -> None:
        """Closes what is open in Chroma."""
        if self.vectors is not None:
            self.vectors.close()


def _mapped(path: Path, kind: Any) -> NDArray[Any]:
    """A file of numbers, memory-mapped."""
    return np.memmap(path, kind, "r") if path.stat().st_size else np.empty(0, kind)


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
