"""The language of a text, told by its function words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import BUNDLED, load
from corpus.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who received Amazon's offer letter for TikTok?", "en"),
        ("Wem gehört TikTok in den USA heute?", "de"),
        ("When is the deadline?", "en"),
        ("Wann endet die Frist?", "de"),
        ("Wieviel zahlte Oracle?", "de"),
        ("Was machte er vorher?", "de"),
        ("Was sagte sie dann dazu?", "de"),
        ("Was he there?", "en"),
        ("Will Oracle buy TikTok?", "en"),
        ("WER HAT DAS GEBOT ABGEGEBEN?", "de"),
        ("Qui est le propriétaire de TikTok aux États-Unis ?", "fr"),
        ("¿Quién es el dueño de TikTok en los Estados Unidos?", "es"),
        ("Chi è il proprietario di TikTok negli Stati Uniti?", "it"),
        ("Wie is de eigenaar van TikTok en waarom heeft Oracle het gekocht?", "nl"),
        ("Kto jest właścicielem TikToka i dlaczego nie sprzedał go Oracle?", "pl"),
        ("谁拥有TikTok的美国业务？", "und"),
        ("Кому принадлежит TikTok?", "und"),
        ("من يملك تيك توك؟", "und"),
        ("", None),
        ("   \n", None),
        ("Oracle", None),
        ("TikTok Oracle 2025", None),
        ("?!", None),
        ("12345", None),
        ("😀😀", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_every_bundled_article_is_in_the_language_that_it_declares() -> None:
    assert [one.id for one in load(BUNDLED) if language_of(one.text) != one.source.language] == []


def test_words_of_another_language_do_not_sway_a_text() -> None:
    assert language_of("The newspaper Die Zeit wrote that the Bundesrat and the Bundestag had been told of it.") == "en"
    assert language_of("Die New York Times schrieb, dass die Firma The Trade Desk nicht zu den Käufern gehört.") == "de"


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert language_of(text) in {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "und", None}
