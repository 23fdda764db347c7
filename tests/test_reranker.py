"""A reranker, where one is set, orders the best sentences; everything else of an answer stays as it was."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import write_tiny_cross_encoder

from bot import BriefingError, Settings
from bot.chatbot import Chatbot
from bot.question import take_apart
from index.cross_encoder import CrossEncoder

QUESTION = "Who received the letter of Northwind Lines about Baltica Ferries?"


def test_the_best_sentences_stand_in_the_order_of_the_reranker(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    path, corpus = str(write_tiny_cross_encoder(tmp_path / "reranker", ["score"])), write_corpus()
    plain = Chatbot.open(Settings(corpus=corpus), quiet=True)
    bot = Chatbot.open(Settings(corpus=corpus, reranker=path), quiet=True)
    asked = take_apart(QUESTION)
    before, after = (each.finder.search(asked, "en")[0].rankings[0] for each in (plain, bot))
    scores = CrossEncoder(path).score([(asked.parts[0], result.text) for result in after.results])
    assert list(scores) == sorted(scores, reverse=True)
    assert {result.key for result in after.results} == {result.key for result in before.results}
    assert [result.key for result in after.results] != [result.key for result in before.results]
    assert [result.score for result in after.results] == [result.score for result in before.results]
    rows = {result.key: row.tolist() for result, row in zip(before.results, before.features, strict=True)}
    assert [rows[result.key] for result in after.results] == after.features.tolist()
    answer = bot.ask(QUESTION)
    assert all(citation.holds_in(bot.library.get(citation.source.id)) for citation in (*answer.citations, *answer.nearest))


def test_a_reranker_that_is_none_is_said_before_the_first_question(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(BriefingError, match="nothing"):
        Chatbot.open(Settings(corpus=write_corpus(), reranker=str(tmp_path / "nothing")), quiet=True)
