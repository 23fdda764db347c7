"""The first questions of anyone who tries it, over the bundled story, on the command line and from Python."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from command import Command
from contract import check_schema

from bot.chatbot import Chatbot
from bot.settings import Settings
from corpus.article import PartialDate


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


@pytest.fixture(scope="module")
def bot(story: Command) -> Iterator[Chatbot]:
    with Chatbot.open(Settings(home=story.home, cache=story.cache), quiet=True).entered() as bot:
        yield bot


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_cited_for_an_event_is_not_told_again_below_it(bot: Chatbot, language: str) -> None:
    entries = [entry for entry in bot.briefer.timeline(language).entries if entry.kind == "event"]
    for entry in entries:
        shown, further = (
            {(c.source.id, c.start) for s in told for c in s.citations} for told in ([entry.statement], entry.others)
        )
        assert not shown & further
    assert any(entry.origins > 1 and entry.others for entry in entries)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_brief_of_then_cites_nothing_that_was_published_later(bot: Chatbot, language: str) -> None:
    then = PartialDate.parse("2025-01-15")
    published = [cited.source.published for cited in bot.briefer.brief(language, as_of=then).citations]
    known = [day for day in published if day]
    assert known and max(day.first for day in known) <= then.last


def test_the_bundled_story_is_clean_and_fits_its_index(story: Command) -> None:
    run = story.run("doctor", "--json")
    assert (run.code, json.loads(run.out)["problems"]) == (0, [])
