"""What the chatbot does around a search: misspelt names, words for the present, the history's language."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ferries import ARTICLES

from bot import Chatbot, Message, Settings
from bot.chatbot import QuestionError
from bot.question import take_apart
from corpus.language import language_of

STORY = """
as_of = "2024-07-01"
[title]
en = "The ferries of Baltica"
[[actors]]
name = "Northwind Lines"
aliases = ["Northwind"]
[[actors]]
name = "Ingrid Solberg"
aliases = ["Solberg"]
"""


@pytest.fixture
def bot(write_corpus: Callable[..., Path]) -> Iterator[Chatbot]:
    folder = write_corpus({**ARTICLES, "story.toml": STORY})
    opened = Chatbot.open(Settings(corpus=folder, threshold=0.0), quiet=True)
    yield opened
    opened.close()


def test_a_misspelt_name_is_searched_as_the_story_writes_it(bot: Chatbot) -> None:
    answer = bot.ask("Who was Ingrid Solbreg of Northwnid?")
    assert answer.question == "Who was Ingrid Solbreg of Northwnid?"
    assert answer.search_question == "Who was Ingrid Solberg of Northwind?"


def test_a_word_of_thanks_is_no_misspelt_name(write_corpus: Callable[..., Path]) -> None:
    story = STORY + '[[actors]]\nname = "Dance"\naliases = []\n'
    opened = Chatbot.open(Settings(corpus=write_corpus({**ARTICLES, "story.toml": story}), threshold=0.0), quiet=True)
    assert opened.ask("Danke, und wer war Ingrid Solberg?").search_question == "Danke, und wer war Ingrid Solberg?"
    opened.close()


def test_a_word_that_the_articles_know_is_left_as_it_is(bot: Chatbot) -> None:
    question = "Did the Harbour Gazette write about Aalholm and Solvay?"
    assert bot.ask(question).search_question == question


def test_a_question_about_now_says_how_far_the_corpus_reaches(bot: Chatbot) -> None:
    now, plain = bot.ask("Who owns Baltica Ferries today?"), bot.ask("Who owns Baltica Ferries?")
    assert [statement.text for statement in now.statements] == [statement.text for statement in plain.statements]
    assert "As of 1 July 2024." in now.notices
    assert "As of 1 July 2024." not in plain.notices


def test_without_a_language_of_its_own_a_question_has_that_of_the_history(bot: Chatbot) -> None:
    history = [Message("user", "Wem gehört die Baltica heute?")]
    assert bot.ask("Northwind?", history).language == "de"
    assert bot.ask("Northwind?").language == "en"


@pytest.mark.parametrize(
    ("keywords", "preset", "language"),
    [("Baltica Millionen", "en", "de"), ("Northwind bid", "de", "en"), ("Baltica Aalholm", "de", "de"), ("Xyzzy", "en", "en")],
)
def test_keywords_are_taken_for_the_language_whose_articles_have_them(
    bot: Chatbot, keywords: str, preset: str, language: str
) -> None:
    assert language_of(keywords) is None
    assert bot.ask(keywords, language=preset).language == language


@pytest.mark.parametrize("question", [None, 7, ["Who?"], b"Who?"])
def test_a_question_that_is_no_text_is_refused_in_one_sentence(bot: Chatbot, question: Any) -> None:
    with pytest.raises(QuestionError, match="A question is a text, not "):
        bot.ask(question)


def test_a_source_by_its_number_is_its_quote(bot: Chatbot) -> None:
    first = bot.ask("What did Northwind Lines buy?")
    asked = bot.ask("What does source 1 say?", [Message("user", first.question), first.turn])
    assert [statement.text for statement in asked.statements] == [first.citations[0].quote]
    assert asked.answered and asked.citations[0].number == 1


def test_a_follow_up_is_answered_beside_what_was_cited(write_corpus: Callable[..., Path]) -> None:
    head = "---\nid: {0}\ntitle: Piers of {0}\npublisher: Gazette\nlanguage: en\npublished: 2024-05-04\n---\n"
    told = "The council of {0} closed its pier on 3 May 2024. A ferry was sold to {1} for scrap."
    towns = {"aalholm": ("Aalholm", "Solvay"), "strand": ("Strand", "Vester")}
    folder = write_corpus({f"{key}.md": head.format(key) + told.format(*names) for key, names in towns.items()})
    opened = Chatbot.open(Settings(corpus=folder, threshold=0.0), quiet=True)
    made = replace(take_apart("To whom was a ferry sold? (council, pier)"), typed="To whom was a ferry sold?")
    for key in towns:
        [found] = opened.finder.search(replace(made, lately=((key, 0),)), "en")
        first = found.rankings[0].results[0]
        assert first.article.id == key and first.text.startswith("A ferry")
    opened.close()
