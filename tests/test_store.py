"""The store: feedback kept and forgotten, many threads and processes at once, a damaged file moved aside, never a traceback."""

import json
import logging
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command import Command
from helpers import without_rights
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import Settings
from bot.store import MAX_COMMENT, FeedbackError, Store, StoreError

ANSWER = json.dumps({"question": "Who received the letter?", "kind": "answer"})


def damaged(home: Path) -> list[Path]:
    """The files that were moved aside."""
    return sorted(home.glob("store.sqlite3.damaged-*Z")) + sorted(home.glob("store.sqlite3.damaged-*"))


def test_feedback_is_kept_and_read_by_another_store(tmp_path: Path) -> None:
    first = Store(tmp_path / "home").add_feedback(ANSWER, "down", "wrong source", "It is from March.", "web")
    store = Store(tmp_path / "home")
    second = store.add_feedback(ANSWER, "up", channel="slack")
    found = store.feedback()
    assert [record.id for record in found] == [first, second]
    assert (found[0].verdict, found[0].reason, found[0].comment, found[0].channel) == (
        "down",
        "wrong source",
        "It is from March.",
        "web",
    )
    assert found[1].to_dict()["answer"] == json.loads(ANSWER)
    assert found[0].given_at.endswith("+00:00")


def test_the_same_key_replaces(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_feedback(ANSWER, "up", key="a")
    store.add_feedback(ANSWER, "down", "other", key="a")
    store.add_feedback(ANSWER, "up", key="b")
    assert [(record.verdict, record.reason) for record in store.feedback()] == [("down", "other"), ("up", "")]


def test_what_is_no_feedback_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for answer, verdict, reason in (
        ("[1]", "up", ""),
        ("[" * 100_000, "up", ""),
        ("no json", "up", ""),
        (ANSWER, "meh", ""),
        (ANSWER, "up", "because"),
    ):
        with pytest.raises(ValueError):
            store.add_feedback(answer, verdict, reason)  # type: ignore[arg-type]
    with pytest.raises(FeedbackError, match="2,001"):
        store.add_feedback(ANSWER, "up", comment="x" * (MAX_COMMENT + 1))
    assert store.feedback() == []


def test_forgetting_is_for_good(tmp_path: Path) -> None:
    store = Store(tmp_path)
    ids = [store.add_feedback(ANSWER, "down", comment=f"a secret {number}") for number in range(3)]
    assert store.forget(ids[:1]) == 1
    with pytest.raises(FeedbackError, match=str(ids[0])):
        store.forget([ids[1], ids[0]])
    assert [record.id for record in store.feedback()] == ids[1:]
    assert store.forget("all") == 2
    store.close()
    assert not any(b"a secret" in path.read_bytes() for path in tmp_path.iterdir())
    assert store.add_feedback(ANSWER, "up") > ids[-1]


def test_threads_share_a_store(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda number: store.add_feedback(ANSWER, "up", comment=str(number)), range(80)))
    assert sorted(ids) == [record.id for record in store.feedback()]
    assert {record.comment for record in store.feedback()} == {str(number) for number in range(80)}


WRITER = """
import json, pathlib, sys
from bot.store import Store
store = Store(pathlib.Path(sys.argv[1]))
for number in range(25):
    store.add_feedback(json.dumps({"question": "?"}), "up", comment=f"{sys.argv[2]}-{number}")
"""


def test_processes_share_a_file(tmp_path: Path) -> None:
    """They open a file that is not there yet, at once."""
    running = [subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "home", str(number)]) for number in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    comments = {record.comment for record in Store(tmp_path / "home").feedback()}
    assert comments == {f"{writer}-{number}" for writer in range(3) for number in range(25)}


def test_a_file_that_is_no_database_is_moved_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "store.sqlite3").write_bytes(b"this is no database" * 100)
    with caplog.at_level(logging.WARNING):
        store = Store(tmp_path)
    (aside,) = set(damaged(tmp_path))
    assert aside.read_bytes().startswith(b"this is no database")
    assert str(aside) in caplog.text
    assert store.add_feedback(ANSWER, "up") == 1


def test_a_file_damaged_while_it_is_open_is_moved_aside_by_one_of_two_stores(tmp_path: Path) -> None:
    stores = Store(tmp_path), Store(tmp_path)
    for number in range(50):
        stores[0].add_feedback(ANSWER, "up", comment=f"{number}" * 100)
    stores[0].shrink()
    for store in stores:
        store.close()
    path = tmp_path / "store.sqlite3"
    content = bytearray(path.read_bytes())
    content[200:] = b"\xff" * (len(content) - 200)
    path.write_bytes(content)
    ids = [store.add_feedback(ANSWER, "down") for store in stores]
    assert ids == [1, 2]
    assert len(set(damaged(tmp_path))) == 1


@settings(max_examples=25, deadline=None)
@given(at=st.floats(0, 1), noise=st.binary(min_size=1, max_size=600), cut=st.booleans())
def test_whatever_is_damaged_the_store_goes_on(
    tmp_path_factory: pytest.TempPathFactory, at: float, noise: bytes, cut: bool
) -> None:
    home = tmp_path_factory.mktemp("damage")
    store = Store(home)
    for number in range(20):
        store.add_feedback(ANSWER, "up", comment=f"{number}" * 50)
    store.close()
    path = home / "store.sqlite3"
    content = bytearray(path.read_bytes())
    place = int(at * (len(content) - 1))
    content[place : None if cut else place + len(noise)] = noise
    path.write_bytes(content)
    again = Store(home)
    kept = again.feedback()
    assert len(kept) <= 20 or damaged(home) == []
    id = again.add_feedback(ANSWER, "down", "other")
    assert again.feedback()[-1].id == id and len(again.feedback()) == len(kept) + 1


def test_the_tables_of_a_subject_are_made_again_on_a_new_file(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.prepare("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)")
    store.run(lambda connection: connection.execute("INSERT INTO seen VALUES ('a')"))
    store.path.unlink()
    assert store.run(lambda connection: connection.execute("SELECT count(*) FROM seen").fetchone()) == (0,)


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO feedback VALUES (1, null, '', 'up', '', '', '', '{}')")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        store.run(half)
    assert store.feedback() == []


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.run(lambda connection: connection.execute("PRAGMA user_version = 99"))
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match="newer"):
        Store(tmp_path)
    assert store.path.read_bytes() == before


def test_a_home_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be used"):
        Store(tmp_path / "file" / "home")
    (tmp_path / "home").mkdir(mode=0o500)
    code = "import pathlib, sys\nfrom bot.store import Store, StoreError\ntry: Store(pathlib.Path(sys.argv[1]))\nexcept StoreError as error: print(error)"
    said = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "home"], capture_output=True, text=True, preexec_fn=without_rights, check=False
    )
    assert "cannot be used" in said.stdout and not said.stderr


def test_feedback_is_on_by_default_and_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().feedback is True
    monkeypatch.setenv("DEALBRIEF_FEEDBACK", "false")
    assert Settings().feedback is False


@pytest.fixture
def command(tmp_path: Path, shared_cache: Path) -> Command:
    """The command over a home with three pieces of feedback."""
    home = tmp_path / "home"
    store = Store(home)
    store.add_feedback(ANSWER, "up", channel="web")
    store.add_feedback(ANSWER, "down", "wrong fact", "It was\nMay.\x1b[31m", "slack")
    store.add_feedback(ANSWER, "down", channel="web")
    store.close()
    return Command(home, shared_cache)


def test_the_command_lists_and_exports(command: Command) -> None:
    listed = command.run("feedback", "list")
    assert listed.code == 0 and len(listed.out.splitlines()) == 3
    assert 'down (wrong fact) "Who received the letter?": It was May.�[31m' in listed.out.splitlines()[1]
    records = json.loads(command.run("feedback", "list", "--json").out)
    assert [record["verdict"] for record in records] == ["up", "down", "down"]
    exported = command.run("feedback", "export")
    assert [json.loads(line) for line in exported.out.splitlines()] == records
    file = command.home / "feedback.jsonl"
    assert command.run("feedback", "export", str(file)).code == 0
    assert file.read_text(encoding="utf-8") == exported.out
    again = command.run("feedback", "export", str(file))
    assert again.code == 1 and len(again.err.splitlines()) == 1


def test_the_command_forgets(command: Command) -> None:
    assert command.run("feedback", "forget", "1", "--all").code == 2
    missing = command.run("feedback", "forget", "1", "77777777777777777777")
    assert missing.code == 1 and "77777777777777777777" in missing.err
    assert json.loads(command.run("feedback", "forget", "2", "--json").out) == {"forgotten": 1}
    assert [record.id for record in Store(command.home).feedback()] == [1, 3]
    assert json.loads(command.run("feedback", "forget", "--json").out) == {"forgotten": 2}
    assert Store(command.home).feedback() == []
    assert command.run("feedback", "forget", "--all").code == 0


def test_the_command_says_that_a_damaged_file_was_moved_aside(command: Command) -> None:
    (command.home / "store.sqlite3").write_bytes(b"\x00" * 5000)
    listed = command.run("feedback", "list")
    assert listed.code == 0 and listed.out == ""
    assert "damaged" in listed.err
