"""A brief phrased by a chat model: only sentences that their quotes support take the place of quotes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted import Scripted, citing, open_ferries, writing

from bot import Chatbot

GOOD = "The price was put at 340 million euros on 5 March 2024 {340 million}."
LIE = "The price was put at 430 million euros on 5 March 2024 {340 million}. Nothing was ever for sale {340 million}."


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Iterator[Chatbot]:
    opened = open_ferries(tmp_path_factory.mktemp("phrased"), shared_cache)
    yield opened
    opened.close()


def test_a_sentence_that_its_quote_supports_takes_its_place(bot: Chatbot) -> None:
    quoted, model = bot.brief("en"), Scripted(reply=citing(GOOD))
    made = writing(bot, model).brief("en")
    words = "The price was put at 340 million euros on 5 March 2024."
    (own,) = [statement for statement in made.statements if statement.text == words]
    assert own.check.verdict == "supported" and "340 million" in own.citations[0].quote
    assert [one.quote for one in made.citations] == [one.quote for one in quoted.citations]
    others = [statement.text for statement in made.statements if statement is not own]
    assert others == [statement.text for statement in quoted.statements if statement.text != own.citations[0].quote]
    (notice,) = [notice for notice in made.notices if notice not in quoted.notices]
    assert notice.startswith("Phrased by the chat model scripted:model") and len(model.prompts) == 1


def test_what_a_model_makes_up_is_not_shown_and_the_brief_stays_quoted(bot: Chatbot) -> None:
    quoted, made = bot.brief("en"), writing(bot, Scripted(reply=citing(LIE))).brief("en")
    assert made.sections == quoted.sections
    (notice,) = [notice for notice in made.notices if notice not in quoted.notices]
    assert "no sentence that the chat model scripted:model wrote was supported" in notice


def test_a_model_that_fails_leaves_the_quotes_with_one_notice(bot: Chatbot) -> None:
    quoted = bot.brief("de")
    made = writing(bot, Scripted(reply=lambda prompt: "", error=ConnectionError())).brief("de")
    assert made.sections == quoted.sections
    (notice,) = [notice for notice in made.notices if notice not in quoted.notices]
    assert "DEALBRIEF_MODEL_BASE_URL" in notice


def test_without_a_model_every_statement_of_a_brief_is_a_quote(bot: Chatbot) -> None:
    assert all(statement.check.verdict == "verbatim" for statement in bot.brief("en").statements)
