"""Suggested questions: only such as are answered, near to what was shown, never what was shown already."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import Chatbot, Settings
from tests.ferries import ARTICLES

STORY = """
[examples]
en = ["Who received Northwind's letter?", "What is the capital of Peru?"]
de = ["Wie viele Beschäftigte der Baltica streikten?"]
[questions]
en = ["How much did the city of Aalholm pay for Baltica Ferries?", "Did Northwind Lines buy Baltica Ferries?"]
"""


@pytest.fixture
def bot(write_corpus: Callable[..., Path]) -> Iterator[Chatbot]:
    folder = write_corpus(ARTICLES)
    (folder / "story.toml").write_text(STORY, encoding="utf-8")
    opened = Chatbot.open(Settings(corpus=folder), quiet=True)
    yield opened
    opened.close()


def test_what_is_suggested_is_answered(bot: Chatbot) -> None:
    suggested = bot.suggest(language="en")
    assert len(suggested) >= 2 and "What is the capital of Peru?" not in suggested
    assert all(bot.ask(question).answered for question in suggested)


def test_after_an_answer_nothing_is_suggested_that_it_showed(bot: Chatbot) -> None:
    answer = bot.ask("Who got the letter of Northwind?")
    shown = {(cited.source.id, cited.start) for cited in answer.citations}
    suggested = bot.suggest(answer)
    assert suggested and "Who received Northwind's letter?" not in suggested
    for question in suggested:
        first = bot.ask(question).citations[0]
        assert (first.source.id, first.start) not in shown


def test_suggestions_follow_the_language_of_the_answer(bot: Chatbot) -> None:
    assert bot.suggest(bot.ask("Was zahlte die Stadt Aalholm für die Baltica?")) == (
        "Wie viele Beschäftigte der Baltica streikten?",
    )


def test_a_corpus_without_questions_suggests_none(write_corpus: Callable[..., Path]) -> None:
    bot = Chatbot.open(Settings(corpus=write_corpus(ARTICLES)), quiet=True)
    assert bot.suggest() == () and bot.suggest(bot.ask("Who received Northwind's letter?")) == ()
    bot.close()
