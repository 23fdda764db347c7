"""Events from sentences: one event once, over both languages, with those who stand behind it; what is none."""

import gc
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from helpers import article

from bot.events import Event, events
from bot.telling import Nearness, Told, Weights, tell, uncollected
from bot.witnesses import Witnesses, carriers
from corpus.article import Article, Note, PartialDate, Source
from corpus.library import Library
from corpus.story import Story
from index.claims import ClaimMaker
from index.passages import passages
from index.search import SearchResult

ACTORS = {"Northwind Lines": ("Northwind",), "Baltica Ferries": ("Baltica", "Baltica-Fähren"), "City of Aalholm": ("Aalholm",)}
FILLER = "The harbour of Rerik holds {} boats, the museum of Wustrow shows {} paintings."


def told(found: Sequence[Article]) -> list[Told]:
    """What the sentences of articles tell."""
    library = Library(Path(), tuple(found), (), Story(actors=ACTORS))
    results = []
    for one in found:
        for passage in passages(one.text, one.source.language):
            before = None
            for span in passage.sentences:
                results.append(SearchResult(one, span.start, span.end, before, *passage.span, 0.0, {}))
                before = span.start
    return tell(results, library, ClaimMaker(ACTORS, library.origin))


def events_of(*texts: str | tuple[str, dict[str, Any]], near: Nearness | None = None) -> list[Event]:
    """The events of articles of one paragraph each, by publishers of their own."""
    return events(told_by(*texts), near=near)


def origins_of(*texts: str | tuple[str, dict[str, Any]], near: Nearness | None = None) -> tuple[str, ...]:
    """Who stands behind what the first of such articles tells."""
    found = told_by(*texts)
    return carriers(Witnesses(found, near).of(found[0]))


def told_by(*texts: str | tuple[str, dict[str, Any]]) -> list[Told]:
    """What such articles tell."""
    found = []
    for number, entry in enumerate(texts):
        text, given = entry if isinstance(entry, tuple) else (entry, {})
        fields = dict(given)
        language = fields.pop("language", "de" if " der " in text or " am " in text else "en")
        source = Source(f"a{number}", "T", fields.pop("publisher", f"Paper {number}"), language, **fields)
        found.append(Article(source, text))
    return told(found)


def test_one_event_told_by_two_papers_is_one_with_two_origins() -> None:
    texts = (
        "Northwind Lines bought Baltica Ferries on 12 June 2024 for 310 million euros.",
        "On 12 June 2024 Northwind bought Baltica for 310 million euros, the harbour heard.",
    )
    (event,) = events_of(*texts)
    assert event.moment.text() == "2024-06-12"
    assert origins_of(*texts) == ("paper 0", "paper 1")


def test_the_other_language_stands_behind_the_same_event() -> None:
    texts = (
        "Northwind Lines bought Baltica Ferries on 12 June 2024 for 310 million euros.",
        "Northwind kaufte die Baltica am 12. Juni 2024 für 310 Millionen Euro.",
    )
    (event,) = events_of(*texts)
    assert {one.language for one in event.told} == {"en", "de"}
    assert origins_of(*texts) == ("paper 0", "paper 1") == origins_of(*texts, near=lambda one, other: 0.8)
    assert origins_of(*texts, near=lambda one, other: 0.5) == ("paper 0",)
    english, german = event.shown("en"), event.shown("de")
    assert english and german
    assert english.result.text.startswith("Northwind Lines bought")
    assert german.result.text.startswith("Northwind kaufte")


def test_the_same_origin_counts_once() -> None:
    assert origins_of(
        ("Northwind Lines bought Baltica Ferries on 12 June 2024 for 310 million euros.", {"origin": "Reuters"}),
        ("Northwind bought Baltica on 12 June 2024 for 310 million euros, after months of talks.", {"origin": "Reuters"}),
    ) == ("reuters",)


def test_who_gives_another_price_is_no_witness() -> None:
    texts = (
        "Northwind Lines bought Baltica Ferries on 12 June 2024 for 310 million euros.",
        "Northwind Lines bought Baltica Ferries on 12 June 2024 for 325 million euros.",
    )
    (event,) = events_of(*texts)
    assert len(event.told) == 2 and origins_of(*texts) == ("paper 0",)


def test_who_tells_it_of_the_month_is_a_witness_and_who_tells_it_of_another_day_is_none() -> None:
    bought = "Northwind Lines bought Baltica Ferries {} for 310 million euros."
    near = {"near": lambda one, other: 0.9}
    assert origins_of(bought.format("on 12 June 2024"), bought.format("in June 2024"), **near) == ("paper 0", "paper 1")
    assert origins_of(bought.format("on 12 June 2024"), bought.format("on 13 June 2024"), **near) == ("paper 0",)


def test_who_shares_only_what_most_sentences_have_is_no_witness_however_near() -> None:
    sold = "Northwind Lines sold the {} on 12 June 2024."
    texts = [sold.format(ship) for ship in ("Albatross", "Cormorant", "Dunlin", "Egret", "Fulmar", "Gannet")]
    assert origins_of(*texts, near=lambda one, other: 1.0) == ("paper 0",)


def test_a_sentence_that_tells_of_two_days_has_witnesses_of_each() -> None:
    found = told_by(
        "Northwind Lines bought Baltica Ferries on 12 June 2024 and sold the harbour of Rerik on 3 July 2024.",
        "Northwind Lines sold the harbour of Rerik on 3 July 2024.",
    )
    bought = found[0]
    sold = replace(bought, moments=bought.moments[::-1])
    for order in permutations((bought, sold)):
        witnesses = Witnesses(found, lambda one, other: 0.9)
        counted = {told.moment.text(): carriers(witnesses.of(told)) for told in order}
        assert counted == {"2024-06-12": ("paper 0",), "2024-07-03": ("paper 0", "paper 1")}


def test_many_of_one_language_do_not_crowd_out_the_other() -> None:
    bought = "Northwind Lines bought Baltica Ferries on 12 June 2024 for 310 million euros"
    english = [f"{bought}{' in Rerik' * (number > 0)}{'!' * number}." for number in range(12)]
    german = "Northwind kaufte Baltica am 12. Juni 2024 für 310 Millionen Euro."
    other = [f"The museum of Wustrow shows {number} paintings since {1 + number} May 2024." for number in range(28)]
    origins = origins_of(*english, german, *other, near=lambda *_: 0.95)
    assert origins[0] == "paper 0" and "paper 12" in origins and len(origins) > 5


def test_a_dossier_retells_others_and_is_no_origin() -> None:
    text = "Northwind Lines bought Baltica Ferries on 12 June 2024 for 310 million euros."
    notes = tuple(Note(len(text), Source(name, name, name, "und")) for name in ("The Herald", "Gazette"))
    report = Article(Source("a", "T", "Gazette", "en"), "Northwind bought Baltica on 12 June 2024 for 310 million euros.")
    found = told([Article(Source("d", "T", "Dealbrief", "en", "dossier"), text, notes), report])
    assert carriers(Witnesses(found[:1], None).of(found[0])) == ()
    assert carriers(Witnesses(found, None).of(found[0])) == ("gazette",)


def test_other_things_of_the_same_day_are_other_events() -> None:
    found = events_of(
        "Northwind Lines bought Baltica Ferries on 12 June 2024 for 310 million euros.",
        "Dockers walked out in Rerik on 12 June 2024 over pay and shifts.",
    )
    assert len(found) == 2


def test_a_long_name_does_not_make_two_events_of_a_day_one() -> None:
    found = events_of(
        "Aalholm Harbour Joint Venture LLC was founded on 12 June 2024.",
        "Maria Feld became the head of Aalholm Harbour Joint Venture LLC on 12 June 2024.",
    )
    assert len(found) == 2


def test_what_happened_on_the_day_of_another_event_is_an_event_of_its_own() -> None:
    found = events_of(
        "Northwind Lines bought Baltica Ferries on 12 June 2024 for 310 million euros.",
        "The captain Jonas Wirth resigned on 12 June 2024, the day on which Northwind bought Baltica.",
    )
    assert len(found) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Mayor Feld signed City Order 12 on 12 June 2024.",
            "City Order 12 of 12 June 2024 gave the ferries another month.",
        ),
        (
            "Bürgermeisterin Feld unterzeichnete am 12. Juni 2024, zwei Tage nach dem Brand, die Verordnung 12 der Stadt.",
            "Die Verordnung 12 vom 12. Juni 2024 gab jeder Fähre der Stadt einen Monat.",
        ),
    ],
)
def test_signing_an_order_and_what_it_orders_is_one_event(one: str, other: str) -> None:
    assert len(events_of(one, other)) == 1


def test_the_day_on_which_it_was_reported_is_no_second_event() -> None:
    found = events_of("Northwind bought Baltica on 12 June 2024, the Harbour Post reported the day after.")
    assert [event.moment.text() for event in found] == ["2024-06-12"]


@pytest.mark.parametrize(
    "text",
    [
        "Northwind Lines did not buy Baltica Ferries on 12 June 2024 after all.",
        "No report of 12 June 2024 names the price that Northwind paid for Baltica.",
        "The Gazette wrongly gives 12 June 2024 as the day of the sale of Baltica.",
        "Baltica Ferries has time to answer Northwind until 12 June 2024.",
        "Baltica Ferries was worth 340 million euros in 2024 by the count of analysts.",
        "Under the order of 12 June 2024 Baltica Ferries must sell its ships.",
        "Northwind Lines wants to buy Baltica Ferries and all of its ships.",
    ],
)
def test_what_is_no_event(text: str) -> None:
    assert events_of(text) == []


def test_a_sentence_that_leans_on_the_one_before_tells_nothing_alone() -> None:
    found = events_of("Northwind Lines bought Baltica Ferries on 12 June 2024. It sold them again on 3 July 2024.")
    assert [event.moment.text() for event in found] == ["2024-06-12"]


def test_a_second_day_in_a_sentence_is_an_event_of_its_own() -> None:
    found = events_of("The sale of Baltica Ferries was agreed on 10 June 2024 and announced on 12 June 2024 in Aalholm.")
    assert [event.moment.text() for event in found] == ["2024-06-10", "2024-06-12"]


def test_the_day_of_an_event_is_found_from_the_article_s_date() -> None:
    published = PartialDate(2024, 6, 13)
    (event,) = events_of(("Northwind Lines bought Baltica Ferries yesterday for 310 million euros.", {"published": published}))
    assert event.moment.text() == "2024-06-12"


def test_a_copy_is_no_second_witness() -> None:
    text = "Northwind Lines bought Baltica Ferries on 12 June 2024 for 310 million euros."
    (event,) = events(told([article("a", text), article("b", text)]))
    assert len(event.told) == 1


def test_a_weight_does_not_depend_on_the_order_of_a_set() -> None:
    # Where it did, the order of a timeline changed with the seed of Python's hashes.
    weights = Weights([frozenset("abcdef"[:length]) for length in (1, 1, 2, 3, 3, 3, 4, 5, 5, 6)])
    assert len({weights.sum(order) for order in permutations("abcdef")}) == 1


def test_across_languages_the_nearest_of_a_day_are_one_event() -> None:
    # One of each language about the same thing: "sale" and "strike" are what a nearness of vectors would see.
    about = {"Baltica": "sale", "Fähren": "sale", "crew": "strike", "Mannschaft": "strike", "museum": "opening"}

    def near(one: SearchResult, other: SearchResult) -> float:
        subjects = [{subject for word, subject in about.items() if word in each.text} for each in (one, other)]
        return 0.8 if subjects[0] & subjects[1] else 0.3

    found = events_of(
        "The owner gave Baltica away for good on 12 June 2024.",
        "The crew stopped all work in the harbour on 12 June 2024.",
        "The new museum received the first guests on 12 June 2024.",
        "Die Mannschaft legte am 12. Juni 2024 im Hafen die Arbeit nieder.",
        "Der Eigentümer trennte sich am 12. Juni 2024 von seinen Fähren.",
        near=near,
    )
    together = [{about[word] for told in event.told for word in about if word in told.result.text} for event in found]
    assert sorted((subject, len(event.told)) for event, (subject,) in zip(found, together, strict=True)) == [
        ("opening", 1),
        ("sale", 2),
        ("strike", 2),
    ]


def test_the_collector_rests_until_the_last_is_out() -> None:
    assert gc.isenabled()
    with uncollected:
        with uncollected:
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
