"""Passages: whole sentences of one paragraph, within the budget of tokens."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import BUNDLED, load
from index.passages import MAX_TOKENS, count_tokens, passages
from index.sentences import blocks, sentence_spans

SENTENCE = "The harbour of Aalholm counted {} ferries of the Northwind Lines on that day, as the Harbour Gazette wrote."
PARAGRAPHS = st.lists(
    st.lists(
        st.sampled_from(["Ja.", "Am 2. April kam er.", "Why?", "<|endoftext|>", "😀!", "word " * 80 + "end.", "x" * 900]),
        min_size=1,
        max_size=30,
    ).map(" ".join),
    max_size=5,
).map("\n\n".join)


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS | st.text(max_size=60), st.sampled_from(["en", "de", None]))
def test_passages_are_whole_sentences_of_one_paragraph_within_the_budget(text: str, language: str | None) -> None:
    found = passages(text, language)
    headings = {block.span for block in blocks(text) if block.heading}
    inside = [sentence for passage in found for sentence in passage.sentences]
    assert inside == [span for span in sentence_spans(text, language) if span not in headings]
    for passage in found:
        assert passage.span == (passage.sentences[0].start, passage.sentences[-1].end)
        assert "\n\n" not in passage.span.of(text)
        assert count_tokens(passage.span.of(text)) <= MAX_TOKENS or len(passage.sentences) == 1
    paragraphs = [block.span for block in blocks(text) if not block.heading]
    assert all(any(start <= one.span.start and one.span.end <= end for start, end in paragraphs) for one in found)


@settings(max_examples=50, deadline=None)
@given(PARAGRAPHS)
def test_a_passage_ends_only_where_the_next_sentence_would_be_too_much(text: str) -> None:
    for one, other in itertools.pairwise(passages(text, "en")):
        if not text[one.span.end : other.span.start].count("\n"):
            assert count_tokens(text[one.span.start : other.sentences[0].end]) > MAX_TOKENS


def test_a_long_paragraph_is_cut_and_a_long_sentence_is_left_whole() -> None:
    short = " ".join(SENTENCE.format(number) for number in range(40))
    long = "Word " * 400 + "end."
    found = passages(f"{short} {long} {SENTENCE}", "en")
    sizes = [count_tokens(passage.span.of(f"{short} {long} {SENTENCE}")) for passage in found]
    assert len(found) > 3
    assert [size > MAX_TOKENS for size in sizes].count(True) == 1
    assert sum(len(passage.sentences) for passage in found) == 42


def test_the_heading_above_goes_with_a_passage() -> None:
    text = "Before.\n\n# One\nFirst.\n\nSecond.\n## Two\n# Three\n- Item"
    found = passages(text, "en")
    assert [(passage.heading.of(text) if passage.heading else None, passage.span.of(text)) for passage in found] == [
        (None, "Before."),
        ("# One", "First."),
        ("# One", "Second."),
        ("# Three", "- Item"),
    ]
    assert passages("# Only a heading") == passages("") == []


def test_special_tokens_are_text_like_any_other() -> None:
    assert count_tokens("<|endoftext|>") > 1
    assert count_tokens("a <|endoftext|><|fim_prefix|> b") > 5
    text = "He wrote <|endoftext|>. Then he left."
    assert [span.of(text) for span in passages(text, "en")[0].sentences] == ["He wrote <|endoftext|>.", "Then he left."]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("tiktoken is great!", 6), ("antidisestablishmentarianism", 6), ("2 + 2 = 4", 7), ("お誕生日おめでとう", 9)],
)
def test_tokens_are_those_that_openai_publishes_for_cl100k_base(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


@pytest.mark.parametrize("text", ["x" * 200_000, " " * 1_000_000 + "a", "\n" * 300_000, "!" * 200_000, "\ud800"])
def test_any_text_can_be_counted(text: str) -> None:
    assert count_tokens(text) > 0


def test_every_passage_of_the_bundled_corpus_keeps_to_the_budget() -> None:
    for article in load(BUNDLED):
        for passage in passages(article.text, article.source.language):
            assert count_tokens(passage.span.of(article.text)) <= MAX_TOKENS
