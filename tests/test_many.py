"""One home, many processes: all answer, take what one of them adds without a restart, and none answers from a mixture."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

from command import Command
from fake_slack import APP_TOKEN, FakeSlack, bot_token
from ferries import ARTICLES
from gradio_client import Client
from slack_running import finished, said, until

ROOT = Path(__file__).parent.parent
READER = """
import json, sys
from bot import Chatbot, Settings
bot = Chatbot.open(Settings())
for line in sys.stdin:
    answer = bot.ask(line.strip())
    print(json.dumps([answer.kind, answer.text, bot.now.index.generation.name]), flush=True)
bot.close()
"""
OLD = "Who received Northwind's letter?"
NEW = "What did Baltica name its new ferry?"


def asked(reader: "subprocess.Popen[str]", question: str) -> list[str]:
    """Kind and text of an answer, and the generation that it came from."""
    assert reader.stdin and reader.stdout
    reader.stdin.write(question + "\n")
    reader.stdin.flush()
    found: list[str] = json.loads(reader.stdout.readline())
    return found


def test_workers_and_commands_share_a_home(tmp_path: Path, shared_cache: Path) -> None:
    for name, text in ARTICLES.items():
        (tmp_path / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    (tmp_path / "home").mkdir()
    command = Command(tmp_path / "home", shared_cache, tmp_path / "corpus")
    environment = command.environment(DEALBRIEF_CORPUS=str(tmp_path / "corpus"))
    start = [sys.executable, "-P", "-c", READER]
    readers = [
        subprocess.Popen(start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(3)
    ]
    try:
        before = [asked(reader, OLD) for reader in readers]
        assert all(kind == "answer" and "Solberg" in text for kind, text, _ in before)
        assert len({generation for *_, generation in before}) == 1
        for number, fact in enumerate(("named its new ferry Aurora", "painted its oldest ferry yellow")):
            (tmp_path / f"{number}.md").write_text(
                f"---\ntitle: News {number} of the ferries of Baltica\nlanguage: en\n---\nBaltica {fact} on {number + 3} May 2025.\n"
            )
        adders = [command.start("add", str(tmp_path / f"{number}.md")) for number in range(2)]
        while any(adder.poll() is None for adder in adders):
            for reader in readers:  # in the middle of it everybody answers what was known before
                kind, text, _ = asked(reader, OLD)
                assert (kind, "Solberg" in text) == ("answer", True)
            time.sleep(0.05)
        assert [adder.wait() for adder in adders] == [0, 0]
        after = [asked(reader, NEW) for reader in readers]
        told = command.run("ask", NEW)
        assert "Aurora" in told.out
        assert all("Aurora" in text for _, text, _ in after)
        assert len({generation for *_, generation in after}) == 1
        assert after[0][2] > before[0][2]
    finally:
        for reader in readers:
            reader.stdin.close()  # type: ignore[union-attr]
        assert [reader.wait(60) for reader in readers] == [0, 0, 0]


def test_a_web_app_a_slack_app_and_commands_share_a_home(tmp_path: Path, shared_cache: Path) -> None:
    for name, text in ARTICLES.items():
        (tmp_path / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    (tmp_path / "home").mkdir()
    (tmp_path / "news.md").write_text(
        "---\ntitle: News of the ferries of Baltica\nlanguage: en\n---\nBaltica named its new ferry Aurora on 3 May 2025.\n"
    )
    command = Command(tmp_path / "home", shared_cache, tmp_path / "corpus")
    with FakeSlack() as slack:
        tokens = {"BOT_TOKEN": bot_token("T1"), "APP_TOKEN": APP_TOKEN, "API": slack.api}
        apps = [
            command.start("web", variables={"DEALBRIEF_PORT": "19060"}),
            command.start("slack", variables={f"DEALBRIEF_SLACK_{name}": value for name, value in tokens.items()}),
        ]
        try:
            assert apps[0].stdout
            place = next(word.decode() for line in apps[0].stdout for word in line.split() if word.startswith(b"http"))
            until(lambda: slack.connected() > 0, 60)
            web = Client(place, verbose=False, analytics_enabled=False)

            def told(question: str) -> list[str]:
                event = slack.write(question, channel="D1")
                slack.send(slack.event(event))
                answer = until(lambda: [message for message in slack.bot_says() if finished(message) == event["ts"]])
                return [web.predict(question, api_name="/ask")["text"], said(answer[0]), command.run("ask", question).out]

            assert ["Aurora" in text for text in told(NEW)] == [False] * 3
            assert command.run("add", str(tmp_path / "news.md")).code == 0
            assert ["Aurora" in text for text in told(NEW)] == [True] * 3
            (added,) = json.loads(command.run("list", "--json").out)
            assert command.run("remove", added["id"]).code == 0
            assert ["Aurora" in text for text in told(NEW)] == [False] * 3
            assert ["Solberg" in text for text in told(OLD)] == [True] * 3
        finally:
            for app in apps:
                app.terminate()
            assert [b"Traceback" in app.communicate(timeout=60)[1] for app in apps] == [False, False]


def test_no_process_is_forked() -> None:
    for package in ("bot", "index", "corpus"):
        for path in (ROOT / package).rglob("*.py"):
            assert not re.search(r"os\.fork|multiprocessing|ProcessPool", path.read_text(encoding="utf-8")), path
