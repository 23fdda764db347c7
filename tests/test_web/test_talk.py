"""What can be done while an answer is made and after it: stop, ask again, change the question, begin anew, lose the line."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from acts import ask, parts
from playwright.sync_api import Page, expect
from web_running import served

from bot.answer import Answer, Message, Statement
from bot.chatbot import Chatbot
from bot.question import MAX_CHARACTERS
from bot.settings import Settings

Open = Callable[..., Page]
ENGLISH = "When did the ferry Alke sink?"
OTHER = "How many ferries does Norda run?"


@dataclass(frozen=True)
class Halting(Chatbot):
    """A chatbot that waits for a sign before it ends its answer."""

    sign: threading.Event = field(default_factory=threading.Event)

    def stream(self, question: str, history: Sequence[Message] = (), **more: Any) -> Iterator[Statement | Answer]:
        for piece in super().stream(question, history, **more):
            if isinstance(piece, Answer):
                self.sign.wait(20)
            yield piece


@pytest.fixture(scope="module")
def halting(bot: Chatbot) -> Halting:
    return Halting(**parts(bot))


@pytest.fixture(scope="module")
def halting_address(halting: Halting, settings: Settings) -> Iterator[str]:
    with served(halting, settings) as url:
        yield url
        halting.sign.set()


def send(page: Page, question: str) -> None:
    page.fill("#question", question)
    page.press("#question", "Enter")


def test_a_statement_is_shown_before_the_answer_is_complete_and_stop_works_at_once(
    open_page: Open, halting: Halting, halting_address: str
) -> None:
    halting.sign.clear()
    page = open_page(at=halting_address)
    send(page, ENGLISH)
    expect(page.locator('.turn[data-state="pending"] .quote').first).to_contain_text("14 October 2023")
    expect(page.locator(".waiting")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator('.turn[data-state="stopped"] .note')).to_contain_text("Stopped")
    expect(page.locator(".turn .quote").first).to_contain_text("14 October 2023")
    expect(page.locator("#composer .send")).to_be_visible()
    halting.sign.set()
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator('.turn[data-state="done"]')).to_have_count(1)
    expect(page.locator(".turn")).to_have_count(1)


def test_two_tabs_do_not_see_each_other(open_page: Open) -> None:
    first, second = open_page(), open_page()
    ask(first, ENGLISH)
    ask(second, OTHER)
    expect(first.locator(".turn .question")).to_contain_text([ENGLISH])
    expect(second.locator(".turn .question")).to_contain_text([OTHER])


def test_the_last_question_can_be_changed_and_the_conversation_begun_anew(open_page: Open) -> None:
    page = open_page()
    ask(page, ENGLISH)
    ask(page, ENGLISH)
    expect(page.get_by_role("button", name="Edit question")).to_have_count(1)
    page.get_by_role("button", name="Edit question").click()
    expect(page.locator("#question")).to_have_value(ENGLISH)
    expect(page.locator("#editing")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#editing")).to_be_hidden()
    expect(page.locator("#question")).to_have_value("")
    page.get_by_role("button", name="Edit question").click()
    send(page, OTHER)
    expect(page.locator(".turn .question").last).to_contain_text(OTHER)
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#editing")).to_be_hidden()
    page.get_by_role("button", name="Start anew").click()
    expect(page.locator(".opening")).to_be_visible()
    assert "q=" not in page.url


def test_a_text_that_is_too_long_gets_a_sentence_and_stays_in_the_box(open_page: Open) -> None:
    page = open_page()
    pasted = "word " * 20_000
    page.locator("#question").fill(pasted)
    expect(page.locator("#length")).to_contain_text("100,000 of at most 2,000 characters")
    page.press("#question", "Enter")
    expect(page.locator("#said[role=alert]")).to_contain_text(f"at most {MAX_CHARACTERS:,} characters")
    expect(page.locator("#said")).to_be_in_viewport(ratio=1)
    assert page.input_value("#question") == pasted
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, ENGLISH)
    expect(page.locator("#said")).to_have_count(0)


def test_a_lost_connection_is_said_and_the_question_is_kept(open_page: Open) -> None:
    page = open_page()
    page.route("**/gradio_api/**", lambda route: route.abort())
    page.route("**/healthz", lambda route: route.abort())
    send(page, ENGLISH)
    expect(page.locator("#said")).to_be_visible(timeout=15_000)
    expect(page.locator("#question")).to_have_value(ENGLISH)
    page.evaluate("window.isOld = true")
    page.unroute_all()
    page.wait_for_function("!window.isOld && document.body.classList.contains('ready')")
    expect(page.locator("#question")).to_have_value(ENGLISH)
    ask(page, ENGLISH)


def test_more_questions_than_allowed_are_refused_in_words(open_page: Open, bot: Chatbot, settings: Settings) -> None:
    limited: Any = settings.model_copy(update={"web_questions": 1})
    with served(replace(bot), limited) as url:
        page = open_page(at=url)
        ask(page, ENGLISH)
        send(page, OTHER)
        expect(page.locator("#said[role=alert]")).to_contain_text("Too many questions at once")
        expect(page.locator("#question")).to_have_value(OTHER)
