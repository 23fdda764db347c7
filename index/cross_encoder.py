"""Any sentence-transformers cross-encoder by name or path: the one seam for a reranker and for a support model."""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BriefingError
from index.embedder import no_bars_off_a_terminal

_ENTAILMENT = ("entailment", "entails", "supported", "supports", "consistent")


class CrossEncoderError(BriefingError):
    """A cross-encoder that cannot be used, and what to do about it."""


class CrossEncoder:
    """Scores pairs of texts from 0 to 1.

    A model with one label gives the sigmoid of its logit (a reranker: relevance; a support model: support), one with
    several, as of natural language inference, the probability of the label whose name in its configuration is entailment.
    """

    def __init__(self, name: str) -> None:
        """Loads the model. CrossEncoderError where it cannot be loaded or has no label of entailment."""
        if Path(name).is_dir():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # without it a folder is looked up on the hub
        try:
            import torch
            from sentence_transformers import CrossEncoder as Model
        except ImportError as error:
            raise CrossEncoderError(f"{name} needs sentence-transformers. Run: pip install sentence-transformers") from error
        no_bars_off_a_terminal()
        try:
            self._model: Any = Model(name, device="cpu", activation_fn=torch.nn.Identity())
        except Exception as error:  # whatever a model hub, a config or a weights file makes it raise
            reason = " ".join(str(error).split())[:200]
            advice = "Name a sentence-transformers cross-encoder or its folder."
            raise CrossEncoderError(f"The cross-encoder {name!r} cannot be loaded: {reason}. {advice}") from error
        self.name = name
        self._label = _entailment(self._model.config, name)

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """The scores of pairs (premise or question, statement or passage), from 0 to 1; float32 (pairs,)."""
        if not pairs:
            return np.zeros(0, np.float32)
        logits = np.asarray(self._model.predict(list(pairs), show_progress_bar=False), np.float64).reshape(len(pairs), -1)
        if self._label is None:
            return np.asarray(1 / (1 + np.exp(-logits[:, 0])), np.float32)
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray((raised / raised.sum(axis=1, keepdims=True))[:, self._label], np.float32)


@lru_cache(maxsize=4)
def cross_encoder(name: str) -> CrossEncoder:
    """The cross-encoder of that name, loaded once: a chatbot over a newer index goes on with it."""
    return CrossEncoder(name)


def _entailment(config: Any, name: str) -> int | None:
    """The number of the label of entailment, None for a model of one label."""
    labels = {int(number): str(label).casefold() for number, label in config.id2label.items()}
    if len(labels) == 1:
        return None
    for number, label in sorted(labels.items()):
        if label in _ENTAILMENT:
            return number
    raise CrossEncoderError(
        f"The cross-encoder {name!r} has the labels {', '.join(labels.values())} and none is entailment. Name another one."
    )
