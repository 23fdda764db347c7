"""A Slack of our own for each test; what it would have refused fails the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_slack import FakeSlack
from ferries import ARTICLES

from bot.chatbot import Chatbot
from bot.settings import Settings


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """One workspace, T1."""
    with FakeSlack() as fake:
        yield fake
    assert fake.faults == []


@pytest.fixture(scope="session")
def ferries(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Iterator[Chatbot]:
    """A chatbot over a small corpus in both languages."""
    root = tmp_path_factory.mktemp("ferries")
    for name, text in ARTICLES.items():
        path = root / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    bot = Chatbot.open(Settings(corpus=root / "corpus", home=root / "home", cache=shared_cache), quiet=True)
    yield bot
    bot.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The app's home."""
    return tmp_path / "home"


@pytest.fixture
def elsewhere(home: Path) -> Callable[[str], Path]:
    """Another home."""
    return lambda name: home.parent / name
