"""Rankings of several languages, fused."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Source
from index.fusion import LEAST_GAIN, fused, gain
from index.scoring import FEATURES, Fusion, unit
from index.search import Ranking, SearchResult, SearchResults

FUSION = Fusion(1.0, 60.0)


def ranking(language: str, scores: list[float], vectors: list[list[float]]) -> Ranking:
    """Sentences 0, 1, ... of a language with these scores and directions, best first."""
    results = tuple(
        SearchResult(Article(Source(f"{language}/{i}", "Title", None, language), "A text."), 0, 7, None, 0, 7, score, {})
        for i, score in enumerate(scores)
    )
    rows = np.zeros((len(scores), len(FEATURES)), np.float32)
    found = Ranking(language, results, rows, rows[:, :0], unit(np.array(vectors, np.float32)))
    return found.rescored(np.array(scores, np.float32))


def searched(*rankings: Ranking) -> SearchResults:
    return SearchResults("Who?", "en", rankings, np.empty(0, np.float32))


def order(found: Ranking) -> list[str]:
    return [result.article.id for result in found.results]


def test_what_the_other_language_has_first_gains_most() -> None:
    here = ranking("en", [2.0, 1.5, 0.0], [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    there = ranking("de", [3.0, 1.0], [[0, 1, 0.02], [0, 0.02, 1]])
    assert order(here)[0] == "en/0"
    assert order(fused(searched(here, there), FUSION).rankings[0])[0] == "en/1"


def test_one_language_or_no_fusion_changes_nothing() -> None:
    here = ranking("en", [2.0, 1.5], [[1, 0], [0, 1]])
    there = ranking("de", [3.0], [[0, 1]])
    assert fused(searched(here), FUSION).rankings == (here,)
    nothing = Ranking.none("de")
    assert fused(searched(here, nothing), FUSION).rankings == (here, nothing)
    assert fused(searched(here, there), None).rankings == (here, there)


@given(
    st.lists(st.floats(-9, 9, width=32), min_size=1, max_size=8),
    st.lists(st.floats(-9, 9, width=32), min_size=1, max_size=8),
    st.integers(0, 99),
)
def test_a_gain_is_never_over_nought_and_every_sentence_stays(here: list[float], there: list[float], seed: int) -> None:
    random = np.random.default_rng(seed)
    own = ranking("en", here, random.normal(size=(len(here), 4)).tolist())
    other = ranking("de", there, random.normal(size=(len(there), 4)).tolist())
    gained = gain(own, other, FUSION)
    assert gained.shape == (len(here),) and (gained <= 0).all() and (gained >= LEAST_GAIN).all()
    both = fused(searched(own, other), FUSION)
    assert [set(order(found)) for found in both.rankings] == [set(order(own)), set(order(other))]
    scores = both.rankings[0].scores
    assert (np.diff(scores) <= 1e-4).all()
    again = fused(searched(own, other), FUSION)
    assert [order(found) for found in again.rankings] == [order(found) for found in both.rankings]
