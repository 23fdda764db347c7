"""A real browser and a real server over a small corpus, each started once; a page of its own for each test."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from small_corpus import write_corpus
from web_running import FLAGS, find_browser, served

from bot.chatbot import Chatbot
from bot.settings import Settings

PATIENCE = 30_000
"""Milliseconds that a page is waited for: a machine that is busy elsewhere is no defect."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over a small corpus, without a limit on questions."""
    folder = tmp_path_factory.mktemp("web")
    return Settings(corpus=write_corpus(folder / "corpus"), home=folder / "home", cache=folder / "cache", web_questions=0)


@pytest.fixture(scope="session")
def bot(settings: Settings) -> Iterator[Chatbot]:
    """The chatbot over the small corpus, its index built once."""
    opened = Chatbot.open(settings, quiet=True)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def address(bot: Chatbot, settings: Settings) -> Iterator[str]:
    """Where the page over the small corpus is."""
    with served(bot, settings) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens pages; at the end no page has asked another host for anything, nor met an error of its own."""
    contexts, elsewhere, errors = [], [], []

    def opened(query: str = "", at: str = address, **options: object) -> Page:
        chosen = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        context = browser.new_context(**chosen)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: elsewhere.append(request.url) if not _own(request.url, at) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(at + query)
        page.wait_for_selector("body.ready")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []
    assert errors == []


def _own(url: str, at: str) -> bool:
    return urlsplit(url).scheme in ("data", "blob") or urlsplit(url).netloc == urlsplit(at).netloc
