"""Follow-ups made into questions that can be searched alone, in both languages, from the conversation alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Answer, Citation, Message
from bot.rewrite import rewrite
from bot.turns import content, tokens
from corpus.article import Source


def said(question: str, answer: str = "", *titles: str) -> list[Message]:
    """A question and its answer, which cites articles of these titles."""
    cited = tuple(
        Citation(number, Source(f"a{number}", title, f"Gazette {number}", "en"), f"Quote {number} of Solberg.", 0, 9, "")
        for number, title in enumerate(titles, 1)
    )
    return [Message("user", question), Message("assistant", answer, cited)]


FERRY = said(
    "Who wants to buy Baltica Ferries?", "Northwind Lines offered 340 million euros for Baltica Ferries. [1] More. [2]"
)
FÄHRE = said("Wer will die Baltica kaufen?", "Die Reederei Northwind bot 340 Millionen Euro für die Baltica. [1]")


@pytest.mark.parametrize(
    ("question", "history", "language", "wanted"),
    [
        ("And in Norway?", said("How many ferries does Baltica run in Denmark?"), "en", "How many ferries does Baltica run in Norway?"),
        ("And in Norway?", said("How many ferries does Baltica run?"), "en", "How many ferries does Baltica run in Norway?"),
        ("What about Northwind?", said("How much does Baltica earn in May?"), "en", "How much does Northwind earn in May?"),
        ("What about Northwind?", said("Was Baltica's price fair?"), "en", "Was Northwind's price fair?"),
        ("And Solberg?", said("How much of Baltica does Northwind own?"), "en", "How much of Baltica does Solberg own?"),
        ("And Northwind?", said("Who was the head of Baltica in 2024?"), "en", "Who was the head of Northwind in 2024?"),
        ("Und Northwind?", said("Wie hoch war der Umsatz von Baltica in Norwegen?"), "de", "Wie hoch war der Umsatz von Northwind in Norwegen?"),
        ("And the Mayor?", said("What did the Harbour Master say about it?"), "en", "What did the Mayor say about it?"),
        ("And the second?", said("When did the first ferry of Baltica sail?"), "en", "When did the second ferry of Baltica sail?"),
        ("Why?", said("When did Baltica sell the ferry?"), "en", "Why did Baltica sell the ferry?"),
        ("When?", said("Did Baltica sell the ferry?"), "en", "When did Baltica sell the ferry?"),
        ("No, I meant Norway.", said("How many ferries sail to Denmark?"), "en", "How many ferries sail to Norway?"),
        ("Und in Norwegen?", said("Wie viele Fähren hat die Baltica in Dänemark?"), "de", "Wie viele Fähren hat die Baltica in Norwegen?"),
        ("Und Northwind?", said("Wie viel bot Baltica für die Werft?"), "de", "Wie viel bot Northwind für die Werft?"),
        ("Warum?", said("Wann verkaufte Baltica die Fähre?"), "de", "Warum verkaufte Baltica die Fähre?"),
        ("Und warum?", said("Und wann verkaufte Baltica die Fähre?"), "de", "Warum verkaufte Baltica die Fähre?"),
        ("Und den zweiten?", said("Wer gewann den ersten Prozess der Baltica?"), "de", "Wer gewann den zweiten Prozess der Baltica?"),
        ("Nein, ich meinte Norwegen.", said("Wie viele Fähren fahren nach Dänemark?"), "de", "Wie viele Fähren fahren nach Norwegen?"),
    ],
)  # fmt: skip
def test_an_ellipsis_takes_the_place_of_its_counterpart(
    question: str, history: list[Message], language: str, wanted: str
) -> None:
    assert rewrite(question, history, language).text == wanted


@pytest.mark.parametrize(
    ("question", "history", "language", "word"),
    [
        ("How much was it worth?", FERRY, "en", "Baltica"),
        ("Did they accept the offer?", FERRY, "en", "Baltica"),
        ("Wie viele Schiffe hat sie?", said("Wo liegt die Baltica?", "In Aalholm. [1]"), "de", "Baltica"),
        ("Was sagte der Stadtrat dazu?", FÄHRE, "de", "Baltica"),
        ("Wie zufrieden war Northwind damit?", FÄHRE, "de", "Baltica"),
    ],
)
def test_what_a_pronoun_stands_for_is_added(question: str, history: list[Message], language: str, word: str) -> None:
    made = rewrite(question, history, language)
    assert word in made.text and word in made.sought


@pytest.mark.parametrize(
    ("question", "history", "language"),
    [
        ("When did Northwind Lines offer 340 million euros for Baltica Ferries?", FERRY, "en"),
        ("How high is Mount Kilimanjaro in Tanzania?", FERRY, "en"),
        ("Wann bot die Reederei Northwind 340 Millionen Euro für die Baltica?", FÄHRE, "de"),
        ("What does Oslo think?", FERRY, "en"),
        ("Wann wurde Karl Jaspers geboren?", FÄHRE, "de"),
        ("How many ferries does Baltica run?", [], "en"),
        ("Und warum?", [], "de"),
        ("And in Norway?", [Message("assistant", "Hello.")], "en"),
        ("And in Norway?", said("  "), "en"),
    ],
)
def test_a_question_that_stands_alone_or_has_nothing_to_lean_on_stays(
    question: str, history: list[Message], language: str
) -> None:
    assert rewrite(question, history, language).text == question


@pytest.mark.parametrize(
    ("question", "before", "language", "wanted"),
    [
        (
            "What fines does it set?",
            "How did the Senate vote on the Harbour Law?",
            "en",
            "What fines does the Harbour Law set?",
        ),
        (
            "How did the city vote on it?",
            "When did Solberg sign the Harbour Law?",
            "en",
            "How did the city vote on the Harbour Law?",
        ),
        ("Who advised him?", "What did Karl Jaspers offer?", "en", "Who advised Karl Jaspers?"),
        ("What about Northwind, how much did it earn?", "Who sold Baltica?", "en", "How much did Northwind earn?"),
        ("Und was ist mit Northwind, wann fuhr sie los?", "Wer sah die Baltica?", "de", "Wann fuhr Northwind los?"),
    ],
)
def test_what_a_pronoun_stands_for_takes_its_place(question: str, before: str, language: str, wanted: str) -> None:
    assert rewrite(question, said(before), language).text.startswith(wanted)


@pytest.mark.parametrize(
    ("question", "before", "language", "wanted"),
    [
        ("What did he do before?", "Who is Jonas Wirth?", "en", "What did Jonas Wirth do before?"),
        ("Who is his deputy?", "Who was Jonas Wirth in May 2024?", "en", "Who is Jonas Wirth's deputy?"),
        ("Wie viel bot er?", "Wer war Jonas Wirth?", "de", "Wie viel bot Jonas Wirth?"),
        ("When did it start?", "What is the harbour case against Baltica?", "en", "When did the harbour case against Baltica start?"),
        ("What did he want?", "Who is Jonas Wirth suing?", "en", "What did Jonas Wirth want?"),
        ("Was sagte sie dazu?", "Wer ist Ursula von der Werft?", "de", "Was sagte Ursula von der Werft dazu?"),
        ("Who owns it?", "What is the name of the Harbour Bank?", "en", "Who owns the Harbour Bank?"),
        ("Who led it in 2023?", "Who owns the Bank in Norway?", "en", "Who led the Bank in Norway in 2023?"),
        ("Wer sagt das?", "Wie hoch ist die Strafe für Baltica?", "de", "Wer sagt das?"),
        ("Wie groß ist er in den Niederlanden?", "Wann startete Baltica Shop in Spanien?", "de", "Wie groß ist Baltica Shop in den Niederlanden?"),
        ("How large is it in Norway?", "When did Baltica Post start in Denmark?", "en", "How large is Baltica Post in Norway?"),
    ],
)  # fmt: skip
def test_who_or_what_was_asked_for_is_meant(question: str, before: str, language: str, wanted: str) -> None:
    history = said(before, "The Baltica has been led by Maria Feld in Aalholm since 3 May 2024. [1]")
    assert rewrite(question, history, language).text.split(" (")[0].rstrip("?") == wanted.rstrip("?")


@pytest.mark.parametrize(
    ("question", "history", "language", "wanted"),
    [
        ("Für wen arbeitet er?", said("Wer leitet die Werft?", "Jonas Wirth von Solberg leitet die Werft. [1]"), "de", "Jonas Wirth?"),
        ("Bis wann galt der?", said("Wann kam der Aufschub für Baltica?", "Am 3. Mai 2024. [1]"), "de", "galt Aufschub"),
    ],
)  # fmt: skip
def test_a_pronoun_stands_for_the_person_without_whose_they_are_or_for_the_thing(
    question: str, history: list[Message], language: str, wanted: str
) -> None:
    assert wanted in rewrite(question, history, language).text


def test_who_asks_for_another_person_means_nobody_whom_only_a_rewriting_named() -> None:
    history = [
        *said("Wer leitet die Werft?", "Jonas Wirth leitet die Werft seit Mai 2024. [1]"),
        *said("Was machte er vorher?", "Jonas Wirth war vorher Kapitän. [1]"),
    ]
    assert "Wirth" in rewrite("Wo wohnt er?", history, "de").text
    assert "Wirth" not in rewrite("Wer sitzt im Direktorium?", history, "de").text


def test_no_year_takes_the_place_of_a_pronoun() -> None:
    history = said("Who was hostile in April 2025?", "The town called it a hostile act in April 2025. [1]")
    assert "explain 2025" not in rewrite("How did the company explain it?", history, "en").text


def test_an_ordinal_of_a_week_is_none_of_those_that_are_counted() -> None:
    history = said("When did the first extension begin?", "The first extension began on 3 May 2024. [1]")
    assert "first extension" in rewrite("Did it last until the second week of May?", history, "en").text


def test_of_the_first_and_the_second_the_one_named_last_is_meant() -> None:
    history = [
        *said(
            "Wann gewährte Solberg den ersten Aufschub des Hafenverbots?", "Solberg gewährte den ersten Aufschub am 3. Mai. [1]"
        ),
        *said("Und den zweiten?", "Der zweite Aufschub nach dem ersten kam am 9. Juni 2024. [1]"),
    ]
    made = rewrite("Bis wann galt er?", history, "de")
    assert "zweiten Aufschub" in made.text and "erste" not in made.text


def test_a_turn_of_any_length_counts_by_its_last_question() -> None:
    history = said("Who owns the yard? " * 5000 + "Who owns Baltica Ferries?", "x " * 50_000)
    assert rewrite("And Northwind Lines?", history, "en").text == "Who owns Northwind Lines?"


def test_two_pronouns_later_the_subject_is_still_known() -> None:
    history = [
        *said("Who leads the yard of Baltica Ferries?", "Tomas Lind leads it. [1]"),
        *said("Who owns it?", "The city. [1]"),
    ]
    assert "Baltica Ferries" in rewrite("Why did they buy it?", history, "en").text


@pytest.mark.parametrize(
    "question", ["What does source 2 say about the price?", "What does the second source say about the price?"]
)
def test_a_source_is_known_by_its_number(question: str) -> None:
    made = rewrite(question, said("Who?", "A. [1] B. [2]", "First", "Second"), "en")
    assert (made.text, made.article) == ("What does Gazette 2 say about the price?", "a2")
    assert rewrite(question, said("Who?", "A. [1]", "First"), "en").text == question


@pytest.mark.parametrize(
    "question", ["What does source 2 say?", "What does [2] say exactly?", "Show me source 2", "Who is quoted in [2]?"]
)
def test_who_asks_what_a_source_says_means_its_quote(question: str) -> None:
    history = said("Who?", "A. [1] B. [2]", "First", "Second")
    made = rewrite(question, history, "en")
    assert made.quote == history[1].citations[1]
    assert rewrite("What does source 2 say about the price?", history, "en").quote is None


def test_a_dossier_is_named_by_its_title_in_quotation_marks() -> None:
    cited = Citation(1, Source("d", "Who owns Baltica", "Dealbrief", "en", kind="dossier"), "Quote.", 0, 6, "")
    history = [Message("user", "Who?"), Message("assistant", "Quote. [1]", (cited,))]
    assert rewrite("What does source 1 say?", history, "en").text == 'What does "Who owns Baltica" say?'


def test_numbers_stay_known_over_a_refusal_and_a_word_of_thanks() -> None:
    (_, told) = said("Who?", "A. [1] B. [2]", "First", "Second")
    refused = Answer("Who?", "Who?", "en", "refusal", "extractive", nearest=told.citations, message="The corpus does not say.")
    history = [Message("user", "Who?"), refused.turn, Message("user", "Thanks!"), Message("assistant", "You are welcome.")]
    assert rewrite("What does source 2 say about the price?", history, "en").article == "a2"


def test_what_a_refusal_says_is_no_part_of_the_conversation() -> None:
    (_, told) = said("Who?", "A. [1]", "First")
    refused = Answer(
        "Who sued?", "Who sued?", "en", "refusal", "extractive", nearest=told.citations, message="Solberg is not in the corpus."
    )
    made = rewrite("What did she want?", [Message("user", "Who sued?"), refused.turn], "en")
    assert "Solberg" not in made.text and "corpus" not in made.text


def test_a_word_said_often_counts_as_often() -> None:
    made = rewrite("And when?", [Message("user", "Northwind letter " * 800)], "en")
    assert len(made.text.split()) <= len("And when?".split()) + 12


def test_the_second_one_is_the_second_quote() -> None:
    made = rewrite("No, I meant the second one.", said("Who sold Baltica?", "A. [1] B. [2]", "First", "Second"), "en")
    assert made.text == "Who sold Baltica? (Quote 2 Solberg)"


def test_what_was_said_already_is_named_and_not_searched_again() -> None:
    history = said("Who owns shares in Baltica Ferries?", "Ingrid Solberg owns shares in Baltica Ferries. [1]")
    made = rewrite("Who else?", history, "en")
    assert "Baltica" in made.sought and "Solberg" not in made.sought
    assert "besides" in made.text and "Solberg" in made.text


@settings(deadline=None)
@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.text(max_size=60), st.text(max_size=200), st.lists(st.text(min_size=1, max_size=40), max_size=3)), max_size=8),
    st.sampled_from(["en", "de"]),
)  # fmt: skip
def test_at_most_twelve_words_are_added_to_any_question(
    question: str, turns: list[tuple[str, str, list[str]]], language: str
) -> None:
    history = [message for asked, answer, titles in turns for message in said(asked, answer, *titles)]
    made = rewrite(question, history, language).text
    added = content(tokens(made, language), language) - content(tokens(question, language), language)
    assert len(added) <= 12 or any(title in made for _, _, titles in turns for title in titles)
