"""Talking to the app: mentions, direct messages, the pane, threads, silence, and what happens when something fails."""

import json
import re
import time
from pathlib import Path

import pytest
from fake_slack import FakeSlack
from slack_running import CodeWords, button, finished, over_http, said, until

from bot.chatbot import Chatbot
from bot.slack.inbox import Inbox
from bot.slack.threads import Threads
from bot.store import Store
from bot.wording import say

WHO = "Who received Northwind's letter about Baltica Ferries?"


def ask(slack: FakeSlack, text: str, **where: str) -> dict[str, object]:
    """A person writes, Slack delivers, and the app's finished answer is waited for."""
    event = slack.write(text, **where)
    kind = "app_mention" if "<@UBOT" in text and not event["channel"].startswith("D") else "message"
    slack.send(slack.event(event | {"type": kind}, team=where.get("team", "T1")))
    return answer_to(slack, event["ts"])


def answer_to(slack: FakeSlack, ts: str) -> dict[str, object]:
    """The finished answer to a message."""
    found = until(lambda: [message for message in slack.bot_says() if finished(message) == ts])
    assert len(found) == 1
    return dict(found[0])


def silent(slack: FakeSlack, *events: dict[str, object]) -> None:
    """These events get nothing: a mention sent after them is answered, and they are not."""
    before = len(slack.bot_says())
    sent = [slack.send(slack.event(event)) for event in events]
    until(lambda: all(envelope.received.is_set() for envelope in sent))
    ask(slack, "<@UBOTT1> and now?", channel="C99")
    assert len(slack.bot_says()) == before + 1


def test_a_mention_is_answered_in_its_thread_with_markers_sources_and_buttons(
    slack: FakeSlack, ferries: Chatbot, home: Path
) -> None:
    with over_http(slack, ferries, home):
        event = slack.write(f"<@UBOTT1> {WHO}")
        slack.send(slack.event(event | {"type": "app_mention"}))
        message = answer_to(slack, event["ts"])
    assert message["thread_ts"] == event["ts"]
    text = said(message)
    assert "Ingrid Solberg" in text and "[1]" in text
    assert re.search(r"\[1\](?:\[\d\])* Dealbrief digest of The Herald, 5 March 2024", text)
    for action in ("evidence", "feedback"):
        assert any(str(one.get("action_id")).startswith(action) for block in message["blocks"] for one in block["elements"])
    assert slack.of("chat.startStream")[0]["recipient_user_id"] == "U1"


def test_a_german_question_gets_german_buttons(slack: FakeSlack, ferries: Chatbot, home: Path) -> None:
    with over_http(slack, ferries, home):
        message = ask(slack, "<@UBOTT1> Wann streikten die Beschäftigten der Baltica?")
    assert "450 Beschäftigte" in said(message) and say("slack_quotes", "de") in said(message)


def test_a_refusal_shows_what_is_nearest(slack: FakeSlack, ferries: Chatbot, home: Path) -> None:
    with over_http(slack, ferries, home):
        message = ask(slack, "<@UBOTT1> What is the capital of Peru?")
    text = said(message)
    assert "does not say" in text and say("nearest", "en") in text
    assert slack.of("chat.startStream") == []
    assert message["unfurl_links"] is False and message["unfurl_media"] is False
    assert button(message, "evidence")


def test_follow_ups_need_no_mention_where_the_app_has_answered(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        first = ask(slack, "<@UBOTT1> code-1?")
        thread = str(first["thread_ts"])
        assert "asked code-1 after nothing" in said(first)
        second = ask(slack, "And code-2?", thread=thread, user="U2")
        assert "asked code-2 after code-1" in said(second)
        third = ask(slack, "dealbrief, tell me of code-3", thread=thread)
        assert "after code-1 code-2" in said(third)


@pytest.mark.parametrize(
    "text", ["I think so too.", "<@U2> do you know?", "Thanks!", "thank you dealbrief", "<@UBOTT1> thanks!", "ok"]
)
def test_it_is_silent_where_people_talk_to_each_other(slack: FakeSlack, home: Path, text: str) -> None:
    with over_http(slack, CodeWords(), home):
        first = ask(slack, "<@UBOTT1> code-1?")
        silent(slack, slack.write(text, thread=str(first["thread_ts"])))


def test_it_is_silent_in_threads_that_it_is_not_part_of(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        root = slack.write("Shall we buy it?")
        silent(slack, root, slack.write("What do you think?", thread=root["ts"]), slack.write("dealbrief is nice?"))


def test_mentions_can_be_required(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home, slack_mention_only=True):
        first = ask(slack, "<@UBOTT1> code-1?")
        silent(slack, slack.write("And code-2?", thread=str(first["thread_ts"])))
        assert "after code-1" in said(ask(slack, "<@UBOTT1> code-3?", thread=str(first["thread_ts"])))


def test_joins_edits_bots_and_its_own_messages_are_ignored(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        first = ask(slack, "<@UBOTT1> code-1?")
        written = slack.write("And code-2?", thread=str(first["thread_ts"]))
        silent(
            slack,
            written | {"subtype": "channel_join"},
            written | {"bot_id": "B9", "ts": slack.now()},
            written | {"user": "UBOTT1", "ts": slack.now()},
            written | {"edited": {"user": "U1"}, "ts": slack.now(), "type": "app_mention"},
            {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": slack.now(), "message": written},
            {"type": "reaction_added", "user": "U1"},
            {"type": "message", "channel": "C1"},
        )


def test_a_mention_comes_as_two_events_and_is_answered_once(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        event = slack.write("<@UBOTT1> code-1?")
        for kind in ("app_mention", "message"):
            slack.send(slack.event(event | {"type": kind}))
        answer_to(slack, event["ts"])
        silent(slack)
        assert len(slack.bot_says("C1")) == 1


def test_a_direct_message_goes_on_from_the_last_one(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        first = ask(slack, "code-1?", channel="D1")
        second = ask(slack, "and code-2?", channel="D1")
        assert first["thread_ts"] != second["thread_ts"]
        assert "after code-1" in said(second)
        assert "after nothing" in said(ask(slack, "code-3?", channel="D2"))
        in_thread = ask(slack, "code-4?", channel="D1", thread=str(first["thread_ts"]))
        assert "asked code-4 after code-1" in said(in_thread) and "code-2" not in said(in_thread)


def test_the_pane_offers_questions_and_shows_a_status(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        pane = {"type": "assistant_thread_started", "assistant_thread": {"channel_id": "D1", "thread_ts": slack.now()}}
        slack.send(slack.event(pane))
        prompts = until(lambda: slack.of("assistant.threads.setSuggestedPrompts"))[0]
        assert "Who bid?" in str(prompts["prompts"])
        ask(slack, "code-1?", channel="D1", thread=str(pane["assistant_thread"]["thread_ts"]))  # type: ignore[index]
    assert slack.of("assistant.threads.setStatus")[0]["status"] == say("searching", "en", articles=1)
    assert slack.of("assistant.threads.setTitle")[0]["title"] == "code-1?"


def test_an_empty_mention_gets_help_and_a_long_message_its_limit(slack: FakeSlack, home: Path, ferries: Chatbot) -> None:
    with over_http(slack, ferries, home):
        assert say("slack_help", "en")[:40] in said(ask(slack, "<@UBOTT1>  "))
        assert "2,000" in said(ask(slack, "<@UBOTT1> " + "who? " * 8000))


def test_other_organisations_are_answered_only_by_a_setting(slack: FakeSlack, home: Path) -> None:
    for guests, expected in ((False, say("slack_outsider", "en")), (True, "asked code-1")):
        with over_http(slack, CodeWords(), home.parent / str(guests), slack_guests=guests):
            event = slack.write("<@UBOTT1> What about code-1?") | {"type": "app_mention", "user_team": "T9"}
            slack.send(slack.event(event))
            message = answer_to(slack, event["ts"])
            assert expected in said(message)


def test_two_workspaces_never_see_each_other(home: Path) -> None:
    with FakeSlack(("T1", "T2")) as slack, over_http(slack, CodeWords(), home):
        ask(slack, "<@UBOTT1> code-1?", team="T1")
        ask(slack, "<@UBOTT2> code-2?", team="T2")
        thread = slack.bot_says(team="T1")[0]["thread_ts"]
        other = slack.write("And code-3?", thread=thread, team="T2")
        until(slack.send(slack.event(other, team="T2")).received.is_set)
        second = ask(slack, "<@UBOTT2> code-4?", team="T2", thread=thread)
        assert "asked code-4 after nothing" in said(second)
        slack.send(slack.event(slack.write("<@UBOTT1> hello?", team="T3") | {"type": "app_mention"}, team="T3"))
        assert "after code-1" in said(ask(slack, "code-5?", team="T1", thread=thread))
        assert len(slack.bot_says(team="T1")) == 2 and len(slack.bot_says(team="T2")) == 2
        assert slack.faults == []


@pytest.mark.parametrize("question", ["crash now", "crash late"])
def test_a_failure_ends_in_an_apology(slack: FakeSlack, home: Path, question: str) -> None:
    with over_http(slack, CodeWords(), home) as app:
        message = ask(slack, f"<@UBOTT1> {question}")
        assert say("slack_failed", "en") in said(message)
        assert not app.threads.history(app_place(message))


def app_place(message: dict[str, object]):  # type: ignore[no-untyped-def]
    from bot.slack.incoming import Place

    return Place("T1", str(message["channel"]), str(message["thread_ts"]))


def test_who_else_sees_a_question_is_said(slack: FakeSlack, home: Path) -> None:
    bot = CodeWords()
    bot.told = "Sent to a.example."
    with over_http(slack, bot, home):
        assert "Sent to a.example." in said(ask(slack, "<@UBOTT1> code-1?"))


def test_refused_streams_become_messages(slack: FakeSlack, home: Path) -> None:
    slack.streams = False
    with over_http(slack, CodeWords(), home):
        message = ask(slack, "<@UBOTT1> code-1?")
    assert "asked code-1 after nothing [1]" in said(message)
    assert message["unfurl_links"] is False and button(message, "evidence")


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
def test_a_stream_that_breaks_off_is_written_as_a_message(slack: FakeSlack, home: Path, method: str) -> None:
    slack.refuse_once(method, "message_not_in_streaming_state")
    with over_http(slack, CodeWords(), home):
        message = ask(slack, "<@UBOTT1> code-1?")
        assert "asked code-1" in said(message)
        assert len(slack.bot_says("C1")) == 1


def test_refused_blocks_leave_the_text(slack: FakeSlack, home: Path) -> None:
    slack.streams = False
    slack.refuse_once("chat.postMessage", "invalid_blocks")
    with over_http(slack, CodeWords(), home):
        event = slack.write("<@UBOTT1> code-1?")
        slack.send(slack.event(event | {"type": "app_mention"}))
        message = until(lambda: slack.bot_says("C1"))[0]
        assert "asked code-1" in message["text"]


def test_rate_limits_are_waited_for(slack: FakeSlack, home: Path) -> None:
    slack.refuse_once("chat.startStream", "ratelimited", 429, Retry_After="1")
    with over_http(slack, CodeWords(), home):
        started = time.monotonic()
        ask(slack, "<@UBOTT1> code-1?")
        assert time.monotonic() - started >= 1.0
    assert len(slack.bot_says("C1")) == 1


@pytest.mark.parametrize("method", ["chat.startStream", "chat.stopStream"])
def test_what_may_have_arrived_is_looked_for_and_not_doubled(slack: FakeSlack, home: Path, method: str) -> None:
    slack.refuse_once(method, "internal_error", 500)
    with over_http(slack, CodeWords(), home):
        ask(slack, "<@UBOTT1> code-1?")
        assert len(slack.bot_says("C1")) == 1
        assert "after code-1" in said(ask(slack, "code-2?", thread=str(slack.bot_says("C1")[0]["thread_ts"])))


def test_text_can_neither_ping_nor_link_nor_break_a_block(slack: FakeSlack, home: Path) -> None:
    """What the app shows is literal text: no element of a block is a link, a user or Markdown, and `text` is escaped."""
    typed = "&lt;!channel&gt; &lt;@U2&gt; @here &amp; *bold* `code` _it_ ~s~ [x](https://evil.example) \u202e?"
    for streams in (True, False):
        slack.streams = streams
        with over_http(slack, CodeWords(), home.parent / str(streams)):
            message = ask(slack, f"<@UBOTT1> {typed}")
        kinds = set(re.findall(r'"type": "(\w+)"', json.dumps([message.get("streamed"), message["blocks"]])))
        assert not kinds & {"link", "user", "usergroup", "broadcast", "channel", "mrkdwn", "markdown", "emoji"}
        assert "<!channel> <@U2> @here & *bold* `code` _it_ ~s~ [x](https://evil.example)" in said(message)
        assert "\u202e" not in said(message) and "<" not in str(message.get("text", ""))


def test_deleted_messages_are_forgotten(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        first = ask(slack, "<@UBOTT1> code-1?")
        thread = str(first["thread_ts"])
        ask(slack, "code-2?", thread=thread)
        gone = {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": thread, "ts": slack.now()}
        silent(slack, gone)
        third = ask(slack, "code-3?", thread=thread)
        assert "asked code-3 after code-2" in said(third)
        own = {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": third["ts"], "ts": slack.now()}
        silent(slack, own)
        assert "asked code-4 after code-2" in said(ask(slack, "code-4?", thread=thread))


@pytest.mark.parametrize(
    "event", [{"type": "channel_left", "channel": "C1"}, {"type": "app_uninstalled"}, {"type": "tokens_revoked"}]
)
def test_leaving_forgets(slack: FakeSlack, home: Path, event: dict[str, object]) -> None:
    with over_http(slack, CodeWords(), home) as app:
        message = ask(slack, "<@UBOTT1> What is secret code-1?")
        envelope = slack.send(slack.event(event))
        until(envelope.received.is_set)
        assert until(lambda: not app.threads.knows(app_place(message)))
    assert not any(b"secret" in path.read_bytes() for path in home.iterdir())


def test_history_is_bounded_in_turns_and_days(home: Path) -> None:
    from bot.slack.incoming import Place

    now = [1_000_000.0]
    threads = Threads(Store(home), 3, 30, lambda: now[0])
    place = Place("T1", "C1", "1")
    for number in range(5):
        threads.add(place, str(number), "", f"k{number}", f"q{number}", "{}")
    assert [turn.question for turn in threads.history(place)] == ["q2", "q3", "q4"]
    assert threads.get("T1", "k0") is None and threads.get("T2", "k4") is None and threads.get("T1", "k4")
    now[0] += 31 * 86400
    assert threads.history(place) == [] and threads.get("T1", "k4") is None and not threads.knows(place)
    threads.prune()
    assert threads.store.run(lambda connection: connection.execute("SELECT count(*) FROM slack_turns").fetchone()) == (0,)


def test_ids_are_seen_across_restarts_and_forgotten_in_the_end(home: Path) -> None:
    from bot.slack.incoming import Place

    now = [1_000_000.0]
    place = Place("T1", "C1", "1")
    assert Inbox(Store(home), lambda: now[0]).receive(place, "1", "question", {}, ["event:1", "message:1"])
    again = Inbox(Store(home), lambda: now[0])
    assert not again.receive(place, "1", "question", {}, ["event:2", "message:1"])
    assert not again.receive(place, "1", "question", {}, ["event:2", "message:2"])
    assert again.receive(Place("T2", "C1", "1"), "1", "question", {}, ["event:1", "message:1"])
    now[0] += 10 * 86400
    again.prune()
    assert again.receive(place, "1", "question", {}, ["event:1"])
