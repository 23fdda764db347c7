"""A segment holds what the articles say, and notices whatever was done to its files."""

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import chromadb
import numpy as np
import pytest
from helpers import Hashed, article, contents, model_of, segment_of, vectors_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import Article, Note, PartialDate, Source, clean_text
from index.e5 import BundledE5
from index.embedder import EmbeddingModel, wrap
from index.lexical import terms
from index.sealed import seal, unseal
from index.segment import FORMAT, NewerFormat, Segment, SegmentError, check_files, fingerprint, indexed_text, order, rows_of
from index.sentences import sentence_spans

ARTICLES = [
    article("en/b", "# The bid\n\nThe ferry sailed. Nobody\nsaw it.\n\n- One item\n- Two items", url="https://a.example/b"),
    article("de/a", "Die Fähre fuhr am 2. April. Niemand sah sie.", "de", published=PartialDate(2024, 4)),
    article("en/a", "One sentence only."),
    article("fr/a", "Le ferry est parti. Personne ne l'a vu.", "fr"),
    article("en/empty", ""),
    article("it/heading", "# Solo un titolo", "it"),
]
TEXTS = [
    ("de/a", "Die Fähre fuhr am 2. April."), ("de/a", "Niemand sah sie."), ("en/a", "One sentence only."),
    ("en/b", "The ferry sailed."), ("en/b", "Nobody\nsaw it."), ("en/b", "- One item"), ("en/b", "- Two items"),
    ("fr/a", "Le ferry est parti."), ("fr/a", "Personne ne l'a vu."),
]  # fmt: skip


@pytest.fixture(scope="module")
def model(engine: BundledE5) -> EmbeddingModel:
    """The bundled model."""
    return wrap(engine, "bundled")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, model: EmbeddingModel) -> Path:
    """A segment of ARTICLES."""
    return segment_of(tmp_path_factory.mktemp("segment") / "000001-1", ARTICLES, model)


def opened(folder: Path, found: list[Article], gone: frozenset[str] = frozenset()) -> Segment:
    """A segment opened with these articles as the current ones."""
    return Segment(folder, {one.id: (one, fingerprint(one)) for one in found}, gone)


@pytest.fixture
def segment(folder: Path) -> Iterator[Segment]:
    """The segment, opened."""
    found = opened(folder, ARTICLES)
    yield found
    found.close()


def test_rows_are_the_sentences_by_language_article_and_offset(segment: Segment) -> None:
    held = []
    for number, _, start, end, _ in segment.sentences.tolist():
        one = segment.articles[number]
        assert one is not None
        held.append((one.id, one.text[start:end]))
    assert held == TEXTS
    assert segment.languages == ["de", "en", "fr", "it"]
    assert [segment.rows(language) for language in ("de", "en", "fr", "it", "xx")] == [
        (0, 2, 0), (2, 7, 1), (7, 9, 5), (9, 9, 6), (0, 0, 0),
    ]  # fmt: skip
    assert segment.alive.tolist() == [True] * 6


def test_passages_point_at_their_sentences(segment: Segment) -> None:
    first = segment.passage_first.tolist()
    assert (first[0], first[-1], len(first)) == (0, len(TEXTS), len(segment.passages) + 1)
    for number, (of, start, end) in enumerate(segment.passages.tolist()):
        rows = segment.sentences[first[number] : first[number + 1]].tolist()
        assert [row[:2] for row in rows] == [[of, number]] * len(rows)
        assert (rows[0][2], rows[-1][3]) == (start, end)
        assert [row[4] for row in rows] == list(range(len(rows)))


def test_vectors_are_those_of_the_sentences_with_their_titles(segment: Segment, model: EmbeddingModel) -> None:
    ordered = order(ARTICLES)
    rows, found = rows_of(ordered)
    assert segment.dimension == model.dimension
    for number, row in enumerate(rows):
        assert row.text == indexed_text(ordered[row.article], found[row.passage][1], " ".join(TEXTS[number][1].split()))
        assert row.text.startswith(ordered[row.article].source.title)
        fresh = model.documents([row.text])[0]
        assert np.array_equal(segment.pooled[number], fresh.pooled)
        tokens = slice(*segment.token_offsets[number : number + 2].tolist())
        assert np.array_equal(segment.token_ids[tokens], fresh.ids)
        stored = segment.codes[tokens] * segment.scales[tokens, None]
        unit = fresh.states / np.linalg.norm(fresh.states, axis=1, keepdims=True)
        assert float(np.sum(stored * unit, axis=1).min()) > 0.999
        assert np.allclose(np.linalg.norm(stored, axis=1), 1, atol=0.02)
    assert segment.token_offsets[-1] == len(segment.codes) == len(segment.scales) == len(segment.token_ids)


def test_what_is_kept_by_language(segment: Segment) -> None:
    assert segment.vectors is not None
    for language in segment.languages:
        first, last, _ = segment.rows(language)
        assert segment.vectors.count(f"sentences-{language}") == last - first
        ids, frequencies = segment.frequencies(language)
        seen = [
            set(segment.token_ids[slice(*segment.token_offsets[row : row + 2].tolist())].tolist()) for row in range(first, last)
        ]
        assert dict(zip(ids.tolist(), frequencies.tolist(), strict=True)) == {
            token: sum(token in one for one in seen) for token in set().union(*seen)
        }
        assert len(segment.lexical[language].scores(["x"])) == last - first
    assert segment.vectors.count("passages-en") == 4
    scores = segment.lexical["en"].scores(terms("The ferry sailed.", "en"))
    assert int(np.argmax(scores)) == 1
    assert [len(part) for part in segment.frequencies("xx")] == [0, 0]


def test_passages_lie_in_chroma_with_their_text_and_source(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "chroma", tmp_path / "copy")
    client = chromadb.PersistentClient(str(tmp_path / "copy"), settings=chromadb.Settings(anonymized_telemetry=False))
    got = client.get_collection("passages-de", embedding_function=None).get()
    assert got["documents"] == ["Die Fähre fuhr am 2. April. Niemand sah sie."]
    assert got["metadatas"] == [
        {"article": "de/a", "title": "Title de/a", "language": "de", "kind": "original", "start": 0, "end": 44,
         "publisher": "Herald", "published": "2024-04"}
    ]  # fmt: skip
    assert client.get_collection("sentences-de", embedding_function=None).get()["documents"] == [None, None]
    client.close()


def test_articles_that_are_gone_or_changed_are_left_out(folder: Path) -> None:
    changed = [replace(one, text="Other.") if one.id == "en/a" else one for one in ARTICLES if one.id != "fr/a"]
    found = opened(folder, changed, frozenset({"de/a"}))
    assert [one.id if one else None for one in found.articles] == [None, None, "en/b", "en/empty", None, "it/heading"]
    assert found.alive.tolist() == [one is not None for one in found.articles]
    found.close()


def test_every_part_of_an_article_is_in_its_fingerprint() -> None:
    one = article("a", "Text.", url="https://a.example/")
    others = [
        replace(one, text="Text!"),
        replace(one, notes=(Note(5, Source("n", "N", "N", "und")),)),
        *(
            replace(one, source=replace(one.source, **{field: "other"}))
            for field in ("id", "title", "publisher", "language", "url")
        ),
        replace(one, source=replace(one.source, published=PartialDate(2024))),
    ]
    prints = {fingerprint(one), *map(fingerprint, others)}
    assert len(prints) == 1 + len(others)
    assert fingerprint(replace(one)) == fingerprint(one)


@pytest.mark.parametrize("found", [[], [article("a", "")], [article("a", "# Title")]])
def test_a_segment_without_a_sentence(tmp_path: Path, found: list[Article]) -> None:
    segment = opened(segment_of(tmp_path / "000001-1", found, model_of(Hashed())), found)
    assert (len(segment.sentences), len(segment.pooled), segment.vectors) == (0, 0, None)
    segment.close()


def test_a_segment_without_token_vectors(tmp_path: Path) -> None:
    segment = opened(segment_of(tmp_path / "000001-1", ARTICLES, model_of(Hashed())), ARTICLES)
    assert (len(segment.sentences), segment.codes.shape, segment.token_offsets.tolist()) == (9, (0, 24), [0] * 10)
    segment.close()


def test_an_existing_folder_is_never_written_to(tmp_path: Path) -> None:
    model = model_of(Hashed())
    segment_of(tmp_path / "000001-1", ARTICLES, model)
    before = contents(tmp_path)
    with pytest.raises(FileExistsError):
        segment_of(tmp_path / "000001-1", ARTICLES, model)
    assert contents(tmp_path) == before


def test_reading_leaves_every_byte_as_it_was(folder: Path) -> None:
    before = contents(folder)
    found = opened(folder, ARTICLES)
    assert found.vectors is not None
    found.vectors.nearest("sentences-en", np.array(found.pooled[0]), 3)
    found.close()
    assert contents(folder) == before


def refused(folder: Path) -> None:
    """Neither a look at the files nor opening them passes."""
    with pytest.raises(SegmentError) as caught:
        check_files(folder)
    assert "\n" not in str(caught.value)
    with pytest.raises(SegmentError):
        opened(folder, ARTICLES)


FILES = st.sampled_from(["segment.json", "articles.json", "table.npz", "pooled.npy", "chroma/chroma.sqlite3", None])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES, st.randoms(use_true_random=False))
def test_any_flipped_byte_is_noticed(folder: Path, name: str | None, chance: random.Random) -> None:
    path = folder / name if name else chance.choice(sorted(path for path in folder.rglob("*") if path.is_file()))
    data = path.read_bytes()
    flipped = bytearray(data or b"\0")
    flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    path.write_bytes(flipped)
    try:
        refused(folder)
    finally:
        path.write_bytes(data)
    check_files(folder, thorough=True)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES, st.randoms(use_true_random=False))
def test_any_cut_or_grown_file_is_noticed(folder: Path, name: str | None, chance: random.Random) -> None:
    path = folder / name if name else chance.choice(sorted(path for path in folder.rglob("*") if path.is_file()))
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))] if data and chance.random() < 0.7 else data + b"\n")
    try:
        refused(folder)
    finally:
        path.write_bytes(data)
    check_files(folder)


def test_any_missing_file_is_noticed(folder: Path) -> None:
    for name in contents(folder):
        path = folder / name
        data = path.read_bytes()
        path.unlink()
        try:
            refused(folder)
        finally:
            path.write_bytes(data)
    check_files(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "\xff", '{"files": 3}', "1"])
def test_a_description_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "segment.json").write_text(text, encoding="latin-1")
    refused(tmp_path)
    refused(tmp_path / "missing")


def test_a_newer_format_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = segment_of(tmp_path / "000001-1", ARTICLES, model_of(Hashed()))
    about = check_files(folder)
    assert (about["format"], about["embedder"], about["sentences"]) == (FORMAT, "hashed", 9)
    (folder / "segment.json").write_text(seal({**about, "format": FORMAT + 1}), encoding="utf-8")
    with pytest.raises(NewerFormat, match="newer Dealbrief"):
        check_files(folder)


def test_the_same_articles_give_the_same_arrays(tmp_path: Path) -> None:
    model = model_of(Hashed())
    one, two = (contents(segment_of(tmp_path / name, found, model)) for name, found in (("1", ARTICLES), ("2", ARTICLES[::-1])))
    assert {name: data for name, data in one.items() if name.endswith((".npy", "articles.json"))} == {
        name: data for name, data in two.items() if name.endswith((".npy", "articles.json"))
    }


@given(
    st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.text())), st.randoms(use_true_random=False)
)
def test_a_seal_holds_for_any_values_and_breaks_with_any_byte(values: dict[str, object], chance: random.Random) -> None:
    values = json.loads(json.dumps(values).encode(errors="replace").decode())
    values = {key: value for key, value in values.items() if key != "sha256"}
    try:
        data = bytearray(seal(values).encode())
    except UnicodeEncodeError:  # a lone surrogate, which no article and no file's name holds
        return
    assert unseal(data.decode()) == values
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    with pytest.raises(ValueError):
        unseal(data.decode())


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_rows_of_any_text_are_its_sentences(raw: str) -> None:
    one = article("a", clean_text(raw))
    rows, found = rows_of([one])
    headings = {passage.heading for _, passage in found}
    spans = [(row.start, row.end) for row in rows]
    assert [span for span in sentence_spans(one.text, "en") if tuple(span) in spans] == spans
    assert all(
        span in spans or span in headings or one.text.startswith("#", span.start) for span in sentence_spans(one.text, "en")
    )
    assert set(vectors_of([one], model_of(Hashed()))) == {row.text for row in rows}
