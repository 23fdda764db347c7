"""The small form of a segment: what it takes, what it keeps, and that the same is found in it."""

from pathlib import Path

import numpy as np
import pytest
from ferries import ARTICLES as FERRIES
from helpers import Home, articles, model_of, vectors_of
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.markdown import parse
from index.build import verify
from index.compact import Basis, Pooled, Tokens, to_int8
from index.e5 import BundledE5
from index.embedder import wrap
from index.generation import Generation, SegmentEntry, Store, fingerprints
from index.search import Index
from index.segment import Segment, check_files, fingerprint, order, rows_of
from index.segment_write import write_segment

from helpers import Hashed, contents, library  # isort: skip


def tokens(
    seed: int, count: int = 400, dimension: int = 384, kinds: int = 20
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Unit vectors around some directions and a mean, as those of tokens are."""
    chance = np.random.default_rng(seed)
    near = chance.normal(size=(kinds, dimension))[chance.integers(0, kinds, count)]
    found = near + 0.3 * chance.normal(size=(count, dimension)) + chance.normal(size=dimension)
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9))
def test_products_with_small_tokens_are_near_the_true_ones(seed: int, probes: int) -> None:
    given = tokens(seed)
    basis = Basis.of(given)
    codes, scales = basis.encode(given)
    assert (codes.dtype, codes.shape, scales.dtype) == (np.uint8, (len(given), len(basis.axes) // 4), np.float16)
    asked = given[:probes]
    small = Tokens(codes, scales, Basis.read(basis.rows))
    near = small.dot(asked)
    assert np.abs(near - given @ asked.T).mean() < 0.03
    vectors = Tokens(codes, scales, basis).vectors()
    assert np.allclose(vectors @ asked.T, near, atol=1e-4)
    # A single one may be taken for a neighbour of the same kind (3 in 1,000 are).
    assert (np.argmax(small.dot(given), axis=0) == np.arange(len(given))).mean() >= 0.95


@given(st.integers(0, 10**6), st.integers(1, 30))
def test_sentence_vectors_keep_their_direction_in_8_bits(seed: int, count: int) -> None:
    given = tokens(seed, count)
    stored = Pooled(to_int8(given))
    assert (len(stored), len(stored.part(1, count))) == (count, count - 1)
    assert np.sum(stored[:] * given, axis=1).min() > 0.999
    assert np.allclose(np.linalg.norm(stored[0]), 1, atol=1e-5)


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory, engine: BundledE5) -> tuple[Index, Index]:
    """The articles about the ferry line in the full form and in the small one."""
    model = wrap(engine, "bundled")
    found = order(parse(text, name.removesuffix(".md")) for name, text in FERRIES.items())
    opened = []
    for name, limit in (("full", 100), ("small", 0)):
        store = Store(tmp_path_factory.mktemp(name) / "index")
        vectors = vectors_of(found, model)
        write_segment(
            store.segment("000001-1"),
            found,
            rows_of(found),
            lambda texts, v=vectors: v,
            model.id,
            model.dimension,
            full_up_to=limit,  # type: ignore[misc]
        )
        verify(store.segment("000001-1"))
        (store.folder / "generations").mkdir()
        store.switch(Generation("000001", model.id, model.dimension, (SegmentEntry("000001-1", fingerprints(found)),)))
        opened.append(Index.open(store, library(store.folder, found), model))
    return opened[0], opened[1]


@pytest.mark.parametrize(
    "question",
    [
        "Who received Northwind's letter?",
        "Wie viele Fähren betreibt die Baltica?",
        "How much did Aalholm pay?",
        "Wann streikten die Beschäftigten?",
    ],
)
def test_the_small_form_finds_first_what_the_full_one_finds(forms: tuple[Index, Index], question: str) -> None:
    full, small = (index.search(question).interleaved[0] for index in forms)
    assert (full.article.id, full.start) == (small.article.id, small.start)
    assert abs(full.scores["page"] - small.scores["page"]) < 0.1


def test_the_small_form_takes_a_small_part_and_no_log(forms: tuple[Index, Index], tmp_path: Path) -> None:
    full, small = (index.segments[0] for index in forms)
    assert small.basis is not None and full.basis is None
    per_token = [s.codes.nbytes / len(s.codes) + s.scales.nbytes / len(s.scales) for s in (full, small)]
    assert per_token == [388, 50]


def test_a_small_form_without_tokens(tmp_path: Path) -> None:
    model, found = model_of(Hashed()), order(articles(4))
    write_segment(tmp_path / "1", found, rows_of(found), lambda texts: vectors_of(found, model), model.id, 24, full_up_to=0)
    verify(tmp_path / "1")
    before = contents(tmp_path / "1")
    segment = Segment(tmp_path / "1", {one.id: (one, fingerprint(one)) for one in found}, frozenset())
    assert (len(segment.codes), segment.basis, segment.pooled[:1].dtype) == (0, None, np.float32)
    segment.close()
    assert before == contents(tmp_path / "1")
    assert check_files(tmp_path / "1", thorough=True)["sentences"] == 12


def test_large_builds_are_written_a_part_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_CHUNK", "_GROUP"):
        monkeypatch.setattr(f"index.segment_write.{name}", 5)
    Home(tmp_path).build(articles(9))
