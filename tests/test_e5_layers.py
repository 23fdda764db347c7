"""The parts of the network against their definitions in double precision."""

import math

import numpy as np
import pytest

from index.e5_layers import HEAD, LayerNorm, Workspace, attend, gelu
from index.e5_weights import HEADS, HIDDEN


def test_gelu_is_within_four_millionths() -> None:
    x = np.linspace(-30, 30, 200_001, dtype=np.float32).reshape(-1, 1)
    exact = [value * 0.5 * math.erfc(-value / math.sqrt(2)) for value in x[:, 0].tolist()]
    with np.errstate(over="ignore"):
        gelu(x)
    assert np.abs(x[:, 0] - exact).max() < 4e-6


@pytest.mark.parametrize("value", [-3e38, -1e4, -100, 0, 100, 1e4])
def test_gelu_of_extreme_numbers(value: float) -> None:
    x = np.full((1, 1), value, np.float32)
    with np.errstate(over="ignore"):
        gelu(x)
    assert x.item() == pytest.approx(max(value, 0))


def test_layer_norm() -> None:
    states = np.random.default_rng(1).normal(3, 5, (7, HIDDEN)).astype(np.float32)
    exact = (states - states.mean(1, keepdims=True)) / states.std(1, keepdims=True) * 2 + 1
    LayerNorm(np.full(HIDDEN, 2, np.float32), np.ones(HIDDEN, np.float32), np.float32(1e-12))(states)
    np.testing.assert_allclose(states, exact, atol=1e-5)


@pytest.mark.parametrize("tokens", [[1], [4, 5], [50, 12, 60]])
def test_attention(tokens: list[int]) -> None:
    rows = max(tokens)
    room = Workspace(tokens, rows)
    numbers = np.random.default_rng(rows).normal(size=room.query_key_value.shape)
    room.query_key_value[:] = numbers
    attend(room)
    found = room.gathered.reshape(len(tokens), rows, HIDDEN)
    for text, (count, states) in enumerate(zip(tokens, found, strict=True)):
        own = numbers[text * rows : text * rows + count]
        query, key, value = own.reshape(count, 3, HEADS, HEAD).transpose(1, 2, 0, 3)
        weights = np.exp(query @ key.transpose(0, 2, 1))
        exact = weights / weights.sum(-1, keepdims=True) @ value
        np.testing.assert_allclose(states[:count], exact.transpose(1, 0, 2).reshape(count, HIDDEN), atol=1e-4)
