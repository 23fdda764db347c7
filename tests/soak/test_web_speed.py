"""What the page costs beyond what it consists of: its first paint, and the way to the first statement; ratios of one run."""

import json
import statistics
import time
import urllib.request
from collections.abc import Iterator
from uuid import uuid4

import gradio as gr
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright
from web_running import FLAGS, find_browser, running, served

from bot.chatbot import Chatbot
from bot.settings import Settings

MOST = 1.5
PAINTS = 15
ROUNDS = 5
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), web_questions=0)


@pytest.fixture(scope="module")
def bot(settings: Settings) -> Iterator[Chatbot]:
    opened = Chatbot.open(settings)
    opened.warm()
    yield opened
    opened.close()


@pytest.mark.timeout(0)
def test_the_first_paint_over_a_bare_chat_interface(bot: Chatbot, settings: Settings) -> None:
    bare = gr.ChatInterface(lambda message, history: message, analytics_enabled=False)
    app = gr.mount_gradio_app(FastAPI(), bare, path="/", ssr_mode=False)
    with sync_playwright() as playwright, served(bot, settings) as ours, running(app) as theirs:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for address in (ours, theirs):
            painted(browser, address)
        times = [(painted(browser, ours), painted(browser, theirs)) for _ in range(PAINTS)]
        browser.close()
    assert ratio("first paint over that of a bare gr.ChatInterface", times) <= MOST


def painted(browser: Browser, address: str) -> float:
    """Seconds to the first paint of a page with an empty cache."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    seconds = float(page.wait_for_function(PAINTED).json_value()) / 1000
    context.close()
    return seconds


@pytest.mark.timeout(0)
def test_the_first_statement_over_an_answer(bot: Chatbot, settings: Settings) -> None:
    questions = [question for asked in bot.library.story.examples.values() for question in asked]
    times: list[tuple[float, float]] = []
    with served(bot, settings) as address:
        for question in questions * ROUNDS:
            first = first_statement(address, question)
            started = time.perf_counter()
            bot.ask(question)
            times.append((first, time.perf_counter() - started))
    assert ratio("first statement on the page over Chatbot.ask", times[len(questions) :]) <= MOST


def first_statement(address: str, question: str) -> float:
    """Seconds from sending a question, as the page does, until its first statement comes."""
    with urllib.request.urlopen(address + "config", timeout=60) as response:
        (asking,) = [call for call in json.load(response)["dependencies"] if [name for _, name in call["targets"]] == ["ask"]]
    session = uuid4().hex
    event = {"question": question, "language": "en", "token": session, "number": 1}
    sent = {"data": [None], "fn_index": asking["id"], "trigger_id": asking["targets"][0][0], "event_data": event}
    body = json.dumps({**sent, "session_hash": session}).encode()
    started = time.perf_counter()
    join = urllib.request.Request(address + "gradio_api/queue/join", body, {"content-type": "application/json"})
    urllib.request.urlopen(join, timeout=60).close()
    with urllib.request.urlopen(f"{address}gradio_api/queue/data?session_hash={session}", timeout=60) as lines:
        next(line for line in lines if b"data-card" in line)
        seconds = time.perf_counter() - started
        for _ in lines:
            pass
    return seconds


def ratio(what: str, times: list[tuple[float, float]]) -> float:
    """Prints and gives the ratio of the medians of what is paired."""
    ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"\n{what}: {ours / theirs:.2f} at the median of {len(times)} ({ours:.3f} s over {theirs:.3f} s)")
    return ours / theirs
