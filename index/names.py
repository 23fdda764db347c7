"""Names in English and German sentences, their comparison and their order.

Names are aliases, runs of capitalised words, words with inner capitals or digits or all in capitals and, in English, a
capitalised word inside a sentence; German capitalises every noun, so a single one is no name there.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from index.dates import MONTHS
from index.lexical import fold, is_stop_word
from index.numerals import NUMERALS


class Name(NamedTuple):
    """A name at `text[start:end]`; `canonical` is its folded form, for an alias that of the actor's name."""

    text: str
    canonical: str
    start: int
    end: int


class _Word(NamedTuple):
    """A word of a text; the parts of a compound with hyphens are one each. `gap` is what stands before it."""

    text: str
    folded: str
    start: int
    end: int
    gap: str


_Aliases = tuple[tuple[str, tuple[str, ...]], ...]
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_GENITIVE = re.compile(r"['’]s?$")
_INNER = re.compile(r"[a-zß-ÿ][A-ZÄÖÜ](?!n$|nnen$)|^[^\W\d_]+\d|^\d+(?:st|nd|rd|th)?[A-ZÄÖÜ]")
_CAPITALS = re.compile(r"[A-ZÄÖÜ]{2,}s?")
_NO_NAME = re.compile(r"[IVX]+|[QH][1-4]|\d+[kKmMbB]n?")
_OPENING = re.compile("[!?…]|[\"“„«»‚‘']$")
_GAP = re.compile(r"[ \u00a0]|\.[ \u00a0]?|[-–&]| & ")

_OFFICES = frozenset(
    "president chairman chairwoman chair chief ceo cfo coo cto secretary senators judge director founder governor mayor vice "
    "chancellor congressman congresswoman commissioner spokesman spokeswoman former mr mrs ms dr prof kanzler "
    "kanzlerin abgeordnete direktor direktorin kommissar kommissarin gouverneur republikaner herr herrn frau".split()
)
_OFFICE = re.compile("(?:minister|praesident|chef|sprecher|gruender|senator|professor|richter)(?:in|s|en)?$")
_BREAKS = _OFFICES.union(
    (fold(month) for month in MONTHS if len(month) > 3),
    "may mai monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "
    "sonntag ende anfang mitte winter spring summer autumn fruehjahr sommer herbst euro euros dollar dollars prozent million "
    "millionen milliarde milliarden billion billionen jahr jahre jahren monat monate monaten woche wochen tag tage tagen uhr "
    "stunden sekunden minuten quartal halbjahr haelfte drittel viertel artikel article section seite usd eur gbp".split(),
)
_NO_SINGLE = _BREAKS.union(
    "american americans chinese european europeans german germans british french irish italian spanish japanese korean indian "
    "russian canadian australian austrian swiss dutch belgian swedish norwegian danish finnish polish turkish israeli iranian "
    "ukrainian mexican brazilian english asian african western arab democrat democrats republican republicans".split()
)
_LINKS = frozenset("de del di da du la van bin al".split())
_ENGLISH_LINKS = _LINKS | frozenset("of von der den".split())
_STARTERS = frozenset(NUMERALS) | frozenset(
    "laut insgesamt zuvor danach mehrere weitere andere einige zahlreiche beide alle manche weder ausserhalb trotz according "
    "meanwhile however whether neither either among another both several many most even unlike despite without within".split()
)

_fold = lru_cache(maxsize=50_000)(fold)
_stop = lru_cache(maxsize=50_000)(is_stop_word)


def names(text: str, language: str | None, aliases: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Name, ...]:
    """The names of a sentence in order, without overlap; `aliases` gives the spellings of each actor by its name.

    An alias matches whole words, the longest first, with a genitive s, and in a text without capitals in any case. A
    German "von" joins nothing ("der Kauf von Oracle"): who has it in the name needs an alias.
    """
    words = _words(text)
    aliased = _aliased(words, tuple(aliases.items()), text.islower()) if aliases else {}
    found, at = list[Name](), 0
    while at < len(words):
        end, canonical = aliased.get(at, (at, ""))
        if end == at and not (words[at].text.islower() and words[at].text.isalpha()):
            end = _run(words, at, language, aliased)
            end += end == at and _alone(words, at, language)
        if end > at:
            found.append(_name(text, words[at].start, words[end - 1], canonical))
        at = max(end, at + 1)
    return tuple(found)


def same_name(a: str, b: str) -> bool:
    """Whether two names are one: folded, without genitive s, the one as whole words in the other."""
    one, other = sorted(([word.folded.removesuffix("s") for word in _words(name)] for name in (a, b)), key=len)
    return bool(one) and any(other[at : at + len(one)] == one for at in range(len(other)))


def resolve(found: Sequence[Name], known: Iterable[str] = ()) -> tuple[Name, ...]:
    """Names where a last name stands for the one full name, of these or of the known canonical names, that ends in it."""
    full = {name for name in (*known, *(name.canonical for name in found)) if " " in name}
    ends: dict[str, list[str]] = {}
    for name in full:
        ends.setdefault(name.split()[-1], []).append(name)
    wholes = (ends.get(name.canonical) or ends.get(name.canonical.removesuffix("s"), []) for name in found)
    pairs = zip(found, wholes, strict=True)
    return tuple(name._replace(canonical=whole[0]) if len(whole) == 1 else name for name, whole in pairs)


def actor_order(text: str, language: str | None, aliases: Mapping[str, tuple[str, ...]] | None = None) -> tuple[str, ...]:
    """The canonical names of a sentence in order of first appearance; a passive is not turned round."""
    order: list[str] = []
    for name in resolve(names(text, language, aliases)):
        if not any(same_name(name.canonical, other) for other in order):
            order.append(name.canonical)
    return tuple(order)


def _words(text: str) -> list[_Word]:
    found = []
    end = 0
    for match in _WORD.finditer(text):
        found.append(_Word(match[0], _fold(match[0]), match.start(), match.end(), text[end : match.start()]))
        end = match.end()
    return found


def _name(text: str, start: int, last: _Word, canonical: str) -> Name:
    """The name up to a last word, without the genitive ending that an apostrophe sets off."""
    end = last.start + len(_GENITIVE.sub("", last.text))
    return Name(text[start:end], canonical or fold(text[start:end]), start, end)


@lru_cache(maxsize=8)
def _table(aliases: _Aliases) -> dict[str, list[tuple[list[_Word], str]]]:
    """The words of the aliases and of the names themselves by their first one folded, the longest first."""
    table: dict[str, list[tuple[list[_Word], str]]] = {}
    for canonical, spellings in aliases:
        for words in filter(None, map(_words, (canonical, *spellings))):
            table.setdefault(words[0].folded, []).append((words, fold(canonical)))
    for row in table.values():
        row.sort(key=lambda alias: -len(alias[0]))
    return table


def _aliased(words: list[_Word], aliases: _Aliases, hasty: bool) -> dict[int, tuple[int, str]]:
    """The aliases of a text: where one begins, where it ends and whose it is."""
    table = _table(aliases)
    found: dict[int, tuple[int, str]] = {}
    done = 0
    for at, word in enumerate(words):
        for alias, canonical in table.get(word.folded) or table.get(word.folded.removesuffix("s")) or ():
            here = words[at : at + len(alias)]
            if at >= done and len(here) == len(alias) and _spells(here, alias, hasty):
                done = at + len(alias)
                found[at] = (done, canonical)
    return found


def _spells(here: list[_Word], alias: list[_Word], hasty: bool) -> bool:
    """Whether words are those of an alias; capitals count, in a hasty text only those of one or two letters (US)."""
    for at, (word, wanted) in enumerate(zip(here, alias, strict=True)):
        genitive = at == len(here) - 1 and word.folded == wanted.folded + "s"
        if (at and not _adjacent(here, at)) or not (word.folded == wanted.folded or genitive):
            return False
        if wanted.text.isupper() and len(wanted.text) < 3 and not word.text.startswith(wanted.text):
            return False
        if not hasty and wanted.text[0].isupper() and not word.text[0].isupper():
            return False
    return True


def _run(words: list[_Word], at: int, language: str | None, aliased: Container[int]) -> int:
    """The end of a run of two or more capitalised words without offices, months and units; `at` where there is none.

    A German run ends before an alias, since what stands before it is a noun more often than a first name.
    """
    first = _starts_sentence(words, at)
    end = _compound(words, at)
    if end == at or (first and words[at].folded in _STARTERS) or _NO_NAME.fullmatch(words[at].text):
        return at
    count = 1
    while end < len(words) and not _is_genitive(words[end - 1].text, language):
        linked = end
        while linked < min(end + 2, len(words) - 1) and _links(words[linked], language, count, first):
            linked += 1
        following = _compound(words, linked) if _adjacent(words, linked) else linked
        if following == linked or (language == "de" and linked in aliased):
            break
        end, count = following, count + 1
    return end if count > 1 else at


def _is_genitive(word: str, language: str | None) -> bool:
    """Whether a word ends in a genitive s that parts it from the next name (China's Oracle, TikToks Algorithmus)."""
    return bool(_GENITIVE.search(word)) or (language == "de" and word.endswith("s") and bool(_INNER.search(word)))


def _links(word: _Word, language: str | None, count: int, first: bool) -> bool:
    """Whether a small word joins the parts of a name; "of" only after one word that does not begin the sentence."""
    links = _ENGLISH_LINKS if language == "en" else _LINKS
    return word.text in links and word.gap == " " and (word.text != "of" or (count == 1 and not first))


def _adjacent(words: list[_Word], at: int) -> bool:
    """Whether only a space, a hyphen, an ampersand or the point of an initial parts a word from the one before."""
    gap = words[at].gap
    return bool(_GAP.fullmatch(gap)) and ("." not in gap or len(words[at - 1].text) < 3)


def _is_office(word: _Word) -> bool:
    return word.folded in _OFFICES or bool(_OFFICE.search(word.folded))


def _compound(words: list[_Word], at: int) -> int:
    """The end of a word with its parts after hyphens; `at` where one has no capital or the word is no part of a name."""
    end = at + 1
    while end < len(words) and words[end].gap == "-":
        end += 1
    parts = words[at:end]
    if any(not part.text[0].isupper() for part in parts) or parts[-1].folded in _BREAKS or _is_office(parts[-1]):
        return at
    return at if len(parts) == 1 and _is_stop(parts[0]) else end


def _alone(words: list[_Word], at: int, language: str | None) -> bool:
    """Whether a single word is a name by its form, after an office, or in English by its capital inside a sentence."""
    word = words[at]
    bare = _GENITIVE.sub("", word.text)
    if _NO_NAME.fullmatch(bare) or _is_office(word) or {word.folded, word.folded.removesuffix("s")} & _BREAKS:
        return False
    if _CAPITALS.fullmatch(bare) or _INNER.search(bare):
        return True
    if not bare[0].isupper() or len(bare) == 1 or word.folded in _NO_SINGLE or _is_stop(word):
        return False
    if at and word.gap == " " and _is_office(words[at - 1]):
        return True
    return language == "en" and not _starts_sentence(words, at)


def _is_stop(word: _Word) -> bool:
    """Whether a word is a function word; one in capitals (US, IT) is none."""
    return _stop(word.folded) and not (word.text.isupper() and len(word.text) > 1)


def _starts_sentence(words: list[_Word], at: int) -> bool:
    """Whether a sentence or a quotation begins with the word; a point after an initial ends none."""
    gap = words[at].gap
    return not at or bool(_OPENING.search(gap)) or ("." in gap and len(words[at - 1].text) > 2)
