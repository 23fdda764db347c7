"""dealbrief doctor --repair mends what is broken, says so, and touches no article; a home goes on where it is moved to."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from command import Command
from ferries import ARTICLES
from helpers import contents

from bot.doctor import examine
from bot.repair import RepairError, repair
from bot.settings import Settings
from index.generation import Store
from index.segment import FORMAT

ADDED = "---\ntitle: The new ferry of Baltica\nlanguage: en\n---\nBaltica named its new ferry Aurora on 3 May 2025.\n"
QUESTION = "What did Baltica name its new ferry?"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Path:
    """A folder with a corpus, and a home in which one more article was added."""
    folder = tmp_path_factory.mktemp("whole")
    for name, text in ARTICLES.items():
        (folder / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    (folder / "aurora.md").write_text(ADDED, encoding="utf-8")
    (folder / "home").mkdir()
    assert Command(folder / "home", shared_cache, folder / "corpus").run("add", str(folder / "aurora.md")).code == 0
    return folder


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    """A copy of that home."""
    shutil.copytree(whole / "home", tmp_path / "home")
    return tmp_path / "home"


def command(whole: Path, home: Path, shared_cache: Path) -> Command:
    """The command over the corpus, in a home."""
    return Command(home, shared_cache, whole / "corpus")


def store(whole: Path, home: Path) -> Store:
    """The index in a home."""
    return Settings(home=home, corpus=whole / "corpus").build.store


def flip(path: Path) -> None:
    """Changes one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def segment(one: Store) -> Path:
    """The first segment in use."""
    return one.segment(one.read(one.pointer() or "").segments[0].name)


BREAKS: dict[str, Callable[[Store], object]] = {
    "a flipped bit in Chroma": lambda one: flip(segment(one) / "chroma" / "chroma.sqlite3"),
    "a missing file": lambda one: (segment(one) / "codes.bin").unlink(),
    "a flipped bit in the manifest": lambda one: flip(one.folder / "generations" / f"{one.pointer()}.json"),
    "a pointer that is none": lambda one: (one.folder / "current").write_bytes(b"\xff\0"),
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_what_is_broken_is_made_anew_and_said(
    whole: Path, home: Path, shared_cache: Path, broken: Callable[[Store], object]
) -> None:
    one = store(whole, home)
    articles = [contents(whole / "corpus"), contents(one.folder.parent / "articles")]
    broken(one)
    run = command(whole, home, shared_cache).run
    assert run("doctor").code == 1
    told = run("doctor", "--repair", "--json")
    said = json.loads(told.out)
    assert (told.code, said["problems"]) == (0, [])
    assert [line.split(" ")[0:2] for line in said["repaired"]] == [["The", "index"]] * 2
    assert "was broken and was dropped" in said["repaired"][0]
    assert articles == [contents(whole / "corpus"), contents(one.folder.parent / "articles")]


def test_a_broken_cache_and_what_belongs_to_nothing_are_dropped_and_nothing_else(
    whole: Path, home: Path, tmp_path: Path, shared_cache: Path
) -> None:
    shutil.copytree(shared_cache, tmp_path / "cache")
    one = store(whole, home)
    (one.folder / "segments" / "000099-1").mkdir()
    name = one.pointer()
    for path in (tmp_path / "cache").glob("*.sqlite3"):
        path.write_bytes(b"SQLite format 3\0" + b"x" * 20_000)
    run = command(whole, home, tmp_path / "cache").run
    assert "is broken. Drop it with: dealbrief doctor --repair" in run("doctor").out
    said = json.loads(run("doctor", "--repair", "--json").out)["repaired"]
    assert len(said) == 2
    assert said[0].startswith("The cache ") and "000099-1 belonged to no index" in said[1]
    assert one.pointer() == name
    again = run("doctor", "--repair")
    assert (again.code, "Nothing is wrong." in again.out) == (0, True)
    assert "dropped" not in again.out


def test_an_index_of_a_newer_version_is_left_as_it_is(whole: Path, home: Path, shared_cache: Path) -> None:
    one = store(whole, home)
    one.switch(replace(one.read(one.pointer() or ""), format=FORMAT + 1))
    before = contents(one.folder)
    told = command(whole, home, shared_cache).run("doctor", "--repair")
    assert (told.code, told.err.count("\n")) == (1, 1)
    assert "newer Dealbrief. Update Dealbrief." in told.err
    (problem,) = examine(Settings(home=home, corpus=whole / "corpus", cache=shared_cache)).problems
    assert problem.endswith("was written by a newer Dealbrief. Update Dealbrief.")
    before.pop("writer", None)
    assert before == {name: data for name, data in contents(one.folder).items() if name != "writer"}


def test_a_home_goes_on_where_it_is_copied_to_even_for_reading_only(whole: Path, home: Path, shared_cache: Path) -> None:
    moved = home.rename(home.parent / "elsewhere")
    before = contents(moved)
    for path in [*moved.rglob("*"), moved]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        told = command(whole, moved, shared_cache).run("ask", QUESTION)
    finally:
        for path in [moved, *moved.rglob("*")]:
            path.chmod(0o755)
    assert (told.code, "Aurora" in told.out) == (0, True)
    assert contents(moved) == before


def test_where_nothing_can_be_written_it_is_said_in_a_sentence(whole: Path, home: Path, shared_cache: Path) -> None:
    one = store(whole, home)
    (one.folder / "lock").unlink(missing_ok=True)
    (one.folder / "lock").mkdir()  # taking rights away would not keep root out
    with pytest.raises(RepairError, match="index cannot be written: Is a directory. Free space or give --home DIR"):
        list(repair(Settings(home=home, corpus=whole / "corpus", cache=shared_cache)))
