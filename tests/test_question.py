"""What a question asks for, told without a model: kind, parts, time, small talk, the last question of a long text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.question import MAX_PARTS, Kind, kind_of, last_question, small_talk, take_apart

WORDS = st.sampled_from("who when and und ? ; wer wann TikTok bought . \n heute 2025 \0 how much wie viele".split(" "))
TEXTS = st.text(max_size=80) | st.lists(WORDS, max_size=20).map(" ".join)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who received the letter?", "who"),
        ("To whom was it sent?", "who"),
        ("Which company bid for TikTok?", "who"),
        ("Wer hat das Schreiben bekommen?", "who"),
        ("Wem gehört TikTok in den USA?", "who"),
        ("An wen ging der Brief?", "who"),
        ("Welche Unternehmen boten mit?", "who"),
        ("When did the law take effect?", "when"),
        ("In which year was it founded?", "when"),
        ("On what date did it end?", "when"),
        ("Wann trat das Gesetz in Kraft?", "when"),
        ("In welchem Jahr war das?", "when"),
        ("How much did Oracle offer?", "how_much"),
        ("How many users does TikTok have?", "how_much"),
        ("What share does ByteDance keep?", "how_much"),
        ("Wie viele Nutzer hat TikTok?", "how_much"),
        ("Wie hoch war das Gebot?", "how_much"),
        ("Welchen Anteil hält ByteDance?", "how_much"),
        ("Why did it fail?", "why"),
        ("Warum scheiterte es?", "why"),
        ("Weshalb wurde verlängert?", "why"),
        ("Where is the server?", "where"),
        ("Wo liegt das Rechenzentrum?", "where"),
        ("In welchem Land sitzt die Firma?", "where"),
        ("Did Amazon buy TikTok?", "yes_no"),
        ("Is the deal closed?", "yes_no"),
        ("Hat Amazon TikTok gekauft?", "yes_no"),
        ("Wurde das Gesetz aufgehoben?", "yes_no"),
        ("What is the joint venture?", "other"),
        ("Was sah das Angebot vor?", "other"),
        ("On what grounds did the court uphold it?", "why"),
        ("What were the reasons for the sale?", "why"),
        ("Womit hat das Gericht das begründet?", "why"),
        ("Womit begründete das Gericht sein Urteil?", "why"),
        ("Was waren die Gründe für das Scheitern?", "why"),
        ("Was it blocked on the grounds of security?", "yes_no"),
        ("Oracle Anteil", "other"),
        ("", "other"),
    ],
)
def test_kinds(question: str, kind: Kind) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "parts", "kinds"),
    [
        ("Who got it and when?", ("Who got it", "when"), ("who", "when")),
        ("Wer bekam es und wann?", ("Wer bekam es", "wann"), ("who", "when")),
        ("Who bid? How much was it?", ("Who bid", "How much was it"), ("who", "how_much")),
        ("Wer bot mit; warum?", ("Wer bot mit", "warum"), ("who", "why")),
        ("Who owns it, and since when?", ("Who owns it", "since when"), ("who", "when")),
        ("Wem gehört es und seit wann?", ("Wem gehört es", "seit wann"), ("who", "when")),
        ("Did Oracle and Silver Lake invest?", ("Did Oracle and Silver Lake invest",), ("yes_no",)),
        ("Haben Oracle und MGX investiert?", ("Haben Oracle und MGX investiert",), ("yes_no",)),
        ("What did the U.S. Senate decide?", ("What did the U.S. Senate decide",), ("other",)),
        ("Was it sold, and did that last?", ("Was it sold", "did that last"), ("yes_no", "yes_no")),
        ("Who signed the order and had it extended?", ("Who signed the order and had it extended",), ("who",)),
        ("Wer kaufte sie und hat sie geschlossen?", ("Wer kaufte sie und hat sie geschlossen",), ("who",)),
        ("Was kostete es und gilt das noch?", ("Was kostete es", "gilt das noch"), ("other", "other")),
        ("Did they sing and did Amazon pay?", ("Did they sing and did Amazon pay",), ("yes_no",)),
        ("The price compared with what they bid?", ("The price", "what they bid"), ("other", "other")),
        ("How many are there compared to when it began?", ("How many are there compared to when it began",), ("how_much",)),
        ("Wie hoch war A im Vergleich zu B?", ("Wie hoch war A im Vergleich zu B",), ("how_much",)),
        ("Who backs it? (Northwind, ferry line)", ("Who backs it? (Northwind, ferry line)",), ("who",)),
        ("Who bought it? (And when?)", ("Who bought it", "(And when?)"), ("who", "when")),
    ],
)
def test_parts(question: str, parts: tuple[str, ...], kinds: tuple[Kind, ...]) -> None:
    asked = take_apart(question)
    assert (asked.parts, asked.kinds) == (parts, kinds)


def test_there_are_at_most_three_parts() -> None:
    assert take_apart("Who? When? Where? Why? How much?").parts == ("Who", "When", "Where")


@given(TEXTS)
def test_no_text_raises_and_every_part_stands_in_the_question(text: str) -> None:
    asked = take_apart(text)
    assert 1 <= len(asked.parts) == len(asked.kinds) <= MAX_PARTS
    assert asked.text == text
    assert all(part in text for part in asked.parts)
    assert small_talk(text) in (None, "greeting", "thanks", "how_sure")
    assert last_question(text) in text


@pytest.mark.parametrize(
    ("question", "now"),
    [
        ("Who owns TikTok today?", True),
        ("Who currently runs it?", True),
        ("Does ByteDance still own TikTok Shop?", True),
        ("Wem gehört TikTok heute?", True),
        ("Wer leitet die Firma aktuell?", True),
        ("Ist ByteDance noch beteiligt?", True),
        ("Who owned TikTok in April 2025?", False),
        ("What was the latest bid in 2024?", False),
        ("Wer war 2025 noch beteiligt?", False),
        ("Who knows the novel?", False),
    ],
)
def test_now_is_a_word_and_no_year_stands_beside_it(question: str, now: bool) -> None:
    assert take_apart(question).now is now


@pytest.mark.parametrize(
    ("question", "advice", "arithmetic"),
    [
        ("Should I buy Oracle shares?", True, False),
        ("Soll ich Oracle-Aktien kaufen?", True, False),
        ("How many percent more did it sell?", False, True),
        ("Wie viel Prozent mehr waren es?", False, True),
        ("What is the difference between the bids?", False, True),
        ("How many users are there?", False, False),
        ("Should ByteDance sell?", False, False),
    ],
)
def test_advice_and_arithmetic(question: str, advice: bool, arithmetic: bool) -> None:
    asked = take_apart(question)
    assert (asked.advice, asked.arithmetic) == (advice, arithmetic)


@pytest.mark.parametrize(
    ("said", "small"),
    [
        ("Hello!", "greeting"),
        ("hi there", "greeting"),
        ("Good morning.", "greeting"),
        ("What can you do?", "greeting"),
        ("Guten Tag!", "greeting"),
        ("Wer bist du?", "greeting"),
        ("Was kannst du?", "greeting"),
        ("Thanks!", "thanks"),
        ("Thank you very much.", "thanks"),
        ("Danke schön!", "thanks"),
        ("Vielen Dank", "thanks"),
        ("How sure are you?", "how_sure"),
        ("Wie sicher ist das?", "how_sure"),
        ("Are you sure?", "how_sure"),
        ("Really?", "how_sure"),
        ("Echt?", "how_sure"),
        ("Bist du dir da sicher?", "how_sure"),
        ("Stimmt das mit dem Preis?", None),
        ("Is that right for Germany?", None),
        ("Danke, und wann genau?", None),
        ("Thanks, and who paid?", None),
        ("Hello Fresh revenue", None),
        ("Who are you selling to?", None),
        ("", None),
    ],
)
def test_small_talk_is_all_or_nothing(said: str, small: str | None) -> None:
    assert small_talk(said) == small


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("I read a report. Who wrote it? Please say. When was it? Thank you.", "When was it?"),
        ("Am 2. April bot Amazon. Wer bekam das Schreiben? Danke.", "Wer bekam das Schreiben?"),
        ('He asked: "Is it true?" Nobody knew.', 'He asked: "Is it true?"'),
        ("One statement. Another one.", "Another one."),
        ("no end", "no end"),
    ],
)
def test_of_a_long_text_the_last_question_counts(text: str, last: str) -> None:
    assert last_question(text) == last
