"""The language of a text, told by its function words: English, German, another one, or undecided.

The words are the commonest function words of each language that are not words of another one listed here. A library
would be larger than what it decides: two languages, and the honest third answer "neither".
"""

import re

from corpus.article import UNDETERMINED

_WORDS = {
    "en": "the of and to is was that for it with as his by at which from had not are but were would what there been who "
    "have has did does how why when where could should this than these those into about after their they its him "
    "whose whom do on be can will an any say said how's what's much many still today hello thanks thank you he she we they "
    "them her your our more then again",
    "de": "der die das und ist nicht ein eine den dem zu von mit sich auf für des im dass auch wie wird bei nach einer "
    "um am wer wem wen wann warum wieso weshalb wo woher wohin welche welcher welches welchen hat haben hatte wurde "
    "werden sind aus noch über vor durch gibt es ich wir sie ihr kann beim zum zur vom oder aber nur war waren als "
    "wieviel wie viel viele heute seit gegen bis sagt sagte einen einem eines kein keine wurden dies diese dieser "
    "laut was hatten eigentlich denn derzeit jetzt bitte danke dank vielen besten hallo guten er ihn ihm ihnen ihre ihrer sein "
    "seine seiner man mir mich uns dann danach davor davon daran dazu dafür dagegen darüber vorher nachher doch mehr dort "
    "schon nun etwas alles alle gab kommt kam wollte soll sollte muss darf durfte könnte würde macht machte tat",
    "fr": "le la les des du une est et qui que dans pour pas sur au aux avec ce cette il elle sont ont été quel quelle "
    "quels quelles où pourquoi comment quand combien par ne se",
    "es": "el la los las del una es y que en para con por como está son fue quién quiénes cuál cuáles dónde cuándo "
    "cómo cuánto qué se su al lo",
    "it": "il lo gli della dello delle degli è e che di per con una sono chi quale quali dove quando come perché "
    "quanto nel nella alla dal si non",
    "nl": "het een van en is niet op te zijn voor met dat door wie wat waar wanneer waarom hoe welke heeft werd naar "
    "ook aan er bij",
    "pt": "o os as da do das dos uma é e que em para com por não quem qual quais onde quando como quanto foi são na no",
    "pl": "i w na z do się nie jest to że kto co gdzie kiedy dlaczego jak ile który która przez dla od po",
}
_OF_WORD: dict[str, set[str]] = {}
for _language, _words in _WORDS.items():
    for _word in _words.split():
        _OF_WORD.setdefault(_word, set()).add(_language)

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u2e80-\uffef]")


def language_of(text: str) -> str | None:
    """The language of a text as its two-letter code, `und` for a script of neither, None where it cannot be told.

    A word that n languages share counts 1/n for each; the leader needs 1.5 times the runner-up, which two or three
    content words never give.
    """
    if len(_OTHER_SCRIPT.findall(text)) > len(text) / 3:
        return UNDETERMINED
    votes: dict[str, float] = {}
    for word in _WORD.findall(text.casefold()):
        for language in (shared := _OF_WORD.get(word, set())):
            votes[language] = votes.get(language, 0.0) + 1 / len(shared)
    if re.search("[äöüß]", text, re.IGNORECASE):
        votes["de"] = votes.get("de", 0.0) + 0.5
    ranked = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    if not ranked or ranked[0][1] < 0.5:
        return None
    if len(ranked) > 1 and ranked[0][1] < 1.5 * ranked[1][1]:
        return None
    return ranked[0][0]
