"""Generations: the pointer is replaced in one step, and what cannot be read is never taken for an index."""

import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import Timeout
from helpers import article
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.generation import Generation, GenerationError, SegmentEntry, Store, fingerprints
from index.passages import ENCODING
from index.segment import FORMAT, NewerFormat, SegmentError

ARTICLES = {"en/a": "1" * 64, "de/ä 😀": "2" * 64}


def generation(name: str, *segments: str) -> Generation:
    """A generation of these segments."""
    return Generation(name, "model:1", 384, tuple(SegmentEntry(segment, ARTICLES, ("en/a",)) for segment in segments))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with the folders of four segments."""
    found = Store(tmp_path / "index")
    for number in range(1, 5):
        found.segment(f"00000{number}-7").mkdir(parents=True)
    return found


def names(store: Store, kind: str) -> list[str]:
    """What lies in one of a store's folders."""
    return sorted(path.name for path in (store.folder / kind).iterdir())


def test_a_manifest_reads_back_as_it_was_written(store: Store) -> None:
    written = generation("000001", "000001-7", "000002-7")
    store.switch(written)
    assert store.pointer() == "000001"
    assert store.read("000001") == written
    assert written.articles() == {"de/ä 😀": "2" * 64}
    assert set(written.libraries) == {"chromadb", "numpy", "bm25s", "tiktoken"}


def test_an_empty_store_has_no_generation(tmp_path: Path) -> None:
    store = Store(tmp_path / "nothing")
    assert store.pointer() is None
    assert store.next_name() == "000001"
    with pytest.raises(GenerationError, match="cannot be read"):
        store.read("000001")


def test_the_last_generation_is_kept_and_older_ones_go(store: Store) -> None:
    store.switch(generation("000001", "000001-7"))
    assert names(store, "segments") == ["000001-7"]
    for number in (2, 3, 4):
        store.segment(f"00000{number}-7").mkdir(exist_ok=True)
        store.switch(generation(f"00000{number}", f"00000{number}-7"))
        assert names(store, "generations") == [f"00000{number - 1}.json", f"00000{number}.json"]
        assert names(store, "segments") == [f"00000{number - 1}-7", f"00000{number}-7"]
    assert store.pointer() == "000004"


def test_what_killed_builds_left_goes_with_the_next_switch(store: Store) -> None:
    (store.folder / "generations").mkdir()
    for left in ("000009.json", "000001.json.part", "000001.part"):
        (store.folder / "generations" / left).write_text("half")
    (store.folder / "current.part").write_text("half")
    store.switch(generation("000001", "000001-7"))
    assert names(store, "generations") == ["000001.json"]
    assert names(store, "segments") == ["000001-7"]
    assert store.pointer() == "000001"


def test_a_name_is_never_given_twice(store: Store) -> None:
    assert store.next_name() == "000005"
    store.switch(generation("000017", "000001-7"))
    (store.folder / "generations" / "other.json").write_text("x")
    assert store.next_name() == "000018"
    store.segment("000123-99").mkdir()
    assert store.next_name() == "000124"


def test_a_broken_pointer_or_manifest_is_no_generation(store: Store) -> None:
    store.switch(generation("000001", "000001-7"))
    pointer = store.folder / "current"
    for data, name in (
        (b"", None),
        (b" \n", None),
        (b"000009\n", "000009"),
        (b"../../x", "../../x"),
        (b"a\0b", "a\0b"),
        (b"x" * 999, "x" * 999),
    ):
        pointer.write_bytes(data)
        assert store.pointer() == name
        if name:
            with pytest.raises(GenerationError, match="cannot be read"):
                store.read(name)
    pointer.write_bytes(b"\xff\xfe")
    with pytest.raises(GenerationError, match="cannot be read"):
        store.pointer()
    pointer.unlink()
    pointer.mkdir()
    with pytest.raises(GenerationError, match="cannot be read"):
        store.pointer()


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"000009\n", b"a\0b"])
def test_a_broken_pointer_does_not_hinder_the_next_switch(store: Store, data: bytes) -> None:
    store.switch(generation("000001", "000001-7"))
    (store.folder / "current").write_bytes(data)
    store.switch(generation("000002", "000002-7"))
    assert store.pointer() == "000002"
    assert store.read("000002").segments[0].name == "000002-7"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_any_changed_byte_of_a_manifest_is_noticed(tmp_path_factory: pytest.TempPathFactory, chance: random.Random) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    store.segment("000001-7").mkdir(parents=True)
    store.switch(generation("000001", "000001-7"))
    path = store.folder / "generations" / "000001.json"
    data = bytearray(path.read_bytes())
    if chance.random() < 0.7:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    else:
        del data[chance.randrange(len(data)) :]
    path.write_bytes(data)
    with pytest.raises(GenerationError, match="cannot be read"):
        store.read("000001")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "1", '{"segments": []}'])
def test_a_manifest_that_is_none_is_refused(store: Store, text: str) -> None:
    (store.folder / "generations").mkdir()
    (store.folder / "generations" / "000001.json").write_text(text)
    with pytest.raises(GenerationError, match="cannot be read"):
        store.read("000001")


def test_a_newer_format_is_refused_and_kept(store: Store) -> None:
    store.switch(replace(generation("000001", "000001-7"), format=FORMAT + 1))
    for _ in range(2):
        with pytest.raises(NewerFormat, match="was written by a newer Dealbrief"):
            store.read("000001")
    assert issubclass(NewerFormat, SegmentError)
    assert names(store, "generations") == ["000001.json"]


def test_whom_a_generation_fits() -> None:
    one = generation("000001", "000001-7")
    assert one.usable("model:1")
    assert one.fits("model:1", {"de/ä 😀": "2" * 64})
    assert not one.fits("model:1", ARTICLES)
    assert not one.fits("model:1", {"de/ä 😀": "3" * 64})
    assert not one.usable("model:2")
    assert not replace(one, format=FORMAT - 1).usable("model:1")
    assert not replace(one, encoding=f"{ENCODING} of old").usable("model:1")


def test_fingerprints_are_by_id() -> None:
    one, other = article("a", "One."), article("b", "Two.")
    assert set(fingerprints([one, other])) == {"a", "b"}
    assert fingerprints([one])["a"] != fingerprints([replace(one, text="Other.")])["a"]


HOLD = "import sys, time; from pathlib import Path; from index.generation import Store\n"
HOLD += "lock = Store(Path(sys.argv[1])).lock(); lock.acquire(); print('held', flush=True); time.sleep(600)"


def test_one_writer_holds_the_lock_and_a_killed_one_lets_go(store: Store) -> None:
    child = subprocess.Popen([sys.executable, "-P", "-c", HOLD, str(store.folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(Timeout):
            store.lock().acquire(blocking=False)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    with store.lock().acquire(blocking=False):
        pass
