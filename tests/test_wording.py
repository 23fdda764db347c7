"""What Dealbrief says itself: complete in both languages, with the same values."""

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

import bot.wording
from bot.wording import LANGUAGES, date_text, language_name, say, source_label
from corpus.article import PartialDate, Source

KEYS = sorted(bot.wording._TEXTS)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_there_in_both_languages_with_the_same_placeholders(key: str) -> None:
    texts = bot.wording._TEXTS[key]
    assert set(texts) == set(LANGUAGES)
    english, german = (placeholders(texts[language]) for language in LANGUAGES)
    assert english == german and "" not in english
    for language in LANGUAGES:
        said = say(key, language, **dict.fromkeys(english, "{x} %s"))
        assert said.strip() == said != ""
        assert "{x} %s" in said or not english


@pytest.mark.parametrize("key", KEYS)
def test_german_is_impersonal(key: str) -> None:
    personal = r"\b(?:du|dich|dir|dein\w*|Ihnen|ich|wir|uns(?:er\w*)?)\b|(?<=[a-zäöüß,] )(?:Sie|Ihre?\w?)\b"
    assert not re.search(personal, bot.wording._TEXTS[key]["de"])


def test_every_key_that_the_code_says_exists() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in Path(bot.wording.__file__).parent.rglob("*.py"))
    said = set(re.findall(r"\bsay\(\s*\"(\w+)\"", code))
    assert said and said <= set(KEYS)
    made = set(re.findall(r"\bsay\(\s*f\"(\w+_)\{", code))
    assert all(any(key.startswith(start) for key in KEYS) for start in made)


def test_another_language_gets_english() -> None:
    assert say("thanks", "fr") == say("thanks", "en")
    with pytest.raises(KeyError):
        say("no such key", "en")


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (PartialDate(2025, 4, 2), "2 April 2025", "2. April 2025"),
        (PartialDate(2026, 3), "March 2026", "März 2026"),
        (PartialDate(2020), "2020", "2020"),
        (date(2025, 12, 31), "31 December 2025", "31. Dezember 2025"),
        (None, "undated", "ohne Datum"),
    ],
)
def test_dates_keep_their_precision(value: PartialDate | date | None, english: str, german: str) -> None:
    assert (date_text(value, "en"), date_text(value, "de")) == (english, german)


def test_languages_have_names() -> None:
    assert language_name("de", "en") == "German"
    assert language_name("en", "de") == "Englisch"
    assert language_name("xx", "de") == "xx"


@pytest.mark.parametrize(
    ("source", "english", "german"),
    [
        (
            Source("a", "T", "Computing", "en", "digest", published=PartialDate(2025, 4, 3), origin="Reuters"),
            "Dealbrief digest of Computing (after Reuters), 3 April 2025",
            "Dealbrief-Zusammenfassung von Computing (nach Reuters), 3. April 2025",
        ),
        (
            Source("a", "Who owns it", "Dealbrief", "en", "dossier"),
            "Dealbrief dossier: Who owns it",
            "Dealbrief-Dossier: Who owns it",
        ),
        (Source("a", "T", "AP", "en", "original", published=PartialDate(2025, 4)), "AP, April 2025", "AP, April 2025"),
        (Source("a", "T", None, "en"), "publisher not given, undated", "ohne Angabe des Herausgebers, ohne Datum"),
    ],
)
def test_a_label_never_takes_our_words_for_a_publisher_s(source: Source, english: str, german: str) -> None:
    assert (source_label(source, "en"), source_label(source, "de")) == (english, german)
