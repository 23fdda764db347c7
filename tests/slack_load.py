"""A bad day in Slack: many questions, some delivered twice, calls refused, sockets lost, the app stopped and killed."""

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fake_slack import Envelope, FakeSlack
from slack_running import CODE, finished, said, until

CHILD = Path(__file__).parent / "slack_child.py"


@dataclass
class Day:
    """What happened: the questions by their message, with the code word of their thread, and what was sent."""

    questions: dict[str, str] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)

    def waits(self) -> list[float]:
        """Seconds until each event was acknowledged, sorted."""
        return sorted(envelope.waited for envelope in self.envelopes if envelope.waited is not None)


class Child:
    """The app in a process of its own."""

    def __init__(self, slack: FakeSlack, home: Path, pause: float, seconds: float = 20) -> None:
        self.arguments = [sys.executable, str(CHILD), str(home), slack.api]
        self.start(pause, seconds)

    def start(self, pause: float = 0.02, seconds: float = 20) -> None:
        """Starts it and waits until it is connected; it takes its time for answers and has some to stop."""
        arguments = [*self.arguments, str(pause), str(seconds)]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout and self.process.stdout.readline() == "ready\n"

    def end(self, how: signal.Signals) -> None:
        """Stops or kills it."""
        self.process.send_signal(how)
        self.process.wait(60)


def live_through(
    slack: FakeSlack, home: Path, *, events: int, channels: int, pause: float = 0.02, rest: float = 0.03, seed: int = 1
) -> Day:
    """Sends questions of threads in channels, a twentieth of them twice, loses a socket now and then, restarts twice."""
    chance, day = random.Random(seed), Day()
    slack.limited = 0.02
    child = Child(slack, home, pause)
    threads: list[tuple[str, str, str]] = []
    try:
        for number in range(events):
            ask(slack, day, threads, number, channels, chance)
            if chance.random() < 0.01:
                slack.drop_sockets()
            if number == events // 3:
                child.end(signal.SIGTERM)
                child.start(pause)
            if number == 2 * events // 3:
                child.end(signal.SIGKILL)
                child.start(pause)
            time.sleep(rest)
        until(lambda: {finished(message) for message in slack.bot_says()} >= set(day.questions), 240)
        until(lambda: all(envelope.received.is_set() for envelope in day.envelopes), 60)
    finally:
        child.end(signal.SIGTERM)
    return day


def ask(
    slack: FakeSlack, day: Day, threads: list[tuple[str, str, str]], number: int, channels: int, chance: random.Random
) -> None:
    """One question: a mention that begins a thread, or a further one in a thread."""
    if threads and chance.random() < 0.6:
        channel, thread, code = chance.choice(threads)
        event = slack.write(f"<@UBOTT1> {code} q{number}?", channel=channel, thread=thread)
    else:
        channel, code = f"C{number % channels}", f"code-{number}"
        event = slack.write(f"<@UBOTT1> {code} q{number}?", channel=channel)
        threads.append((channel, event["ts"], code))
    day.questions[event["ts"]] = code
    body = slack.event(event | {"type": "app_mention"})
    copies = 2 if chance.random() < 0.05 else 1
    day.envelopes += [slack.send(body) for _ in range(copies)]


def faults_of(slack: FakeSlack, day: Day) -> list[str]:
    """What is wrong at the end: a question not answered once, a message left unfinished, a word of another thread."""
    found: list[str] = []
    answers: dict[str, list[dict[str, Any]]] = {ts: [] for ts in day.questions}
    for message in slack.bot_says():
        asked = finished(message)
        if asked not in answers:
            found.append(f"a message that answers nothing: {said(message)[:80]}")
            continue
        answers[asked].append(message)
        words = set(CODE.findall(said(message)))
        if words != {day.questions[asked]}:
            found.append(f"in the thread of {day.questions[asked]}: {sorted(words)}")
    found += [f"{len(all_of)} answers to {ts}" for ts, all_of in answers.items() if len(all_of) != 1]
    return found
