"""Writing a segment: a part at a time, so that memory does not grow with it; the small form beyond a size."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article
from index.cache import Packed
from index.compact import Basis, Pooled, means, to_int8
from index.embedder import Side
from index.lexical import LexicalIndex, terms
from index.passages import Passage
from index.sealed import seal
from index.segment import FORMAT, Row, Rows, fingerprint, stamp
from index.vectors import EMBEDDED, Place

FULL_UP_TO = 20_000
"""Sentences up to which token vectors are kept in the full form, about 18 KB a sentence."""
_CHUNK = 8192
_GROUP = 256
_SAMPLED = 2000
"""Sentences whose tokens the basis of the small form is taken from."""


class Fetch(Protocol):
    """What gives texts their vectors, as documents or as questions."""

    def __call__(self, texts: Sequence[str], side: Side = "document", /) -> Mapping[str, Packed]: ...


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
    tables["question_rows"] = _write_questions(folder, rows, fetch, dimension)
    np.savez(folder / "table.npz", **tables)
    place.finish(folder, large=len(rows) > full_up_to)
    entries = [{"id": a.id, "language": a.source.language, "fingerprint": fingerprint(a)} for a in articles]
    (folder / "articles.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")
    files = {name: stamp(folder / name) for name in _files(folder)}
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


def _write_questions(folder: Path, rows: Sequence[Row], fetch: Fetch, dimension: int) -> NDArray[np.int32]:
    """Writes the vectors of the sentences' questions; gives the row that each belongs to."""
    asked = [(number, text) for number, row in enumerate(rows) for text in row.questions]
    vectors = np.empty((len(asked), dimension), np.float32)
    for at in range(0, len(asked), _CHUNK):
        texts = [text for _, text in asked[at : at + _CHUNK]]
        found = fetch(texts, "query")
        vectors[at : at + len(texts)] = [found[text].pooled for text in texts]
    np.save(folder / "questions.npy", vectors)
    return np.array([number for number, _ in asked], np.int32)


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
        means(pooled, [rows[i].passage - which.start for i in own.tolist()], len(which)),
        documents=[found[i][1].span.of(articles[found[i][0]].text) for i in which],
        metadatas=[_passage_metadata(articles[found[i][0]], found[i][1]) for i in which],
    )
    texts = [articles[rows[i].article].text[rows[i].start : rows[i].end] for i in own.tolist()]
    return len(texts) / len(set(texts))


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


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _sync(folder: Path) -> None:
    """Makes a finished segment survive a power cut."""
    for path in [*(folder / name for name in _files(folder)), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
