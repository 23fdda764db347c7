"""Whether a statement says the opposite of its quotes: negation, direction, attribution."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.check_facts import NO_YEAR, Facts, values_agree
from bot.check_order import exchanged, reordered
from index.dates import masked
from index.lexical import fold, is_stop_word, stem
from index.polarity import clauses, denials, half_denials, signs
from index.values import Value, same, values

COVERED = 0.5
"""Share of a clause's content that a statement must have to be taken to say it."""
WHOLE = 0.7
"""Share of the length of a quote from which a statement in another language may say all of it."""
NEAR = 7
"""Content words around a denial of a quote that say what is denied."""
NEAREST = 3
"""The same for a statement, and for a word that stands for a denial of something that the quote has."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FROM = re.compile(r"\b(?:from|von)\s(?:\w+\s)?$", re.IGNORECASE)
_TO = re.compile(r"\s(?:[\w.-]+\s){0,3}(?:to|auf)\s(?:\w+\s)?", re.IGNORECASE)
_INFINITIVE = re.compile(r",\s[^,;.]*\bzu\s\w+n\b")
"""What a German denial is of: "weigerte sich, den Vertrag zu unterschreiben"."""
_BOUNDS = {"over": 1, "atleast": 1, "under": -1, "atmost": -1}


_Denial = tuple[Facts, tuple[int, int]]


def contradictions(said: Facts, cited: Sequence[Facts]) -> tuple[str, ...]:
    """The codes of what a statement turns round: negation, direction, attribution."""
    found = []
    if _negates(said, cited):
        found.append("negation")
    turned = set(_turned(said, cited))
    return (*found, *(code for code in ("direction", "attribution") if code in turned))


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
    if not own and any(_undone(said, fact) or _undone(fact, said) for fact in cited if fact.language == said.language):
        return True
    theirs = [(fact, span) for fact in cited for span in denials(fact.text)]
    if len(own) != len(theirs) and all(_translates(said, fact) for fact in cited):
        return not (_explained(own, cited) if len(own) > len(theirs) else _explained(theirs, [said]))
    if (own and not theirs) or any(not _matched(said, span, theirs) for _, span in own):
        return not _explained(own, cited)
    covered = [(fact, span) for fact, span in theirs if _says(said, fact, span)]
    return len(covered) > len(own) and not _explained(covered, [said])


def _undone(one: Facts, other: Facts) -> bool:
    """Whether a text without a denial has a word that another has with "un" before it only ("damaged", "undamaged")."""
    undone = (other.text[start:end] for start, end in half_denials(other.text, strict=True))
    stems = {stem(fold(word[2:]), other.language) for word in undone if word.casefold().startswith("un")}
    return bool(stems & one.stems - other.stems) and not denials(one.text)


def _translates(said: Facts, fact: Facts) -> bool:
    """Whether a statement has every value and name of a quote in another language, so that it must say all of it."""
    own, theirs = ({key for key in _features(x, 0, len(x.text)) if key[1] == ":"} for x in (said, fact))
    whole = len(said.text) >= WHOLE * len(fact.text)
    return said.language != fact.language and whole and bool(theirs) and theirs <= own


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
    near, denied = _around(fact, span), _denied(fact, span)
    said = denied in other.stems  # what stands there needs a surer word, and beside it
    return any(
        other.text[start : start + 4].casefold() not in known
        and _meet(near, _around(other, (start, end)))
        and (not said or denied in _beside(other, (start, end)))
        for start, end in half_denials(other.text, strict=said)
    )


def _denied(fact: Facts, span: tuple[int, int]) -> str:
    """The stem of the first content word behind a denial, or of the last one before it: what is denied."""
    behind, before = (_content(text, fact.language) for text in (fact.text[span[1] :], fact.text[: span[0]]))
    return (behind[:1] or before[-1:] or [""])[0]


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
    if fact.text[span[0] : span[1]].casefold().startswith("un"):
        before += _content(fact.text[span[0] + 2 : span[1]], fact.language)
    return frozenset(before) | frozenset(_content(fact.text[span[1] :], fact.language)[:width])


def _beside(fact: Facts, span: tuple[int, int]) -> list[str]:
    """The stems of the content words in a place and of the nearest on either side."""
    before, inside, behind = (
        _content(text, fact.language) for text in (fact.text[: span[0]], fact.text[slice(*span)], fact.text[span[1] :])
    )
    return before[-NEAREST:] + inside + behind[:NEAREST]


def _meet(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether two sets of stems share one, or a compound and its first part ("Ablösesumme", "Ablöse")."""
    return any(
        one == other or (min(len(one), len(other)) > 4 and (one.startswith(other) or other.startswith(one)))
        for one in ours
        for other in theirs
    )


def _content(text: str, language: str) -> list[str]:
    return [stem(fold(word), language) for word in _WORD.findall(text) if not is_stop_word(word, language)]


def _says(said: Facts, fact: Facts, span: tuple[int, int]) -> bool:
    """Whether a statement without a denial says what the clause around a denial of a quote says."""
    start, end = next((clause for clause in clauses(fact.text) if clause[0] <= span[0] < clause[1]), (0, len(fact.text)))
    infinitive = _INFINITIVE.match(fact.text, end)
    end = infinitive.end() if infinitive else end
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
    spans = {span for fact in cited for span in _spans(fact)}
    if any(span not in spans and span[::-1] in spans for span in _spans(said)):
        yield "direction"
    if any(_bounds_turned(value, said, cited) for value in said.values(NO_YEAR)):
        yield "direction"
    converse = reordered(said, cited) or exchanged(said, cited)
    for (axis, side), number in own.items():
        code = "attribution" if axis in {"speech", "accord"} else "direction"
        if axis == "trade" and converse:
            continue  # who buys from another and who sells to one say the same
        known, opposite = theirs.get((axis, side), 0), theirs.get((axis, -side), 0)
        alone = not known and (opposite or axis == "accord" or (axis == "speech" and not _stands_in(theirs, side)))
        if alone or (number > known and own.get((axis, -side), 0) < opposite):
            yield code


def _spans(fact: Facts) -> Iterator[tuple[float | None, float | None]]:
    """The amounts from which and to which something goes: "from 5 to 7", "von 5 auf 7"."""
    found = fact.values(NO_YEAR)
    for one, two in pairwise(found):
        if _TO.fullmatch(fact.text, one.end, two.start) and _FROM.search(fact.text, 0, one.start):
            yield one.amount, two.amount


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
