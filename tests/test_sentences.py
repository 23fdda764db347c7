"""Sentence spans: exact offsets for any text, and the right ends in both languages."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import BUNDLED, clean_text, load
from index.sentences import Span, block_sentences, blocks, sentence_spans

PIECES = (
    "The", "Der", "und", "U.S.", "z. B.", "z.B.", "Dr.", "2. April", "am 12.", "3.5", "1,5", "No. 5", "etc.", "usw.", "?", "!", ".", "...",
    "…", "“Yes.”", "„Ja.“", "(No.)", "»Ja.«", "- item", "1. item", "# Head", "###", "\n", "\n\n", " ", "\t", "\u00a0", "\u2028", "😀.",
    "X.", "III.", "Ü", "\u200b", "https://a.example/b.c?d=e.", "[1]", "\x0b", "\x1c",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda gap: gap.join(pieces))
)


def spoken(text: str, language: str | None = None) -> list[str]:
    """The sentences of a text."""
    return [span.of(text) for span in sentence_spans(text, language)]


@settings(max_examples=600)
@given(TEXTS | st.text(), st.sampled_from(["en", "de", "fr", None]))
def test_spans_and_the_white_space_between_them_give_the_text(text: str, language: str | None) -> None:
    spans = sentence_spans(text, language)
    assert all(span.start < span.end for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
    for span in spans:
        assert span.of(text) == text[span.start : span.end] == span.of(text).strip()
    edges = [0, *itertools.chain(*spans), len(text)]
    assert all(not text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True))


@settings(max_examples=300)
@given(TEXTS)
def test_blocks_hold_all_that_is_no_white_space(text: str) -> None:
    found = blocks(text)
    edges = [0, *itertools.chain(*(block.span for block in found)), len(text)]
    assert all(not text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True))
    for block in found:
        assert not block.heading or list(block_sentences(text, block, german=True)) == [block.span]


@settings(max_examples=200)
@given(TEXTS)
def test_a_blank_line_always_ends_a_sentence(text: str) -> None:
    text = clean_text(text)
    assert all("\n\n" not in span.of(text) for span in sentence_spans(text))


# Each list is one text, cut where the list is: its pieces are joined by a space.
ENGLISH = [
    ["The U.S. law of April 2024 named TikTok.", "The deadline was 19 January 2025."],
    ["It was filed in the U.S.", "The court agreed."],
    ["He lives in the U.S. Virgin Islands."],
    ["Amazon Inc. sent a letter.", "It went to Mr. Vance and Mrs. Smith, e.g. by post."],
    ["ByteDance Ltd. agreed with Oracle Corp. on 22 January.", "Nobody objected."],
    ["It paid $14.5 billion, i.e. 14.5 per cent more.", "That was 1,234.5 times as much."],
    ["The vote was 360 to 58 in the House, see No. 7 of the list.", "It was the last one."],
    ["Sen. Tom Cotton and Rep. J. D. Vance spoke.", "J. D. Vance left at 5 p.m.", "The others stayed until 6 p.m. on Monday."],
    ["“It is late.”", "“Is it?”", "He left!", "Why?"],
    ["He said: “We are ready.", "We have been for weeks.”", "Then he left."],
    ["“Are you ready?” he asked.", "Nobody was."],
    ["“Never!” cried the owner.", "She stayed."],
    ["Yahoo! is a company."],
    ["It failed (again.)", "It was over."],
    ["The offer came late ... and was refused.", "It was the end..."],
    ["It lies at https://a.example/b.html?c=d.e today.", "It was moved."],
    ["Version 2.0.1 came on Jan. 19.", "It was late."],
    ["Prof. Dr. Lee of St. Louis wrote vol. 3, pp. 7 to 9.", "She won."],
    ["The price fell to 5.", "The owner sold."],
    ["Plan B.", "The second one."],
    ["So it goes, etc.", "The end."],
    ["It began in 1999.", "4 of 5 agreed."],
]
GERMAN = [
    ["Am 2. April 2025 kam der Brief.", "Am 5. April endete die Frist."],
    ["Der Brief kam am 2. April.", "Am 5. lief die Frist ab."],
    ["Das war am 12.", "Die Frist endete."],
    ["Vom 3. bis 5. Mai tagte der 119. Kongress.", "Danach nicht mehr."],
    ["Am 2. und 3. Juni sprach Papst Leo XIV. in Rom.", "Er blieb kurz."],
    ["Das 21. Jahrhundert begann.", "Das 20. Jh. endete."],
    ["Die USA zahlten 14,5 Mrd. Dollar, d. h. 1.234,5 Mio. Euro mehr.", "Das war viel."],
    ["Das gilt z. B. für TikTok, bzw. für Bytedance, u. a. in den USA.", "Es gilt bis heute."],
    ["Das gilt z.B. für TikTok, d.h. auch für Bytedance.", "So steht es in § 3 Abs. 2 Nr. 4."],
    ["Dr. Müller und Prof. Dr. Schmidt, geb. Weiß, kamen.", "Sie blieben."],
    ["„Es ist spät.“", "„Wirklich?“", "Er ging!"],
    ["„Sind Sie bereit?“, fragte er.", "Niemand war es."],
    ["»Wir kaufen nicht.«", "So sagte er."],
    ["Er sagte: „Wir sind bereit.“", "Dann ging er."],
    ["Bis zum 19. Januar 2025 usw.", "Die Frist galt."],
    ["Es kostet ca. 3.000 Euro inkl. MwSt.", "Das ist viel."],
    ["Nutzerzahlen stiegen um 3,5 %.", "2024 fielen sie."],
    ["Der sog. Vertrag, vgl. Abb. 3, gilt.", "Er endet nie."],
]


@pytest.mark.parametrize("sentences", ENGLISH, ids=lambda found: found[0][:30])
def test_english_sentences(sentences: list[str]) -> None:
    assert spoken(" ".join(sentences), "en") == sentences


@pytest.mark.parametrize("sentences", GERMAN, ids=lambda found: found[0][:30])
def test_german_sentences(sentences: list[str]) -> None:
    assert spoken(" ".join(sentences), "de") == sentences


def test_the_language_is_told_from_the_text_where_it_is_not_given() -> None:
    assert len(spoken("Der Brief kam am 2. Dezember und die Frist war der 5. Tag nach dem Brief.")) == 1
    assert len(spoken("The price of the ferry fell to 112. Owners of the ferry were not asked about it.")) == 2


def test_headings_lists_and_paragraphs() -> None:
    text = (
        "# The U.S. law. It is old\n"
        "The law named TikTok. It was\nsigned in April.\n"
        "## Bidders\n\n"
        "- Amazon. It wrote late\n"
        "- Oracle,\n  with others\n"
        "* Frank McCourt\n"
        "1. First. Second.\n"
        "2) Other\n"
        "\n"
        "   Indented text\n"
        "#no heading\n"
        "####### none either\n"
    )
    assert spoken(text, "en") == [
        "# The U.S. law. It is old",
        "The law named TikTok.",
        "It was\nsigned in April.",
        "## Bidders",
        "- Amazon.",
        "It wrote late",
        "- Oracle,\n  with others",
        "* Frank McCourt",
        "1. First.",
        "Second.",
        "2) Other",
        "Indented text\n#no heading\n####### none either",
    ]
    assert [block.heading for block in blocks(text)] == [True, False, True, *[False] * 6]


@pytest.mark.parametrize("text", ["", " \n\n\t", "a", ".", "...", "?!", "#", "-", "😀"])
def test_short_texts(text: str) -> None:
    assert spoken(text) == ([text] if text.strip() else [])


def test_a_span_is_a_range_of_the_text() -> None:
    assert Span(1, 3).of("abcd") == "bc"


@pytest.mark.parametrize("piece", ["U.S. ", "a. ", ". ", ".", "x", '." ', "1. ", "Yes. ", "- \n", "\n# "])
def test_a_long_text_is_cut_in_time_that_grows_with_it(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    spans = sentence_spans(text, "de")
    assert sum(span.end - span.start for span in spans) <= len(text)


def test_bundled_articles_are_cut_without_a_rest() -> None:
    for article in load(BUNDLED):
        text = article.text
        spans = sentence_spans(text, article.source.language)
        assert "".join(text[one.start : one.end] for one in spans).replace(" ", "").replace("\n", "") == "".join(text.split())
        ends = [span.of(text)[-1] for span in spans if not span.of(text).startswith(("#", "-"))]
        assert set(ends) <= set(".!?“”\"':)"), set(ends)
