"""What part each name has in a sentence: who acts, who is only the source, what is only a place.

Only the one who acts can change places with another and turn the meaning round; whoever is a source or a place in one
sentence and acts in the other is taken for one who acts (bot/check.py).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.lexical import fold, is_stop_word
from index.names import Name, names, resolve, same_name
from index.places import place_of

Role = Literal["actor", "source", "in", "from", "to", "of"]

_REPORTS = (
    r"(?:said|says|wrote|writes|reported|reports|noted|notes|told|stated|states|argued|argues|explained|found|added|puts?|gave|gives|estimates?|estimated|valued|values|wrote|counted|"
    r"sagten?|sagt|schrieb(?:en)?|schreibt|berichteten?|berichtet|meldeten?|meldet|erklärten?|erklärt|teilten?|hieß|schätzte?n?|schätzt|bezifferte?|beziffert|nannten?|nennt|setzte|setzt|"
    r"zählte|zählt|sprach|spricht|ermittelte)"
)
_SOURCE_BEFORE = re.compile(
    r"(?:\b(?:according to|reported by|as cited by|cited by|on|with reference to|with|carrying|after|via|told|laut|"
    r"nach (?:angaben|angabe|einem bericht|dem bericht|berichten|meinung|ansicht|darstellung)(?: von| der| des| vom)?|"
    r"(?:bericht|meldung|quelle|report|source|account)s? (?:of|by|from|von|der|des|in)|so)"
    rf"|\b{_REPORTS}|,\s?so)\s(?:(?:the|der|die|das|dem|den|des|a|an|einem|einer)\s)?(?:[\w-]+(?:in|er|or|at|ist)\s)?$",
    re.IGNORECASE,
)
_SOURCE_AFTER = re.compile(
    rf"(?:['’]s? source)?,?\s(?:\w+ly\s)?{_REPORTS}\b|,?\szufolge\b|['’]s? (?:report|account|source)\b", re.IGNORECASE
)
_PLACE_BEFORE = re.compile(
    r"\b(in|at|near|across|within|bei|innerhalb|outside|außerhalb|from|out of|aus|von|to|into|toward|nach|of|for|für)\s"
    r"(?:(?:the|der|die|das|dem|den|des|all of|ganz)\s)?$",
    re.IGNORECASE,
)
_PLACE_ROLES: dict[str, Role] = {
    **dict.fromkeys(("in", "at", "near", "across", "within", "bei", "innerhalb", "outside", "außerhalb"), "in"),
    **dict.fromkeys(("from", "out of", "aus"), "from"),
    **dict.fromkeys(("to", "into", "toward", "nach"), "to"),
    **dict.fromkeys(("of", "von", "for", "für"), "of"),
}
_MODIFIES = re.compile(r"-|\s(?=[a-zäöüß]{3,})(?!\w+ed\b|\w+s\b)", re.IGNORECASE)
_ADJECTIVE = re.compile(r"(?:ese|ish|[aei]an|isch\w*|ench|wiss|utch|eek)$", re.IGNORECASE)
_TITLE = re.compile(r" (?:Secretary|Minister|President|Chancellor|Commissioner|Senator|Judge|Director|Attorney General)\b")
"""What makes the capitalised word before it a part of a title ("Commerce Secretary"), not a name."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Party:
    """A name at `text[start:end]`; `key` is what it is compared by: its canonical form or "place: " and a country."""

    text: str
    key: str
    role: Role
    start: int
    end: int

    def same(self, other: "Party") -> bool:
        """Whether both mean the same."""
        if self.key.startswith("place: ") or other.key.startswith("place: "):
            return self.key == other.key
        return same_name(self.key, other.key)


def parties(text: str, language: str, aliases: Mapping[str, tuple[str, ...]], known: Iterable[str] = ()) -> tuple[Party, ...]:
    """The names of a sentence with their parts in it, in order.

    `known` are canonical names of the texts beside it: a last name stands for a full one, and a capitalised word that is
    one of them is a name at the beginning of a sentence too.
    """
    full = tuple(known)
    found = resolve(names(text, language, aliases), full)
    found = tuple(name for name in found if not _TITLE.match(text, name.end) or " " in name.text)
    firsts = _first_words(text, found, {name for name in full if " " not in name})
    return tuple(_party(text, name, aliases) for name in sorted([*found, *firsts], key=lambda name: name.start))


def distinct(found: Sequence[Party]) -> list[Party]:
    """One party for each that is named."""
    kept: list[Party] = []
    for party in found:
        if not any(party.same(other) for other in kept):
            kept.append(party)
    return kept


def _first_words(text: str, found: Sequence[Name], known: set[str]) -> list[Name]:
    taken = {at for name in found for at in range(name.start, name.end)}
    hits = (match for match in _WORD.finditer(text) if match.start() not in taken and match[0][0].isupper())
    return [
        Name(match[0], fold(match[0]).removesuffix("s") if fold(match[0]) not in known else fold(match[0]), *match.span())
        for match in hits
        if {fold(match[0]), fold(match[0]).removesuffix("s")} & known and not is_stop_word(match[0])
    ]


def _party(text: str, name: Name, aliases: Mapping[str, tuple[str, ...]]) -> Party:
    acting = any(fold(actor) == name.canonical for actor in aliases)
    place = None if acting else place_of(name.text.split("-")[0] if "-" in name.text else name.text)
    before, after = text[max(0, name.start - 48) : name.start], text[name.end : name.end + 32]
    role: Role = "actor"
    if _SOURCE_BEFORE.search(before) or _SOURCE_AFTER.match(after):
        role = "source"
    elif place and (_ADJECTIVE.search(name.text) or "-" in name.text or _MODIFIES.match(after)):
        role = "of"
    elif not acting and (found := _PLACE_BEFORE.search(before)) and (place or found[1].lower() in {"in", "at", "near", "bei"}):
        role = _PLACE_ROLES[found[1].lower()]
    return Party(name.text, f"place: {place}" if place else name.canonical, role, name.start, name.end)
