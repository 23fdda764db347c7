"""How an answer is composed of ranked sentences: what may be shown, what comes first, how many, in which order."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.extractive import Choice, compose, eligible, leans, weighed
from bot.question import take_apart
from corpus.article import Article, PartialDate, Source
from index.claims import ClaimMaker
from index.search import Ranking, SearchResult

FILLER = "the town of Aalholm and the island of Brekke".split()
ACTORS = {"Amazon": (), "Oracle": ("Oracle Corp.",), "Northwind": ()}


def found(text: str, score: float, *, id: str = "", language: str = "en", published: str | None = None) -> SearchResult:
    """A sentence that is an article by itself."""
    date = PartialDate.parse(published) if published else None
    source = Source(id or text, "Title", f"Publisher of {id or text}", language, published=date)
    return SearchResult(Article(source, text), 0, len(text), None, 0, len(text), score, {})


def origin(article: Article) -> str:
    return article.source.publisher or article.id


def ranking(results: list[SearchResult]) -> Ranking:
    """What a search found, without the similarities that composing does not look at."""
    none = Ranking.none("en")
    features, nothing = np.zeros((len(results), none.features.shape[1]), np.float32), np.zeros((len(results), 0), np.float32)
    return replace(none, results=tuple(results), features=features, matches=nothing, pooled=nothing)


def shown(question: str, *results: list[SearchResult]) -> list[str]:
    """The sentences that are shown for a question whose parts found these."""
    return [choice.claim.representative.text for choice in choices(question, *results)]


def choices(question: str, *results: list[SearchResult], maker: ClaimMaker | None = None) -> list[Choice]:
    asked = take_apart(question)
    assert len(asked.parts) == len(results)
    rankings = [weighed(ranking(part), kind, "") for part, kind in zip(results, asked.kinds, strict=True)]
    return compose(asked, rankings, maker or ClaimMaker(ACTORS, origin))


LETTER = "Amazon sent its letter to two members of the government."
PRICE = "Oracle put the price of its cloud at forty coins a month."
PLAN = "Baltica wants to open a new ferry line to the island of Brekke."
OFFERED = "Northwind offered {} million euros for the ferry line of Baltica on 12 June 2024."
DATE = "Northwind closed its last ferry line on 12 June 2024."


def test_a_clear_leader_stands_alone() -> None:
    assert shown("Who got the letter?", [found(LETTER, 9), found(PRICE, 2), found(DATE, 1)]) == [LETTER]


def test_rivals_that_the_evidence_cannot_tell_apart_are_shown_by_rank() -> None:
    assert shown("Who got the letter?", [found(LETTER, 3), found(PRICE, 2.9), found(DATE, 2.8)])[:2] == [LETTER, PRICE]


def test_there_are_at_most_three() -> None:
    results = [found(f"The {word} of Aalholm opened its doors to all guests.", 3) for word in "mill inn fair dock barn".split()]
    assert 1 <= len(shown("What opened in Aalholm?", results)) <= 3


def test_a_date_is_preferred_where_one_is_asked_for() -> None:
    assert shown("When did the last line close?", [found(LETTER, 3.2), found(DATE, 3)])[0] == DATE
    assert shown("When did the last line close?", [found(LETTER, 9), found(DATE, 3)])[0] == LETTER
    assert shown("Who closed the last line?", [found(LETTER, 3.2), found(DATE, 3)])[0] == LETTER


@pytest.mark.parametrize(
    ("terms", "first"),
    [(["14310", "hold"], "14310"), (["14258", "hold"], "14258"), (["2026", "hold"], "14258"), (["90", "hold"], "14258")],
)
def test_what_bears_the_number_of_the_question_comes_first(terms: list[str], first: str) -> None:
    orders = {
        "14258": "Order 14258 of 2025 held the ban off for some more months.",
        "14310": "Order 14310 held the ban off for 90 days and into 2026.",
    }
    results = [found(orders["14258"], 3.0), found(orders["14310"], 2.0)]
    asked = replace(ranking(results), terms=dict.fromkeys(terms, 1.0))
    assert weighed(asked, "other", "").results[0].text == orders[first]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("When did the second delay end?", "second"),
        ("Wann endete der zweite Aufschub?", "second"),
        ("When did the first delay end?", "first"),
        ("When did the last delay end?", "first"),
        ("When did the third delay end?", "May"),
    ],
)
def test_what_tells_of_another_one_in_order_stands_behind(question: str, first: str) -> None:
    results = [
        found("The first delay of the ban ended in April.", 3.0),
        found("The second delay of the ban ended in June.", 2.5),
        found("The delay of the ban ended in May.", 2.0),
    ]
    assert first in weighed(ranking(results), "other", question).results[0].text


def test_now_takes_the_latest_of_those_that_rank_nearly_the_same() -> None:
    old = found("Amazon was said to be the owner of the ferry line.", 3.1, published="2020-05")
    new = found("Oracle was said to be the owner of the ferry line.", 3.0, published="2026-01")
    assert shown("Who owns the line today?", [old, new])[0] == new.text
    assert shown("Who owned the line?", [old, new])[0] == old.text


def test_now_shows_the_latest_then_the_best_then_the_later_of_close_rivals() -> None:
    years = [f"The ferry line had a new owner in {year}, the harbour gazette wrote." for year in (2021, 2023, 2022, 2024)]
    results = [found(text, score) for text, score in zip(years, (3.0, 2.9, 2.0, 1.9), strict=True)]
    assert shown("Who is the owner today?", results) == [years[1], years[0], years[3]]


def test_the_third_place_is_the_last_parts() -> None:
    first, second = [found(LETTER, 5), found(DATE, 4.9)], [found(PRICE, 5), found(PLAN, 4.9)]
    assert shown("Who got the letter and where?", first, second) == [LETTER, PRICE, PLAN]


def test_the_other_side_of_a_conflict_keeps_its_place_in_a_question_of_two_parts() -> None:
    sides = [found(OFFERED.format(340), 5, id="one"), found(OFFERED.format(310), 4.9, id="two")]
    for second in ([found(LETTER, 5), found(PLAN, 4.9)], [*sides, found(LETTER, 4.8)]):
        made = choices(
            "What did Northwind offer and where?", sides, second, maker=ClaimMaker(ACTORS, origin, lambda one, other: 0.95)
        )
        assert [(choice.claim.representative.text, choice.part, choice.disputed) for choice in made] == [
            (OFFERED.format(340), 0, True),
            (OFFERED.format(310), 0, True),
            (LETTER, 1, False),
        ]


@pytest.mark.parametrize(("right", "wrong"), [(6.5, 6.0), (6.0, 6.5)])
def test_a_correction_stands_before_the_error_whichever_ranks_first(right: float, wrong: float) -> None:
    error = OFFERED.format(310)
    correction = "Northwind offered 340 million euros for the ferry line of Baltica on 12 June 2024; 310 million is wrong."
    results = sorted([found(correction, right), found(error, wrong)], key=lambda result: -result.score)
    for question in ("How much did Northwind offer?", "Did Northwind offer 310 million?"):
        made = choices(question, results, maker=ClaimMaker(ACTORS, origin, lambda one, other: 0.95))
        assert [(choice.claim.representative.text, choice.disputed) for choice in made] == [(correction, True), (error, True)]


def test_of_one_claim_the_sentence_with_the_reason_is_shown_where_a_reason_is_asked_for() -> None:
    plain = "Northwind closed its last ferry line on 12 June 2024 in the harbour of Brekke."
    reason = "Northwind closed its last ferry line in the harbour of Brekke on 12 June 2024 because of the ice."
    assert shown("Why did Northwind close the line?", [found(plain, 9), found(reason, 7.2)])[0] == reason
    assert shown("What did Northwind close?", [found(plain, 9), found(reason, 7.2)])[0] == plain


def test_a_month_is_not_later_than_its_days() -> None:
    early = found("Baltica charged seven coins for a crossing from 8 January 2025.", 3)
    day = found("Baltica has taken nine coins for a car since 20 March 2026.", 2.9)
    month = found("The ferry line of Northwind has taken dogs for two coins since March 2026.", 2.6)
    assert shown("What is charged now?", [early, day, month])[0] == day.text
    assert shown("What is charged now?", [day, month])[0] == day.text


def test_each_part_has_its_statement_in_the_order_of_the_parts() -> None:
    first, second = [found(LETTER, 5), found(PRICE, 1)], [found(DATE, 5), found(LETTER, 4.9)]
    made = choices("Who got the letter and when?", first, second)
    assert [choice.part for choice in made] == sorted(choice.part for choice in made)
    assert {0, 1} <= {choice.part for choice in made}
    assert shown("Who got the letter and when?", first, second)[0] == LETTER
    assert DATE in shown("Who got the letter and when?", first, second)


def test_a_sentence_for_two_parts_is_shown_once() -> None:
    assert shown("Who closed it and when?", [found(DATE, 5)], [found(DATE, 5)]) == [DATE]


def test_the_same_from_two_publishers_is_one_statement_with_both() -> None:
    one = found("Northwind offered 340 million euros for the ferry line.", 4, id="one")
    other = found("Northwind offered 340 million euros for the ferry line.", 4, id="other")
    (choice,) = choices("How much did Northwind offer?", [one, other])
    assert [result.article.id for result in choice.claim.others] == ["other"]
    assert choice.claim.origins == ("Publisher of one", "Publisher of other")


def test_a_sentence_without_content_words_that_stands_twice_is_shown_once() -> None:
    text = "It is what it is and it was what it was."
    article = Article(Source("a", "Title", "P", "en"), f"{text} {text}")
    spans = [(0, len(text)), (len(text) + 1, 2 * len(text) + 1)]
    twice = [SearchResult(article, start, end, None, 0, len(article.text), 3, {}) for start, end in spans]
    assert shown("What is it?", twice) == [text]


def test_statements_have_at_most_120_words_together_but_the_first_never_gives_way() -> None:
    long = [" ".join([word, *FILLER * 6, "are named here."]) for word in ("Amazon", "Oracle", "Northwind")]
    assert all(50 < len(text.split()) < 60 for text in long)
    made = shown("Who is named?", [found(text, 3) for text in long])
    assert made[0] == long[0] and sum(len(text.split()) for text in made) <= 120
    huge = " ".join(["Amazon", *FILLER * 20, "are named here."])
    assert shown("Who is named?", [found(huge, 9)]) == [huge]


def test_nothing_found_is_nothing_shown() -> None:
    assert shown("Who?", []) == []


@pytest.mark.parametrize(
    ("text", "may", "may_as_best"),
    [
        (LETTER, True, True),
        ("The corpus tells nothing about who has received the letter of Amazon.", True, True),
        ("Is it certain that Amazon sent a letter to them?", False, False),
        ("A fragment without an end that goes on", False, False),
        ("- An item of a list that has words enough.", False, False),
        ("3. Third of all the items of a list.", False, False),
        ("Five words are too few.", False, True),
        ("No comment.", False, False),
        ("word " * 70 + "ends.", False, True),
        ("„Wir verkaufen die Fähren der Baltica auf keinen Fall.“", True, True),
        ("The law took effect on 19 January (a Sunday).", True, True),
    ],
)
def test_what_may_be_shown(text: str, may: bool, may_as_best: bool) -> None:
    assert (eligible(found(text.strip(), 1), False), eligible(found(text.strip(), 1), True)) == (may, may_as_best)


@pytest.mark.parametrize("text", ["It was sold.", "„Er sagte nein.“", "Diese Frist endete.", "They left.", "Dabei blieb es."])
def test_what_leans_on_the_sentence_before(text: str) -> None:
    assert leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "Italy was sold.",
        "Erst später.",
        "Amazon left.",
        "Thomas left.",
        "Dasselbe galt.",
        "Das Gericht entschied.",
        "Das neue Gericht entschied.",
        "Das geplante Werk schloss.",
        "",
    ],
)
def test_what_stands_alone(text: str) -> None:
    assert not leans(text)


TEXTS = st.lists(st.sampled_from([*FILLER, "Amazon", "Oracle", "2024.", "5%", "not", "It", "."]), min_size=1, max_size=30)
RESULTS = st.lists(st.tuples(TEXTS.map(" ".join), st.floats(-5, 5, width=32)), max_size=14)


@given(RESULTS, RESULTS, st.sampled_from(["Who is it and when?", "Wer ist es heute und wie viel?"]))
def test_whatever_is_found_the_rules_hold(one: list[tuple[str, float]], two: list[tuple[str, float]], question: str) -> None:
    lists = [
        sorted((found(text, score, id=f"{part}{i}") for i, (text, score) in enumerate(pairs)), key=lambda r: -r.score)
        for part, pairs in enumerate((one, two))
    ]
    made = choices(question, *lists)
    texts = [choice.claim.representative.text for choice in made]
    assert len(texts) <= 3
    assert len(texts) == 1 or sum(len(text.split()) for text in texts) <= 120
    assert [choice.part for choice in made] == sorted(choice.part for choice in made)
    keys = [choice.claim.representative.key for choice in made]
    assert len(set(keys)) == len(keys)
    assert made == choices(question, *lists)
