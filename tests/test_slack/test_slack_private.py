"""What one person sees: the slash command, posting its answer, the modals, feedback, schedules."""

import json
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pytest
from fake_slack import FakeSlack
from slack_running import CodeWords, button, finished, over_http, said, settings_for, texts, until

from bot.chatbot import Chatbot
from bot.slack.commands import Command
from bot.slack.layout import Post, sentence
from bot.slack.products import Products
from bot.store import Store
from bot.wording import say

WHO = "Who received Northwind's letter about Baltica Ferries?"
LETTER = "Northwind's letter was received by Mayor Ingrid Solberg and Harbour Master Tomas Lind, according to The Herald."


def type_command(slack: FakeSlack, text: str, **who: str) -> dict[str, Any]:
    """Somebody types a command; what only they see then."""
    before = len(slack.of("response_url"))
    slack.send(slack.command(text, **who), "slash_commands")
    return dict(until(lambda: slack.of("response_url")[before:])[0])


def press(slack: FakeSlack, message: dict[str, Any], action: str, **who: str) -> None:
    """Somebody presses a button of a message."""
    received = slack.send(slack.press(button(message, action), {"channel": "C1", **message}, **who), "interactive").received
    until(received.is_set)


def feedback(verdict: str, message: dict[str, Any]) -> dict[str, Any]:
    """The press of a thumb under a message."""
    (thumbs,) = [one for block in message["blocks"] for one in block["elements"] if one.get("action_id") == "feedback"]
    chosen = thumbs["positive_button" if verdict == "up" else "negative_button"]
    return {"type": "feedback_buttons", "action_id": "feedback", "value": chosen["value"]}


def answered(slack: FakeSlack, question: str = WHO) -> dict[str, Any]:
    """A finished answer to a mention."""
    event = slack.write(f"<@UBOTT1> {question}")
    slack.send(slack.event(event | {"type": "app_mention"}))
    return dict(until(lambda: [one for one in slack.bot_says() if finished(one) == event["ts"]])[0])


def test_a_command_is_answered_to_its_asker_alone(slack: FakeSlack, ferries: Chatbot, home: Path) -> None:
    with over_http(slack, ferries, home):
        seen = type_command(slack, WHO)
        assert seen["response_type"] == "ephemeral" and "Ingrid Solberg" in str(texts(seen["blocks"]))
        assert slack.bot_says() == []


def test_its_answer_can_be_posted_once_and_followed_up(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        seen = type_command(slack, "code-1?")
        for _ in range(2):
            press(slack, seen, "post")
        posted = until(lambda: slack.bot_says("C1"))[0]
        assert "code-1?" in said(posted) and "asked code-1 after nothing [1]" in said(posted)
        assert "thread_ts" not in posted or posted["thread_ts"] is None
        event = slack.write("And code-2?", thread=posted["ts"])
        slack.send(slack.event(event))
        until(lambda: [one for one in slack.bot_says() if finished(one) == event["ts"]])
        assert "code-2 after code-1" in said(slack.bot_says(thread=posted["ts"])[0])
        assert len(slack.bot_says()) == 2


def test_posting_where_the_app_is_not_says_how_to_invite_it(slack: FakeSlack, home: Path) -> None:
    slack.refuse_once("chat.postMessage", "not_in_channel")
    with over_http(slack, CodeWords(), home):
        press(slack, type_command(slack, "code-1?"), "post")
        assert say("slack_invite", "en") in str(until(lambda: slack.of("response_url")[1:]))


def test_a_forgotten_answer_cannot_be_posted(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home) as app:
        seen = type_command(slack, "code-1?")
        app.threads.forget("T1")
        press(slack, seen, "post")
        assert say("slack_forgotten", "en") in str(until(lambda: slack.of("response_url")[1:]))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", say("slack_help", "en")[:60]),
        ("help", say("slack_help", "en")[:60]),
        ("add https://example.org/a", say("slack_not_admin", "en")),
        ("subscriptions", say("slack_no_subscriptions", "en")),
        ("unsubscribe 7", say("slack_no_subscription", "en", number=7)),
        ("crash", say("slack_failed", "en")),
    ],
)
def test_commands_that_are_no_question(slack: FakeSlack, home: Path, typed: str, expected: str) -> None:
    with over_http(slack, CodeWords(), home):
        assert expected in str(texts(type_command(slack, typed)["blocks"]))


def test_a_command_whose_address_no_longer_works_is_answered_in_the_channel_to_its_asker(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        body = slack.command("code-1?") | {"response_url": f"{slack.api}nothing/here"}
        slack.send(body, "slash_commands")
        whispered = until(lambda: slack.of("chat.postEphemeral"))[0]
        assert whispered["user"] == "U1" and "asked code-1" in str(whispered["blocks"])


def opened(slack: FakeSlack) -> dict[str, Any]:
    """The modal that is open, once it is filled."""
    return dict(until(lambda: [view for view in slack.views.values() if say("slack_loading", "en") not in str(view)])[0])


def test_the_quotes_open_at_once_and_are_filled(slack: FakeSlack, ferries: Chatbot, home: Path) -> None:
    with over_http(slack, ferries, home):
        press(slack, answered(slack), "evidence")
        view = opened(slack)
    first = (
        json.loads(slack.of("views.open")[0]["view"])
        if isinstance(slack.of("views.open")[0]["view"], str)
        else slack.of("views.open")[0]["view"]
    )
    assert say("slack_loading", "en") in str(first)
    shown = texts(view["blocks"])
    assert LETTER in [text.strip() for text in shown]
    assert "The Herald reported on 5 March 2024" in str(shown)  # the context
    assert "The Herald on the letter that Northwind wrote about Baltica Ferries" in shown
    assert f"{say('checked_title', 'en')}: {say('checked_verbatim', 'en')}" in shown
    assert say("kind_digest", "en") in shown
    links = [
        one
        for block in view["blocks"]
        for part in block.get("elements", ())
        for one in part.get("elements", ())
        if one["type"] == "link"
    ]
    assert links[0]["url"] == "https://herald.example/letter"


def test_the_quotes_can_be_copied_as_markdown(slack: FakeSlack, ferries: Chatbot, home: Path) -> None:
    with over_http(slack, ferries, home):
        press(slack, answered(slack), "evidence")
        view = opened(slack)
        body = slack.press(button(view, "markdown"), view=view)
        slack.send(body, "interactive")
        pushed = until(lambda: slack.of("views.push"))[0]["view"]
    assert "> Northwind's letter was received" in str(pushed) and "<https://herald.example/letter>" in str(pushed)


def test_many_quotes_have_pages(slack: FakeSlack, home: Path) -> None:
    bot = CodeWords()
    value = json.dumps({"l": "en", "q": [["a", 0, 10, bot.library.articles[0].sha256[:16], n, "", None] for n in range(1, 12)]})
    with over_http(slack, bot, home):
        slack.send(slack.press({"action_id": "evidence:0", "value": value}, {"channel": "C1"}), "interactive")
        view = opened(slack)
        for number, action in ((2, "page:on"), (3, "page:on"), (2, "page:back")):
            slack.send(slack.press(button(view, action), view=view), "interactive")
            shown = say("slack_page", "en", page=number, pages=3)
            view = until(lambda: [one for one in slack.views.values() if shown in texts(one["blocks"])])[0]  # noqa: B023


@pytest.mark.parametrize(
    "value", ["", "[]", "{}", "no json", '{"l":"en","q":[[1]]}', '{"l":"xx","q":[["gone",0,1,"ab",1,"",null]]}']
)
def test_a_button_that_carries_nothing_known_says_so(slack: FakeSlack, home: Path, value: str) -> None:
    with over_http(slack, CodeWords(), home):
        slack.send(slack.press({"action_id": "evidence:0", "value": value}, {"channel": "C1"}), "interactive")
        assert opened(slack)["blocks"]


def test_an_article_that_has_changed_is_not_quoted(slack: FakeSlack, home: Path) -> None:
    value = json.dumps({"l": "en", "q": [["a", 0, 10, "0" * 16, 1, "", None]]})
    with over_http(slack, CodeWords(), home):
        slack.send(slack.press({"action_id": "evidence:0", "value": value}, {"channel": "C1"}), "interactive")
        shown = str(texts(opened(slack)["blocks"]))
    assert "has changed since it was cited" in shown and "The ferry" not in shown


def test_a_press_that_comes_too_late_is_told(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        message = answered(slack, "code-1?")
        body = slack.press(button(message, "evidence"), message)
        slack._triggers[body["trigger_id"]] -= 10
        slack.send(body, "interactive")
        assert say("slack_too_late", "en") in str(until(lambda: slack.of("chat.postEphemeral")))


def test_feedback_goes_into_the_store_with_its_reason(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        message = answered(slack, "code-1?")
        until(slack.send(slack.press(feedback("up", message), message), "interactive").received.is_set)
        assert [one.verdict for one in Store(home).feedback()] == ["up"]
        until(slack.send(slack.press(feedback("down", message), message), "interactive").received.is_set)
        until(slack.send(slack.press(feedback("down", message), message, user="U2"), "interactive").received.is_set)
        view = opened(slack)
        state = {
            "reason": {"reason": {"selected_option": {"value": "wrong source"}}},
            "comment": {"comment": {"value": "It is old."}},
        }
        submitted = {
            "type": "view_submission",
            "user": {"id": "U1"},
            "team": {"id": "T1"},
            "view": view | {"state": {"values": state}},
        }
        until(slack.send(submitted, "interactive").received.is_set)
        kept = Store(home).feedback()
    assert sorted((one.verdict, one.reason, one.comment, one.channel) for one in kept) == [
        ("down", "", "", "slack"),
        ("down", "wrong source", "It is old.", "slack"),
    ]
    assert kept[0].answer["question"] == "code-1?"
    assert "U1" not in str([one.to_dict() for one in kept])


def test_without_the_setting_there_is_no_feedback(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home, feedback=False):
        message = answered(slack, "code-1?")
        assert "feedback" not in str(message["blocks"])
        slack.send(slack.press({"action_id": "feedback", "value": "up:x:en"}, message), "interactive")
        assert say("slack_forgotten", "en") in str(until(lambda: slack.of("chat.postEphemeral")))
    assert Store(home).feedback() == []


def test_another_workspace_cannot_reach_an_answer(home: Path) -> None:
    with FakeSlack(("T1", "T2")) as slack, over_http(slack, CodeWords(), home):
        message = answered(slack, "code-1?")
        slack.send(slack.press(feedback("up", message), message, team="T2"), "interactive")
        assert say("slack_forgotten", "en") in str(until(lambda: slack.of("chat.postEphemeral")))
        assert Store(home).feedback() == []


class News(Products):
    """Briefings that find what a test puts there; a timeline of seven messages."""

    found: tuple[str, ...] = ()

    def news(self, language: str, told: Collection[str]) -> tuple[Sequence[Post], Collection[str]]:
        """Each text is one piece of news."""
        return [sentence(one) for one in self.found if one not in told], set(self.found)

    def show(self, command: Command, language: str) -> Sequence[Post]:
        """Seven messages."""
        return [sentence(f"part {number}") for number in range(7)]


def test_what_is_left_out_of_a_long_briefing_is_said(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home, News(CodeWords(), settings_for(slack, home))):
        type_command(slack, "since 2026")
        seen = [
            texts(one["blocks"])[0] for one in until(lambda: len(slack.of("response_url")) == 5 and slack.of("response_url"))
        ]
    assert seen == ["part 0", "part 1", "part 2", "part 3", say("slack_rest", "en", left=3, command="changes")]


def test_a_subscription_posts_what_is_new_and_nothing_else(slack: FakeSlack, home: Path) -> None:
    now, news = [time.time()], News(CodeWords(), settings_for(slack, home))
    with over_http(slack, CodeWords(), home, news, lambda: now[0]) as app:
        news.found = ("old",)
        seen = str(texts(type_command(slack, "subscribe weekly monday 9:00")["blocks"]))
        assert "weekly monday 9:00" in seen and "(UTC)" in seen
        assert "1: weekly monday 9:00" in str(texts(type_command(slack, "subscriptions")["blocks"]))

        def week(*found: str) -> list[str]:
            news.found = found
            now[0] += 7 * 86400
            for _ in range(2):  # handed out once, however often it is looked at
                app.hand_out()
            until(lambda: not app.inbox.waiting(["T1"]))
            return [said(one).strip() for one in slack.bot_says("C1")]

        assert week("old") == []
        assert week("old", "new") == ["new"]
        assert week("old", "new") == ["new"]
        assert "ended" in str(texts(type_command(slack, "unsubscribe 1")["blocks"]))
        assert week("old", "new", "newer") == ["new"]


def test_no_news_is_posted_where_that_was_asked_for(slack: FakeSlack, home: Path) -> None:
    now = [time.time()]
    with over_http(slack, CodeWords(), home, News(CodeWords(), settings_for(slack, home)), lambda: now[0]) as app:
        type_command(slack, "subscribe daily 9:00 always")
        now[0] += 2 * 86400
        app.hand_out()
        assert said(until(lambda: slack.bot_says("C1"))[0]).strip() == say("slack_no_news", "en")


def test_a_schedule_that_cannot_be_read_shows_the_form(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        assert "weekly monday 9:00" in str(texts(type_command(slack, "subscribe sometimes")["blocks"]))
        assert "no schedule" in str(texts(type_command(slack, "subscribe")["blocks"]))
