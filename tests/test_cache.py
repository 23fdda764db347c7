"""The cache of embeddings: what goes in comes out, broken files are replaced, and no complete entry is lost."""

import random
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from helpers import file_limit, python, without_rights
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.cache import CacheError, EmbeddingCache, Packed, pack
from index.e5 import TokenVectors

DIMENSION = 8


def vectors(seed: int, tokens: int = 5, dimension: int = DIMENSION) -> TokenVectors:
    """Random vectors of a text."""
    chance = np.random.default_rng(seed)
    states = chance.normal(size=(tokens, dimension)).astype(np.float32)
    return TokenVectors(chance.normal(size=dimension).astype(np.float32), states, np.arange(tokens, dtype=np.int32))


def entries(numbers: range, tokens: int = 5) -> list[tuple[str, Packed]]:
    """Texts and their vectors."""
    return [(f"text {number}", pack(vectors(number, tokens))) for number in numbers]


def same(one: Packed, other: Packed) -> bool:
    """Whether two entries are equal in every bit and type."""
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(one, other, strict=True))


def opened(folder: Path, id: str = "model:1", dimension: int = DIMENSION, limit: int = 2**30) -> EmbeddingCache:
    """A cache in a folder."""
    return EmbeddingCache.open(folder, id, dimension, limit)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, st.tuples(st.integers(0, 6), st.just(DIMENSION)), elements=st.floats(-1e3, 1e3, width=32)))
def test_packed_token_vectors_are_unit_vectors_within_an_eighth_bit_step(states: np.ndarray) -> None:
    packed = pack(TokenVectors(np.ones(DIMENSION, np.float32), states, np.zeros(len(states), np.int32)))
    assert (packed.codes.shape, packed.codes.dtype) == (states.shape, np.int8)
    assert (packed.scales.shape, packed.scales.dtype) == ((len(states),), np.float32)
    lengths = np.linalg.norm(states, axis=1, keepdims=True)
    unit = states / np.maximum(lengths, 1e-12)
    assert np.allclose(packed.codes * packed.scales[:, None], unit, atol=1 / 254 + 1e-6)


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    cache = opened(tmp_path / "new" / "folder")
    put = [*entries(range(1_200)), ("", pack(vectors(1, 0))), ("Ü 😀\n" * 99, pack(vectors(2, 99)))]
    cache.put(put)
    for again in (cache, opened(tmp_path / "new" / "folder")):
        found = again.get([text for text, _ in put] + ["other"])
        assert set(found) == {text for text, _ in put}
        assert all(same(found[text], packed) for text, packed in put)
    assert cache.get([]) == {}
    cache.put([])
    cache.put([("text 1", pack(vectors(7, 3)))])
    assert same(cache.get(["text 1"])["text 1"], pack(vectors(7, 3)))


def test_models_do_not_share_entries_however_alike_their_ids_are(tmp_path: Path) -> None:
    ids = ["a/b:c", "a_b:c", "a_b_c", "ä", "ö", "x" * 300, "x" * 299 + "y", "…" * 200, "huggingface:/" + "long/" * 60 + "one"]
    for number, id in enumerate(ids):
        opened(tmp_path, id).put([("text", pack(vectors(number)))])
    for number, id in enumerate(ids):
        assert same(opened(tmp_path, id).get(["text"])["text"], pack(vectors(number)))
    assert opened(tmp_path, ids[0], 16).get(["text"]) == {}


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_flipped_byte_anywhere_gives_no_wrong_vector(tmp_path_factory: pytest.TempPathFactory, chance: random.Random) -> None:
    cache = opened(tmp_path_factory.mktemp("cache"))
    put = entries(range(40))
    cache.put(put)
    data = bytearray(cache.path.read_bytes())
    for _ in range(chance.choice([1, 1, 1, 50])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    cache.path.write_bytes(data)
    held_to(cache, put)


def test_a_row_that_is_found_under_a_key_that_it_does_not_have_gives_no_wrong_vector(tmp_path: Path) -> None:
    cache, put = opened(tmp_path), entries(range(40))
    cache.put(put)
    whole = cache.path.read_bytes()
    with closing(sqlite3.connect(cache.path)) as connection:
        keys = [key for (key,) in connection.execute("SELECT key FROM vectors")]
    for number, key in enumerate(keys[::4]):
        data = bytearray(whole)
        data[data.index(key)] ^= 1 << number % 8
        cache.path.write_bytes(data)
        held_to(cache, put)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_file_that_is_cut_gives_no_wrong_vector(tmp_path_factory: pytest.TempPathFactory, chance: random.Random) -> None:
    cache = opened(tmp_path_factory.mktemp("cache"))
    put = entries(range(40))
    cache.put(put)
    data = cache.path.read_bytes()
    cache.path.write_bytes(data[: chance.choice([0, 1, 99, 4_096, chance.randrange(len(data))])])
    held_to(cache, put)


def held_to(cache: EmbeddingCache, put: list[tuple[str, Packed]]) -> None:
    """What a cache gives is right, and it takes everything again."""
    again = opened(cache.path.parent)
    found = again.get([text for text, _ in put])
    assert all(same(found[text], packed) for text, packed in put if text in found)
    again.put(put)
    again.trim()
    found = again.get([text for text, _ in put])
    assert all(same(found[text], packed) for text, packed in put if text in found)


@pytest.mark.parametrize("data", [b"", b"no database at all" * 300, b"SQLite format 3\0" + b"\0" * 5_000])
def test_a_file_that_is_no_cache_is_replaced(tmp_path: Path, data: bytes) -> None:
    path = opened(tmp_path).path
    path.write_bytes(data)
    cache = opened(tmp_path)
    cache.put(entries(range(3)))
    assert len(cache.get(["text 0", "text 1", "text 2"])) == 3


def test_a_table_of_another_form_is_replaced(tmp_path: Path) -> None:
    path = opened(tmp_path).path
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE vectors (other TEXT)")
    connection.close()
    cache = opened(tmp_path)
    cache.put(entries(range(3)))
    assert len(cache.get(["text 0"])) == 1


def test_the_least_lately_used_entries_go_first(tmp_path: Path) -> None:
    cache = opened(tmp_path, limit=1_200)
    cache.put(entries(range(10)))
    with sqlite3.connect(cache.path) as connection:
        connection.execute("UPDATE vectors SET used = used - 100")
    connection.close()
    cache.get([f"text {number}" for number in (3, 5, 8)])
    cache.trim()
    with sqlite3.connect(cache.path) as connection:
        assert connection.execute("SELECT SUM(LENGTH(value)) FROM vectors").fetchone()[0] <= 1_200
    connection.close()
    left = set(cache.get([f"text {number}" for number in range(10)]))
    assert {"text 3", "text 5", "text 8"} <= left
    assert len(left) < 10
    opened(tmp_path, limit=2**30).trim()
    assert set(cache.get([f"text {number}" for number in range(10)])) == left


def test_many_may_write_at_once(tmp_path: Path) -> None:
    failed: list[Exception] = []

    def write(start: int) -> None:
        try:
            for number in range(start, start + 40, 10):
                opened(tmp_path).put(entries(range(number, number + 10)))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 20, 40, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(opened(tmp_path).get([f"text {number}" for number in range(100)])) == 100


def test_many_may_make_the_file_at_once(tmp_path: Path) -> None:
    for number in range(40):
        with ThreadPoolExecutor(12) as pool:
            made = list(pool.map(lambda _, at=tmp_path / str(number): opened(at), range(12)))  # type: ignore[misc]
        assert made[0].get(["text"]) == {}


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheError, match=r"cannot be written .*\. Free space or give another with --cache DIR\.") as caught:
        opened(tmp_path / "file" / "cache")
    assert "\n" not in str(caught.value)


CHILD = """
import sys
from pathlib import Path
import numpy as np
from index.cache import CacheError, EmbeddingCache, Packed
folder, count = Path(sys.argv[1]), int(sys.argv[2])
one = Packed(np.ones(8, np.float32), np.ones((9, 8), np.int8), np.ones(9, np.float32), np.ones(9, np.int32))
try:
    cache = EmbeddingCache.open(folder, "model:1", 8, 2**30)
    cache.get(["text 0"])
    for number in range(count):
        cache.put([(f"new {number}", one)])
        print(number, flush=True)
except CacheError as error:
    print(error)
"""


def test_a_read_only_folder_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    cache = opened(tmp_path / "cache")
    cache.put(entries(range(3)))
    for path in (*cache.path.parent.iterdir(), cache.path.parent):
        path.chmod(0o555)
    said = python("-c", CHILD, str(cache.path.parent), "1", preexec_fn=without_rights)
    for path in (cache.path.parent, *cache.path.parent.iterdir()):
        path.chmod(0o755)
    assert (said.returncode, said.stderr) == (0, "")
    assert "cannot be written" in said.stdout
    assert said.stdout.count("\n") == 1
    assert len(cache.get([f"text {number}" for number in range(3)])) == 3


@pytest.mark.parametrize("size", [0, 2_000, 20_000, 60_000])
def test_a_full_disk_is_one_sentence_and_every_complete_entry_stays(tmp_path: Path, size: int) -> None:
    said = python("-c", CHILD, str(tmp_path), "400", preexec_fn=file_limit(size))
    assert (said.returncode, said.stderr) == (0, "")
    *written, last = said.stdout.splitlines()
    assert "cannot be written" in last
    assert len(opened(tmp_path).get([f"new {number}" for number in range(400)])) >= len(written)


def test_mending_replaces_a_broken_file_and_no_other(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    cache.put(entries(range(40)))
    assert not cache.mend()
    assert len(cache.get([text for text, _ in entries(range(40))])) == 40
    with sqlite3.connect(cache.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(cache.path.read_bytes())
    data[4096:8192] = bytes(4096)
    cache.path.write_bytes(data)
    assert cache.mend()
    assert not cache.mend()
    assert cache.get(["text 1"]) == {}
    cache.put(entries(range(2)))
    assert len(cache.get(["text 0", "text 1"])) == 2


def test_one_that_is_off_keeps_nothing(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    cache.off().put(entries(range(3)))
    cache.put(entries(range(3, 5)))
    cache.off().trim()
    assert (cache.off().get(["text 3"]), len(cache.get(["text 0", "text 3"]))) == ({}, 1)


def test_a_schema_that_is_no_text_makes_way_for_a_new_file(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    with closing(sqlite3.connect(cache.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    data = cache.path.read_bytes()
    at = data.index(b"CREATE TABLE vectors") - 12  # in the name of the table, which SQLite's message quotes
    cache.path.write_bytes(data[:at] + b"\xc5" + data[at + 1 :])
    again = opened(tmp_path)
    again.put(entries(range(3)))
    assert set(again.get(["text 1", "text 9"])) == {"text 1"}
