"""Whether two actors of a statement have changed places around the verb, as far as words and their order tell."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from bot.check_facts import NO_YEAR, Facts
from index.dates import masked
from index.lexical import fold, is_stop_word, stem
from index.roles import distinct
from index.values import values

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PASSIVE = re.compile(
    r"\b(?:was|were|is|are|been|being|be)\b(?: [\w'’-]+){1,6}? by\b"
    r"|\b(?:wird|werden|wurden?|worden)\b[^.;]*\b(?:vo[nm]|durch)\b|\b(?:vo[nm]|durch)\b[^.;]*\b(?:wird|werden|wurden?|worden)\b",
    re.IGNORECASE,
)
_CASES = frozenset(
    "der den dem des einen einem einer eines kein keinen keinem keiner seinen seinem seiner ihren ihrem ihrer".split()
)
"""Articles that tell the case: a phrase that keeps its own has moved, not changed places."""
_ARTICLES = _CASES | frozenset("die das ein eine seine ihre sein ihr diese dieser dieses the a an".split())
_AUXILIARIES = frozenset(
    "is are was were has have had will would can could may might must did does do hat haben hatte hatten "
    "wird werden wurde wurden will wollen wollte kann koennen konnte soll sollte muss darf".split()
)
_PREPOSITIONS = frozenset(
    "by to from of with for against on in at von vom durch mit fuer gegen an am auf aus bei beim zu zum zur nach ueber unter "
    "im".split()
)
_LISTED = re.compile(r"[,\s]*(?:\b(?:and|or|und|oder|sowie)\b)?\s*(?:(?:the|der|die|das|den|dem)\s)?")


class _Unit(NamedTuple):
    start: int
    end: int
    preposition: str
    article: str


def reordered(said: Facts, cited: Sequence[Facts]) -> bool:
    """Whether two actors (in German: capitalised words) have changed places around a verb that a statement shares."""
    orders = [turned for fact in cited for turned in _orders(said, fact)]
    return bool(orders) and all(orders)


def exchanged(said: Facts, cited: Sequence[Facts]) -> bool:
    """Whether the first two actors of a statement stand in a quote the other way round."""
    for fact in cited:
        places = [next((o.start for o in fact.parties if party.same(o)), -1) for party in distinct(said.parties)]
        shared = [place for place in places if place >= 0][:2]
        if shared != sorted(shared):
            return True
    return False


def _orders(said: Facts, fact: Facts) -> Iterator[bool]:
    """For each two actors or capitalised words around a verb that both texts share: whether their order is turned."""
    if said.language != fact.language:
        return
    ours, theirs = _units(said), _units(fact)
    verbs = [(_at(said, verb), _at(fact, verb)) for verb in _verbs(said) & _verbs(fact)]
    passive = bool(_PASSIVE.search(said.text)) != bool(_PASSIVE.search(fact.text))
    for one, two in combinations([key for key in ours if key in theirs], 2):
        a, b, c, d = ours[one], ours[two], theirs[one], theirs[two]
        if _listed(said, a, b) or _listed(fact, c, d) or _moved(a, c) or _moved(b, d):
            continue
        if any(_between(here, a, b) and _between(there, c, d) for here, there in verbs):
            yield ((a.start < b.start) != (c.start < d.start)) != passive


def _between(place: int, one: _Unit, two: _Unit) -> bool:
    return min(one.start, two.start) < place < max(one.start, two.start)


def _moved(ours: _Unit, theirs: _Unit) -> bool:
    """Whether a word keeps its preposition or the case of its article, so that its phrase has only moved."""
    if ours.preposition or theirs.preposition:
        return True
    if ours.article in _CASES or theirs.article in _CASES:
        return ours.article == theirs.article
    return bool(ours.article or theirs.article)


def _units(fact: Facts) -> dict[str, _Unit]:
    """Actors by their keys, and in German every other capitalised word by its stem; each at its first place."""
    found: dict[str, _Unit] = {}
    for party in fact.parties:
        if party.role == "actor":
            found.setdefault(party.key, _unit(fact.text, party.start, party.end))
    if fact.language == "de":
        hidden = masked(fact.text, [*values(fact.text, fact.language, NO_YEAR), *fact.parties])
        for match in _WORD.finditer(hidden):
            if match[0][0].isupper() and not is_stop_word(match[0]):
                found.setdefault(stem(fold(match[0]), "de"), _unit(fact.text, *match.span()))
    return found


def _unit(text: str, start: int, end: int) -> _Unit:
    article = next((word for word in reversed(_before(text, start)[-2:]) if word in _ARTICLES), "")
    return _Unit(start, end, _preposition(text, start), article)


def _before(text: str, start: int) -> list[str]:
    return [fold(word) for word in _WORD.findall(re.split(r"[,;:.]", text[max(0, start - 40) : start])[-1])]


def _preposition(text: str, start: int) -> str:
    return next((word for word in reversed(_before(text, start)[-3:]) if word in _PREPOSITIONS), "")


def _verbs(fact: Facts) -> set[str]:
    """Uncapitalised content words by stem, and auxiliaries: what can be the verb that both texts share."""
    words = [word for word in _WORD.findall(fact.text) if word[0].islower()]
    return {stem(fold(word), fact.language) for word in words if not is_stop_word(word) or fold(word) in _AUXILIARIES}


def _at(fact: Facts, verb: str) -> int:
    hits = (match for match in _WORD.finditer(fact.text) if match[0][0].islower())
    return next(match.start() for match in hits if stem(fold(match[0]), fact.language) == verb)


def _listed(fact: Facts, one: _Unit, two: _Unit) -> bool:
    first, second = sorted((one, two), key=lambda unit: unit.start)
    return bool(_LISTED.fullmatch(fact.text, first.end, second.start))
