"""What is read: events, what is typed behind the command, schedules and their times, over daylight saving too."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient

from bot.slack.commands import parse
from bot.slack.inbox import Inbox
from bot.slack.incoming import Deleted, Gone, Left, Opened, Place, Question, plain, read
from bot.slack.schedule import Schedule, ScheduleError, When
from bot.slack.workspaces import Workspace
from bot.store import Store

HERE = Workspace("T1", "Team", None, "UBOT", "dealbrief", WebClient())
BERLIN = ZoneInfo("Europe/Berlin")


def event(**fields: Any) -> dict[str, Any]:
    """The body of a message event."""
    return {"team_id": "T1", "event": {"type": "message", "user": "U1", "text": "Who?", "ts": "2.0", "channel": "C1", **fields}}


def test_a_message_is_read() -> None:
    found = read(
        event(text="<@UBOT> who &amp; <@U2|ann> in <#C2|deals> at <https://a.example|the site>?", thread_ts="1.0"), HERE
    )
    assert found == Question(
        Place("T1", "C1", "1.0"), "2.0", "U1", "who & @ann in deals at the site?", False, True, False, True, False, False
    )
    assert found.asks


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who?", True),
        ("Who?! :thinking_face:", True),
        ('And *who*? ("really?")', True),
        ("Who? Never mind.", False),
        ("really? ok", False),
        ("", False),
    ],
)
def test_what_is_a_question_by_its_form(text: str, asks: bool) -> None:
    found = read(event(text=text), HERE)
    assert isinstance(found, Question) and found.asks is asks


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"event": {"type": "app_uninstalled"}}, Gone("T1")),
        ({"event": {"type": "tokens_revoked"}}, Gone("T1")),
        ({"event": {"type": "group_left", "channel": "G1"}}, Left("T1", "G1")),
        (
            {"event": {"type": "assistant_thread_started", "assistant_thread": {"channel_id": "D1", "thread_ts": "3"}}},
            Opened(Place("T1", "D1", "3")),
        ),
        (event(subtype="message_deleted", deleted_ts="1.5"), Deleted("T1", "C1", "1.5")),
        (event(subtype="message_changed", message={"subtype": "tombstone", "ts": "1.5"}), Deleted("T1", "C1", "1.5")),
        (event(subtype="message_changed", message={"text": "x"}), None),
        (event(subtype="channel_join"), None),
        (event(bot_id="B1"), None),
        (event(user="UBOT"), None),
        (event(user=None), None),
        ({"event": {"type": "team_join"}}, None),
        ({"event": None}, None),
        ({}, None),
    ],
)
def test_other_events(body: dict[str, Any], expected: object) -> None:
    assert read(body, HERE) == expected


@pytest.mark.parametrize(
    ("fields", "outsider"),
    [({"team": "T1"}, False), ({}, False), ({"user_team": "T9"}, True), ({"source_team": "T9"}, True), ({"team": "E1"}, False)],
)
def test_people_of_other_organisations(fields: dict[str, str], outsider: bool) -> None:
    found = read({**event(**fields), "enterprise_id": "E1"}, HERE)
    assert isinstance(found, Question) and found.outsider is outsider


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    found = read(event(text=text), HERE)
    assert isinstance(found, Question)
    assert "<!channel>" not in plain("<!channel>" + text, "UBOT") or "<!channel>" in text or "&lt;" in text


@pytest.mark.parametrize(
    ("typed", "verb", "argument"),
    [
        ("", "help", ""),
        ("Hilfe", "help", ""),
        ("brief", "brief", ""),
        ("brief history of TikTok?", "ask", "brief history of TikTok?"),
        ("timeline", "timeline", ""),
        ("since 2026-01-01", "since", "2026-01-01"),
        ("seit 1. Januar 2026", "since", "1. Januar 2026"),
        ("since when?", "ask", "since when?"),
        ("disputes", "disputes", ""),
        ("add https://a.example/x", "add", "https://a.example/x"),
        ("add up the bids", "ask", "add up the bids"),
        ("subscribe weekly monday 9:00", "subscribe", "weekly monday 9:00"),
        ("subscriptions", "subscriptions", ""),
        ("subscribe list", "subscriptions", ""),
        ("unsubscribe 3", "unsubscribe", "3"),
        ("subscribe cancel 3", "unsubscribe", "3"),
        ("  Who   bid? ", "ask", "Who bid?"),
    ],
)
def test_what_is_typed(typed: str, verb: str, argument: str) -> None:
    assert (parse(typed).verb, parse(typed).argument) == (verb, argument)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("weekly monday 9:00", "weekly monday 9:00"),
        ("Weekly Sunday at 23:59 always", "weekly sunday 23:59 always"),
        ("daily 0:05", "daily 0:05"),
        ("wöchentlich Montag um 9.30 Uhr immer", "weekly monday 9:30 always"),
        ("täglich 18:00 Uhr", "daily 18:00"),
    ],
)
def test_schedules_are_read(text: str, shown: str) -> None:
    assert str(When.parse(text, "en")) == shown
    assert When.parse(shown, "en") == When.parse(text, "en")


@pytest.mark.parametrize(
    "text", ["", "weekly", "weekly noday 9:00", "daily 24:00", "daily 9:60", "hourly", "monday 9:00", "daily 9"]
)
def test_what_is_no_schedule_shows_the_form(text: str) -> None:
    with pytest.raises(ScheduleError, match="9:00"):
        When.parse(text, "de")


@settings(max_examples=200, deadline=None)
@given(
    moment=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    day=st.none() | st.integers(0, 6),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_the_next_time_is_the_next_one(moment: datetime, day: int | None, hour: int, minute: int, zone: str) -> None:
    here = ZoneInfo(zone)
    now = moment.replace(tzinfo=here).timestamp()
    due = When(day, hour, minute).after(now, here)
    at = datetime.fromtimestamp(due, here)
    assert now < due <= now + 8 * 86400 + 7200
    assert day is None or at.weekday() == day or hour == 0
    skipped = (at.hour, at.minute) != (hour, minute)
    assert not skipped or abs((at.utcoffset() or at - at) - (datetime.fromtimestamp(due - 7200, here).utcoffset() or at - at))


def test_the_clock_of_the_zone_counts_over_daylight_saving() -> None:
    when = When(6, 9, 0)
    before = datetime(2026, 3, 22, 12, 0, tzinfo=BERLIN).timestamp()
    due = when.after(before, BERLIN)
    assert datetime.fromtimestamp(due, BERLIN).isoformat() == "2026-03-29T09:00:00+02:00"


def test_what_was_due_while_the_app_was_down_comes_once(tmp_path: Path) -> None:
    now = [datetime(2026, 1, 1, 12, tzinfo=BERLIN).timestamp()]
    store = Store(tmp_path)
    schedule, inbox = Schedule(store, BERLIN, lambda: now[0]), Inbox(store, lambda: now[0])
    one = schedule.add("T1", "C1", "U1", "en", When.parse("daily 9:00", "en"), {"told"})
    assert schedule.hand_out(inbox, ["T1"]) == 0
    now[0] += 10 * 86400
    assert schedule.hand_out(inbox, ["T2"]) == 0
    assert schedule.hand_out(inbox, ["T1"]) == 1
    assert schedule.hand_out(inbox, ["T1"]) == 0
    (job,) = inbox.waiting(["T1"])
    assert job.payload == {"subscription": one.id}
    again = schedule.get(one.id)
    assert again is not None and again.told == {"told"} and now[0] < again.due <= now[0] + 86400
    for _ in range(4):
        schedule.add("T1", "C1", "U1", "en", one.when, ())
    with pytest.raises(ScheduleError):
        schedule.add("T1", "C1", "U1", "en", one.when, ())
    assert not schedule.cancel("T2", "C1", one.id) and not schedule.cancel("T1", "C2", one.id)
    assert schedule.cancel("T1", "C1", one.id)
