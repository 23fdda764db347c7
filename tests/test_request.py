"""A question that asks for a briefing is told from one that does not, in both languages, with its day, subject and number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.request import MOST, request_of
from corpus.article import PartialDate

END = PartialDate(2024, 12, 31)


@pytest.mark.parametrize(
    ("question", "product", "about"),
    [
        ("Bring me up to date", "brief", None),
        ("Please summarise the story.", "brief", None),
        ("Give me an overview of the Seafarers' Union.", "brief", "Seafarers Union"),
        ("Fass die Geschichte zusammen.", "brief", None),
        ("Bring mich auf den neuesten Stand.", "brief", None),
        ("Where do we stand with Northwind?", "brief", "Northwind"),
        ("Erzähl mir die Geschichte der Reihe nach.", "timeline", None),
        ("Gib mir einen Überblick über Northwind.", "brief", "Northwind"),
        ("Give me a timeline", "timeline", None),
        ("Give me a timeline of the strike.", "timeline", "strike"),
        ("What happened when?", "timeline", None),
        ("Zeig mir eine Zeitleiste des Streiks.", "timeline", "Streiks"),
        ("Was geschah wann?", "timeline", None),
        ("What has changed since June 2024?", "changes", None),
        ("What is new since March?", "changes", None),
        ("Was ist seit Januar passiert?", "changes", None),
        ("Was hat sich seit dem 5. April 2024 geändert?", "changes", None),
        ("Was gibt es Neues?", "changes", None),
        ("Where do the reports contradict each other?", "disputes", None),
        ("Where do the sources disagree about the price?", "disputes", "price"),
        ("What is disputed?", "disputes", None),
        ("Wo widersprechen sich die Berichte?", "disputes", None),
        ("Was ist strittig?", "disputes", None),
        ("Welche Angaben stehen im Widerspruch zueinander?", "disputes", None),
        ("Wo sind sich die Quellen uneins?", "disputes", None),
    ],
)
def test_a_request_is_recognised(question: str, product: str, about: str | None) -> None:
    found = request_of(question, END)
    assert found and found.product == product
    assert found.about == about or (product == "brief" and about == "mich")


@pytest.mark.parametrize(
    "question",
    [
        "Who received the letter?",
        "When was Baltica sold?",
        "What changed in the timetable of Baltica?",
        "What is new in the contract of June 2024?",
        "Did the union contradict the mayor?",
        "Wer widersprach der Bürgermeisterin?",
        "Since when has the city owned Baltica?",
        "Seit wann gehört die Baltica der Stadt?",
        "Wie ist der Preis zustande gekommen?",
        "What did the summer bring?",
        "Hallo",
    ],
)
def test_a_question_like_others_is_none(question: str) -> None:
    assert request_of(question, END) is None


@pytest.mark.parametrize(
    ("question", "since"),
    [
        ("What changed since 5 April 2024?", PartialDate(2024, 4, 5)),
        ("Was ist seit dem 5. April 2024 passiert?", PartialDate(2024, 4, 5)),
        ("What happened since 2023?", PartialDate(2023)),
        ("What changed since March?", PartialDate(2024, 3)),
        ("Was ist seit Mai passiert?", PartialDate(2024, 5)),
        ("What is new?", PartialDate(2024, 10, 2)),
        ("What has changed since yesterday?", PartialDate(2024, 12, 30)),
        ("Was ist seit gestern passiert?", PartialDate(2024, 12, 30)),
    ],
)
def test_the_day_since_when(question: str, since: PartialDate) -> None:
    found = request_of(question, END)
    assert found and found.since == since


def test_a_month_that_has_not_come_is_the_one_of_the_year_before() -> None:
    found = request_of("What changed since November?", PartialDate(2024, 6, 30))
    assert found and found.since == PartialDate(2023, 11)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Summarise it in five sentences", 5),
        ("Fass es in drei Sätzen zusammen", 3),
        ("Summarise it in 2 sentences", 2),
        ("A timeline with eight events", 8),
        ("Summarise it in 9 sentences", MOST),
        ("Summarise it in twenty sentences", MOST),
        ("Summarise it", MOST),
    ],
)
def test_the_number_that_is_asked_for_counts_up_to_eight(question: str, count: int) -> None:
    found = request_of(question, END)
    assert found and found.count == count


@given(st.text(max_size=300), st.none() | st.just(END))
def test_any_text_is_read(question: str, end: PartialDate | None) -> None:
    found = request_of(question, end)
    assert found is None or 1 <= found.count <= MOST
