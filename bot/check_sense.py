"""Whether a statement says the opposite of its quotes: negation, direction, attribution, the order of the actors."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from bot.check_facts import NO_YEAR, Facts, values_agree
from index.dates import masked
from index.lexical import fold, is_stop_word, stem
from index.polarity import clauses, denials, half_denials, signs
from index.roles import distinct
from index.values import Value, same, values

COVERED = 0.5
"""Share of a clause's content that a statement must have to be taken to say it."""
NEAR = 7
"""Content words around a denial of a quote that say what is denied."""
NEAREST = 3
"""The same for a statement."""

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


_BOUNDS = {"over": 1, "atleast": 1, "under": -1, "atmost": -1}


class _Unit(NamedTuple):
    start: int
    end: int
    preposition: str
    article: str


_Denial = tuple[Facts, tuple[int, int]]


def contradictions(said: Facts, cited: Sequence[Facts]) -> tuple[str, ...]:
    """The codes of what a statement turns round: negation, direction, attribution, order."""
    found = []
    if _negates(said, cited):
        found.append("negation")
    turned = set(_turned(said, cited))
    return (*found, *(code for code in ("direction", "attribution") if code in turned))


def reordered(said: Facts, cited: Sequence[Facts]) -> bool:
    """Whether two actors (in German: capitalised words) have changed places around a verb that a statement shares."""
    orders = [turned for fact in cited for turned in _orders(said, fact)]
    return bool(orders) and all(orders)


def in_common(said: Facts, cited: Sequence[Facts]) -> bool:
    """Whether a statement shares anything decidable with its quotes: a value, a name, or in one language a content word."""
    if values_agree(said, cited):
        return True
    if any(party.same(other) for party in said.parties for fact in cited for other in fact.parties):
        return True
    return any(said.stems & fact.stems for fact in cited if fact.language == said.language)


def _negates(said: Facts, cited: Sequence[Facts]) -> bool:
    """Whether a statement denies what no quote denies, or says what a quote denies."""
    own = [(said, span) for span in denials(said.text)]
    theirs = [(fact, span) for fact in cited for span in denials(fact.text)]
    if len(own) != len(theirs) and all(_translates(said, fact) for fact in cited):
        return not (_explained(own, cited) if len(own) > len(theirs) else _explained(theirs, [said]))
    if (own and not theirs) or any(not _matched(said, span, theirs) for _, span in own):
        return not _explained(own, cited)
    covered = [(fact, span) for fact, span in theirs if _says(said, fact, span)]
    return len(covered) > len(own) and not _explained(covered, [said])


def _translates(said: Facts, fact: Facts) -> bool:
    """Whether a statement has every value and name of a quote in another language, so that it must say all of it."""
    own, theirs = ({key for key in _features(x, 0, len(x.text)) if key[1] == ":"} for x in (said, fact))
    return said.language != fact.language and bool(theirs) and theirs <= own


def _explained(denied: Sequence[_Denial], others: Sequence[Facts]) -> bool:
    """Whether other texts have a word that stands for one of these denials."""
    known = {
        text[start : start + 4].casefold() for text in {fact.text for fact, _ in denied} for start, _ in half_denials(text)
    }
    return any(_stands_for(denial, other, known) for other in others for denial in denied)


def _stands_for(denial: _Denial, other: Facts, known: set[str]) -> bool:
    """Whether a text has such a word near what is denied or, in another language, more of them than the denying text."""
    fact, span = denial
    if other.language != fact.language:
        return len(half_denials(other.text, strict=True)) > len(half_denials(fact.text, strict=True))
    near = _around(fact, span)
    return any(
        other.text[start : start + 4].casefold() not in known and near & _around(other, (start, end))
        for start, end in half_denials(other.text)
    )


def _matched(said: Facts, span: tuple[int, int], theirs: Sequence[_Denial]) -> bool:
    """Whether a denial of the statement and one of the quotes deny the same; across languages any does."""
    near = _around(said, span, NEAREST)
    return any(
        fact.language != said.language or not near or not (other := _around(fact, place)) or near & other
        for fact, place in theirs
    )


def _around(fact: Facts, span: tuple[int, int], width: int = NEAR) -> frozenset[str]:
    """The stems of the content words nearest to a place: some before, more behind."""
    before = _content(fact.text[: span[0]], fact.language)[-width + 2 :]
    return frozenset(before) | frozenset(_content(fact.text[span[1] :], fact.language)[:width])


def _content(text: str, language: str) -> list[str]:
    return [stem(fold(word), language) for word in _WORD.findall(text) if not is_stop_word(word, language)]


def _says(said: Facts, fact: Facts, span: tuple[int, int]) -> bool:
    """Whether a statement without a denial says what the clause around a denial of a quote says."""
    start, end = next((clause for clause in clauses(fact.text) if clause[0] <= span[0] < clause[1]), (0, len(fact.text)))
    denied = _features(fact, start, end)
    elsewhere = _features(fact, 0, start) | _features(fact, end, len(fact.text))
    ours = _features(said, 0, len(said.text))
    if fact.language != said.language:
        denied, elsewhere, ours = ({key for key in keys if key[1] == ":"} for keys in (denied, elsewhere, ours))
        return bool(denied & ours) or not ours or not ours <= elsewhere
    if not denied:
        return True
    return len(denied & ours) >= COVERED * len(denied)


def _features(fact: Facts, start: int, end: int) -> set[str]:
    """Stems, values and names of a stretch of a text, in a form that can be compared."""
    inside = fact.text[start:end]
    found = {f"s{word}" for word in _content(masked(inside, values(inside, fact.language)), fact.language)}
    found |= {f"v:{value.date or ''}{value.amount}" for value in values(inside, fact.language)}
    return found | {f"p:{party.key}" for party in fact.parties if start <= party.start < end}


def _turned(said: Facts, cited: Sequence[Facts]) -> Iterator[str]:
    """ "direction" or "attribution" for every axis on which a statement stands on the other side."""
    own = _counts(said)
    theirs: dict[tuple[str, int], int] = {}
    for fact in cited:
        for key, number in _counts(fact).items():
            theirs[key] = theirs.get(key, 0) + number
    if any(_bounds_turned(value, said, cited) for value in said.values(NO_YEAR)):
        yield "direction"
    exchanged = reordered(said, cited) or _exchanged(said, cited)
    for (axis, side), number in own.items():
        code = "attribution" if axis in {"speech", "accord"} else "direction"
        if axis == "trade" and exchanged:
            continue  # who buys from another and who sells to one say the same
        known, opposite = theirs.get((axis, side), 0), theirs.get((axis, -side), 0)
        alone = not known and (opposite or axis == "accord" or (axis == "speech" and not _stands_in(theirs, side)))
        if alone or (number > known and own.get((axis, -side), 0) < opposite):
            yield code


def _bounds_turned(value: Value, said: Facts, cited: Sequence[Facts]) -> bool:
    """Whether a value is an upper or lower bound in a statement and the other or none in every quote that has it."""
    side = _BOUNDS.get(value.qualifier, 0)
    twins = [_BOUNDS.get(other.qualifier, 0) for fact in cited for other in fact.values(NO_YEAR) if same(value, other)]
    if value.qualifier == "over" and said.language == "de":  # "eine Strafe über 5 Millionen" is one of 5 million
        twins = [other or side for other in twins]
    return bool(side and twins) and side not in twins


def _stands_in(theirs: dict[tuple[str, int], int], side: int) -> bool:
    """Whether another axis says what confirming (upholding) or denying (rejecting) says."""
    return bool(theirs.get(("verdict", 1)) if side == 1 else theirs.get(("consent", -1)))


def _counts(fact: Facts) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for sign in signs(fact.text, fact.language):
        found[sign.axis, sign.side] = found.get((sign.axis, sign.side), 0) + 1
    return found


def _exchanged(said: Facts, cited: Sequence[Facts]) -> bool:
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
