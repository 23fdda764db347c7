"""The first questions of anyone who tries it, over the bundled story, on the command line and from Python."""

import json
import subprocess
import sys

import pytest
from command import Command
from contract import check_schema


@pytest.mark.parametrize(
    ("question", "kind", "language", "word"),
    [
        ("Who received Amazon's offer letter for TikTok?", "answer", "en", "Lutnick"),
        ("Wem gehört TikTok in den USA heute?", "answer", "de", "Oracle"),
        ("What is the capital of Peru?", "refusal", "en", "Peru"),
    ],
)
def test_a_first_question(story: Command, question: str, kind: str, language: str, word: str) -> None:
    run = story.run("ask", question, "--json")
    assert run.code == (0 if kind == "answer" else 3)
    printed = json.loads(run.out)
    check_schema(printed)
    assert (printed["kind"], printed["language"], printed["as_of"]) == (kind, language, "2026-06-30")
    assert word in printed["text"]
    assert printed["confidence"] is not None


def test_from_python_without_a_main_guard(story: Command) -> None:
    code = "from bot import ask; print(ask('Who received the letter?').text)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, env=story.environment(), cwd=story.home, check=False
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_cited_for_an_event_is_not_told_again_below_it(story: Command, language: str) -> None:
    printed = json.loads(story.run("timeline", "--language", language, "--json").out)
    entries = [entry for section in printed["sections"] for entry in section["entries"] if entry["kind"] == "event"]
    assert not any(set(entry["citations"]) & set(other["citations"]) for entry in entries for other in entry["others"])
    assert any(entry["origins"] > 1 and entry["others"] for entry in entries)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_brief_of_then_cites_nothing_that_was_published_later(story: Command, language: str) -> None:
    printed = json.loads(story.run("brief", "--language", language, "--as-of", "2025-01-15", "--json").out)
    published = [cited["published"] for cited in printed["citations"] if cited["published"]]
    assert published and max(published) <= "2025-01-15"


def test_the_bundled_story_is_clean_and_fits_its_index(story: Command) -> None:
    run = story.run("doctor", "--json")
    assert (run.code, json.loads(run.out)["problems"]) == (0, [])
