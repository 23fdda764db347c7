"""Vectors in a Chroma server: the same index, shared by copies of the app, and plain words where it is down."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import chromadb
import pytest
from chroma_server import chroma_server, free_port
from command import Command
from ferries import ARTICLES
from helpers import Hashed, Home, article, articles, contents, library

from bot import Chatbot, Settings
from bot.doctor import examine
from bot.repair import repair
from bot.settings import SettingsError
from index import vectors_server
from index.generation import fingerprints
from index.search import Index
from index.segment import SegmentError
from index.vectors import VectorsError
from index.vectors_server import Server


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server."""
    with chroma_server(tmp_path_factory.mktemp("server") / "data", free_port()) as url:
        yield url


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that no test has time for are short."""
    monkeypatch.setattr(vectors_server, "WAITS", (0.01, 0.02))


def home(folder: Path, url: str) -> Home:
    """A home whose vectors lie on the server, for a corpus of the folder's name."""
    return Home(folder, Hashed(), "hashed", Server(url))


def collections(url: str, corpus: str, kind: str = "sentences-en") -> list[str]:
    """The collections of a corpus on the server."""
    client = chromadb.HttpClient("127.0.0.1", int(url.rpartition(":")[2]))
    return sorted(c.name for c in client.list_collections(1000) if c.name.startswith(f"dealbrief.{corpus}.") and kind in c.name)


def test_a_search_over_the_server_finds_what_an_embedded_one_finds(tmp_path: Path, address: str) -> None:
    found = articles(9)
    answers = []
    for one in (home(tmp_path / "a-server", address), Home(tmp_path / "embedded")):
        one.build(found)
        index = Index.open(one.store, library(tmp_path, found), one.model)
        results = index.search("Which ferry sailed to Aalholm on 2 April?", "en")
        answers.append([(r.key, round(r.score, 4)) for ranking in results.rankings for r in ranking.results])
        index.close()
    assert answers[0]
    assert answers[0] == answers[1]
    assert not list((tmp_path / "a-server").rglob("chroma.sqlite3"))


def test_copies_with_the_same_articles_share_what_lies_there_and_drop_what_none_uses(tmp_path: Path, address: str) -> None:
    one, other = (home(tmp_path / place / "shared", address) for place in ("host1", "host2"))
    one.build(articles(6))
    first = collections(address, "shared")
    other.build(articles(6))
    assert (len(first), collections(address, "shared")) == (1, first)
    for number in range(3):
        one.build([*articles(6), article(f"zz{number}", f"Ferry {number} is new.")])
    assert first[0] in collections(address, "shared")
    assert len(collections(address, "shared")) <= 4
    for number in range(2):
        for copy in (one, other):
            copy.build([article(f"b{number}{at}", f"Quite another ferry {at} of line {number}.") for at in range(3)])
    assert first[0] not in collections(address, "shared")
    assert collections(address, "shared", "passages-de") == []


def test_what_is_missing_on_the_server_is_written_again(tmp_path: Path, address: str) -> None:
    copy = home(tmp_path / "lost", address)
    found = articles(5)
    copy.build(found)
    client = chromadb.HttpClient("127.0.0.1", int(address.rpartition(":")[2]))
    client.delete_collection(collections(address, "lost")[0])
    with pytest.raises(SegmentError, match="holds 0 of"):
        Index.open(copy.store, library(tmp_path, found), copy.model)
    count = len(copy.embedder.embedded)
    assert copy.build(found).fits("hashed", fingerprints(found))
    assert len(copy.embedder.embedded) == count


def test_a_server_that_is_down_is_one_sentence_and_one_that_comes_back_serves_again(tmp_path: Path) -> None:
    port, found = free_port(), articles(4)
    copy = home(tmp_path / "down", f"http://127.0.0.1:{port}")
    with pytest.raises(VectorsError, match=rf"http://127.0.0.1:{port} does not answer .*\. Start it, or unset") as caught:
        copy.build(found)
    assert "\n" not in str(caught.value)
    with chroma_server(tmp_path / "data", port):
        copy.build(found)
        index = Index.open(copy.store, library(tmp_path, found), copy.model)
        before = [result.key for result in index.search("ferry on 2 April", "en").interleaved]
    with pytest.raises(VectorsError, match="does not answer"):
        index.search("ferry on 2 April", "en")
    with chroma_server(tmp_path / "data", port):
        assert [result.key for result in index.search("ferry on 2 April", "en").interleaved] == before
    index.close()


def test_the_token_is_sent_and_never_shown(tmp_path: Path) -> None:
    seen: list[str] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization") or "")
            body = json.dumps({"error": "ChromaError", "message": f"no: {self.headers.get('Authorization')}"}).encode()
            self.send_response(403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *about: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        settings = Settings(chroma_url=url, chroma_token="s3cret-token", home=tmp_path)
        assert "s3cret-token" not in repr(settings) + repr(settings.build) + str(settings.build.store)
        with pytest.raises(VectorsError, match="refuses") as caught:
            Home(tmp_path / "refused", Hashed(), "hashed", settings.build.server or Server("")).build(articles(2))
    finally:
        server.shutdown()
        server.server_close()
    assert "s3cret-token" in "".join(seen)
    assert "s3cret-token" not in str(caught.value)
    for wrong in ("ftp://127.0.0.1", "127.0.0.1:8000", "http://someone:s3cret-token@127.0.0.1:8000", "http://127.0.0.1/a/b"):
        with pytest.raises(SettingsError, match="DEALBRIEF_CHROMA_URL is wrong") as refused:
            Settings(chroma_url=wrong)
        assert "s3cret-token" not in str(refused.value)


def ferries(folder: Path) -> Path:
    """A corpus about a ferry line."""
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_where_the_server_goes_away_a_running_chatbot_and_its_index_outlive_it(tmp_path: Path, shared_cache: Path) -> None:
    port, question = free_port(), "Who received Northwind's letter?"
    given = {"corpus": ferries(tmp_path / "corpus"), "home": tmp_path / "home", "cache": shared_cache}
    settings = Settings(**given, chroma_url=f"http://127.0.0.1:{port}")
    with chroma_server(tmp_path / "data", port):
        bot = Chatbot.open(settings, quiet=True)
        told = bot.ask(question).text
    with pytest.raises(VectorsError, match="does not answer"):
        bot.ask(question)
    assert (bot.ask("Thank you!").kind, bot.ask("Give me a timeline.").answered) == ("reply", True)
    before = contents(settings.build.store.folder)
    assert ["does not answer" in problem for problem in examine(settings).problems] == [True]
    with pytest.raises(VectorsError, match="does not answer"):
        list(repair(settings))
    assert contents(settings.build.store.folder) == before
    embedded = Chatbot.open(Settings(**given), quiet=True)
    assert embedded.ask(question).text == told
    embedded.close()
    with chroma_server(tmp_path / "data", port):
        assert bot.ask(question).text == told
        assert (list(repair(settings)), examine(settings).problems) == ([], ())
    bot.close()


def test_the_command_answers_over_a_server_and_each_address_has_an_index_of_its_own(
    tmp_path: Path, address: str, shared_cache: Path
) -> None:
    ferries(tmp_path / "corpus")
    command = Command(tmp_path / "home", shared_cache)
    over = {"DEALBRIEF_CHROMA_URL": address, "DEALBRIEF_CHROMA_TOKEN": "s3cret-token"}
    told = command.run(
        "--corpus", str(tmp_path / "corpus"), "ask", "Who received Northwind's letter?", "--json", variables=over
    )
    assert told.code == 0
    assert "Solberg" in json.loads(told.out)["text"]
    assert [path.name for path in (tmp_path / "home").glob("*/index*")] == [f"index-{Server(address).id}"]
