"""Briefings and articles from Slack: every entry with its quote, within the limits; only news by schedule; only admins add."""

import time
from pathlib import Path
from typing import Any

import pytest
from fake_slack import FakeSlack
from helpers import article, library
from slack_limits import faults
from slack_running import CodeWords, over_http, said, settings_for, texts, until

from bot.answer import Answer, Check, Statement
from bot.chatbot import Chatbot
from bot.slack.briefs import name_of, news, posts
from bot.slack.products import Products
from bot.slack.recall import cited
from bot.wording import say

SENTENCES = tuple(f"The ferry {number} sailed to Aalholm in June 2024." for number in range(90))


class Briefed:
    """A briefing in its form of --json: so many entries, each with a quote, the last beside another one."""

    def __init__(self, product: str, count: int, found: Any) -> None:
        self.product, self.count, self.found = product, count, found

    def to_dict(self) -> dict[str, Any]:
        """The form of --json."""
        statements = []
        for number in range(self.count):
            start = number * (len(SENTENCES[0]) + 1) if number < 10 else self.found.text.index(SENTENCES[number])
            quote = cited(self.found, start, start + len(SENTENCES[number]), number + 1)
            statements.append(Statement(quote.quote, (quote,), Check("verbatim")))
        told = Answer("q", "q", "en", "answer", "r", tuple(statements)).to_dict()
        entries = [
            {**one, "date": "2024-06", "until": None, "remark": "", "others": [], "origins": 1} for one in told["statements"]
        ]
        return {
            "product": self.product,
            "language": "en",
            "title": "The ferries",
            "sections": [{"key": "x", "title": "What happened", "entries": entries}],
            "citations": told["citations"],
            "notices": ["As of 30 June 2024."],
        }


class Briefs(CodeWords):
    """A chatbot whose briefings hold the first sentences of its one article."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.library = library(Path("x"), [article("a", " ".join(SENTENCES))])
        self.count = count
        self.since: list[str] = []

    @property
    def briefer(self) -> "Briefs":
        """Itself."""
        return self

    def brief(self, language: str) -> Briefed:
        """A page."""
        return Briefed("brief", self.count, self.library.articles[0])

    timeline = disputes = brief

    def changes(self, language: str, since: Any) -> Briefed:
        """What changed."""
        self.since.append(str(since))
        return Briefed("changes", self.count, self.library.articles[0])


def type_command(slack: FakeSlack, text: str, **who: str) -> str:
    """All that somebody is shown who types a command."""
    before = len(slack.of("response_url"))
    slack.send(slack.command(text, **who), "slash_commands")
    found = until(lambda: slack.of("response_url")[before:])
    return str([texts(one["blocks"]) for one in found])


@pytest.mark.parametrize("verb", ["brief", "timeline", "disputes", "since 1 June 2024"])
def test_each_briefing_is_shown_with_dates_and_quotes(slack: FakeSlack, home: Path, verb: str) -> None:
    bot = Briefs(3)
    with over_http(slack, bot, home):
        seen = type_command(slack, verb)
    for number in range(3):
        assert f"{SENTENCES[number]} [{number + 1}]" in seen
    assert "The ferries" in seen and "What happened" in seen and "June 2024:" in seen
    assert "[1][2][3] Herald, undated" in seen and say("slack_quotes", "en") in seen and "As of 30 June 2024." in seen
    assert bot.since == (["2024-06-01"] if "since" in verb else [])


def test_a_date_that_is_none_is_one_sentence(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, Briefs(3), home):
        assert say("slack_no_date", "en", text="31 February") in type_command(slack, "since 31 February").replace('\\"', '"')


@pytest.mark.parametrize("verb", ["brief", "timeline", "since 2024-06", "disputes"])
def test_the_real_briefings_are_shown(slack: FakeSlack, ferries: Chatbot, home: Path, verb: str) -> None:
    with over_http(slack, ferries, home):
        seen = type_command(slack, verb)
    sold = "Baltica Ferries was sold to the city of Aalholm on 12 June 2024. ["
    assert (say("none_disputes", "en") if verb == "disputes" else sold) in seen


def test_long_briefings_keep_slack_s_limits(slack: FakeSlack) -> None:
    bot = Briefs(90)
    messages = posts(bot.brief("en").to_dict(), bot.library)
    assert len(messages) > 1
    shown = ""
    for one in messages:
        assert faults({"text": one.text, "blocks": one.blocks}) == []
        shown += " ".join(texts(one.blocks))
    assert all(sentence in shown for sentence in SENTENCES)


def test_a_quote_that_no_longer_holds_is_not_shown() -> None:
    bot = Briefs(3)
    made = bot.brief("en").to_dict()
    changed = library(Path("x"), [article("a", "Another text. " + " ".join(SENTENCES))])
    assert SENTENCES[0] not in str([texts(one.blocks) for one in posts(made, changed)])


def test_news_is_what_was_not_told() -> None:
    bot = Briefs(4)
    made = bot.brief("en").to_dict()
    all_of_it, names = news(made, (), bot.library)
    assert len(all_of_it) == 1 and len(names) == 4
    assert news(made, names, bot.library) == ([], names)
    last = name_of(made["sections"][0]["entries"][3])
    (one,), again = news(made, names - {last}, bot.library)
    assert again == names
    assert SENTENCES[3] in str(texts(one.blocks)) and SENTENCES[0] not in str(texts(one.blocks))


def test_a_subscription_begins_with_what_there_is(slack: FakeSlack, home: Path) -> None:
    now, bot = [time.time()], Briefs(3)
    with over_http(slack, bot, home, None, lambda: now[0]) as app:
        type_command(slack, "subscribe daily 9:00")
        for count, expected in ((3, 0), (5, 1), (5, 1)):
            bot.count = count
            now[0] += 86400
            app.hand_out()
            until(lambda: not app.inbox.waiting(["T1"]))
            assert len(slack.bot_says()) == expected
        (posted,) = slack.bot_says()
    assert "New: The ferries" in said(posted) and SENTENCES[4] in said(posted) and SENTENCES[0] not in said(posted)


class Adding(Products):
    """Adds nothing; says that it did."""

    def add(self, address: str, language: str) -> str:
        """As if the address could be read."""
        return say("slack_added", language, place=address, reason="")


def test_listed_admins_add_articles_and_nobody_else(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home, Adding(CodeWords(), settings_for(slack, home)), slack_admins="U7"):
        assert "Added: https://a.example/x" in type_command(slack, "add https://a.example/x", user="U7")
        assert say("slack_not_admin", "en") in type_command(slack, "add https://a.example/x", user="U1")


@pytest.mark.parametrize("address", ["/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/x", "https://"])
def test_what_is_no_page_of_the_web_is_not_added(slack: FakeSlack, home: Path, address: str) -> None:
    with over_http(slack, CodeWords(), home, slack_admins="U7", corpus=corpus_of(home)):
        seen = type_command(slack, f"add {address}", user="U7")
    assert "Not added" in seen or say("slack_add_address", "en") in seen


def corpus_of(home: Path) -> Path:
    """A folder without articles beside a home."""
    folder = home.parent / "corpus"
    folder.mkdir(exist_ok=True)
    return folder
