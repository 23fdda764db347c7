"""The check of a generated sentence: what stands in the quotes passes, what does not is stopped, and two actors get the quote."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.check import Checker, Quote
from bot.wording import reason_text
from corpus.article import PartialDate

ACTORS = {
    "Northwind Lines": ("Northwind",),
    "Baltica Ferries": ("Baltica",),
    "Ingrid Solberg": ("Solberg", "Mayor Solberg"),
    "Harbour Office": ("Hafenamt",),
}
CHECKER = Checker(ACTORS)
PUBLISHED = PartialDate(2024, 3, 6)  # a Wednesday
MONTHS = "January February March April May June July August September October November December".split()
MONATE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()


def verdict(statement: str, *quotes: str, language: str = "en", cited: str | None = None) -> str:
    """The verdict, with its reasons where there are any, on a statement and quotes of an article of 6 March 2024."""
    found = CHECKER.check(statement, [Quote(quote, cited or language, PUBLISHED) for quote in quotes], language).check
    return " ".join((found.verdict, *found.reasons))


@given(st.text(min_size=1), st.sampled_from(["en", "de"]))
def test_a_verbatim_quote_is_verbatim(text: str, language: str) -> None:
    assert CHECKER.check(text, [Quote(text, language, None), Quote("Other.", "en", None)]).check.verdict == "verbatim"


@given(st.text(), st.lists(st.text(), max_size=3), st.sampled_from(["en", "de", None]))
def test_no_text_raises(statement: str, quotes: list[str], language: str | None) -> None:
    found = CHECKER.check(statement, [Quote(text, "de", PUBLISHED, text) for text in quotes], language)
    assert all(reason_text(code, name) for code in found.check.reasons for name in ("en", "de"))


FORMS = st.sampled_from(
    [
        "{n}",
        "{n} ferries",
        "{n} percent",
        "{n} million euros",
        "{n}-{n} ferries",
        "${n}",
        "{n}th ferry",
        "v{n}.{n}.2",
        "no. {n}",
    ]
)


@given(st.integers(0, 10**7), FORMS, st.sampled_from(["en", "de"]))
def test_a_number_that_is_not_in_the_quotes_is_never_supported(number: int, form: str, language: str) -> None:
    quote = "Baltica runs 7 ferries, 12 percent more than in 2019, and paid 3 million euros on 4 May 2023."
    said = form.format(n=number)
    digits = {7, 12, 2019, 3, 4, 2023, 5}
    if number not in digits:
        assert CHECKER.check(f"Baltica has {said}.", [Quote(quote, "en", None)], language).check.verdict == "unsupported"


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_day_is_the_same_in_every_format_and_any_other_day_is_none(day: date) -> None:
    english, german = MONTHS[day.month - 1], MONATE[day.month - 1]
    forms = [(f"On {english} {day.day}, {day.year} Baltica stopped.", "en")]
    forms += [(f"On {day.day} {english} {day.year} Baltica stopped.", "en")]
    forms += [(f"Am {day.day}. {german} {day.year} hielt Baltica.", "de")]
    forms += [(f"Am {day.day}.{day.month}.{day.year} hielt Baltica.", "de")]
    other = day.replace(year=day.year - 1, day=1)
    for quote, language in forms:
        for statement, spoken in forms:
            cited = [Quote(quote, language, None)]
            if statement != quote:
                assert CHECKER.check(statement, cited, spoken).check.verdict == "supported", (statement, quote)
            moved = statement.replace(str(day.year), str(other.year))
            assert CHECKER.check(moved, cited, spoken).check.reasons == ("date",), (moved, quote)


@given(st.integers(1, 999))
def test_an_amount_is_the_same_in_every_format_and_a_thousandfold_is_not(number: int) -> None:
    comma = f"{number / 1000}".replace(".", ",")
    forms = [(f"Baltica paid {number} million euros.", "en"), (f"Baltica paid €{number}m.", "en")]
    forms += [(f"Baltica paid {number / 1000} billion euros.", "en"), (f"Baltica zahlte {number} Mio. Euro.", "de")]
    forms += [(f"Baltica zahlte {comma} Milliarden Euro.", "de")]
    for quote, language in forms:
        for statement, spoken in forms:
            cited = [Quote(quote, language, None)]
            if statement != quote:
                assert CHECKER.check(statement, cited, spoken).check.verdict == "supported", (statement, quote)
        wrong = CHECKER.check(f"Baltica paid {number} billion euros.", [Quote(quote, language, None)], "en").check
        assert wrong.reasons == ("number",)


@pytest.mark.parametrize(
    ("statement", "quote", "expected"),
    [
        ("Baltica stopped on 5 March 2024.", "Baltica stopped yesterday.", "supported"),
        ("Baltica stopped on 4 March 2024.", "Baltica stopped on Monday.", "supported"),
        ("Baltica stopped in 2023.", "Baltica stopped last year.", "supported"),
        ("Baltica stopped in 2022.", "Baltica stopped last year.", "unsupported date"),
        ("Baltica stopped on 2 April.", "Baltica stopped on 2 April 2024.", "supported"),
        ("Baltica stopped on 3 April.", "Baltica stopped on 2 April 2024.", "unsupported date"),
        ("Baltica stopped in April.", "Baltica stopped on 2 April 2024.", "supported"),
        ("Baltica stopped in May.", "Baltica stopped on 2 April 2024.", "unsupported date"),
        ("Baltica stopped on 31 February.", "Baltica stopped on 2 April 2024.", "unsupported date"),
        ("Baltica stopped in the first quarter.", "Baltica stopped in the first quarter of 2024.", "supported"),
        ("Baltica stopped in the third quarter.", "Baltica stopped in the first quarter of 2024.", "unsupported date"),
        ("Baltica lost its third ferry.", "Baltica lost its second ferry.", "unsupported number"),
        ("Baltica lost two ferries.", "Baltica lost both ferries.", "supported"),
        ("Baltica waited from 180 to 270 days.", "Baltica waited 270 days instead of 180.", "supported"),
        ("Baltica has at most 40 ferries.", "Baltica has at least 40 ferries.", "unsupported direction"),
    ],
)
def test_dates_and_numbers(statement: str, quote: str, expected: str) -> None:
    assert verdict(statement, quote) == expected


@pytest.mark.parametrize(
    ("statement", "quote", "expected"),
    [
        ("Mayor Solberg spoke.", "Ingrid Solberg spoke.", "supported"),
        ("Mayor Solberg spoke.", "The mayor spoke to Karen Holt.", "unsupported name"),
        ("Lars Holt spoke.", "Karen Holt spoke.", "unsupported name"),
        ("Murdoch spoke.", "The mayor spoke.", "unsupported name"),
        ("Work continued.", "The work of the mayor continued.", "supported"),
        ("Revenue rose.", "The revenue of the line rose.", "supported"),
        ("American users left.", "Users in the United States left.", "supported"),
        ("French users left.", "Users in the United States left.", "unsupported name"),
    ],
)
def test_names(statement: str, quote: str, expected: str) -> None:
    assert verdict(statement, quote) == expected
