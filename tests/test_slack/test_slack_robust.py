"""What must not happen: an answer lost or doubled, whatever happens to the socket, the process or Slack."""

import signal
import threading
from pathlib import Path

import pytest
from fake_slack import FakeSlack
from slack_load import Child, faults_of, live_through
from slack_running import CodeWords, finished, over_http, over_socket, said, settings_for, until

from bot.slack.app import SlackApp
from bot.slack.incoming import Place
from bot.slack.serve import alone, socket_mode
from bot.slack.workspaces import SlackError, sign_in
from bot.wording import say


def mention(slack: FakeSlack, text: str, channel: str = "C1") -> str:
    """Somebody mentions the app; the id of the message."""
    event = slack.write(f"<@UBOTT1> {text}", channel=channel)
    slack.send(slack.event(event | {"type": "app_mention"}))
    return str(event["ts"])


def answers_to(slack: FakeSlack, ts: str) -> list[dict[str, object]]:
    """The finished answers to a message."""
    return [message for message in slack.bot_says() if finished(message) == ts]


def test_a_lost_and_a_refreshed_socket_lose_nothing(slack: FakeSlack, home: Path) -> None:
    with over_socket(slack, CodeWords(), home):
        asked = [mention(slack, "code-1?")]
        slack.drop_sockets()
        asked.append(mention(slack, "code-2?"))
        until(lambda: answers_to(slack, asked[1]))
        slack.refresh_sockets()
        asked.append(mention(slack, "code-3?"))
        until(lambda: answers_to(slack, asked[2]))
    assert [len(answers_to(slack, ts)) for ts in asked] == [1, 1, 1]
    assert len(slack.bot_says()) == 3
    assert len(slack.of("apps.connections.open")) >= 3


def test_what_is_received_is_acknowledged_long_before_it_is_answered(slack: FakeSlack, home: Path) -> None:
    release = threading.Event()

    class Slow(CodeWords):
        def stream(self, question, history=()):  # type: ignore[no-untyped-def]
            release.wait(20)
            yield from super().stream(question, history)

    with over_http(slack, Slow(), home, slack_workers=2):
        sent = []
        for number in range(20):
            event = slack.write(f"<@UBOTT1> code-{number}?", channel=f"C{number}")
            sent.append(slack.send(slack.event(event | {"type": "app_mention"})))
        until(lambda: all(envelope.received.is_set() for envelope in sent))
        assert slack.bot_says() == []
        release.set()
        until(lambda: len(slack.bot_says()) == 20)
    assert all(len(envelope.sent) == 1 for envelope in sent)


def test_an_event_that_comes_again_after_a_restart_is_dropped(slack: FakeSlack, home: Path) -> None:
    event = slack.write("<@UBOTT1> code-1?")
    body = slack.event(event | {"type": "app_mention"})
    for _ in range(2):
        with over_http(slack, CodeWords(), home):
            until(slack.send(body).received.is_set)
            until(lambda: answers_to(slack, event["ts"]))
    assert len(slack.bot_says()) == 1


def test_kill_in_the_middle_loses_and_doubles_nothing(slack: FakeSlack, home: Path) -> None:
    """Questions are open, being written and finished at that moment."""
    child = Child(slack, home, 0.15)
    slack.slow = 0.02
    asked = [mention(slack, f"code-{number}?", f"C{number % 3}") for number in range(40)]
    until(lambda: len([ts for ts in asked if answers_to(slack, ts)]) >= 6)
    child.end(signal.SIGKILL)
    assert any(not answers_to(slack, ts) for ts in asked)
    child.start()
    until(lambda: all(answers_to(slack, ts) for ts in asked), 40)
    child.end(signal.SIGTERM)
    assert [len(answers_to(slack, ts)) for ts in asked] == [1] * 40
    assert len(slack.bot_says()) == 40


@pytest.mark.parametrize("readable", [True, False])
def test_after_a_kill_what_was_written_half_is_written_anew_or_apologised_for(
    slack: FakeSlack, home: Path, readable: bool
) -> None:
    settings = settings_for(slack, home)
    question = slack.write("<@UBOTT1> code-1?")
    begun = slack._start(
        {"channel": "C1", "thread_ts": question["ts"], "recipient_team_id": "T1", "recipient_user_id": "U1"}, "T1"
    )
    app = SlackApp(CodeWords(), settings, sign_in(settings))
    place = Place("T1", "C1", question["ts"])
    payload = {"user": "U1", "text": "code-1?", "direct": False, "root": True, "pane": False}
    app.inbox.receive(place, question["ts"], "question", payload, ["event:1"])
    (job,) = app.inbox.waiting(["T1"])
    app.inbox.mark_sending(job, "answer")
    if not readable:
        slack.refuse_once("conversations.replies", "missing_scope")
    app.start()
    (answer,) = until(lambda: answers_to(slack, question["ts"]))
    app.stop()
    if readable:
        assert [message["ts"] for message in slack.bot_says()] != [begun["ts"]] and len(slack.bot_says()) == 1
        assert "asked code-1" in said(answer)
    else:
        assert say("slack_interrupted", "en") in said(answer)


def test_a_stop_says_so_where_it_cannot_finish_and_the_next_start_does(slack: FakeSlack, home: Path) -> None:
    child = Child(slack, home, pause=30, seconds=0.5)
    asked = [mention(slack, f"code-{number}?") for number in range(10)]
    until(lambda: len(slack.of("acknowledged")) == 10)
    child.end(signal.SIGTERM)
    assert [said(message).strip() for message in slack.bot_says()] == [say("slack_stopping", "en")] * 10
    child.start()
    until(lambda: all(answers_to(slack, ts) for ts in asked))
    child.end(signal.SIGTERM)
    assert len(slack.bot_says()) == 10


def test_one_app_for_a_home(slack: FakeSlack, home: Path) -> None:
    settings = settings_for(slack, home)
    with alone(settings), pytest.raises(SlackError, match="Another"), alone(settings):
        pass
    with alone(settings):
        pass


def test_a_slack_that_is_down_is_one_sentence(home: Path) -> None:
    with FakeSlack() as slack:
        settings = settings_for(slack, home)
        workspaces = sign_in(settings)
    with pytest.raises(SlackError, match="cannot be reached"):
        sign_in(settings)
    with (
        pytest.raises(SlackError, match="cannot be reached"),
        socket_mode(SlackApp(CodeWords(), settings, workspaces), settings),
    ):
        pass


def test_a_short_bad_day(slack: FakeSlack, home: Path) -> None:
    day = live_through(slack, home, events=60, channels=5)
    assert faults_of(slack, day) == []
    assert len(day.questions) == 60
