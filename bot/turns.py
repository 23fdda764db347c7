"""The turns of a conversation as words: content words, names, and the pronouns that point back, in both languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from index import lexical
from index.dates import MONTHS

TOPIC_WORDS, HEADING_WORDS = 4, 8
"""Content words up to which the first title names a topic, and another title a heading; longer ones are sentences."""
MAX_TOKENS = 400
"""Words of one turn that are looked at."""

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_DETERMINER = re.compile(
    r"der|die|das|dem|den|des|im|am|zum|zur|beim|vom|\d+|(?:k|s|m)?ein|viel|[^\W\d_]+(?:e|en|er|es|em)", re.IGNORECASE
)
_QUOTED = re.compile(r"\[\d+\]")
KINDS: dict[str, dict[str, str]] = {
    "en": {
        "person": "he him his himself she her hers herself",
        "they": "they them their theirs",
        "thing": "it its",
        "this": "this that these those such",
        "there": "there then here",
        "other": "other else another besides also more",
        "about": "article interesting",
        "the": "the",
    },
    "de": {
        "person": "er ihn ihm sein seine seinem seinen seiner seines",
        "they": "sie ihnen ihr ihre ihrem ihren ihrer ihres",
        "thing": "es",
        "this": "dies diese diesem diesen dieser dieses das dazu davon damit daran darüber dafür dagegen darin dessen deren "
        "daraus dadurch darauf darum solche solcher",
        "there": "dort da dorthin daher damals danach dann davor dahin",
        "other": "noch sonst weitere weiteren weiterer andere anderen anderer anderes auch außerdem",
        "about": "artikel interessant",
        "the": "der die dem den des",
    },
}
_WHO = re.compile(r"(?:and |und )?(?:who|whom|wer|wen|wem)\b", re.IGNORECASE)
_KIND_OF = {
    language: {word: kind for kind, words in kinds.items() for word in words.split()} for language, kinds in KINDS.items()
}
is_stop_word = lru_cache(maxsize=20_000)(lexical.is_stop_word)
UNITS = frozenset(
    "euro euros dollar dollars prozent percent million millionen milliarde milliarden billion billionen uhr jahr jahre jahren "
    "monat monate monaten tag tage tagen".split()
) | {month.casefold() for month in MONTHS}


class Token(NamedTuple):
    """A word of a text: as it stands, folded, its span, and whether it looks like a part of a name."""

    text: str
    folded: str
    start: int
    end: int
    name: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that can be read alone, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Context:
    """The turns of a conversation, the last one last, and the titles of the last answer's sources."""

    turns: tuple[Turn, ...]
    titles: tuple[str, ...] = ()


@lru_cache(maxsize=512)
def tokens(text: str, language: str) -> tuple[Token, ...]:
    """The words of a text, markers left out, at most 400 of its end."""
    found: list[Token] = []
    openers = set[int]()
    bare = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    for match in list(_WORD.finditer(bare))[-MAX_TOKENS:]:
        word = match[0]
        gap = bare[found[-1].end : match.start()] if found else "."
        opens = not found or bool(re.search(r"[.!?:\"“„]", gap))
        if opens:
            openers.add(len(found))
        found.append(Token(word, bare_form(word), match.start(), match.end(), _is_name(word, opens, language)))
    for i in openers & set(range(len(found) - 1)):  # "Adam Presser became ..."
        first, second = found[i : i + 2]
        large = first.text[0].isupper() and second.text[0].isupper() and i + 1 not in openers
        if large and not is_stop_word(first.text, language):
            found[i : i + 2] = [first._replace(name=True), second._replace(name=not is_stop_word(second.text, language))]
    return tuple(found)


def _is_name(word: str, opens: bool, language: str) -> bool:
    """A capital inside a sentence; German nouns count as names, since they are what is taken up again."""
    return word[0].isupper() and not opens and not is_stop_word(word, language) and word.casefold() not in UNITS


def is_titled(titles: Sequence[str], language: str) -> bool:
    """Whether the first title names a topic rather than being a sentence."""
    return bool(titles) and 0 < len(_topic(titles[0], language)) <= TOPIC_WORDS


def _topic(title: str, language: str) -> set[str]:
    return content(tokens(re.sub(r"\(.*?\)", "", title), language), language)


def is_measure(word: str) -> bool:
    """Whether a folded word is a number, a unit or a month."""
    return word.isdigit() or word in UNITS


def changes_subject(question: str, context: Context, language: str) -> bool:
    """Whether a question has a name that nobody has named before, and nothing that points back."""
    asked = tokens(question, language)
    if kinds_of(asked, language) & {"person", "they", "thing", "this", "there", "other"}:
        return False
    texts = [*context.titles, *(text for turn in context.turns for text in (turn.question, turn.answer))]
    known = {token.folded for text in texts for token in tokens(text, language)}
    return any(token.folded not in known for token in named(asked, language))


def named(found: Sequence[Token], language: str) -> list[Token]:
    """The names among tokens; a German noun after an article, an adjective or a number is taken for none."""
    pairs = zip([None, *found], found, strict=False)
    return [
        token
        for before, token in pairs
        if token.name and (language != "de" or before is None or before.name or not _DETERMINER.fullmatch(before.text))
    ]


def asks_who(question: str) -> bool:
    """Whether a question asks for a person."""
    return bool(_WHO.match(question))


def bare_form(word: str) -> str:
    """A word casefolded, without a possessive ending."""
    return re.sub(r"['’]s?$", "", word.casefold())


def content(found: Sequence[Token], language: str) -> set[str]:
    """The content words among tokens."""
    return {token.folded for token in found if token.folded and not is_stop_word(token.folded, language)}


def kinds_of(question: Sequence[Token], language: str) -> set[str]:
    """Which kinds of pronouns and pointing words a question has."""
    known = _KIND_OF.get(language, _KIND_OF["en"])
    return {known[token.text.casefold()] for token in question if token.text.casefold() in known}
