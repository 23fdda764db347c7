"""The evidence gate: finite numbers for any ranking, a probability from them, and what a file of it says."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import FEATURES, Gate, evidence, features, fit_logistic, pair_of
from corpus.article import Article, Source
from index.claims import ClaimMaker
from index.e5 import BundledE5
from index.scoring import FEATURES as SCORES
from index.search import Ranking, SearchResult, SearchResults

SENTENCES = [
    "Northwind offered 340 million euros for Baltica Ferries.",
    "Aalholm did not sell its ferries in 2023.",
    "Die Stadt zahlte 310 Millionen Euro.",
    "It ended.",
]
MAKER = ClaimMaker({"Northwind": ()}, lambda article: article.id)


def ranked(texts: list[str], scores: list[float], tokens: int, seed: int = 0) -> tuple[SearchResults, Ranking]:
    """A search that found these sentences, each in an article of its own, with made-up similarities."""
    random = np.random.default_rng(seed)
    results = tuple(
        SearchResult(Article(Source(str(i), "Title", "P", "en"), text), 0, len(text), None, 0, len(text), score, {})
        for i, (text, score) in enumerate(zip(texts, scores, strict=True))
    )
    ranking = Ranking(
        "en",
        results,
        random.random((len(texts), len(SCORES)), np.float32),
        random.random((len(texts), tokens), np.float32),
        random.random((len(texts), 8), np.float32),
        {"northwind": 3.0, "offer": 1.0},
    )
    weights = np.full(tokens, 1 / max(tokens, 1), np.float32)
    return SearchResults("How much did Northwind offer?", "en", (ranking,), weights), ranking


@given(
    st.lists(st.tuples(st.sampled_from(SENTENCES), st.floats(-30, 30, width=32)), min_size=1, max_size=30),
    st.sampled_from([0, 1, 7]),
    st.integers(0, 99),
)
def test_any_ranking_has_finite_features_and_a_probability(pairs: list[tuple[str, float]], tokens: int, seed: int) -> None:
    pairs.sort(key=lambda pair: -pair[1])
    results, ranking = ranked([text for text, _ in pairs], [score for _, score in pairs], tokens, seed)
    values = features(results, ranking, MAKER)
    assert values.shape == (len(FEATURES),) and np.isfinite(values).all()
    assert (values == features(results, ranking, MAKER)).all()
    p = evidence(simple_gate(), results, ranking, MAKER)
    assert p is not None and 0 <= p <= 1


def simple_gate(embedder: str = "e", corpus: str = "") -> Gate:
    """A gate that looks at the lead alone."""
    lead = np.zeros(len(FEATURES) + 1, np.float32)
    lead[0] = 1
    zeros, ones = np.zeros(len(FEATURES), np.float32), np.ones(len(FEATURES), np.float32)
    both = ("same", "across")
    return Gate(
        embedder,
        corpus,
        dict.fromkeys(both, zeros),
        dict.fromkeys(both, ones),
        dict.fromkeys(both, lead),
        {"same": 0.5, "across": 0.6, "fallback": 0.7},
        {"made": "by hand"},
    )


def test_without_a_gate_there_is_no_probability_and_without_a_result_it_is_none_at_all() -> None:
    results, ranking = ranked(SENTENCES, [4, 3, 2, 1], 5)
    assert evidence(None, results, ranking, MAKER) is None
    assert evidence(simple_gate(), results, Ranking.none("en"), MAKER) == 0


def test_a_greater_lead_is_more_evidence() -> None:
    little, much = (evidence(simple_gate(), *ranked(SENTENCES, [lead, 0, -1, -2], 5), MAKER) for lead in (0.1, 4.0))
    assert little is not None and much is not None and little < much


def test_a_gate_is_read_back_as_it_was_written() -> None:
    written = simple_gate().to_dict()
    assert json.loads(json.dumps(written)) == written
    assert Gate.from_dict(written).to_dict() == written


def test_the_bundled_engine_is_calibrated_and_the_package_says_on_what(engine: BundledE5) -> None:
    gate = Gate.of(engine.id)
    assert gate is not None and gate.embedder == engine.id
    assert gate.provenance
    assert {"same", "across"} <= set(gate.thresholds)
    assert all(0 < threshold < 1 for threshold in gate.thresholds.values())
    for pair in ("same", "across"):
        assert gate.mean[pair].shape == gate.deviation[pair].shape == (len(FEATURES),)
        assert gate.coefficients[pair].shape == (len(FEATURES) + 1,)
        assert (gate.deviation[pair] > 0).all()


def test_another_embedder_has_no_gate() -> None:
    assert Gate.of("no-such-model") is None


def test_a_corpus_may_have_a_gate_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "mine" / "gate.json"
    path.parent.mkdir()
    path.write_text(json.dumps(simple_gate("e", "mine").to_dict()), encoding="utf-8")
    gate = Gate.of("e", "mine", tmp_path)
    assert gate is not None and gate.provenance == {"made": "by hand"}
    assert Gate.of("e", "other", tmp_path) is None
    assert Gate.of("f", "mine", tmp_path) is None


def test_pairs_of_languages() -> None:
    assert pair_of("en", "en") == pair_of("de", "de") == "same"
    assert pair_of("en", "de") == pair_of("de", "en") == "across"


@pytest.mark.parametrize("seed", range(3))
def test_a_regression_finds_the_coefficients_that_made_the_data(seed: int) -> None:
    random = np.random.default_rng(seed)
    x = random.standard_normal((4000, 3))
    true = np.array([1.5, -1.0, 0.0, 0.5])
    y = (random.random(4000) < 1 / (1 + np.exp(-(x @ true[:3] + true[3])))).astype(np.float64)
    assert np.abs(fit_logistic(x, y) - true).max() < 0.2
    assert np.abs(fit_logistic(x, y, penalty=1e6)[:3]).max() < 0.01
