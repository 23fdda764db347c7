"""Fifty people ask through the queue for ten minutes: no error, no crossed answer, memory that stays flat.

DEALBRIEF_SOAK_SECONDS shortens it.
"""

import math
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client

from corpus.library import BUNDLED, load

USERS = 50
SECONDS = float(os.environ.get("DEALBRIEF_SOAK_SECONDS", "600"))
PAUSE = 1.0
"""Seconds that a person waits between an answer and the next question, on average."""
FLAT = 1.10
PORT = 18765


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The web app over the bundled story, as a user starts it, in a home of its own."""
    own = {"DEALBRIEF_HOME": str(tmp_path / "home"), "DEALBRIEF_PORT": str(PORT), "DEALBRIEF_WEB_QUESTIONS": "0"}
    command = [sys.executable, "-P", "-m", "bot.cli", "web"]
    with subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.PIPE, stderr=sys.stderr, text=True) as child:
        try:
            assert child.stdout is not None
            assert "Dealbrief is at" in next(line for line in child.stdout if "Dealbrief" in line)
            yield child
        finally:
            child.terminate()


def resident(pid: int) -> float:
    """The memory of a process, in MiB."""
    return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)])) / 1024


def connected() -> Client:
    """A client that waits for its turn: the machine may be busy with other things."""
    return Client(f"http://127.0.0.1:{PORT}/", verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 120})


class Person(threading.Thread):
    """Asks the story's own questions in an order of its own, and keeps what came."""

    def __init__(self, number: int, expected: dict[str, str], end: float) -> None:
        super().__init__(daemon=True)
        self.draws = random.Random(number)
        self.expected, self.end = expected, end
        self.seconds: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        try:
            client = connected()
            while time.monotonic() < self.end:
                self.ask(client, self.draws.choice(sorted(self.expected)))
                time.sleep(self.draws.expovariate(1 / PAUSE))
        except Exception as error:
            self.errors.append(repr(error))

    def ask(self, client: Client, question: str) -> None:
        started = time.monotonic()
        answer = client.predict(question, api_name="/ask")
        self.seconds.append(time.monotonic() - started)
        if answer["question"] != question or answer["text"] != self.expected[question]:
            self.errors.append(f"{question} was answered as {answer['question']}: {answer['text'][:80]}")


@pytest.mark.timeout(0)
def test_fifty_people_ask_for_ten_minutes(server: subprocess.Popen[str]) -> None:
    examples = load(BUNDLED).story.examples
    client = connected()
    expected = {text: client.predict(text, api_name="/ask")["text"] for texts in examples.values() for text in texts}
    begun = time.monotonic()
    people = [Person(number, expected, begun + SECONDS) for number in range(USERS)]
    for person in people:
        person.start()
    memory: list[tuple[float, float]] = []
    while time.monotonic() < begun + SECONDS:
        time.sleep(1)
        memory.append((time.monotonic() - begun, resident(server.pid)))
    for person in people:
        person.join(120)
    assert not any(person.is_alive() for person in people)
    errors = Counter(error for person in people for error in person.errors)
    seconds = sorted(second for person in people for second in person.seconds)
    tenths = [statistics.fmean(used for at, used in memory if tenth <= at * 10 / SECONDS < tenth + 1) for tenth in range(10)]
    p50, p95 = (seconds[math.ceil(len(seconds) * share) - 1] for share in (0.5, 0.95))
    print(f"\n{len(seconds)} answers to {USERS} people in {SECONDS:.0f} s: p50 {p50:.2f} s, p95 {p95:.2f} s")
    print(f"memory by tenths of the time, in MiB: {' '.join(f'{used:.0f}' for used in tenths)}")
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=10) as response:
        assert response.status == 200
    assert not errors
    assert all(person.seconds for person in people)
    assert tenths[-1] <= tenths[0] * FLAT
