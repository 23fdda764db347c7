"""Articles, their dates and the form in which their texts are kept."""

import hashlib
import unicodedata
from dataclasses import FrozenInstanceError
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, Note, PartialDate, Source, clean_text

SOURCE = Source(id="a", title="A", publisher="Reuters", language="en")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("2025-04-02", date(2025, 4, 2), date(2025, 4, 2)),
        (" 2025-04 ", date(2025, 4, 1), date(2025, 4, 30)),
        ("0001-01-01", date(1, 1, 1), date(1, 1, 1)),
    ],
)
def test_a_date_keeps_the_precision_that_was_seen(text: str, first: date, last: date) -> None:
    found = PartialDate.parse(text)
    assert str(found) == text.strip()
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "25", "2025-4-2", "2025-04-02T10:00", "2 April 2025", "2025/04/02", "٢٠٢٥", "-2025", "2025-"]
)
def test_what_is_no_date_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="is no date of the form YYYY, YYYY-MM or YYYY-MM-DD"):
        PartialDate.parse(text)


@pytest.mark.parametrize("text", ["2025-02-31", "2025-13", "2025-00", "2023-02-29", "0000", "2025-04-00"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date of the calendar"):
        PartialDate.parse(text)


def test_a_day_needs_a_month() -> None:
    with pytest.raises(ValueError, match="month"):
        PartialDate(2025, None, 2)


@given(st.dates())
def test_every_day_is_read_back(day: date) -> None:
    assert PartialDate.parse(day.isoformat()).first == day
    assert PartialDate.parse(day.isoformat()[:7]).first <= day <= PartialDate.parse(day.isoformat()[:7]).last
    assert PartialDate.parse(day.isoformat()[:4]).first <= day <= PartialDate.parse(day.isoformat()[:4]).last


@settings(max_examples=300)
@given(st.text(st.characters(codec=None) | st.sampled_from("\r\n\0\ud800 \t\u0308aouAOU\ufeff")))
def test_a_text_is_cleaned_once_and_for_all(raw: str) -> None:
    text = clean_text(raw)
    assert clean_text(text) == text
    assert text == text.strip() == unicodedata.normalize("NFC", text)
    assert not set(text) & {"\r", "\0"}
    article = Article(SOURCE, text)
    assert article.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("text", [" a", "a\n", "a\rb", "a\0b", "u\u0308", "\ud800"])
def test_a_text_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="NFC"):
        Article(SOURCE, text)


def test_notes_lie_in_the_text_and_in_order() -> None:
    article = Article(SOURCE, "abc", (Note(0, SOURCE), Note(3, SOURCE), Note(3, SOURCE)))
    assert article.id == "a"
    with pytest.raises(ValueError, match="outside"):
        Article(SOURCE, "abc", (Note(4, SOURCE),))
    with pytest.raises(ValueError, match="outside"):
        Article(SOURCE, "abc", (Note(-1, SOURCE),))
    with pytest.raises(ValueError, match="order"):
        Article(SOURCE, "abc", (Note(2, SOURCE), Note(1, SOURCE)))


def test_records_cannot_be_changed() -> None:
    for record, name in ((SOURCE, "title"), (PartialDate(2025), "year"), (Article(SOURCE, "abc"), "text")):
        with pytest.raises(FrozenInstanceError):
            setattr(record, name, "other")
