"""What the corpus package says of an article that it refused or changed, in German: whoever asks in German is told so.

The package writes plain English sentences and knows no reader. Each stands here with braces for its values, as the key of
its German form; values that are such sentences or numbers are told in German too, and an unknown sentence stays as it is.
"""

import re
from functools import cache

GERMAN = {
    # Addresses and what answers there.
    "the address holds spaces, control characters or backslashes": "Die Adresse enthält Leer-, Steuerzeichen oder Rückstriche",
    "the address cannot be read: {}": "Die Adresse ist nicht lesbar: {}",
    "only http:// and https:// addresses are fetched": "Abgerufen werden nur Adressen mit http:// und https://",
    "an address with a user name or password is not fetched; leave them out": (
        "Eine Adresse mit Benutzername oder Passwort wird nicht abgerufen; bitte ohne sie angeben"
    ),
    "the address names no host that can be fetched from": "Die Adresse nennt keinen Rechner, von dem abgerufen werden kann",
    "{} is no IPv6 address": "{} ist keine IPv6-Adresse",
    "{} is no name of a host": "{} ist kein Rechnername",
    "{} is a number where a name or a plain address is needed": (
        "{} ist eine Zahl, nötig ist ein Name oder eine einfache Adresse"
    ),
    "{} is no name of a public host": "{} ist kein Name eines öffentlichen Rechners",
    "{} lies at {}, which is no public address{}": "{} liegt bei {}, keiner öffentlichen Adresse{}",
    "robots.txt of {} does not want {} to be fetched{}": "robots.txt von {} wünscht keinen Abruf von {}{}",
    "its robots.txt cannot be read (status {}); try again later": (
        "robots.txt dieser Adresse ist nicht lesbar (Status {}); bitte später erneut versuchen"
    ),
    "it redirects more than {} times; name the address that it ends at": (
        "Die Adresse leitet mehr als {} Mal weiter; bitte die letzte Adresse angeben"
    ),
    "the answer was status {}; check the address or try again later": (
        "Die Antwort war Status {}; bitte die Adresse prüfen oder später erneut versuchen"
    ),
    "it took more than {} seconds; try again later": "Es dauerte mehr als {} Sekunden; bitte später erneut versuchen",
    "{} did not give it: {}; check the address or try again later": (
        "{} lieferte nichts: {}; bitte die Adresse prüfen oder später erneut versuchen"
    ),
    "its compression {} is not one that was asked for{}": "Die Kompression {} war nicht verlangt{}",
    "it is larger than {} MB{}": "Der Inhalt ist größer als {} MB{}",
    "it ends too early; try again later": "Der Inhalt bricht zu früh ab; bitte später erneut versuchen",
    "; save the text and add the file": "; bitte den Text speichern und die Datei aufnehmen",
    # Files and folders.
    "it is larger than {} MB; split it": "Die Datei ist größer als {} MB; bitte aufteilen",
    "it is empty; save the text of the article in it": "Die Datei ist leer; bitte den Text des Artikels darin speichern",
    "it holds no words; save the text of the article in it": (
        "Die Datei enthält keine Wörter; bitte den Text des Artikels darin speichern"
    ),
    "it is a compressed file or an archive; unpack it first": (
        "Die Datei ist komprimiert oder ein Archiv; bitte zuerst entpacken"
    ),
    "it is {}, which is not read; save it as HTML, PDF or text and add the file": (
        "Das Format {} wird nicht gelesen; bitte als HTML, PDF oder Text speichern und die Datei aufnehmen"
    ),
    "it is no plain file; name a file or a folder": (
        "Das ist keine gewöhnliche Datei; bitte eine Datei oder einen Ordner nennen"
    ),
    "it is a symbolic link; name what it leads to": "Das ist ein symbolischer Verweis; bitte das Ziel nennen",
    "it is a symbolic link to {}; name what it leads to": "Das ist ein symbolischer Verweis auf {}; bitte das Ziel nennen",
    "it cannot be read: {}; check its rights": "Das ist nicht lesbar: {}; bitte die Rechte prüfen",
    "it cannot be read: {}; check its name and rights": "Das ist nicht lesbar: {}; bitte Name und Rechte prüfen",
    "it holds no file; name another folder": "Der Ordner enthält keine Datei; bitte einen anderen nennen",
    "it holds more than {} files; name folders below it": (
        "Der Ordner enthält mehr als {} Dateien; bitte Ordner darunter nennen"
    ),
    "its text has {} characters; at most {} are read; split it": (
        "Der Text hat {} Zeichen, gelesen werden höchstens {}; bitte aufteilen"
    ),
    "it is no text but binary data; save the article as HTML, PDF or text": (
        "Das sind Binärdaten und kein Text; bitte den Artikel als HTML, PDF oder Text speichern"
    ),
    "its encoding {} is not known; save it as UTF-8": "Die Zeichenkodierung {} ist unbekannt; bitte als UTF-8 speichern",
    "byte {} is not {}; save it as UTF-8": "Byte {} ist kein {}; bitte als UTF-8 speichern",
    "it could not be read within {} seconds and the memory allowed; split it or save it as text": (
        "Der Inhalt war in {} Sekunden und dem erlaubten Speicher nicht lesbar; bitte aufteilen oder als Text speichern"
    ),
    # Pages, PDFs and feeds.
    "it is no web page; save it as HTML, PDF or text": "Das ist keine Webseite; bitte als HTML, PDF oder Text speichern",
    "no article was found in the page; save its text and add the file": (
        "In der Seite wurde kein Artikel gefunden; bitte den Text speichern und die Datei aufnehmen"
    ),
    "the PDF is encrypted; save it without a password": "Die PDF-Datei ist verschlüsselt; bitte ohne Passwort speichern",
    "the PDF has {} pages; at most {} are read; split it": (
        "Die PDF-Datei hat {} Seiten, gelesen werden höchstens {}; bitte aufteilen"
    ),
    "the PDF is nested too deeply; save it anew or as text": (
        "Die PDF-Datei ist zu tief verschachtelt; bitte neu oder als Text speichern"
    ),
    "the PDF is broken ({}); save it anew or as text": "Die PDF-Datei ist beschädigt ({}); bitte neu oder als Text speichern",
    "the PDF holds no text (a scan?); have its text recognised first": (
        "Die PDF-Datei enthält keinen Text (ein Scan?); bitte zuerst den Text erkennen lassen"
    ),
    "it is a feed within a feed; add it by its own address": (
        "Das ist ein Feed in einem Feed; bitte unter eigener Adresse aufnehmen"
    ),
    "of the feed {} entries were left out, only its first are read; add others by address": (
        "Von dem Feed blieben {} Einträge weg, gelesen werden nur die ersten; weitere bitte über ihre Adressen aufnehmen"
    ),
    "the entry has no text and no http address; there is nothing to add": (
        "Der Eintrag hat weder Text noch http-Adresse; es gibt nichts aufzunehmen"
    ),
    "the feed defines entities of its own; such feeds are not read; add its articles by their own addresses": (
        "Der Feed definiert eigene Entitäten und wird deshalb nicht gelesen; bitte die Artikel über ihre Adressen aufnehmen"
    ),
    "the feed has no entries; add articles by their own addresses": (
        "Der Feed hat keine Einträge; bitte Artikel über ihre Adressen aufnehmen"
    ),
    # Articles written as Markdown.
    "its address {} cannot be that of an article: {}": "Die Adresse {} kann nicht die eines Artikels sein: {}",
    "line {}: {}": "Zeile {}: {}",
    "no front matter: the file begins with a line '---', then 'title: ...', then '---'": (
        "Der Vorspann fehlt: Die Datei beginnt mit einer Zeile '---', dann 'title: ...', dann '---'"
    ),
    "the front matter is no YAML: {}": "Der Vorspann ist kein YAML: {}",
    "the front matter is a list of 'key: value' lines": "Der Vorspann ist eine Liste von Zeilen der Form 'key: value'",
    "the front matter has no {}": "Dem Vorspann fehlt {}",
    "language is a tag such as en or de, not {}": "language ist ein Kürzel wie en oder de, nicht {}",
    "kind is one of {}, not {}": "kind ist eines von {}, nicht {}",
    "footnote {} names no publisher": "Die Fußnote {} nennt kein Medium",
    "footnote {} is defined twice": "Die Fußnote {} ist zweimal definiert",
    # Added before, and what is told beside it.
    "its text has changed since": "Der Text hat sich seitdem geändert",
    "its text there is another": "Der Text ist dort ein anderer",
    "its publisher there is now {}; the kept one stays": "Als Medium steht dort jetzt {}; das aufbewahrte bleibt",
    "its date there is now {}; the kept one stays": "Als Datum steht dort jetzt {}; das aufbewahrte bleibt",
    "it is a copy of {} now: both count as one origin": "Der Text ist jetzt eine Kopie von {}: beide zählen als eine Quelle",
    "it is no copy of {} now": "Der Text ist keine Kopie von {} mehr",
    "There is no added article {}. List them with: dealbrief list": (
        "Es gibt keinen aufgenommenen Artikel {}. Alle zeigt: dealbrief list"
    ),
    "{} cannot be written: {}. Give another with --home DIR": (
        "{} ist nicht beschreibbar: {}. Ein anderer Ordner wird mit --home DIR angegeben"
    ),
    "{} cannot be written: {}. Free space or give --home DIR": (
        "{} ist nicht beschreibbar: {}. Bitte Platz schaffen oder --home DIR angeben"
    ),
    "{} cannot be read: {}. Correct the file or remove it": (
        "{} ist nicht lesbar: {}. Bitte die Datei berichtigen oder entfernen"
    ),
    "{} cannot be removed: {}": "{} lässt sich nicht entfernen: {}",
    "nothing is there any more": "Dort steht nichts mehr",
    "a title or address can be given for one article only": "Titel oder Adresse gelten nur für einen einzelnen Artikel",
    "its file does not say where it came from": "Die Datei sagt nicht, woher der Artikel kam",
    "its date {} lies in the future and was left out": "Das Datum {} liegt in der Zukunft und wurde weggelassen",
    "its title there is now {}; the kept one stays": "Der Titel lautet dort jetzt {}; der aufbewahrte bleibt",
    "the page calls {} its own address, which lies elsewhere; give it with --url if that is right": (
        "Die Seite nennt {} als eigene Adresse, die anderswo liegt; falls das stimmt, bitte mit --url angeben"
    ),
}
"""By English sentence; values stand in the same order in both."""

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+")
_GERMAN_MARKS = str.maketrans(",.", ".,")


def translated(sentence: str, language: str) -> str:
    """A sentence of the corpus package in a language: in German, without its full stop, where that is asked for."""
    if language != "de":
        return sentence
    if _NUMBER.fullmatch(sentence):
        return sentence.translate(_GERMAN_MARKS)
    for pattern, german in _patterns():
        if found := pattern.fullmatch(sentence.removesuffix(".")):
            return german.format(*(translated(value, language) for value in found.groups()))
    return sentence


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The sentences as patterns, those with the most words of their own first, since a value may be anything."""
    by_length = sorted(GERMAN.items(), key=lambda entry: -len(entry[0]))
    return [(re.compile("(.*?)".join(map(re.escape, english.split("{}"))), re.DOTALL), german) for english, german in by_length]
