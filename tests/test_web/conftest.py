"""A real browser and a real server over a small corpus, each started once; a page of its own for each test."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from small_corpus import write_corpus

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.web.app import build_app
from bot.web.server import build_server, listen

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/snap/bin/chromium",
)


def find_browser() -> str:
    """An installed Chrome or Chromium; a failure that names the command where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None) or next(
        (place for place in PLACES if Path(place).exists()), None
    )
    if not found:
        pytest.fail("No Chrome or Chromium is installed. Install one with: apt-get install -y chromium")
    return found


@contextmanager
def served(bot: Chatbot, settings: Settings) -> Iterator[str]:
    """The page over a chatbot, on a free port of this machine."""
    listening = listen("127.0.0.1", 17860)
    app = build_server(build_app(bot, settings), bot, settings)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)


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
        page.set_default_timeout(10_000)
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
