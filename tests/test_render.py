"""Answers as terminal text, Markdown and JSON: quotes untouched but for white space, signs shown as characters."""

import json
from dataclasses import replace
from typing import Any

import pytest
from contract import check_schema
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot import Answer, Citation, Statement
from bot.answer import Check
from bot.page import to_html
from bot.render import escape, flat, printable, to_json, to_markdown, to_text
from corpus.article import PartialDate, Source

DIGEST = Source(
    "en/a", "Our *title*", "The Herald", "en", "digest", url="https://h.example/a_b", published=PartialDate(2024, 3, 5)
)
COPY = Source("de/b", "Titel", "Der Bote", "de", origin="dpa", read_at="https://copy.example/b", published=PartialDate(2024, 6))
NOTE = Source("n", "Gazette", "Harbour Gazette", "und", url="https://g.example/1", published=PartialDate(2024, 6, 13))


def cited(number: int, quote: str, source: Source, references: tuple[Source, ...] = ()) -> Citation:
    return Citation(number, source, quote, 0, len(quote), "sha256:" + "0" * 64, references=references)


def answer(*quotes: str, **fields: Any) -> Answer:
    """An answer of these quotes, of the two sources in turn."""
    citations = [cited(i + 1, quote, (DIGEST, COPY)[i % 2], (NOTE,) if i == 0 else ()) for i, quote in enumerate(quotes)]
    statements = tuple(Statement(citation.quote, (citation,), Check("verbatim")) for citation in citations)
    given: dict[str, Any] = {"question": "Who?", "search_question": "Who?", "language": "en", "kind": "answer"}
    return Answer(**{**given, "reader": "extractive", "statements": statements, **fields})


def refusal(message: str, *quotes: str, **fields: Any) -> Answer:
    nearest = tuple(cited(i + 1, quote, DIGEST) for i, quote in enumerate(quotes))
    return answer(kind="refusal", message=message, nearest=nearest, **fields)


def test_a_terminal_shows_statements_sources_and_what_they_rest_on() -> None:
    shown = to_text(answer("The city\n  paid 310 million.", "Die Stadt zahlte."))
    assert shown == (
        "The city paid 310 million. [1]\n"
        "Die Stadt zahlte. [2]\n"
        "\n"
        "Sources\n"
        "[1] Dealbrief digest of The Herald, 5 March 2024\n"
        "    https://h.example/a_b\n"
        "    rests on: Harbour Gazette, 13 June 2024\n"
        "[2] Der Bote (after dpa), June 2024\n"
        "    read in a copy at https://copy.example/b"
    )


def test_a_german_answer_is_german_all_through() -> None:
    shown = to_text(
        answer("Die Stadt zahlte.", "The city paid.", language="de", question="Wer?", search_question="Wer zahlte?")
    )
    for text in (
        "Quellen",
        "Dealbrief-Zusammenfassung von The Herald, 5. März 2024",
        "stützt sich auf",
        "nach dpa",
        "Gesucht nach",
    ):
        assert text in shown
    assert "gelesen in einer Kopie unter https://copy.example/b" in shown


def test_a_refusal_names_the_nearest_below_what_it_says() -> None:
    shown = to_text(refusal("The corpus does not say.", "A near quote.", "Another one."))
    first, *rest = shown.split("\n")
    assert first == "The corpus does not say."
    assert rest[:3] == ["", "What the corpus does say", "[1] A near quote."]
    assert "[2] Another one." in rest


def test_a_refusal_without_a_near_quote_is_one_line() -> None:
    assert to_text(refusal("The corpus does not say.")) == "The corpus does not say."


def test_what_was_searched_for_is_shown_where_it_differs() -> None:
    assert "Searched for: Who?" in to_text(answer("It ended.", question="I wonder. Who?"))
    assert "Searched for" not in to_text(answer("It ended.", question="  Who?\n"))
    assert "Searched for" not in to_text(answer(kind="reply", message="Hello", question="Oh. Hello", statements=()))


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x07", "\x9b", "\0", "\u202e", "\u2066", "\ud800", "\x7f", "\r"])
def test_a_terminal_is_told_nothing_but_text(sign: str) -> None:
    title = replace(DIGEST, publisher=f"H{sign}", url=f"https://h.example/{sign}")
    quote = cited(1, f"Red{sign} text stands here.", title)
    shown = to_text(answer(statements=(Statement(quote.quote, (quote,), Check("verbatim")),)))
    assert sign[0] not in shown and "Red" in shown and "text stands here." in shown


@pytest.mark.parametrize(
    "text", ["👨\u200d👩\u200d👧 sailed", "soft\u00adhyphen", "äöüß", "„so“ – ‚x‘ …", "北京", "a\u200cb", "e\u0301"]
)
def test_a_quote_is_shown_as_it_is(text: str) -> None:
    assert f"{text} [1]" in to_text(answer(text))
    assert printable(text) == text


@given(st.text())
def test_any_text_can_be_printed(text: str) -> None:
    printable(text + "\ud800").encode()
    assert flat(text) == " ".join(text.split())


SIGNS = st.sampled_from(
    "**bold** _em_ `code` <b> </script> [x](http://y.example) ![i](j) https://a.example/b_c www.a.example # - + 1. 12) * > "
    "| ~~ & &amp; \\ \\* $x$ [^1] [1] === --- a@b.example ``` :: 2. April <!-- -->".split()
)
QUOTES = st.lists(
    SIGNS | st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Z", "Cn", "Co"]), max_size=8), min_size=1
)


def shown_of_markdown(text: str) -> tuple[list[str], set[str]]:
    """What a reader sees of Markdown, block by block, and the kinds of the marks in it."""
    blocks, kinds = [], set()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        kinds.add(token.type)
        for child in token.children or ():
            kinds.add(child.type)
        if token.children:
            blocks.append("".join("\n" if child.type == "softbreak" else child.content for child in token.children))
    return blocks, kinds


@given(QUOTES.map(" ".join))
def test_markdown_shows_the_signs_of_a_quote_as_characters(quote: str) -> None:
    quote = flat(quote) or "x"
    body = to_markdown(answer(quote)).split("\n")[0]
    blocks, kinds = shown_of_markdown(body)
    assert blocks == [f"{quote}[^1]"]
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


@pytest.mark.parametrize("quote", ["See https://a.example/x now.", "See www.a.example now.", "Mail a@b.example now."])
def test_markdown_makes_no_link_of_a_quote(quote: str) -> None:
    written = escape(quote)
    assert not any(link in written for link in ("https://", "www.", "a@b"))
    assert shown_of_markdown(written)[0] == [quote]


def test_markdown_has_footnotes_and_notices() -> None:
    shown = to_markdown(answer("The city paid.", "Die Stadt zahlte.", notices=("As of 2 April 2025.",))).split("\n")
    assert shown[:2] == ["The city paid.[^1]", "Die Stadt zahlte.[^2]"]
    assert "*As of 2 April 2025.*" in shown
    herald = "[^1]: Dealbrief digest of The Herald, 5 March 2024, <https://h.example/a_b>"
    assert f"{herald}; rests on: Harbour Gazette, 13 June 2024, <https://g.example/1>" in shown
    assert any(line.startswith("[^2]: Der Bote") and "copy" in line for line in shown)


def test_the_html_file_links_the_reports_that_a_quote_rests_on() -> None:
    page = to_html(answer("The city paid.", "Die Stadt zahlte."))
    assert '<a href="https://g.example/1" rel="noopener noreferrer">Harbour Gazette, 13 June 2024</a>' in page
    assert "<h2>Sources</h2>" in page


def test_the_html_file_of_a_refusal_lists_the_nearest_as_what_the_corpus_does_say() -> None:
    page = to_html(refusal("The corpus does not say.", "A near quote."))
    assert "<h2>What the corpus does say</h2>" in page and "A near quote." in page
    assert "<h2>Sources</h2>" not in page


def test_markdown_of_a_refusal_lists_the_nearest() -> None:
    shown = to_markdown(refusal("The corpus does not say: “*Who*?”", "A near quote.", language="en")).split("\n")
    assert shown[0] == r"The corpus does not say: “\*Who\*?”"
    assert "- A near quote.[^1]" in shown


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.example/>x", "https://a.example/ x", "data:text/html,x"])
def test_markdown_links_only_to_addresses_of_the_web(url: str) -> None:
    quote = cited(1, "The city paid.", replace(DIGEST, url=url))
    shown = to_markdown(answer(statements=(Statement(quote.quote, (quote,), Check("verbatim")),)))
    footnote = next(line for line in shown.split("\n") if line.startswith("[^1]:"))
    assert "link_open" not in shown_of_markdown(footnote.removeprefix("[^1]: "))[1]


@given(st.text(st.characters()), st.text(st.characters()), st.sampled_from(["answer", "refusal", "reply"]))
def test_json_is_valid_and_says_all(question: str, text: str, kind: str) -> None:
    made = answer(*([text or "x"] if kind == "answer" else []), kind=kind, question=question, message=text, notices=(text,))
    written = to_json(made)
    written.encode()
    read = json.loads(written)
    assert read == made.to_dict()
    if text:
        check_schema(read)


def test_json_keeps_umlauts_and_partial_dates() -> None:
    written = to_json(answer("Fähren für Rügen.", "Zweiter Satz.", as_of=PartialDate(2026, 6)))
    assert "Fähren für Rügen." in written
    read = json.loads(written)
    assert read["as_of"] == "2026-06"
    assert [citation["published"] for citation in read["citations"]] == ["2024-03-05", "2024-06"]
    assert read["text"] == "Fähren für Rügen. [1] Zweiter Satz. [2]"
