"""The names of a statement and its quotes: which stand in no quote, and who acts."""

import re
from collections.abc import Sequence

from bot.check_facts import Facts, stems_of
from index.places import place_of
from index.roles import Party, Role, distinct
from index.spelling import edit_distance

_PLACING: frozenset[Role] = frozenset(("in", "of"))
_WORD = re.compile(r"[^\W_]+")


def missing_names(said: Facts, cited: Sequence[Facts]) -> tuple[str, ...]:
    """The code name where a name of a statement stands in no quote."""
    return ("name",) if lacking_names(said, cited) else ()


def lacking_names(said: Facts, cited: Sequence[Facts]) -> int:
    """How many names and places of a statement stand in no quote."""
    strange = said.places - {place for fact in cited for place in fact.places}
    named = [party for party in said.parties if not party.is_place]
    return len(strange) + sum(not any(_held(party, said, fact) for fact in cited) for party in named)


def acting(said: Facts, cited: Sequence[Facts]) -> list[Party]:
    """The parties of a statement that act; a source or a place does not, if it is the same in a quote and acts nowhere.

    Two sources, or two places, can change places too: they act.
    """

    only_place = len({party.key for party in said.parties if party.is_place}) == 1

    def rests(party: Party) -> bool:
        own = {other.role for other in said.parties if party.same(other)}
        theirs = {other.role for fact in cited for other in fact.parties if party.same(other)}
        if party.is_place and only_place and any(party.key.removeprefix("place: ") in fact.places for fact in cited):
            theirs |= own & _PLACING  # "the firm's users in the US", "the firm's American users"
        return "actor" not in own | theirs and party.role in theirs

    resting = distinct([party for party in said.parties if rests(party)])
    alone = [party for party in resting if sum(party.role == other.role for other in resting) == 1]
    return distinct([party for party in said.parties if not any(party.same(other) for other in alone)])


def _held(party: Party, said: Facts, fact: Facts) -> bool:
    """Whether a party of a statement stands in a text, in another language perhaps with another ending."""
    if any(party.same(other) and party.key.count(" ") <= other.key.count(" ") for other in fact.parties):
        return True
    wanted = stems_of(party.text, fact.language)
    if _contains(fact.words, wanted):
        return True
    if said.language == "de" and _held_in_parts(party, fact):
        return True
    starts = range(len(fact.words) - len(wanted) + 1)
    across = said.language != fact.language
    return across and any(all(map(_akin, wanted, fact.words[at : at + len(wanted)])) for at in starts)


def _held_in_parts(party: Party, fact: Facts) -> bool:
    """Whether a German run of capitalised words or a compound is held in parts.

    "die Vorsitzende Karin Wolters": the noun before a name of two words is no part of it. "laut AP Verträge": nor is the
    noun behind a whole one. "US-Konzern": a place and a noun.
    """
    words = _WORD.findall(party.text)
    if "-" in party.text:
        return all(place_of(word) in fact.places or _contains(fact.words, stems_of(word, fact.language)) for word in words)
    if len(words) > 2 and _contains(fact.words, stems_of(" ".join(words[1:]), fact.language)):
        return True
    whole = [" ".join(words[:count]) for count in range(1, len(words))]
    held = [text for text in whole if any(stems_of(text, "de") == stems_of(other.text, "de") for other in fact.parties)]
    return any(
        len(rest := words[len(text.split()) :]) == 1 or _contains(fact.words, stems_of(" ".join(rest), fact.language))
        for text in held
    )


def _contains(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the wanted words stand one after the other."""
    return any(list(words[at : at + len(wanted)]) == list(wanted) for at in range(len(words) - len(wanted) + 1))


def _akin(word: str, other: str) -> bool:
    """Whether two words of two languages may be one name (Senate, Senat; Kongress, Congress)."""
    return word == other or (min(len(word), len(other)) > 4 and edit_distance(word, other) < 3)
