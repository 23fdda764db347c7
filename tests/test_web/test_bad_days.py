"""A reload, a lost line, an index that is built anew, a removed article, a question that leans: nothing is lost unsaid."""

import json
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from acts import ask
from playwright.sync_api import Page, expect
from small_corpus import write_corpus
from web_running import served

from bot.chatbot import Chatbot
from bot.settings import Settings

Open = Callable[..., Page]
ENGLISH = "When did the ferry Alke sink?"
NEW = """---
title: Harbour Post on the raising of the Alke
publisher: Harbour Post
published: 2024-11-30
language: en
---
The wreck of the ferry Alke was raised by the salvage ship Gotha on 28 November 2024.
"""


def test_a_reload_keeps_what_was_typed_and_asks_again_what_stands_in_the_address(open_page: Open) -> None:
    page = open_page()
    ask(page, ENGLISH)
    page.fill("#question", "half a ques")
    page.reload()
    page.wait_for_selector('.turn[data-state="done"]')
    expect(page.locator(".turn .question")).to_contain_text([ENGLISH])
    assert page.input_value("#question") == "half a ques"


@pytest.mark.parametrize("query", ["?view=timeline", "?view=articles", "?article=en/dossier-accident"])
def test_a_lost_line_is_said_in_every_view_and_the_next_try_works(open_page: Open, query: str) -> None:
    page = open_page()
    page.route("**/component_server**", lambda route: route.abort())
    page.evaluate("query => { history.pushState({}, '', query); dispatchEvent(new PopStateEvent('popstate')); }", query)
    expect(page.locator("[role=alert]:visible")).to_contain_text("Try again when Dealbrief can be reached")
    page.unroute_all()
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.locator(".events:visible, .rows:visible, #reading .text:visible").first).to_be_visible()


def test_an_index_is_built_anew_while_people_ask_and_a_removed_article_is_said_to_be_gone(
    open_page: Open, tmp_path: Path
) -> None:
    settings = Settings(corpus=write_corpus(tmp_path / "corpus"), home=tmp_path / "home", web_questions=0)
    bot = Chatbot.open(settings, quiet=True)
    with served(bot, settings) as url:
        page = open_page(at=url)
        page.set_default_timeout(60_000)  # the build takes the processor
        ask(page, ENGLISH).locator(".marker").first.click()
        page.locator("#source-1-1 .read").click()
        page.wait_for_selector("#reading mark")
        old_link = page.url
        page.keyboard.press("Escape")
        before = health(url)
        (settings.corpus / "en/dossier-accident.md").unlink()
        (settings.corpus / "en/2024-11-30-raised.md").write_text(NEW, encoding="utf-8")
        building = threading.Thread(target=lambda: Chatbot.open(settings, quiet=True).close())
        building.start()
        ask(page, "How many ferries does Norda run?")
        building.join(60)
        assert health(url) != before
        expect(ask(page, "Which ship raised the wreck of the ferry Alke?")).to_contain_text("salvage ship Gotha")
        page.goto(old_link)
        expect(page.locator("#reading")).to_contain_text("it may have been removed")
    bot.close()


def health(url: str) -> str:
    with urllib.request.urlopen(url + "healthz", timeout=10) as response:
        return str(json.load(response)["generation"])


def test_a_question_that_leans_on_the_one_before_shows_what_was_searched_for(open_page: Open) -> None:
    page = open_page()
    ask(page, "Who bought the Norda ferry line?")
    turn = ask(page, "And how much did it cost?")
    expect(turn.locator(".remarks")).to_contain_text("Searched for:")
    expect(turn.locator(".quote").first).to_contain_text("48 million crowns")
    expect(turn.locator(".question")).to_contain_text("And how much did it cost?")
