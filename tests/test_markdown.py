"""A file to an article and back: nothing is lost, whatever the text; what is wrong is told with its line."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, Note, PartialDate, Source, clean_text
from corpus.markdown import ArticleError, parse, render

FRONT = "---\ntitle: A\nlanguage: en\n---\n"
PIECES = (
    "[^x]", "[^y]", "\\[^x]", "\\\\[^x]", "[^", "^x]", "[", "]", ":", "\\", "\n", "\n\n", " ", "\t", "\r\n", "\r", "a", "u",
    "o\u0308", "\u0308", "😀", "👩‍👩‍👧", "„So“", "2. April", "---", "# ", "- ", "[^x]: ", "[^nobody]", "\ufeff", "\u2028", "\x0b", "\0",
    "한", "\u1112\u1161", "ﬁ", "\u0344", "<b>", "`", "*",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25).map("".join)
NOTES = "\n\n[^x]: The New York Times, 2025-04-02, https://nyt.example/a\n[^y]: CBS News after Reuters, read at https://copy.example/b\n"


def encodable(text: str) -> bool:
    """Whether a file in UTF-8 can hold it."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


@settings(max_examples=500)
@given(TEXTS)
def test_any_file_goes_to_an_article_and_back(body: str) -> None:
    try:
        article = parse(FRONT + body + NOTES, "a")
    except ArticleError as error:  # the text happens to hold a definition
        found = error
    else:
        found = None
        assert parse(render(article), "a") == article
    assert found is None or (found.line > 4 and re.search("defined twice|names no publisher", found.reason))


@settings(max_examples=300)
@given(st.text().filter(encodable) | TEXTS)
def test_any_text_survives_its_file(text: str) -> None:
    article = Article(Source("a", "A", None, "en"), clean_text(text))
    assert parse(render(article), "a") == article


@settings(max_examples=300)
@given(TEXTS, st.data())
def test_notes_stay_where_they_stood(raw: str, data: st.DataObject) -> None:
    text = clean_text(raw)
    sources = [
        Source("nyt", "The New York Times", "The New York Times", "und", published=PartialDate(2025, 4)),
        Source("c", "Bids", "CBS", "und", headline="Bids", origin="Reuters", read_at="https://copy.example/?a=b#c"),
    ]
    offsets = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
    # A note at the start of a line before a colon would read as a definition: the form cannot say that.
    offsets = [at for at in offsets if text[at : at + 1] != ":"]
    notes = tuple(Note(at, data.draw(st.sampled_from(sources))) for at in offsets)
    article = Article(Source("a", "A", None, "en"), text, notes)
    assert parse(render(article), "a") == article


@settings(max_examples=300)
@given(st.text(min_size=1).filter(encodable), st.text().filter(encodable))
def test_front_matter_holds_any_words(title: str, publisher: str) -> None:
    title, publisher = (" ".join(clean_text(value).split()) for value in (title, publisher))
    if title:
        article = Article(Source("a", title, publisher or None, "en"), "Text.")
        assert parse(render(article), "a") == article


@pytest.mark.parametrize(
    "value",
    ["a: b", "C# and more", "# no comment", '"quoted" and more', "it's", "- item", "yes", "2025", "null", "~", "[x]", "{a: b}", "*x", "&x",
     "!x", "%x", "@x", "`x`", "| x", "> x", "ends in:", "---", "...", "\\n", "a\u00a0b", "emoji 😀", "Übernahme"],
)  # fmt: skip
def test_front_matter_values_with_signs_of_yaml(value: str) -> None:
    source = Source("a", value, value, "de", headline=value, origin=value, url="https://a.example/#b?c=d: e", read_at=None)
    article = Article(source, "Text.")
    assert parse(render(article), "a") == article


def test_a_value_of_several_lines_becomes_one() -> None:
    article = parse("---\ntitle: |\n  One\n\n  two\u2028three\npublisher: a\n  b\nlanguage: en\n---\nText.", "a")
    assert (article.source.title, article.source.publisher) == ("One two three", "a b")
    assert parse(render(article), "a") == article


def test_every_field_of_a_source_survives() -> None:
    source = Source(
        id="en/x",
        title="Our words",
        publisher="Computing",
        language="en",
        kind="digest",
        headline="Their words: “so”",
        origin="The New York Times",
        url="https://c.example/a",
        read_at="https://d.example/b",
        published=PartialDate(2025, 4, 3),
    )
    file = render(Article(source, "Text."))
    assert "published: 2025-04-03\n" in file
    assert parse(file, "en/x").source == source


@pytest.mark.parametrize("date", ["2025", "2025-04", "2025-04-03"])
def test_dates_of_each_precision(date: str) -> None:
    article = parse(f"---\ntitle: A\nlanguage: en\npublished: {date}\n---\nText.[^n]\n\n[^n]: Reuters, {date}\n", "a")
    assert str(article.source.published) == str(article.notes[0].source.published) == date


def test_a_file_as_people_write_it() -> None:
    file = (
        "\ufeff---\r\ntitle: \"Bids: the others\"\r\npublisher: ''\r\nlanguage: EN\r\nauthor: me\r\n---\r\n"
        '\r\nOne.[^a] Two\\[^a].\r\n\r\n[^a]: The Herald after\r\n  Reuters, "A, b",\r\n  2025-04, read at https://h.example/x\r\n\r\n'
        "Fu\u0308nf[^a] mehr.[^none] Ende.[^a]\r\n"
    )
    article = parse(file, "x/y")
    assert article.source == Source("x/y", "Bids: the others", None, "en")
    assert article.text == "One. Two[^a].\n\n\nFünf mehr.[^none] Ende."
    assert [article.text[: note.offset][-4:] for note in article.notes] == ["One.", "Fünf", "nde."]
    assert {note.source for note in article.notes} == {
        Source("a", "A, b", "The Herald", "und", headline="A, b", origin="Reuters", read_at="https://h.example/x",
               published=PartialDate(2025, 4))
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Reuters", Source("n", "Reuters", "Reuters", "und")),
        ("Reuters, Berlin", Source("n", "Reuters, Berlin", "Reuters, Berlin", "und")),
        ("CBS, https://c.example/a,b", Source("n", "CBS", "CBS", "und", url="https://c.example/a,b")),
        ("CBS after AP, 2025", Source("n", "CBS", "CBS", "und", origin="AP", published=PartialDate(2025))),
        ('CBS, "H"', Source("n", "H", "CBS", "und", headline="H")),
    ],
)
def test_what_a_footnote_says(line: str, expected: Source) -> None:
    article = parse(f"{FRONT}Text.[^n]\n\n[^n]: {line}\n", "a")
    assert article.notes == (Note(5, expected),)
    assert parse(render(article), "a") == article


def test_a_letter_that_is_composed_across_a_reference_shifts_no_other() -> None:
    article = parse(f"{FRONT}u[^x]\u0308ber alles.[^y] Und{NOTES}", "a")
    assert article.text == unicodedata.normalize("NFC", "über alles. Und")
    assert article.text[: article.notes[1].offset] == "über alles."


def test_a_note_before_a_colon_at_the_very_start() -> None:
    article = parse(f"{FRONT} [^x]: so it began.{NOTES}", "a")
    assert (article.text, article.notes[0].offset) == (": so it began.", 0)
    assert parse(render(article), "a") == article


def test_what_the_form_cannot_say_is_refused() -> None:
    source = Source("a", "A", None, "en")
    note = Source("n", "Reuters", "Reuters", "und")
    for broken in (
        Article(replace(source, title=" A"), "Text."),
        Article(replace(source, title="A\nb"), "Text."),
        Article(replace(source, language="EN"), "Text."),
        Article(source, "Text.", (Note(5, replace(note, title="Other")),)),
        Article(source, "One.\n: two", (Note(5, note),)),
    ):
        with pytest.raises(ValueError):
            render(broken)


ERRORS: dict[str, tuple[str, int, str]] = {
    "empty": ("", 1, "no front matter"),
    "only text": ("Amazon.", 1, "no front matter"),
    "front matter that does not end": ("---\ntitle: A\nlanguage: en\n", 1, "no front matter"),
    "front matter that does not begin": ("\n\ntitle: A\n---\nText.", 1, "no front matter"),
    "no title": ("---\nlanguage: en\n---\nText.", 2, "no 'title'"),
    "empty title": ("---\nlanguage: en\ntitle: ' '\n---\nText.", 2, "no 'title'"),
    "no language": ("---\ntitle: A\n---\nText.", 2, "no 'language'"),
    "no tag of a language": ("---\ntitle: A\nlanguage: ../x\n---\nText.", 3, "language is a tag"),
    "two languages": ("---\ntitle: A\nlanguage: en, de\n---\nText.", 3, "language is a tag"),
    "kind": (
        "---\ntitle: A\nlanguage: en\nkind: essay\n---\nText.",
        4,
        "kind is one of original, digest, dossier, not 'essay'",
    ),
    "date": ("---\ntitle: A\npublished: 2 April\nlanguage: en\n---\n", 3, "'2 April' is no date of the form"),
    "31 February": ("---\ntitle: A\nlanguage: en\npublished: 2025-02-31\n---\n", 4, "no date of the calendar"),
    "a colon without quotes": ("---\nlanguage: en\ntitle: A: b\n---\n", 3, "no YAML: mapping values are not allowed"),
    "a quote that does not end": ("---\ntitle: 'A\nlanguage: en\n---\n", 4, "no YAML"),
    "a line that only YAML breaks": ("---\ntitle: A\u2028\u2028b\nlanguage: en\nkind: x\n---\n", 4, "kind is one of"),
    "a tab": ("---\n\ttitle: A\n---\n", 2, "no YAML"),
    "a control sign": ("---\ntitle: A\x07\n---\n", 2, "no YAML"),
    "deep": ("---\ntitle: " + "[" * 50_000 + "\n---\n", 2, "no YAML"),
    "a list": ("---\n- A\n---\n", 2, "a list of 'key: value' lines"),
    "a list as a value": ("---\ntitle: A\nlanguage: en\ntags: [a, b]\n---\n", 2, "a list of 'key: value' lines"),
    "words": ("---\nwords\n---\n", 2, "a list of 'key: value' lines"),
    "nothing": ("---\n---\n", 2, "a list of 'key: value' lines"),
    "a footnote twice": (f"{FRONT}Text.[^a]\n\n[^a]: Reuters\n[^a]: AP\n", 8, "footnote 'a' is defined twice"),
    "a footnote of nothing": (f"{FRONT}Text.[^a]\n\n[^a]:\n", 7, "footnote 'a' names no publisher"),
    "a footnote of an address": (f"{FRONT}Text.\n[^b]: https://b.example/\n", 6, "footnote 'b' names no publisher"),
    "a footnote of 31 February": (f"{FRONT}\n\nText.\n\n[^c]: Reuters, 2025-02-31\n", 9, "no date of the calendar"),
}


@pytest.mark.parametrize(("file", "line", "reason"), ERRORS.values(), ids=ERRORS)
def test_every_error_has_its_line_and_reason(file: str, line: int, reason: str) -> None:
    with pytest.raises(ArticleError) as caught:
        parse(file, "a")
    assert (caught.value.line, reason in caught.value.reason) == (line, True), str(caught.value)
    assert "\n" not in caught.value.reason
    assert str(caught.value) == f"line {line}: {caught.value.reason}"
