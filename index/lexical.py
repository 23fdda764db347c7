"""Words as the lexical side of search compares them, and BM25 over the sentences of one language of one segment.

Inside a language BM25 helps on news; across languages there is nothing to compare (finding.md section 2a).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import Stemmer
from numpy.typing import NDArray

STEMMERS = {"en": "english", "de": "german"}
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_STOP = {
    "en": frozenset(
        "a about above after again against all also am an and any are as at be because been before being below between "
        "both but by can could did do does doing down during each few for from further had has have having he her here "
        "hers him his how i if in into is it its itself just let may me might more most much must my no nor not now of "
        "off on once only or other our out over own per same shall she should so some such than that the their them "
        "then there these they this those through to too under until up upon us very was we were what when where which "
        "while who whom whose why will with would you your s t".split()
    ),
    "de": frozenset(
        "aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei beim bin bis "
        "bist da dabei dadurch dafuer damit dann das dass dein deine dem den denn der deren des dessen die dies diese "
        "diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer fuer "
        "gegen gab gibt habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres "
        "im in indem ins ist ja jede jedem jeden jeder jedes jetzt kann kein keine keinem keinen keiner koennen koennte "
        "man manche mehr mein meine mich mir mit nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem "
        "seinen seiner seines seit selbst sich sie sind so solche soll sollte sondern sonst ueber um und uns unser "
        "unter viel viele vom von vor waehrend war waren was weg weil weiter welche welchem welchen welcher welches "
        "wenn wer wen wem wessen werde werden wie wieder will wir wird wo woher wohin worin woran womit wofuer warum "
        "weshalb wieso wann wurde wurden zu zum zur zwar zwischen eigentlich".split()
    ),
}


def fold(word: str) -> str:
    """A word as it is compared: casefolded, umlauts and ß written out, no possessive ending."""
    return re.sub(r"['’]s?$", "", word.casefold()).translate(_UMLAUTS)


@lru_cache(maxsize=50_000)
def stem(folded: str, language: str) -> str:
    """The Snowball stem of a folded word; the word itself in a language without a stemmer."""
    name = STEMMERS.get(language)
    return str(Stemmer.Stemmer(name, 0).stemWord(folded)) if name else folded


def words(text: str) -> list[str]:
    """The words and numbers of a text, unchanged and in order."""
    return _WORD.findall(text)


def terms(text: str, language: str) -> list[str]:
    """The stems of the content words and the numbers of a text (1,234 and 1.234 alike)."""
    found = []
    for word in words(text):
        if word[0].isdigit():
            found.append(re.sub(r"[.,](?=\d{3}\b)", "", word).replace(",", "."))
        elif (folded := fold(word)) not in _STOP.get(language, frozenset()):
            found.append(stem(folded, language))
    return found


def shared_terms(text: str) -> list[str]:
    """The words that two languages may share: numbers, and words with a capital or a digit inside or all in capitals."""
    found = []
    for word in words(text):
        if word[0].isdigit():
            found += terms(word, "")
        elif not word[1:].islower() and len(word) > 1 and not is_stop_word(word):
            found.append(fold(word))
    return found


@lru_cache(maxsize=20_000)
def word_set(text: str, language: str) -> frozenset[str]:
    """The terms of a text and the words that it may share with another language."""
    return frozenset(terms(text, language)) | frozenset(shared_terms(text))


def is_stop_word(word: str, language: str | None = None) -> bool:
    """Whether a word carries no content, in the language given or in any."""
    languages = [language] if language in _STOP else list(_STOP)
    return any(fold(word) in _STOP[name] for name in languages)


class LexicalIndex:
    """BM25 (Lucene's form, k1 1.5, b .75) over sentences given as lists of terms."""

    def __init__(self, model: Any, size: int) -> None:
        self._model = model
        self._size = size

    @classmethod
    def build(cls, documents: Sequence[list[str]]) -> "LexicalIndex":
        """Indexes documents in order; a corpus without a single term scores nothing."""
        if not any(documents):
            return cls(None, len(documents))
        import bm25s  # here, because with scipy it is a fifth of a start that may need none of it

        model = bm25s.BM25(method="lucene")
        model.index([list(document) for document in documents], show_progress=False)
        return cls(model, len(documents))

    @classmethod
    def open(cls, folder: Path, size: int) -> "LexicalIndex":
        """Reads what `save` wrote, memory-mapped."""
        if not folder.is_dir():
            return cls(None, size)
        import bm25s

        return cls(bm25s.BM25.load(str(folder), mmap=True), size)

    def save(self, folder: Path) -> None:
        """Writes the index into a new folder; nothing where there is nothing to score."""
        if self._model is not None:
            folder.mkdir(parents=True)
            self._model.save(str(folder), show_progress=False)

    def frequency(self, term: str) -> int:
        """In how many documents a term stands."""
        number = None if self._model is None else self._model.vocab_dict.get(term)
        if number is None:
            return 0
        starts = self._model.scores["indptr"]
        return int(starts[number + 1] - starts[number])

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """The score of every document, in order; float32 (documents,)."""
        known = [] if self._model is None else [term for term in query if term in self._model.vocab_dict]
        if not known:
            return np.zeros(self._size, np.float32)
        return np.asarray(self._model.get_scores(known), np.float32)
