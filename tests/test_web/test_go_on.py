"""What comes after an answer: questions to go on with, feedback, and what can be taken along."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from acts import ask, parts
from playwright.sync_api import Page, expect
from web_running import served

from bot.answer import Answer
from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.store import Store
from bot.verifying import verify

Open = Callable[..., Page]
ENGLISH = "When did the ferry Alke sink?"
GERMAN = "Wann sank die Fähre Alke?"
UNKNOWN = "Who won the chess tournament in Reykjavik?"


@pytest.mark.parametrize("question", [ENGLISH, GERMAN, UNKNOWN])
def test_each_suggested_question_is_answered(open_page: Open, question: str) -> None:
    page = open_page()
    ask(page, question)
    page.wait_for_selector("#suggested:visible .example")
    offered = page.locator("#suggested .example").all_inner_texts()
    assert 1 <= len(offered) <= 3 and question not in offered
    assert page.get_attribute("#suggested section", "lang") == ("de" if question == GERMAN else "en")
    for number, text in enumerate(offered, 2):
        if number > 2:
            ask(page, text)
        else:
            page.get_by_role("button", name=text, exact=True).click()
        page.wait_for_selector(f'.turn[data-turn="{number}"][data-state="done"][data-kind="answer"]')
        page.wait_for_selector("body:not(.busy)")
    page.get_by_role("button", name="Start anew").click()
    expect(page.locator("#suggested .example:visible")).to_have_count(0)


class Slow(Chatbot):
    """A chatbot that finds nothing to go on with before a sign is given."""

    sign = Event()

    def suggest(self, answer: Answer | None = None, language: str | None = None) -> tuple[str, ...]:
        self.sign.wait(20)
        return super().suggest(answer, language)


def test_looking_for_questions_delays_no_answer(open_page: Open, bot: Chatbot, settings: Settings) -> None:
    with served(Slow(**parts(bot)), settings) as url:
        page = open_page(at=url)
        ask(page, ENGLISH)
        ask(page, "How many ferries does Norda run?")
        expect(page.locator("#suggested .example:visible")).to_have_count(0)
        Slow.sign.set()
        page.wait_for_selector("#suggested:visible .example")
        assert "How many ferries does Norda run?" not in page.locator("#suggested .example:visible").all_inner_texts()


@pytest.fixture
def kept(settings: Settings) -> Iterator[Store]:
    store = Store(settings.home)
    yield store
    store.forget("all")
    store.close()


def test_feedback_is_kept_with_its_answer_after_saying_so(open_page: Open, bot: Chatbot, kept: Store) -> None:
    page = open_page()
    ask(page, ENGLISH)
    page.get_by_role("button", name="Bad answer").click()
    window = page.locator("#feedback")
    expect(window).to_contain_text("on the machine that Dealbrief runs on; nothing is sent elsewhere")
    page.keyboard.press("Escape")
    assert kept.feedback() == []
    ask(page, "How many ferries does Norda run?")
    page.locator('.turn[data-turn="1"]').get_by_role("button", name="Bad answer").click()
    window.get_by_label("Wrong fact").check()
    window.get_by_label("Comment").fill("<b>It was</b> the day before.")
    window.get_by_role("button", name="Send").click()
    expect(page.locator("#said")).to_have_text("Thank you; the feedback is kept.")
    expect(page.locator("#said")).to_be_in_viewport()
    (given,) = kept.feedback()
    assert (given.verdict, given.reason, given.comment) == ("down", "wrong fact", "<b>It was</b> the day before.")
    assert given.channel == "web"
    assert given.answer["question"] == ENGLISH
    assert given.answer["citations"] == bot.ask(ENGLISH).to_dict()["citations"]
    page.locator('.turn[data-turn="1"]').get_by_role("button", name="Good answer").click()
    expect(window.get_by_label("Wrong fact")).to_be_hidden()
    window.get_by_role("button", name="Send").click()
    expect(page.locator("#said")).to_have_text("Thank you; the feedback is kept.")
    page.wait_for_function("!document.querySelector('#feedback').open")
    while (changed := kept.feedback())[0].verdict == "down":
        page.wait_for_timeout(20)
    assert [(record.verdict, record.reason) for record in changed] == [("up", "")]


def test_feedback_can_be_turned_off(open_page: Open, bot: Chatbot, settings: Settings) -> None:
    silent = settings.model_copy(update={"feedback": False})
    with served(Chatbot(**{**parts(bot), "settings": silent}), silent) as url:
        page = open_page(at=url)
        ask(page, ENGLISH)
        expect(page.get_by_role("button", name="Ask again")).to_be_visible()
        expect(page.get_by_role("button", name="Bad answer")).to_have_count(0)
        expect(page.locator("#feedback")).to_have_count(0)


def test_a_proof_holds_when_it_is_checked_again_and_the_html_file_stands_alone(
    open_page: Open, tmp_path: Path, bot: Chatbot
) -> None:
    page = open_page()
    for question in (ENGLISH, UNKNOWN):
        turn = ask(page, question)
        proofs = turn.get_by_role("button", name="Download proof")
        assert proofs.count() == (question == ENGLISH)
        if question == ENGLISH:
            with page.expect_download() as proof:
                proofs.click()
            proof.value.save_as(tmp_path / "proof.json")
            assert verify(tmp_path / "proof.json", bot.library).holds
        with page.expect_download() as file:
            turn.get_by_role("button", name="HTML file").click()
        text = file.value.path().read_text(encoding="utf-8")
        assert text.startswith("<!doctype html>") and question in text and "<script" not in text
