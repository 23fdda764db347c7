"""The briefings on the command line: statuses, forms, files, JSON, and what bad input gets."""

import json
from pathlib import Path

import pytest
from command import Command, Ended
from harbour import ARTICLES
from icalendar import Calendar


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Command:
    """A home with an index of the twelve articles."""
    folder = tmp_path_factory.mktemp("place")
    for name, text in ARTICLES.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "home").mkdir()
    command = Command(folder / "home", shared_cache, folder / "corpus")
    assert command.run("index").code == 0
    return command


def one_sentence(done: Ended) -> str:
    """What a failed command said: one line on standard error, nothing on standard output."""
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 1
    return done.err.strip()


def test_each_briefing_prints_sections_and_sources(place: Command) -> None:
    for arguments in (("brief",), ("timeline",), ("changes", "--since", "2024-06")):
        done = place.run(*arguments)
        assert done.code == 0, done
        assert "Sources" in done.out and "[1] Dealbrief d" in done.out
        assert done.err.strip() == "As of 31 December 2024."


def test_the_language_is_the_asked_one(place: Command) -> None:
    done = place.run("brief", "--language", "de", "--length", "short")
    assert done.out.startswith("Überblick: Der Verkauf der Baltica")
    assert done.err.strip() == "Stand: 31. Dezember 2024."


def test_json_goes_to_a_file_and_is_verified_from_there(place: Command, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    assert place.run("timeline", "--json", "--out", str(proof)).code == 0
    printed = json.loads(proof.read_text(encoding="utf-8"))
    assert printed["product"] == "timeline" and printed["as_of"] == "2024-12-31"
    done = place.run("verify", str(proof))
    assert done.code == 0 and done.out.splitlines()[-1].endswith("statements hold.")
    assert json.loads(place.run("verify", str(proof), "--json").out)["holds"] is True


def test_verify_ends_with_1_for_an_edited_file_and_needs_no_index(place: Command, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    place.run("timeline", "--json", "--out", str(proof))
    proof.write_text(proof.read_text(encoding="utf-8").replace("2024, the", "2023, the"), encoding="utf-8")
    elsewhere = Command(tmp_path / "empty", tmp_path / "nowhere", place.corpus)
    elsewhere.home.mkdir()
    done = elsewhere.run("verify", str(proof))
    assert done.code == 1 and "the quote is gone" in done.out
    assert not any(elsewhere.home.iterdir()) and not elsewhere.cache.exists()


def test_the_calendar_and_the_picture_are_files(place: Command, tmp_path: Path) -> None:
    calendar, picture = tmp_path / "t.ics", tmp_path / "t.svg"
    assert place.run("timeline", "--format", "ics", "--out", str(calendar)).code == 0
    assert place.run("timeline", "--svg", "--out", str(picture)).code == 0
    assert len(Calendar.from_ical(calendar.read_bytes()).events) >= 7
    assert picture.read_text(encoding="utf-8").startswith("<?xml")


def test_an_answer_is_taken_along(place: Command) -> None:
    done = place.run("export", "Who bought Baltica Ferries?", "--format", "markdown")
    assert done.code == 0 and "[^1]:" in done.out
    assert place.run("export", "What is the capital of Peru?").code == 3


def test_a_request_in_the_chat_is_answered_by_the_briefing(place: Command) -> None:
    printed = json.loads(place.run("ask", "Give me a timeline", "--json").out)
    assert printed["kind"] == "answer" and 4 < len(printed["statements"]) <= 8


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("timeline", "--from", "31 February"), "'31 February' is no date of the calendar."),
        (("timeline", "--from", "2025", "--to", "2024"), "The range is upside down: 2025 is after 2024."),
        (("brief", "--length", "book"), "There is no length 'book'."),
        (("brief", "--language", "fr"), "There is no language 'fr'."),
        (("timeline", "--about", "penguins of Antarctica"), "The corpus says nothing about 'penguins of Antarctica'."),
        (("verify", "no-such-file.json"), "no-such-file.json cannot be read"),
    ],
)
def test_bad_input_is_one_sentence_and_status_1(place: Command, arguments: tuple[str, ...], said: str) -> None:
    done = place.run(*arguments)
    assert done.code == 1
    assert one_sentence(done).startswith(said)


@pytest.mark.parametrize("arguments", [("changes",), ("brief", "--lengt", "page")])
def test_wrong_usage_is_status_2(place: Command, arguments: tuple[str, ...]) -> None:
    assert place.run(*arguments).code == 2


def test_a_time_of_which_nothing_is_told_is_a_refusal(place: Command) -> None:
    done = place.run("timeline", "--from", "2040")
    assert done.code == 3 and done.out == ""
    assert done.err.splitlines()[0] == "The corpus tells of no dated event there."
