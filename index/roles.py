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

Role = Literal["actor", "source", "in", "from", "of"]

_REPORTS = (
    r"(?:said|says|wrote|writes|reported|reports|noted|notes|told|stated|states|argued|argues|explained|found|added|puts?|gave|gives|estimates?|estimated|valued|values|wrote|counted|"
    r"sagten?|sagt|schrieb(?:en)?|schreibt|berichteten?|berichtet|meldeten?|meldet|erklärten?|erklärt|teilten?|hieß|schätzte?n?|schätzt|bezifferte?|beziffert|nannten?|nennt|setzte|setzt|"
    r"zählte|zählt|sprach|spricht|ermittelte)"
)
_SOURCE_BEFORE = re.compile(
    r"\b(?:according to|reported by|cited by|with reference to|told|laut|"
    r"nach (?:angaben|angabe|einem bericht|dem bericht|berichten|meinung|ansicht|darstellung)(?: von| der| des| vom)?|"
    r"(?:bericht|meldung|quelle|report|source|account)s? (?:of|by|from|von|der|des|in)|so)\s"
    r"(?:(?:the|der|die|das|dem|den|des|a|an|einem|einer)\s)?(?:same\s|[\w-]+(?:in|er|or|at|ist)\s)?$",
    re.IGNORECASE,
)
_SOURCE_AFTER = re.compile(
    rf"(?:['’]s? source)?,?\s(?:\w+ly\s)?{_REPORTS}\b|,?\szufolge\b|['’]s? (?:report|account|source)\b", re.IGNORECASE
)
_INVERTED = re.compile(rf"\b{_REPORTS}\s(?:(?:the|der|die|das)\s)?(?:[\w-]+(?:in|er|or|at|ist)\s)?$", re.IGNORECASE)
_INVERTED_END = re.compile(r"[.,;]|$|\s(?:(?:am|vom|im|in|on|den|die|das)\b|\d)")
"""Where a name behind its verb ends: ", wrote NAME." but not "put NAME's fees at ten percent"."""
_GOVERNED = re.compile(
    r"\b(?:of|for|with|against|from|in|by|about|over|von|für|mit|gegen|aus|durch|über|um|an|zu|bei)\s(?:(?:the|der|die|das|dem|den)\s)?$",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(in|at|near|across|within|bei|innerhalb|outside|außerhalb|from|out of|aus|von|to|into|toward|nach|of|for|für)\s"
    r"(?:(?:the|der|die|das|dem|den|des|all of|ganz)\s)?$",
    re.IGNORECASE,
)
_PLACE_ROLES: dict[str, Role] = {
    **dict.fromkeys(("in", "at", "near", "across", "within", "bei", "innerhalb", "outside", "außerhalb"), "in"),
    **dict.fromkeys(("to", "into", "toward", "nach"), "in"),
    **dict.fromkeys(("from", "out of", "aus"), "from"),
    **dict.fromkeys(("of", "von", "for", "für"), "of"),
}
_MODIFIES = re.compile(r"-|\s(?!\w+ed\b|\w+[^s\W]s\b)([a-zäöüß]{3,})")
_DESCRIBES = re.compile(r"\s(?!\w+ed\b)[a-zäöüß]{3,}")
_ARTICLE = re.compile(r"\b(?:an?|the)\s$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s\b")
_ADJECTIVE = re.compile(r"(?:ese|ish|[aei]an|isch\w*|ench|wiss|utch|eek)$", re.IGNORECASE)
_TITLE = re.compile(r" (?:Secretary|Minister|President|Chancellor|Commissioner|Senator|Judge|Director|Attorney General)\b")
"""What makes the capitalised word before it a part of a title ("Commerce Secretary"), not a name."""
_WORD = re.compile(r"[^\W\d_]+")
_OPENING = re.compile(
    r"([A-ZÄÖÜ][a-zäöüß]{2,}\w*)(?:(['’]s\b)| (?:\w+ly )?(?:is|was|has|had|will|would|could|did|does|can|may|might|says|"
    r"\w{2,}ed|said|told|sold|bought|won|lost|made|took|paid|held|kept|gave|rose|fell|grew|wrote|began|left|met|put|set|"
    r"became|saw|sought|got|led|forecast|spoke)\b)"
)
_NO_OPENING = re.compile(
    r"(?:tion|sion|ment|ing|ness|ity|ance|ence|age|ism|ship|[^s]s|ly|ed|one|body|thing|self|wth|cy|ure|day)$|^(?:revenue|demand|"
    r"police|income|turnover|output|profit|staff|support|interest|trade|work|talk|access|news|data|people|access|someone|"
    r"everyone|congress|parliament|government|management|traffic|research|credit|debt|money|cash|oil|gas|water|"
    r"food|stock|business|use|evidence|opposition|it|what|who|that|this|nobody|none|half|part|much|little|last|next|"
    r"former|later|industry|delivery|recovery|inventory|history|"
    r"earlier|today|yesterday|however|instead|overall|meanwhile|also|still|only|even|such|legislation)$"
)
"""Endings and words of English nouns that can open a sentence without an article, and of other words than nouns."""


@dataclass(frozen=True, slots=True)
class Party:
    """A name at `text[start:end]`; `key` is what it is compared by: its canonical form or "place: " and a country."""

    text: str
    key: str
    role: Role
    start: int
    end: int

    @property
    def is_place(self) -> bool:
        """Whether it is a country or a town that has two names."""
        return self.key.startswith("place: ")

    def same(self, other: "Party") -> bool:
        """Whether both mean the same."""
        if self.key.startswith("place: ") or other.key.startswith("place: "):
            return self.key == other.key
        return same_name(self.key, other.key)


def parties(text: str, language: str, aliases: Mapping[str, tuple[str, ...]], known: Iterable[str] = ()) -> tuple[Party, ...]:
    """The names of a sentence with their parts in it, in order.

    `known` are canonical names of the texts beside it: a last name stands for a full one, and a capitalised word that is
    one of them is a name at the beginning of a sentence too, unless what the name begins with is an adjective here.
    """
    full = tuple(name for name in known if name.strip())
    found = resolve(names(text, language, aliases), full)
    found = tuple(name for name in found if not _TITLE.match(text, name.end) or " " in name.text)
    lower = [fold(word) for word in _WORD.findall(text) if word.islower()]
    described = {name for name in full if len(name.split()[0]) > 5 and any(w.startswith(name.split()[0][:-1]) for w in lower)}
    firsts = _first_words(text, found, {_last(name) for name in full if name not in described})
    opening = _opening_name(text, language, [*found, *firsts])
    return tuple(_party(text, name, aliases) for name in sorted([*found, *firsts, *opening], key=lambda name: name.start))


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


def _opening_name(text: str, language: str, found: Sequence[Name]) -> list[Name]:
    """The word that opens an English sentence and stands alone before a finite verb or has an 's: a name if no mass noun."""
    match = _OPENING.match(text) if language == "en" else None
    if not match or any(name.start == 0 for name in found):
        return []
    word = fold(match[1])
    if is_stop_word(word) or (not match[2] and _NO_OPENING.search(word)):
        return []
    return [Name(match[1], word, match.start(1), match.end(1))]


def _last(name: str) -> str:
    """The word that a name may be known by alone: its last, but not of a place or of an adjective and its noun."""
    return "" if name.startswith("place: ") or re.match(r"\w+isch(?:e[nmrs]?)?\s", name) else name.split()[-1]


def _party(text: str, name: Name, aliases: Mapping[str, tuple[str, ...]]) -> Party:
    acting = any(fold(actor) == name.canonical for actor in aliases)
    place = None if acting else place_of(name.text.split("-")[0] if "-" in name.text else name.text)
    before, after = text[max(0, name.start - 48) : name.start], text[name.end : name.end + 32]
    role: Role = "actor"
    if place and (
        _ADJECTIVE.search(name.text)
        or "-" in name.text
        or before.endswith(("'s ", "’s "))
        or _modifies(name.text, before, after)
    ):
        role = "of"
    elif _reports(before, after):
        role = "source"
    elif not acting and name.text.isupper() and _DESCRIBES.match(after) and not before.lower().endswith("the "):
        role = "of"
    elif (
        not acting
        and not _POSSESSIVE.match(after)
        and (found := _PLACE_BEFORE.search(before))
        and (place or found[1].lower() in {"in", "at", "near", "bei"})
    ):
        role = _PLACE_ROLES[found[1].lower()]
    return Party(name.text, f"place: {place}" if place else name.canonical, role, name.start, name.end)


def _reports(before: str, after: str) -> bool:
    """Whether a name between two stretches of text is whom a report rests on."""
    if _SOURCE_BEFORE.search(before) or (_INVERTED.search(before) and _INVERTED_END.match(after)):
        return True
    return bool(_SOURCE_AFTER.match(after)) and not _GOVERNED.search(before)


def _modifies(name: str, before: str, after: str) -> bool:
    """Whether what follows a country in capitals or behind an article is a noun that it describes ("US users"), not a verb."""
    match = _MODIFIES.match(after) if name.replace(".", "").isupper() or _ARTICLE.search(before) else None
    if match and not name.replace(".", "").isupper() and _PLACE_BEFORE.search(before):
        return False
    return match is not None and not (match[1] and is_stop_word(match[1]))
