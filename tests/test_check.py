"""The check of a generated sentence: what stands in the quotes passes, what does not is stopped, and two actors get the quote."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.check import Checker, Quote
from bot.wording import reason_text
from corpus.article import PartialDate
from index.cross_encoder import CrossEncoder

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


@settings(deadline=None)
@given(st.text(min_size=1), st.sampled_from(["en", "de"]))
def test_a_verbatim_quote_is_verbatim(text: str, language: str) -> None:
    assert CHECKER.check(text, [Quote(text, language, None), Quote("Other.", "en", None)]).check.verdict == "verbatim"


@settings(deadline=None)
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


@settings(deadline=None)
@given(st.integers(0, 10**7), FORMS, st.sampled_from(["en", "de"]))
def test_a_number_that_is_not_in_the_quotes_is_never_supported(number: int, form: str, language: str) -> None:
    quote = "Baltica runs 7 ferries, 12 percent more than in 2019, and paid 3 million euros on 4 May 2023."
    said = form.format(n=number)
    digits = {7, 12, 2019, 3, 4, 2023, 5}
    if number not in digits:
        assert CHECKER.check(f"Baltica has {said}.", [Quote(quote, "en", None)], language).check.verdict == "unsupported"


@settings(deadline=None)
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
            assert {"date", "number"} & set(CHECKER.check(moved, cited, spoken).check.reasons), (moved, quote)


@settings(deadline=None)
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
        ("The fare went from 7 to 5 euros.", "The fare went from 5 euros to 7 euros.", "unsupported direction"),
        ("Of 5 million euros 2 million were for boats.", "It was 5 million euros, boats 2 million euros.", "supported"),
        ("Baltica has 2 million guests.", "Baltica has 2 million euros.", "unsupported number"),
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


@pytest.mark.parametrize(
    ("statement", "quote", "language", "cited", "expected"),
    [
        ("Baltica did not stop.", "Baltica stopped in Aalholm.", "en", "en", "unsupported negation"),
        ("Baltica stopped in the harbour.", "Baltica did not stop in the harbour.", "en", "en", "unsupported negation"),
        ("Baltica hielt nicht.", "Baltica hielt im Hafen.", "de", "de", "unsupported negation"),
        ("Baltica hielt im Hafen.", "Baltica hielt nie im Hafen.", "de", "de", "unsupported negation"),
        ("Baltica hat Boote.", "Baltica hat keine Boote.", "de", "de", "unsupported negation"),
        ("Baltica has boats.", "Baltica hat keine Boote.", "en", "de", "unsupported negation"),
        ("Baltica has no boats.", "Baltica hat keine Boote.", "en", "de", "supported"),
        ("Baltica refused to stop.", "Baltica did not stop.", "en", "en", "supported"),
        ("Baltica is not known here.", "Baltica is unknown here.", "en", "en", "supported"),
        ("Baltica is known here.", "Baltica is unknown here.", "en", "en", "unsupported negation"),
        ("Baltica refused to stop.", "Baltica stopped at the pier after the ban ended.", "en", "en", "unsupported negation"),
        (
            "Baltica did not open.",
            "Baltica opened in the old harbour town and closed again.",
            "en",
            "en",
            "unsupported negation",
        ),
        ("Baltica avoided the pier.", "Baltica did not call at the pier.", "en", "en", "supported"),
        (
            "Die Baltica zahlte der Stadt das Geld.",
            "Die Baltica weigerte sich, der Stadt Geld zu zahlen.",
            "de",
            "de",
            "unsupported negation",
        ),
        ("Die Baltica zahlte die Miete.", "Die Baltica lehnte es ab, die Miete zu zahlen.", "de", "de", "unsupported negation"),
        ("Bei der Baltica wurde niemand verletzt.", "Bei der Baltica blieben alle unverletzt.", "de", "de", "supported"),
        ("Baltica has 7 boats.", "Baltica has 7 boats, but nobody uses the old pier.", "en", "en", "supported"),
        ("Baltica's fares fell.", "Baltica's fares rose.", "en", "en", "unsupported direction"),
        ("Baltica's fares went up.", "Baltica's fares rose.", "en", "en", "supported"),
        ("Die Preise der Baltica sanken.", "Die Preise der Baltica stiegen.", "de", "de", "unsupported direction"),
        ("Baltica's fares fell.", "Die Preise der Baltica stiegen.", "en", "de", "unsupported direction"),
        ("Baltica bought the pier.", "Baltica sold the pier.", "en", "en", "unsupported direction"),
        ("Baltica hat mehr Boote.", "Baltica has fewer boats.", "de", "en", "unsupported direction"),
        ("Baltica left before the storm.", "Baltica left after the storm.", "en", "en", "unsupported direction"),
        ("Baltica confirmed the delay.", "Baltica denied the delay.", "en", "en", "unsupported negation attribution"),
        ("Baltica confirmed the delay.", "Baltica spoke of the delay.", "en", "en", "unsupported attribution"),
        ("Baltica denied the delay.", "Baltica reported the delay.", "en", "en", "unsupported negation attribution"),
        ("Baltica bestritt den Ausfall.", "Baltica bestätigte den Ausfall.", "de", "de", "unsupported negation attribution"),
        ("Baltica räumte den Ausfall ein.", "Baltica denied the delay.", "de", "en", "unsupported negation attribution"),
        ("Baltica bestritt den Ausfall.", "Baltica denied the delay.", "de", "en", "supported"),
        ("The mayor likes tea.", "Ferries are blue.", "en", "en", "unsupported nothing_shared"),
        ("Das Amt verweigerte die Auskunft.", "The office refused to answer.", "de", "en", "unsupported nothing_shared"),
    ],
)
def test_sense(statement: str, quote: str, language: str, cited: str, expected: str) -> None:
    assert verdict(statement, quote, language=language, cited=cited) == expected


TWO = "Northwind Lines bought Baltica Ferries."


@pytest.mark.parametrize(
    ("statement", "language", "quote", "cited"),
    [
        ("Baltica Ferries bought Northwind Lines.", "en", TWO, "en"),
        ("Northwind Lines was bought by Baltica Ferries.", "en", TWO, "en"),
        ("Baltica kaufte Northwind.", "de", TWO, "en"),
        ("Die Baltica kaufte die Northwind.", "de", "Die Northwind kaufte die Baltica.", "de"),
        ("According to Baltica, Northwind left.", "en", "According to Northwind, Baltica left.", "en"),
        ("Baltica told Northwind that fares rose.", "en", "Northwind told Baltica that fares rose.", "en"),
        ("Germany warned France.", "en", "France warned Germany.", "en"),
        ("Ingrid Solberg thanked Karen Holt.", "en", "Karen Holt thanked Ingrid Solberg.", "en"),
    ],
)
def test_swapped_actors_are_never_supported_without_a_support_model(
    statement: str, language: str, quote: str, cited: str
) -> None:
    assert CHECKER.check(statement, [Quote(quote, cited, None)], language).check.verdict == "unsupported"


@pytest.mark.parametrize(
    "statement", ["Baltica Ferries was bought by Northwind Lines.", "In the end Northwind bought Baltica."]
)
def test_a_sentence_with_two_actors_gives_way_to_its_quote(statement: str) -> None:
    found = CHECKER.check(statement, [Quote(TWO, "en", None)])
    assert found.quote_instead
    assert found.check.reasons == ("two_actors",)


def test_a_source_and_a_place_do_not_act() -> None:
    quote = "Baltica carried 7 million people in Germany, according to The Harbour Post."
    assert verdict("The Harbour Post wrote that Baltica carried 7 million people in Germany.", quote) == "supported"


@pytest.mark.parametrize(
    ("statement", "quote"),
    [("Lindqvist verklagte Rothmann.", "Rothmann verklagte Lindqvist."), ("Hunde jagen Katzen.", "Katzen jagen Hunde.")],
)
def test_german_words_that_change_places_around_their_verb(statement: str, quote: str) -> None:
    assert verdict(statement, quote, language="de") == "unsupported order"
    assert verdict("Den Hafen sperrte der Rat.", "Der Rat sperrte den Hafen.", language="de") == "supported"


class Judge(CrossEncoder):
    """A support model that gives every pair the same probability and keeps what it was asked."""

    def __init__(self, probability: float) -> None:
        self.probability = probability
        self.asked: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """The same for all."""
        self.asked += pairs
        return np.full(len(pairs), self.probability, np.float32)


def test_a_support_model_decides_about_two_actors_and_nothing_else() -> None:
    quotes = [Quote(TWO, "en", None), Quote("It paid 7 million euros.", "en", None)]
    statement = "For 7 million euros Northwind acquired Baltica."
    for probability, expected, reason in ((0.9, "supported", "support_model"), (0.1, "unsupported", "support_model_denies")):
        judge = Judge(probability)
        found = Checker(ACTORS, judge).check(statement, quotes)
        assert (found.check.verdict, found.check.reasons) == (expected, (reason,))
        assert found.quote_instead == (expected == "unsupported")
        assert judge.asked == [(f"{TWO} It paid 7 million euros.", statement)]
    judge = Judge(1.0)
    wrong = Checker(ACTORS, judge).check("For 8 million euros Northwind acquired Baltica.", quotes)
    assert wrong.check.reasons == ("number",)
    assert not judge.asked


def test_what_stands_only_in_the_paragraph_widens_the_citation() -> None:
    paragraph = "Baltica runs ferries. It carried 7 million people in 2023. The sea was calm."
    quote = Quote("Baltica runs ferries.", "en", None, paragraph)
    found = CHECKER.check("Baltica carried 7 million people.", [quote])
    assert found.check.verdict == "supported"
    (more,) = found.widen
    assert (more.quote, more.text) == (0, "It carried 7 million people in 2023.")
    assert paragraph[more.start : more.end] == more.text
    assert CHECKER.check("Baltica carried 8 million people.", [quote]).check.reasons == ("number",)
    assert CHECKER.check("Baltica runs many ferries.", [quote]).widen == ()


def test_without_a_quote_nothing_is_supported() -> None:
    found = CHECKER.check("Baltica runs ferries.", [])
    assert (found.check.verdict, found.check.reasons) == ("unsupported", ("no_quote",))


def test_every_reason_has_words_in_both_languages() -> None:
    for code in ("no_quote", "number", "date", "name", "negation", "direction", "attribution", "order", "two_actors"):
        assert reason_text(code, "en") != reason_text(code, "de")
    with pytest.raises(KeyError):
        reason_text("no such reason", "en")
