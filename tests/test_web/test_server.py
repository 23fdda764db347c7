"""The server without a browser: endpoints, health, headers, who may come in, and the limits."""

import http.client
import json
import os
import subprocess
import sys
import urllib.request
from urllib.error import HTTPError
from urllib.parse import urlsplit

import gradio as gr
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from web_running import served

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.web.limits import WINDOW, Limiter
from bot.web.server import WebError, build_server, listen

ENGLISH = "When did the ferry Alke sink?"


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False, analytics_enabled=False)


def get(url: str) -> tuple[dict[str, str], bytes]:
    with urllib.request.urlopen(url, timeout=10) as response:
        return dict(response.headers.items()), response.read()


def test_ask_returns_the_answer_and_its_schema_is_documented(client: Client, bot: Chatbot) -> None:
    found = client.predict(ENGLISH, api_name="/ask")
    expected = dict(bot.ask(ENGLISH).to_dict())
    assert {**found, "elapsed_ms": 0} == {**expected, "elapsed_ms": 0}
    described = client.view_api(return_format="dict")["named_endpoints"]
    assert set(described) == {"/ask", "/search", "/brief", "/timeline", "/changes", "/disputes"}
    assert [parameter["parameter_name"] for parameter in described["/ask"]["parameters"]] == ["question", "history"]


def test_ask_takes_a_history_and_names_what_is_wrong_with_it(client: Client) -> None:
    history = [{"role": "user", "content": "Wann sank die Fähre Alke?"}, {"role": "assistant", "content": "Am 14. Oktober."}]
    assert client.predict("Alke?", history, api_name="/ask")["language"] == "de"
    with pytest.raises(AppError, match="entry 0"):
        client.predict(ENGLISH, [{"role": "nobody", "content": ""}], api_name="/ask")
    with pytest.raises(AppError, match="at most 2,000 characters"):
        client.predict("long " * 1000, api_name="/ask")


def test_search_returns_exact_quotes(client: Client, bot: Chatbot) -> None:
    hits = client.predict("passengers of the Alke", 3, api_name="/search")
    assert [hit["number"] for hit in hits] == [1, 2, 3]
    for hit in hits:
        article = bot.library.get(hit["article"])
        assert article is not None
        assert article.text[hit["start"] : hit["end"]] == hit["quote"]


def test_healthz_names_the_generation(address: str, bot: Chatbot) -> None:
    health = json.loads(get(address + "healthz")[1])
    assert health["status"] == "ok"
    assert health["generation"] == bot.index.generation.name
    assert health["articles"] == 6


def test_the_page_loads_nothing_from_elsewhere_and_no_script_without_its_nonce(address: str) -> None:
    headers, first = get(address)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert headers["x-content-type-options"] == "nosniff"
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert first.count(b"<script") == first.count(b'<script nonce="' + nonce.encode() + b'"')
    assert b"raw.githubusercontent" not in first
    assert nonce not in get(address)[0]["content-security-policy"]


@pytest.mark.parametrize("path", ["web/app.py", "web/../settings.py", "web/__init__.py", "web/nothing.js"])
def test_no_other_file_is_served(address: str, path: str) -> None:
    with pytest.raises(HTTPError, match="404"):
        get(address + path)


def test_a_request_of_unbounded_size_is_refused(address: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.putrequest("POST", "/gradio_api/queue/join")
    connection.putheader("Content-Length", "3000000")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_others_need_a_password_unless_it_is_said_that_they_do_not(bot: Chatbot, settings: Settings) -> None:
    def build(**changes: object) -> object:
        return build_server(_bare(), bot, settings.model_copy(update=changes))

    for host in ("0.0.0.0", "192.168.1.5", "::", "example.org"):
        with pytest.raises(WebError, match="DEALBRIEF_WEB_PASSWORD"):
            build(host=host)
    for host in ("127.0.0.1", "::1", "localhost"):
        assert build(host=host)
    assert build(host="0.0.0.0", web_open=True)


def test_a_password_keeps_everything_but_the_health_closed(bot: Chatbot, settings: Settings) -> None:
    closed = Settings(**{**settings.model_dump(), "web_user": "ann", "web_password": "secret of ann"})
    assert "secret of ann" not in repr(closed)
    with served(bot, closed) as url:
        assert b"Norda" not in get(url)[1]
        request = urllib.request.Request(url + "gradio_api/call/ask", data=b'{"data": ["x"]}', method="POST")
        request.add_header("content-type", "application/json")
        with pytest.raises(HTTPError, match="401"):
            urllib.request.urlopen(request, timeout=10)
        assert json.loads(get(url + "healthz")[1])["status"] == "ok"
        within = Client(url, auth=("ann", "secret of ann"), verbose=False, analytics_enabled=False)
        assert within.predict(ENGLISH, api_name="/ask")["answered"]


def test_a_taken_port_gives_the_next_free_one() -> None:
    first = listen("127.0.0.1", 18860)
    with first, listen("127.0.0.1", first.getsockname()[1]) as second:
        assert second.getsockname()[1] > first.getsockname()[1]
    with pytest.raises(WebError, match="cannot listen"):
        listen("203.0.113.7", 18860)


def test_the_command_ends_when_it_is_asked_to_though_a_tab_is_open(bot: Chatbot, settings: Settings) -> None:
    places = {"CORPUS": settings.corpus, "HOME": settings.home, "CACHE": settings.cache, "PORT": 18960}
    own = {f"DEALBRIEF_{name}": str(value) for name, value in places.items()}
    command = [sys.executable, "-P", "-m", "bot.cli", "web"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env={**os.environ, **own}, **pipes, text=True) as child:
        assert child.stdout is not None and child.stderr is not None
        place = next(word for line in child.stdout for word in line.split() if word.startswith("http"))
        with urllib.request.urlopen(f"{place}/gradio_api/heartbeat/tab", timeout=60) as tab:
            assert tab.readline()
            child.terminate()
            child.wait(60)
        assert "Traceback" not in child.stderr.read()


def test_the_limiter_counts_each_client_over_a_minute() -> None:
    now = [0.0]
    limiter = Limiter(2, clock=lambda: now[0])
    assert [limiter.admits("a") for _ in range(3)] == [True, True, False]
    assert limiter.admits("b")
    now[0] = WINDOW
    assert limiter.admits("a")
    assert all(Limiter(0).admits("a") for _ in range(1000))


def _bare() -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.HTML("")
    return blocks
