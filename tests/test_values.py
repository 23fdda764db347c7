"""Values of both languages: every format of the same value is one, offsets are exact, and no text makes it raise."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import PartialDate
from index.numerals import clock, figure
from index.values import Value, missing, same, values

ENGLISH = "January February March April May June July August September October November December".split()
GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
PIECES = st.sampled_from(
    "2 14 2025 1,234.5 1.234 24-656 ² ٣ $ € US$ % - – / . : ' \0 April May March Mai 2. Q1 first quarter half of a ein million "
    "Mio. bn Billion Prozent days am to bis and und p.m. Uhr".split()
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=14).map("".join))


def one(text: str, language: str | None = None, year: int | None = None) -> Value:
    (value,) = values(text, language, year)
    return value


def plain(value: Value) -> tuple[object, ...]:
    return value.kind, value.amount, value.unit, value.date, value.until


@given(TEXTS, st.sampled_from(["en", "de", None, "fr"]), st.sampled_from([None, 2024, 2025]))
def test_no_text_raises_and_values_stand_in_order_without_overlap(text: str, language: str | None, year: int | None) -> None:
    found = values(text, language, year)
    assert all(0 <= value.start < value.end <= len(text) for value in found)
    assert all(value.date is not None or value.amount is not None for value in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert missing(found, found) == ()


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_every_format_of_a_day_is_that_day(day: date) -> None:
    number, year, english, german = day.day, day.year, ENGLISH[day.month - 1], GERMAN[day.month - 1]
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number not in {11, 12, 13} else 0, "th")
    formats = [f"{number} {english} {year}", f"{number}{suffix} of {english} {year}", f"{number}{suffix} {english}, {year}"]
    formats += [f"{english} {number}, {year}", f"{english} {number}{suffix}, {year}", f"{english} {number} {year}"]
    formats += [f"{number}. {german} {year}", f"{number:02d}. {german} {year}", f"{number}.{day.month}.{year}"]
    formats += [f"{day:%d.%m.%Y}", f"{number}. {day.month}. {year}", f"{day:%d.%m.%y}", day.isoformat()]
    for text in formats:
        before = f"It was on {text} that they met"
        value = one(before)
        assert value.kind == "date" and value.date == PartialDate(year, day.month, number), text
        assert before[value.start : value.end] == text


@given(st.integers(0, 10**9))
def test_groups_and_decimals_of_both_languages_are_one_number(number: int) -> None:
    english = f"{number:,}.5"
    german = english.translate(str.maketrans(",.", ".,"))
    assert figure(english, "en") == figure(german, "de") == figure(english, "de") == figure(german, "en") == number + 0.5
    assert figure(f"{number:,}", "en") == figure(f"{number:,}".replace(",", "."), "de") == number
    assert figure(f"{number:,}".replace(",", "\u00a0"), None) == figure(f"{number:,}".replace(",", "'"), None) == number


@given(st.integers(1, 999))
def test_scales_and_currencies_of_both_languages_are_one_amount(number: int) -> None:
    comma = f"{number / 1000}".replace(".", ",")
    english = [f"{number} million dollars", f"${number}m", f"US${number} million", f"USD {number} million", f"${number}mn"]
    english += [f"{number / 1000} billion dollars", f"{number}-million-dollar", f"{number} million US dollars"]
    german = [f"{number} Millionen Dollar", f"{number} Mio. Dollar", f"{number} Mio. US-Dollar", f"{comma} Mrd. Dollar"]
    german += [f"{comma} Milliarden US-Dollar", f"{number}-Millionen-Dollar"]
    texts = [(text, "en") for text in english] + [(text, "de") for text in german]
    for text, language in texts:
        value = one(f"x {text} y", language)
        assert plain(value) == ("money", number * 1e6, "USD", None, None), text
        assert (value.start, value.end) == (2, 2 + len(text))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Q1 2025", "2025-01", "2025-03"),
        ("Q3/2025", "2025-07", "2025-09"),
        ("first quarter of 2025", "2025-01", "2025-03"),
        ("erstes Quartal 2025", "2025-01", "2025-03"),
        ("ersten Quartals 2025", "2025-01", "2025-03"),
        ("2. Quartal 2025", "2025-04", "2025-06"),
        ("autumn of 2025", "2025-09", "2025-11"),
        ("autumn of the year 2025", "2025-09", "2025-11"),
        ("Herbstes 2025", "2025-09", "2025-11"),
        ("spring 2025", "2025-03", "2025-05"),
        ("Sommer 2025", "2025-06", "2025-08"),
        ("Frühjahrs des Jahres 2025", "2025-03", "2025-05"),
        ("second half of 2025", "2025-07", "2025-12"),
        ("zweites Halbjahr 2025", "2025-07", "2025-12"),
        ("H1 2026", "2026-01", "2026-06"),
        ("2025/26", "2025", "2026"),
    ],
)
def test_periods(text: str, first: str, last: str) -> None:
    value = one(text)
    assert (value.date, value.until) == (PartialDate.parse(first), PartialDate.parse(last))
    assert (value.start, value.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("April 2025", ["2025-04"]),
        ("Ende April 2025", ["2025-04"]),
        ("18 to 19 January 2025", ["2025-01-18", "2025-01-19"]),
        ("January 18-19, 2025", ["2025-01-18", "2025-01-19"]),
        ("18./19. Januar 2025", ["2025-01-18", "2025-01-19"]),
        ("2., 3. und 4. Mai 2025", ["2025-05-02", "2025-05-03", "2025-05-04"]),
        ("zwischen dem 20. Januar und dem 25. September 2025", ["2025-01-20", "2025-09-25"]),
        ("von Januar bis Mai 2026", ["2026-01", "2026-05"]),
        ("20 December to 3 January 2026", ["2025-12-20", "2026-01-03"]),
        ("4/22/2025", ["2025-04-22"]),
        ("4/5/2025", ["2025"]),
        ("2025-04", ["2025-04"]),
        ("31 February 2025", []),
        ("Saturday, April 4", []),
    ],
)
def test_dates_and_their_lists(text: str, days: list[str]) -> None:
    assert [str(value.date) for value in values(text)] == days


@pytest.mark.parametrize("text", ["on 2 April", "am 2. April", "on April 2", "am 2.4."])
def test_a_day_without_a_year_takes_the_one_handed_in_and_is_no_number_without(text: str) -> None:
    assert values(text, "de" if text.startswith("am") else "en") == ()
    assert one(text, None, 2025).date == PartialDate(2025, 4, 2)


@pytest.mark.parametrize(
    ("text", "language", "kind", "amount", "unit"),
    [
        ("14 Billionen Euro", "de", "money", 14e12, "EUR"),
        ("eine Billion Euro", "de", "money", 1e12, "EUR"),
        ("one billion euros", "en", "money", 1e9, "EUR"),
        ("a trillion", "en", "number", 1e12, ""),
        ("€5.5bn", "en", "money", 5.5e9, "EUR"),
        ("1.234 billion", None, "number", 1.234e9, ""),
        ("20%", None, "percent", 20.0, "percent"),
        ("20 per cent", "en", "percent", 20.0, "percent"),
        ("20-prozentige", "de", "percent", 20.0, "percent"),
        ("zwanzig Prozent", "de", "percent", 20.0, "percent"),
        ("5 percentage points", "en", "points", 5.0, "points"),
        ("fünf Prozentpunkte", "de", "points", 5.0, "points"),
        ("half of the profit", "en", "percent", 50.0, "percent"),
        ("die Hälfte des Gewinns", "de", "percent", 50.0, "percent"),
        ("two-thirds", "en", "percent", 66.666667, "percent"),
        ("zwei Drittel", "de", "percent", 66.666667, "percent"),
        ("a quarter of it", "en", "percent", 25.0, "percent"),
        ("ein Viertel", "de", "percent", 25.0, "percent"),
        ("half a million", "en", "number", 5e5, ""),
        ("eine halbe Million", "de", "number", 5e5, ""),
        ("anderthalb Milliarden", "de", "number", 1.5e9, ""),
        ("twenty-five days", "en", "number", 25.0, "days"),
        ("fünfundzwanzig Tage", "de", "number", 25.0, "days"),
        ("75-day", "en", "number", 75.0, "days"),
        ("90-tägige", "de", "number", 90.0, "days"),
        ("one day", "en", "number", 1.0, "days"),
        ("two dozen", "en", "number", 24.0, ""),
        ("2,5-mal", "de", "number", 2.5, "times"),
        ("twice", "en", "number", 2.0, "times"),
        ("zweimal", "de", "number", 2.0, "times"),
        ("12:30 p.m.", "en", "number", 12.5, "clock"),
        ("12.30 Uhr", "de", "number", 12.5, "clock"),
        ("100 000 euros", "en", "money", 1e5, "EUR"),
        ("-5 percent", "en", "percent", -5.0, "percent"),
        ("EO 14352", "en", "number", 14352.0, ""),
        ("F-16", "en", "number", 16.0, ""),
        ("138.500 am Tag", "de", "number", 138500.0, ""),
        ("2025", None, "year", 2025.0, ""),
        ("2025 euros", "en", "money", 2025.0, "EUR"),
    ],
)
def test_one_value(text: str, language: str | None, kind: str, amount: float, unit: str) -> None:
    value = one(text, language)
    assert (value.kind, value.amount, value.unit) == (kind, amount, unit)


@pytest.mark.parametrize(
    "text",
    "the third delay|die dritte Frist|a third party|a day|ein Jahr|one of them|hundreds of users|am 3. Tag|Lemon8|t3n|the 47th|"
    "the 2020s|2B Advice|in May|the third quarter|prices fall|der Herbst|the Harbour of Palm Springs|a half-brother|3.5.2".split(
        "|"
    ),
)
def test_what_is_no_value(text: str) -> None:
    assert values(text, "de" if text.split()[0] in {"die", "ein", "am"} else "en") == ()


@pytest.mark.parametrize(
    ("text", "amounts", "unit"),
    [
        ("35 to 40 billion dollars", [35e9, 40e9], "USD"),
        ("between 86 and 88 million", [86e6, 88e6], ""),
        ("zwischen 86 und 88 Millionen Euro", [86e6, 88e6], "EUR"),
        ("$30-50 billion", [30e9, 50e9], "USD"),
        ("45, 50 or 35.1 percent", [45.0, 50.0, 35.1], "percent"),
        ("von 5 auf 9 Prozent", [5.0, 9.0], "percent"),
        ("352 to 65 votes", [352.0, 65.0], ""),
        ("24-656 and 24-657", [24.0, 656.0, 24.0, 657.0], ""),
    ],
)
def test_what_stands_once_in_a_range_or_list_counts_for_all(text: str, amounts: list[float], unit: str) -> None:
    assert [(value.amount, value.unit) for value in values(text)] == [(amount, unit) for amount in amounts]


def test_a_year_before_a_share_is_a_year() -> None:
    found = values("from 43.3 percent in 2022 to 34 percent by 2026", "en")
    assert [value.kind for value in found] == ["percent", "year", "percent", "year"]


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("about 20", "about"),
        ("rund 20", "about"),
        ("ca. 20", "about"),
        ("over 20", "over"),
        ("mehr als 20", "over"),
        ("less than $20", "under"),
        ("unter 20", "under"),
        ("at least 20", "atleast"),
        ("mindestens 20", "atleast"),
        ("up to 20", "atmost"),
        ("bis zu 20", "atmost"),
        ("no more than 20", "atmost"),
        ("the 20", ""),
    ],
)
def test_qualifiers(text: str, qualifier: str) -> None:
    assert one(text).qualifier == qualifier


def test_same_takes_amounts_within_the_tolerance_and_dates_at_the_coarser_precision() -> None:
    assert same(one("33 percent"), one("ein Drittel"), 0.02) and not same(one("33 percent"), one("ein Drittel"))
    assert same(one("April 2025"), one("2 April 2025")) and not same(one("May 2025"), one("2 April 2025"))
    assert same(one("2000 employees"), one("2,000 employees"))
    assert not same(one("20 percent"), one("20 percentage points")) and not same(one("20 dollars"), one("20 euros"))


def test_missing_lets_a_coarser_date_stand_in_a_finer_one_and_not_the_reverse() -> None:
    day, month, year, quarter = (one(text) for text in ("2 April 2025", "April 2025", "2025", "Q2 2025"))
    assert missing([month, year, quarter], [day]) == ()
    assert missing([day, month, year], [quarter]) == (day, month)
    assert missing([day], []) == (day,)


@given(st.dates(date(1970, 1, 1), date(2060, 1, 1)), st.integers(1, 20))
def test_a_range_is_its_two_days(day: date, length: int) -> None:
    end = day + timedelta(length)
    text = f"{day.day} {ENGLISH[day.month - 1]} to {end.day} {ENGLISH[end.month - 1]} {end.year}"
    assert [value.date for value in values(text, "en")] == [PartialDate(d.year, d.month, d.day) for d in (day, end)]


def test_a_clock_time_out_of_range_is_none() -> None:
    assert clock("25:00", None) is None and clock("12:60", None) is None and clock("12", "a") == 0.0


@pytest.mark.parametrize("text", ["4:81", "im Verhältnis 4:81", "25:70 Uhr"])
def test_figures_with_a_colon_that_are_no_time_are_no_number(text: str) -> None:
    assert figure("4:81", None) is None
    assert not any(value.amount == 4.81 for value in values(text, "de"))


@pytest.mark.parametrize(
    "text",
    [
        "Falls 2025 kein Käufer kommt",
        "in diesem Fall 2026",
        "shares fall 2000 dollars",
        "at Palm Springs 2024",
        "im Sommer 2000 Euro",
    ],
)
def test_no_case_no_fall_and_no_name_is_a_time_of_the_year(text: str) -> None:
    assert not any(value.until for value in values(text))
    assert any(value.until for value in values("in the fall of 2025"))
