"""Words as search compares them, and BM25 held against its formula."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.lexical import LexicalIndex, fold, is_stop_word, shared_terms, stem, terms, words

DOCUMENTS = [
    "Amazon sent a letter to Vance about TikTok.",
    "The letter reached the White House; the letter was late.",
    "Oracle and others bought TikTok for 14 billion.",
    "",
    "Nobody wrote to Amazon, Amazon said.",
]


def bm25(documents: list[list[str]], query: list[str]) -> list[float]:
    """Lucene's BM25 with k1 1.5 and b .75, as Robertson and Zaragoza write it."""
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for term in query:
            holding = sum(term in other for other in documents)
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            count = document.count(term)
            score += idf * count / (count + 1.5 * (0.25 + 0.75 * len(document) / mean))
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["letter", "Amazon TikTok", "the letter of Amazon", "Peru", "", "14", "the"])
def test_scores_are_those_of_the_formula(query: str) -> None:
    documents = [terms(text, "en") for text in DOCUMENTS]
    asked = terms(query, "en")
    scores = LexicalIndex.build(documents).scores(asked)
    assert (scores.shape, scores.dtype) == ((5,), np.float32)
    assert np.allclose(scores, bm25(documents, asked), atol=1e-5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), min_size=1, max_size=8),
    st.lists(st.sampled_from("abcdefxyz"), max_size=3, unique=True),
)
def test_an_index_reads_back_as_it_was_built(
    tmp_path_factory: pytest.TempPathFactory, documents: list[list[str]], query: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("bm25") / "bm25-en"
    built = LexicalIndex.build(documents)
    built.save(folder)
    read = LexicalIndex.open(folder, len(documents))
    assert np.array_equal(built.scores(query), read.scores(query))
    if any(documents):
        assert np.allclose(read.scores(query), bm25(documents, query), atol=1e-4)
    for term in "abcdefx":
        assert read.frequency(term) == built.frequency(term) == sum(term in document for document in documents)


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_where_there_is_no_word_nothing_scores(tmp_path: Path, documents: list[list[str]]) -> None:
    index = LexicalIndex.build(documents)
    index.save(tmp_path / "bm25")
    for one in (index, LexicalIndex.open(tmp_path / "bm25", len(documents))):
        assert one.scores(["a"]).tolist() == [0.0] * len(documents)
        assert one.frequency("a") == 0


def test_words_and_numbers_of_a_text() -> None:
    assert words("Amazon's 1,234.5 users – Straße 2. April, AT&T, x2!") == [
        "Amazon's", "1,234.5", "users", "Straße", "2", "April", "AT", "T", "x", "2",
    ]  # fmt: skip
    assert words("") == words("?!… 😀") == []


def test_terms_are_stems_without_stop_words() -> None:
    assert terms("The letters were received by the owners", "en") == terms("letter receiving owner", "en")
    assert terms("Die Übernahmen der Fähren", "de") == terms("Uebernahme einer Faehre", "de")
    assert terms("Wer hat das Gebot abgegeben?", "de") == [stem("gebot", "de"), stem("abgegeben", "de")]
    assert terms("Straße", "de") == terms("Strasse", "de") == terms("STRASSE", "de")
    assert terms("Qui est le propriétaire", "fr") == ["qui", "est", "le", "propriétaire"]


def test_numbers_of_both_languages_are_equal() -> None:
    assert terms("1,234 users", "en")[0] == terms("1.234 Nutzer", "de")[0] == "1234"
    assert terms("14.5 billion", "en")[0] == terms("14,5 Milliarden", "de")[0] == "14.5"
    assert terms("170,000,000", "en") == terms("170.000.000", "de") == ["170000000"]


def test_what_two_languages_may_share() -> None:
    assert shared_terms("Wann kaufte die USA 12,5 % von ByteDance für TikTok?") == ["usa", "12.5", "bytedance", "tiktok"]
    assert shared_terms("The offer of April") == []


@pytest.mark.parametrize(
    ("word", "folded"), [("Amazon's", "amazon"), ("Amazon’s", "amazon"), ("GROẞ", "gross"), ("Vance'", "vance")]
)
def test_folded_words(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_stop_words_of_a_language_and_of_any() -> None:
    assert is_stop_word("The")
    assert is_stop_word("the", "en")
    assert is_stop_word("Für", "de")
    assert not is_stop_word("the", "de")
    assert not is_stop_word("TikTok")


@given(st.text())
def test_any_text_has_terms(text: str) -> None:
    for language in ("en", "de", "fr"):
        assert all(terms(text, language))
    assert all(shared_terms(text))
