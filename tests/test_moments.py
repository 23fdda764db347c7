"""When what a sentence tells happened: the role of each date, relative dates, ranges, and every format of both languages."""

import re
from calendar import monthrange

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.moments import moments
from bot.wording import date_text
from corpus.article import PartialDate

PUBLISHED = PartialDate(2024, 3, 6)  # a Wednesday
VOICES = re.compile(r"\b(?:The Herald|Der Hafenbote|Reuters)(?!\w)")


def main(text: str, language: str = "en") -> tuple[str, str]:
    """The main date of a sentence and its role."""
    first = moments(text, language, PUBLISHED, VOICES)[0]
    return first.text(), first.role


@pytest.mark.parametrize(
    ("text", "date", "role"),
    [
        ("Northwind Lines bought Baltica on 12 June 2024.", "2024-06-12", "event"),
        ("In March 2024 Northwind Lines bought Baltica.", "2024-03", "event"),
        ("Baltica has been owned by the city since 12 June 2024.", "2024-06-12", "since"),
        ("The Herald reported on 5 March 2024 that Northwind had bought Baltica on 4 March 2024.", "2024-03-04", "event"),
        ("The Herald reported on 5 March 2024 that Northwind had bought Baltica.", "2024-03-05", "news"),
        ("The ships are old, according to The Herald of 5 March 2024.", "2024-03-05", "report"),
        ("The mayor's order of 3 March 2024 gave Baltica 90 days, until 1 June 2024.", "2024-03-03", "act"),
        ("Under the order of 3 March 2024 Baltica must sell.", "2024-03-03", "thing"),
        ("Baltica has time until 1 June 2024.", "2024-06-01", "limit"),
        ("The ferries lay still on the evening of 2 April 2024.", "2024-04-02", "event"),
        ("Sales fell in the first half of 2024.", "2024-01/2024-06", "event"),
        ("The strike lasted from 2 to 4 April 2024.", "2024-04-02/2024-04-04", "event"),
        ("The strike fell between 30 March and 2 April 2024.", "2024-03-30/2024-04-02", "event"),
    ],
)
def test_the_words_before_a_date_say_what_it_is_the_date_of(text: str, date: str, role: str) -> None:
    assert main(text) == (date, role)


@pytest.mark.parametrize(
    ("text", "date", "role"),
    [
        ("Northwind Lines kaufte die Baltica am 12. Juni 2024.", "2024-06-12", "event"),
        ("Am Donnerstag, dem 13. Juni 2024, fuhren die Fähren wieder.", "2024-06-13", "event"),
        ("Der Hafenbote berichtete am 5. März 2024, dass Northwind die Baltica gekauft habe.", "2024-03-05", "news"),
        ("Die Schiffe sind laut dem Bericht vom 5. März 2024 alt.", "2024-03-05", "report"),
        ("Northwind bot laut Reuters am 5. März 2024 für die Baltica.", "2024-03-05", "event"),
        ("Der Erlass vom 3. März 2024 gewährte der Baltica 90 Tage.", "2024-03-03", "act"),
        ("Nach dem Erlass vom 3. März 2024 muss die Baltica verkaufen.", "2024-03-03", "thing"),
        ("Die Frist läuft bis zum 1. Juni 2024.", "2024-06-01", "limit"),
        ("Seit dem 12. Juni 2024 gehört die Baltica der Stadt.", "2024-06-12", "since"),
        ("Der Streik dauerte vom 2. bis 4. April 2024.", "2024-04-02/2024-04-04", "event"),
        ("Im ersten Quartal 2024 sank der Umsatz.", "2024-01/2024-03", "event"),
        ("Im Herbst 2024 sank der Umsatz.", "2024-09/2024-11", "event"),
    ],
)
def test_the_same_in_german(text: str, date: str, role: str) -> None:
    assert main(text, "de") == (date, role)


@pytest.mark.parametrize(
    ("text", "language", "date"),
    [
        ("The Herald reported on 5 March 2024 that Northwind had written the day before.", "en", "2024-03-04"),
        ("Northwind wrote yesterday.", "en", "2024-03-05"),
        ("Northwind wrote on Monday.", "en", "2024-03-04"),
        ("Northwind wrote last month.", "en", "2024-02"),
        ("Northwind schrieb gestern.", "de", "2024-03-05"),
        ("Northwind schrieb am Montag.", "de", "2024-03-04"),
        (
            "Der Rat tagte am 2. April 2024 und beschloss am Tag darauf nichts, am nächsten Tag aber den Kauf.",
            "de",
            "2024-04-02",
        ),
        ("Northwind schrieb im vergangenen Jahr.", "de", "2023"),
    ],
)
def test_a_relative_date_counts_from_the_one_before_or_from_the_article_s(text: str, language: str, date: str) -> None:
    assert main(text, language)[0] == date


def test_without_an_article_s_date_a_relative_one_means_nothing() -> None:
    assert moments("Northwind wrote yesterday.", "en") == []


@st.composite
def some_date(draw: st.DrawFn) -> PartialDate:
    """A date of this age of day, month or year precision."""
    year, month = draw(st.integers(1950, 2049)), draw(st.none() | st.integers(1, 12))
    day = draw(st.none() | st.integers(1, monthrange(year, month)[1])) if month else None
    return PartialDate(year, month, day)


ENGLISH = "January February March April May June July August September October November December".split()


def formats(date: PartialDate, language: str) -> list[str]:
    """The ways in which a language writes a date (design.md, section 1)."""
    written = [date_text(date, language)]
    if date.day and date.month:
        name = ENGLISH[date.month - 1]
        written += (
            [f"{name} {date.day}, {date.year}", f"{name} {date.day} {date.year}"]
            if language == "en"
            else [f"{date.day}.{date.month}.{date.year}", f"{date.day:02}.{date.month:02}.{date.year}"]
        )
        written.append(str(date))
    return written


@given(some_date(), st.data())
def test_every_format_of_both_languages_keeps_its_precision(date: PartialDate, data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(["en", "de"]))
    written = data.draw(st.sampled_from(formats(date, language)))
    before = ("on " if date.day else "in ") if language == "en" else ("am " if date.day else "im " if date.month else "")
    subject = "Northwind bought Baltica" if language == "en" else "Northwind kaufte die Baltica"
    found = moments(f"{subject} {before}{written}.", language)
    assert [(moment.first, moment.until, moment.role) for moment in found] == [(date, None, "event")]


@given(some_date(), some_date())
def test_a_moment_holds_what_lies_inside_of_it(one: PartialDate, other: PartialDate) -> None:
    a, b = (moments(f"Northwind bought Baltica {'on' if d.day else 'in'} {date_text(d, 'en')}.", "en")[0] for d in (one, other))
    assert a.holds(a)
    assert a.holds(b) == (one.first <= other.first and other.last <= one.last)
