"""The seam for rerankers and support models, with cross-encoders of random weights from disk."""

from pathlib import Path

import numpy as np
import pytest
from tiny_models import write_tiny_cross_encoder

from corpus.errors import BriefingError
from index.cross_encoder import CrossEncoder

PAIRS = [("who made an offer", "the letter was sent"), ("who", "sent to whom it was"), ("the letter was sent", "to")]
NLI = ["contradiction", "entailment", "neutral"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the models lie."""
    return tmp_path_factory.mktemp("cross-encoders")


def test_one_label_gives_the_sigmoid_of_its_logit(folder: Path) -> None:
    path = write_tiny_cross_encoder(folder / "one", ["score"])
    scores = CrossEncoder(str(path)).score(PAIRS)
    assert scores.shape == (3,) and scores.dtype == np.float32
    logits = raw(path).reshape(-1)
    assert np.allclose(scores, 1 / (1 + np.exp(-logits)), atol=1e-5)
    assert len(set(scores.tolist())) == 3


@pytest.mark.parametrize("labels", [NLI, NLI[::-1], ["ENTAILMENT", "NOT_ENTAILMENT"]])
def test_of_several_labels_the_probability_of_entailment_counts(folder: Path, labels: list[str]) -> None:
    path = write_tiny_cross_encoder(folder / "-".join(labels), labels)
    logits = raw(path)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    at = [label.casefold() for label in labels].index("entailment")
    assert np.allclose(CrossEncoder(str(path)).score(PAIRS), expected[:, at], atol=1e-5)


def test_no_pairs_no_scores(folder: Path) -> None:
    path = write_tiny_cross_encoder(folder / "none", ["score"])
    assert CrossEncoder(str(path)).score([]).shape == (0,)


def test_labels_without_entailment_are_refused(folder: Path) -> None:
    path = write_tiny_cross_encoder(folder / "topics", ["sports", "politics"])
    with pytest.raises(BriefingError, match="sports, politics and none is entailment"):
        CrossEncoder(str(path))


@pytest.mark.parametrize("broken", ["empty", "weights"])
def test_what_is_no_model_is_one_sentence(folder: Path, broken: str) -> None:
    path = folder / f"broken-{broken}"
    if broken == "weights":
        write_tiny_cross_encoder(path, ["score"])
        (path / "model.safetensors").write_bytes(b"no weights")
    else:
        path.mkdir()
    with pytest.raises(BriefingError) as raised:
        CrossEncoder(str(path))
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def raw(path: Path) -> np.ndarray:
    """The logits of the pairs, straight from transformers; (pairs, labels)."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(path), AutoModelForSequenceClassification.from_pretrained(path)
    with torch.no_grad():
        encoded = tokenizer([one for one, _ in PAIRS], [two for _, two in PAIRS], padding=True, return_tensors="pt")
        return np.asarray(model(**encoded).logits.numpy(), np.float64)
