"""Every sentence that Dealbrief itself says to a user, in both languages; impersonal in German."""

from datetime import date
from typing import Final

from corpus.article import PartialDate, Source

LANGUAGES: Final = ("en", "de")

_TEXTS: Final[dict[str, dict[str, str]]] = {
    "refusal": {
        "en": 'The corpus does not say: "{question}"',
        "de": "Der Korpus sagt dazu nichts: „{question}“",
    },
    "refusal_as_of": {
        "en": 'The corpus, which reaches to {as_of}, does not say: "{question}"',
        "de": "Der Korpus, der bis {as_of} reicht, sagt dazu nichts: „{question}“",
    },
    "refusal_languages": {
        "en": "The corpus is in {languages}.",
        "de": "Die Artikel sind auf {languages}.",
    },
    "nearest": {"en": "What the corpus does say", "de": "Was der Korpus sagt"},
    "greeting": {
        "en": "Ask about {title}; every sentence of an answer is a quote with its source. For example: {examples}",
        "de": "Fragen zu {title} sind willkommen; jeder Satz einer Antwort ist ein Zitat mit Quelle. Zum Beispiel: {examples}",
    },
    "thanks": {"en": "You are welcome.", "de": "Gern geschehen."},
    "how_sure": {
        "en": "Each quote stands in its article word for word; whether it answers the question is estimated. On questions "
        "that the corpus cannot answer the error rates are those that the command dealbrief eval answerable prints.",
        "de": "Jedes Zitat steht Wort für Wort in seinem Artikel; ob es die Frage beantwortet, ist geschätzt. Die "
        "Fehlerraten gibt der Befehl dealbrief eval answerable aus.",
    },
    "other_language": {"en": "Source in {name}.", "de": "Quelle auf {name}."},
    "question_language": {
        "en": "The question is in a language that the corpus is not in; the quotes stand in the original.",
        "de": "Die Frage ist in einer Sprache gestellt, in der kein Artikel steht; die Zitate stehen im Original.",
    },
    "last_sentence": {
        "en": "Of the text only its last question was searched for.",
        "de": "Gesucht wurde nur nach der letzten Frage des Textes.",
    },
    "part_missing": {"en": 'Not in the corpus: "{part}"', "de": "Nicht im Korpus: „{part}“"},
    "as_of": {"en": "As of {as_of}.", "de": "Stand: {as_of}."},
    "no_advice": {
        "en": "These are judgements of others, no advice.",
        "de": "Dies sind Urteile anderer, kein Rat.",
    },
    "no_arithmetic": {
        "en": "The figures are quoted; nothing was computed from them.",
        "de": "Die Zahlen sind zitiert; gerechnet wurde damit nicht.",
    },
    "searched_for": {"en": "Searched for: {question}", "de": "Gesucht nach: {question}"},
    "thin_evidence": {"en": "Thin evidence.", "de": "Dünne Beleglage."},
    "uncalibrated": {
        "en": "For this embedding model refusing is not calibrated.",
        "de": "Für dieses Einbettungsmodell ist das Verweigern nicht kalibriert.",
    },
    "bad_files": {
        "en": "{count} article files could not be read and are left out; dealbrief lint lists them.",
        "de": "{count} Artikeldateien sind nicht lesbar und fehlen; dealbrief lint nennt sie.",
    },
    "index_stale": {
        "en": "The index is older than the articles; new ones are not searched yet ({reason})",
        "de": "Der Index ist älter als die Artikel; neue werden noch nicht durchsucht ({reason})",
    },
    "empty_question": {"en": "Ask a question in words.", "de": "Bitte eine Frage in Worten stellen."},
    "long_question": {
        "en": "A question has at most {limit} characters; this one has {length}. A longer text can be put into the corpus "
        "as an article.",
        "de": "Eine Frage hat höchstens {limit} Zeichen, diese hat {length}. Ein längerer Text kann als Artikel in den "
        "Korpus aufgenommen werden.",
    },
    "digest_of": {"en": "Dealbrief digest of {publisher}", "de": "Dealbrief-Zusammenfassung von {publisher}"},
    "dossier": {"en": "Dealbrief dossier", "de": "Dealbrief-Dossier"},
    "undated": {"en": "undated", "de": "ohne Datum"},
    "read_at": {"en": "read in a copy at {address}", "de": "gelesen in einer Kopie unter {address}"},
    "after_origin": {"en": "after {origin}", "de": "nach {origin}"},
    "rests_on": {"en": "rests on", "de": "stützt sich auf"},
    "sources": {"en": "Sources", "de": "Quellen"},
    "unknown_publisher": {"en": "publisher not given", "de": "ohne Angabe des Herausgebers"},
    "checked_verbatim": {
        "en": "word for word as in the article",
        "de": "Wort für Wort wie im Artikel",
    },
    "read_article": {"en": "Read the article", "de": "Artikel lesen"},
    "about": {
        "en": "Answers are quotes from {articles} articles of {publishers} publishers, up to {as_of}. A digest retells a "
        "published report in Dealbrief's own words and is labelled so.",
        "de": "Antworten sind Zitate aus {articles} Artikeln von {publishers} Herausgebern, Stand {as_of}. Eine "
        "Zusammenfassung gibt einen veröffentlichten Bericht in Dealbriefs eigenen Worten wieder und ist so bezeichnet.",
    },
    "placeholder": {"en": "Ask about the story", "de": "Frage zur Geschichte"},
    "no_sources_yet": {"en": "The sources of an answer appear here.", "de": "Hier erscheinen die Quellen einer Antwort."},
    "examples": {"en": "Examples", "de": "Beispiele"},
}

_LANGUAGE_NAMES: Final = {
    "en": {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch"},
    "de": {
        "en": "Englisch",
        "de": "Deutsch",
        "fr": "Französisch",
        "es": "Spanisch",
        "it": "Italienisch",
        "nl": "Niederländisch",
    },
}
_MONTHS: Final = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
}


def say(key: str, language: str, **values: object) -> str:
    """One of our sentences in a language (English where there is no other), with its values."""
    texts = _TEXTS[key]
    return texts.get(language, texts["en"]).format(**values)


def language_name(code: str, language: str) -> str:
    """The name of a language in another one; its code where we have none."""
    return _LANGUAGE_NAMES.get(language, _LANGUAGE_NAMES["en"]).get(code, code)


def date_text(value: PartialDate | date | None, language: str) -> str:
    """A date as it is written in a language, to the precision that it has."""
    if value is None:
        return say("undated", language)
    months = _MONTHS.get(language, _MONTHS["en"])
    if value.month is None:
        return str(value.year)
    month = f"{months[value.month - 1]} {value.year}"
    if value.day is None:
        return month
    return f"{value.day}. {month}" if language == "de" else f"{value.day} {month}"


def source_label(source: Source, language: str) -> str:
    """What stands beside a quote: who says it and when; a digest or a dossier is never taken for a publisher's own text."""
    publisher = source.publisher or say("unknown_publisher", language)
    if source.kind == "dossier":
        return f"{say('dossier', language)}: {source.title}"
    name = say("digest_of", language, publisher=publisher) if source.kind == "digest" else publisher
    if source.origin:
        name += f" ({say('after_origin', language, origin=source.origin)})"
    return f"{name}, {date_text(source.published, language)}"
