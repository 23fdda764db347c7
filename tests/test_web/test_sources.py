"""Who carries a statement, said on its cards; and the names that the turns of a page go by."""

import re
from html import unescape

from bot.answer import Answer, Check, Citation, Statement
from bot.chatbot import Chatbot
from bot.web.conversation import Turn, ask
from bot.web.turns import conversation, sources

SOLD = "Veldt bought the Norda ferry line."
POST, TIMES = "en/2024-05-02-harbour-post-sale", "en/2024-06-lumm-times-fleet"
BOTE, DOSSIER = "de/2024-05-03-ostrauer-bote-verkauf", "en/dossier-accident"


def cards(bot: Chatbot, *ids: str) -> list[str]:
    """The texts of the cards of a statement that these articles carry."""
    found = [article.source for id in ids if (article := bot.library.get(id))]
    citations = tuple(Citation(i, source, SOLD, 0, len(SOLD), "sha256:0") for i, source in enumerate(found, 1))
    turn = Turn(SOLD, "en", statements=(Statement(SOLD, citations, Check("verbatim")),))
    shown = str(sources((turn,), bot.library)).split("<article")[1:]
    return [unescape(re.sub(r"<[^>]+>", " ", card)) for card in shown]


def test_each_card_says_how_many_independent_origins_carry_the_statement_and_which(bot: Chatbot) -> None:
    shown = cards(bot, POST, BOTE, DOSSIER)
    assert len(shown) == 3
    assert all("2 independent origins say so: Harbour Post, Ostrauer Bote" in card for card in shown)


def test_who_retells_another_is_no_origin_of_its_own(bot: Chatbot) -> None:
    assert not any("independent origins" in card for card in cards(bot, POST, TIMES, DOSSIER))


def test_a_turn_keeps_the_number_that_the_page_gave_it_when_those_before_it_are_no_longer_kept(bot: Chatbot) -> None:
    *_, (turns, problem) = ask(bot, (), Turn("When did the ferry Alke sink?", "en", number=7))
    assert problem == "" and isinstance(turns[0].answer, Answer)
    assert 'data-turn="7"' in conversation(turns, bot.library, judged=False)
    assert 'id="source-7-1"' in sources(turns, bot.library)
