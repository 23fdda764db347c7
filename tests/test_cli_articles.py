"""The commands for articles of the user's own, run as a user does."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from chroma_server import free_port
from command import Command, Ended

from bot import add
from bot.settings import Settings
from corpus.errors import BriefingError

ALKE = """The ferry Alke was sold to Skagen Shipping on 3 May 2024 for 12 million euros, the Skagen Post reported.

The crew of the ferry Alke was told of the sale on 4 May 2024 by Captain Ida Holm."""
PRICE = "For how many euros was the ferry Alke sold to Skagen Shipping?"


@pytest.fixture
def command(tmp_path: Path, shared_cache: Path, write_corpus: Callable[..., Path]) -> Command:
    home = tmp_path / "home"
    home.mkdir()
    return Command(home, shared_cache, write_corpus())


def of(ended: Ended) -> Any:
    """What was printed as JSON."""
    return json.loads(ended.out)


def test_from_adding_to_removing(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "alke.txt").write_text(ALKE, encoding="utf-8")
    (folder / "bad.bin").write_bytes(bytes(range(256)))
    (folder / "zip.zip").write_bytes(b"PK\x03\x04")
    preview = command.run("add", str(folder), "--dry-run")
    assert preview.code == 1
    assert preview.out.startswith("Would add added/undated-alke")
    assert preview.out.endswith(f"\n{indent(ALKE, '  ')}\n")
    added = command.run("add", str(folder), "--publisher", "Skagen Post")
    assert added.code == 1
    assert "Added added/undated-skagen-post-alke: alke (Skagen Post, undated)" in added.out
    assert "added/undated-skagen-post-alke: Not found: title, date." in added.err
    for name in ("bad.bin", "zip.zip"):
        assert f"{folder / name}: it is" in added.err or f"{folder / name}: byte" in added.err
    assert "1 of 3 done, 2 failed." in added.err
    answer = command.run("ask", PRICE)
    assert (answer.code, "12 million euros" in answer.out) == (0, True)
    (listed,) = of(command.run("list", "--json"))
    assert (listed["id"], listed["publisher"], listed["copy_of"]) == ("added/undated-skagen-post-alke", "Skagen Post", None)
    shown = command.run("show", "undated-skagen-post-alke")
    assert ALKE in shown.out and f"fetched_from: {folder / 'alke.txt'}" in shown.out
    again = command.run("add", str(folder / "alke.txt"))
    assert (again.code, again.out.startswith("Already there: added/undated-skagen-post-alke")) == (0, True)
    (folder / "alke.txt").write_text(ALKE.replace("12", "13"), encoding="utf-8")
    assert "dealbrief refresh" in command.run("add", str(folder / "alke.txt")).err
    refreshed = command.run("refresh")
    assert refreshed.code == 0
    assert "+The ferry Alke was sold to Skagen Shipping on 3 May 2024 for 13 million euros" in refreshed.out
    assert len(of(command.run("show", listed["id"], "--json"))["old_versions"]) == 1
    removed = command.run("remove", listed["id"], "nothing")
    assert (removed.code, removed.out) == (1, f"Removed {listed['id']}\n")
    assert "no added article 'added/nothing'" in removed.err
    assert of(command.run("list", "--json")) == []
    assert "12 million" not in command.run("ask", PRICE).out
    files = [path for path in command.home.rglob("*") if path.is_file() and b"Captain Ida" in path.read_bytes()]
    assert not [path for path in files if "index" not in path.parts]


def test_on_a_terminal_a_bar_is_shown_and_what_was_not_found_is_asked_for(command: Command, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(
            f"The ferry {name} sailed from Skagen to Aalholm on 3 May 2024.", encoding="utf-8"
        )
    typed = "".join(f"Ferry {name}\nSkagen Post\nyesterday\n2024-05-04\n" for name in ("one", "two"))
    ours, theirs = os.openpty()
    os.write(ours, typed.encode())
    arguments = ["--corpus", str(command.corpus), "add", str(tmp_path / "one.txt"), str(tmp_path / "two.txt")]
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "bot.cli", *arguments],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=command.environment(TERM="xterm"),
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # what a terminal says when its last user has gone
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    out, _ = child.communicate()
    assert child.returncode == 0
    assert [line.partition(": ")[2] for line in out.decode().splitlines()] == [
        f"Ferry {name} (Skagen Post, 4 May 2024)" for name in ("one", "two")
    ]
    assert b"1/2" in shown and "'yesterday'" in shown.decode()


def test_where_the_index_cannot_follow_what_came_in_stays_in(command: Command, tmp_path: Path) -> None:
    (tmp_path / "alke.txt").write_text(ALKE, encoding="utf-8")
    down = {"DEALBRIEF_CHROMA_URL": f"http://127.0.0.1:{free_port()}"}
    added = command.run("add", str(tmp_path / "alke.txt"), "--json", variables=down)
    assert (added.code, [entry["status"] for entry in of(added)], added.err.count("\n")) == (1, ["added"], 1)
    assert "does not answer" in added.err and "at the next start" in added.err
    assert "12 million euros" in command.run("ask", PRICE).out


def test_a_wrong_value_is_one_sentence_and_adds_nothing(command: Command, tmp_path: Path) -> None:
    (tmp_path / "alke.txt").write_text(ALKE, encoding="utf-8")
    for option, value in (("--date", "yesterday"), ("--language", "Danish"), ("--url", "ftp://a.example/")):
        ended = command.run("add", str(tmp_path / "alke.txt"), option, value)
        assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
        assert value in ended.err
    assert command.run("add").code == 2
    assert command.run("show", "none").code == 1
    assert command.run("list").code == 0


def test_an_inside_address_is_refused_by_the_command_too(command: Command) -> None:
    ended = command.run("add", "http://127.0.0.1:9/", "http://localhost/", "file:///etc/passwd", "--json")
    assert ended.code == 1
    assert [entry["status"] for entry in of(ended)] == ["refused"] * 3
    assert not (command.home / "corpus").exists()


def test_the_python_function_adds(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    settings = Settings(corpus=write_corpus(), threshold=0.0)
    (tmp_path / "alke.txt").write_text(ALKE, encoding="utf-8")
    (outcome,) = add(tmp_path / "alke.txt", title="The Alke is sold", date="2024-05", settings=settings)
    assert (outcome.status, outcome.missing) == ("added", ("publisher",))
    assert outcome.to_dict()["published"] == "2024-05"
    with pytest.raises(BriefingError, match="no date"):
        add("x.txt", date="soon", settings=settings)
