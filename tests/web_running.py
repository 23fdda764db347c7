"""A browser for tests, and the page over a chatbot on a free port."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

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
    with running(build_server(build_app(bot, settings), bot, settings)) as url:
        yield url


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """An app on a free port of this machine."""
    listening = listen("127.0.0.1", 17860)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)
