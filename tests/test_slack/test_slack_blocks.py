"""What is shown, whatever stands in an answer: within Slack's limits, no ping, no link, every statement and marker there."""

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import article
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_limits import faults
from slack_running import texts

from bot.answer import Answer, Check, Citation, Statement, markers, unmarked
from bot.render import flat, printable
from bot.slack import modal
from bot.slack.blocks import posts
from bot.slack.carried import quote_buttons, unpack
from bot.slack.layout import MAX_BLOCKS, escaped, sentence
from bot.slack.recall import answer_of, cited
from corpus.article import Article, Source, clean_text
from corpus.library import Library

EVIL = "<!channel> <@U1> <#C1|x> <https://evil.example|y> &amp; *b* _i_ ~s~ `c` @here [a](https://evil.example) \u202e\x07\n> q\n- l"
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=400) | st.sampled_from(
    [EVIL, EVIL * 40, "word " * 3000, "x" * 9500]
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Answers of all kinds with up to eight statements of up to three quotes."""
    body = clean_text(f"First. {draw(TEXTS)} middle {EVIL} end.")
    source = Source(
        id=draw(st.text(min_size=1, max_size=120)),
        title=draw(TEXTS),
        publisher=draw(st.none() | TEXTS),
        language=draw(st.sampled_from(["en", "de", "fr"])),
        kind=draw(st.sampled_from(["original", "digest", "dossier"])),
        url=draw(st.sampled_from([None, "https://a.example/x", "javascript:alert(1)", "https://a.example/<b>|c"])),
        read_at=draw(st.none() | TEXTS),
    )
    text = Article(source, body)
    count = draw(st.integers(0, 8))
    number, statements = 0, []
    for _ in range(count):
        quotes: list[Citation] = []
        for _ in range(draw(st.integers(1, 3))):
            number += 1
            quotes.append(cited(text, 0, draw(st.integers(1, len(text.text))), number, draw(st.sampled_from([None, 0]))))
        statements.append(Statement(draw(TEXTS.filter(flat)), tuple(quotes), Check("verbatim")))
    kind = "answer" if statements else draw(st.sampled_from(["refusal", "reply"]))
    nearest = tuple(cited(text, 0, len(text.text), n, None) for n in (1, 2)) if kind == "refusal" else ()
    question = draw(TEXTS)
    return Answer(
        question,
        question,
        draw(st.sampled_from(["en", "de"])),
        kind,
        "r",
        tuple(statements),
        nearest,
        (draw(TEXTS),),
        message="No.",  # type: ignore[arg-type]
    )


def shown(posted: list[Any]) -> str:
    """All text of messages without white space."""
    return "".join(text for post in posted for text in texts(post.blocks)).replace(" ", "")


@settings(max_examples=60, deadline=None)
@given(answers())
def test_messages_keep_slack_s_limits_and_show_everything(answer: Answer) -> None:
    made = posts(answer, "k" * 24, feedback=True, postable=True)
    for post in made:
        assert faults({"text": post.text, "blocks": post.blocks}) == []
        assert len(post.blocks) <= MAX_BLOCKS + 5
    everything = shown(made)
    for statement in answer.statements:
        assert printable(flat(unmarked(statement.text))).replace(" ", "") in everything
        assert markers(statement) in everything


@settings(max_examples=60, deadline=None)
@given(answers())
def test_modals_keep_slack_s_limits(answer: Answer) -> None:
    library = Library(Path("x"), ())
    quoted: list[int] = []
    for one in quote_buttons(answer.language, answer.statements, answer.nearest):
        assert len(one["value"]) <= 2000
        assert faults({"view": modal.evidence(one["value"], library)}) == []
        assert faults({"view": modal.markdown(one["value"], library, 0)}) == []
        quoted += [wanted.number for wanted in unpack(one["value"])[1]]
    assert quoted == [citation.number for citation in answer.citations or answer.nearest]
    assert faults({"view": modal.loading("en")}) == [] and faults({"view": modal.reason("k", "de")}) == []
    assert faults({"view": modal.problem("Sorry.", "de")}) == []


def test_a_modal_shows_only_real_links() -> None:
    for url, linked in (("https://a.example/x", True), ("javascript:alert(1)", False), ("https://a.example/<b>", False)):
        quoted = Article(Source("a", "T", "P", "en", url=url), f"{EVIL} a quote.")
        value = json.dumps({"l": "en", "q": [["a", 0, 20, quoted.sha256[:16], 1, "verbatim", None]]})
        view = modal.evidence(value, Library(Path("x"), (quoted,)))
        assert faults({"view": view}) == []
        assert ('"type": "link"' in json.dumps(view)) is linked
        assert "evil.example|y" in " ".join(texts(view))  # shown as characters


def test_an_answer_survives_being_kept() -> None:
    text = article("a", "One sentence. It leans on that.", url="https://a.example")
    statement = Statement("It leans on that.", (cited(text, 14, 31, 1, 0),), Check("verbatim", ("code",)))
    answer = Answer("Q?", "Q", "en", "answer", "extractive", (statement,), (), ("A notice.",), confidence=0.5)
    library = Library(Path("x"), (text,))
    again = answer_of(json.loads(json.dumps(answer.to_dict())), library)
    assert again.statements == answer.statements and again.notices == answer.notices and again.text == answer.text
    changed = Library(Path("x"), (article("a", "Another text altogether, long enough."),))
    assert answer_of(json.loads(json.dumps(answer.to_dict())), changed).statements == ()


def test_escaping_and_our_own_sentences() -> None:
    assert escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert sentence("a <b>").text == "a &lt;b&gt;" and texts(sentence("a <b>").blocks) == ["a <b>"]


@pytest.mark.parametrize(
    "data",
    [
        {"text": "<!channel>"},
        {"text": "x" * 5000},
        {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]},
        {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<@U1>"}}]},
        {"text": "x", "blocks": [{"type": "divider"}] * 51},
        {"text": "x", "blocks": [{"type": "context", "elements": [{"type": "plain_text", "text": "x"}] * 11}]},
        {"text": "x", "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}]},
        {"text": "x", "blocks": [{"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}, "value": "x" * 2001}]}]},
        {"chunks": [{"type": "markdown_text", "text": "<!here>"}]},
        {"chunks": [{"type": "blocks", "blocks": [{"type": "divider"}] * 51}]},
        {"view": {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": []}},
    ],
)  # fmt: skip
def test_the_limits_are_noticed(data: dict[str, Any]) -> None:
    assert faults(data)
