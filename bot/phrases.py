"""The words that a follow-up takes over, as phrases of the conversation."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.turns import UNITS, Context, Token, is_measure, is_stop_word, tokens

_ARTICLES = frozenset("the a an der die das dem den des ein eine einen einem einer eines".split())
_WHERE = frozenset("in im am at seit since during nach aus".split())
_ACTION = re.compile(r"(?:ed|ing|ly|en)$")
_LINKS = frozenset("of the and & de van der von des und zu zum zur in im for für la le du a an".split())
LIKELY = 0.1
"""Probability from which a word may belong to a phrase whose likeliest word is surer."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Neighbouring words that are taken over, as they stand in the conversation."""

    text: str
    words: frozenset[str]
    chance: float
    name: bool


def phrases(context: Context, language: str, chances: Mapping[str, float]) -> list[Phrase]:
    """Words as phrases of the conversation, the likeliest first; every word is in one of them."""
    titles = [part for title in context.titles for part in (re.sub(r"\(.*?\)", "", title), title)]
    runs = [run for text in titles for run in _runs(text, language, chances, mixed=True)]
    for turn in reversed(context.turns):
        runs += _runs(turn.question, language, chances, mixed=True)
        runs += _runs(turn.answer, language, chances, mixed=False)
    found: list[Phrase] = []
    left = set(chances)
    while left:
        best = max(runs, key=lambda run: math.fsum(chances[word] for word in run.words & left) - 0.01 * len(run.words - left))
        if not best.words & left:
            break
        found.append(best)
        left -= best.words
    return sorted(found, key=lambda phrase: -phrase.chance)


def _runs(text: str, language: str, chances: Mapping[str, float], *, mixed: bool) -> list[Phrase]:
    words = tokens(text, language)
    return [_phrase(text, words[first : last + 1], chances) for first, last in _spans(text, words, chances, mixed=mixed)]


def _spans(text: str, words: Sequence[Token], chances: Mapping[str, float], *, mixed: bool) -> list[tuple[int, int]]:
    """First and last word of the longest runs of these words, with at most two small words between them.

    A name and the small words beside it are one run only where they may be `mixed`.
    """
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        if words[at].folded not in chances:
            at += 1
            continue
        end = at
        for i in range(at + 1, len(words)):
            between = text[words[i - 1].end : words[i].start]
            if not re.fullmatch(r"[ \-–&'’./]{1,3}", between) or i - end > 3:
                break
            if words[i].folded in chances:
                if not mixed and words[i].text[0].islower() != words[at].text[0].islower():
                    break
                end = i
            elif words[i].text not in _LINKS:
                break
        found.append((at, end))
        at = end + 1
    return found


def _phrase(text: str, inside: Sequence[Token], chances: Mapping[str, float]) -> Phrase:
    held = frozenset(token.folded for token in inside if token.folded in chances)  # at least one
    said = re.sub(r"['’]s?$", "", text[inside[0].start : inside[-1].end])
    name = any(token.text[0].isupper() and not is_measure(token.folded) for token in inside)
    return Phrase(" ".join(said.split()), held, max(chances[word] for word in held), name)


def noun_phrases(text: str, language: str, chances: Mapping[str, float], *, names: bool) -> list[tuple[Phrase, bool]]:
    """The runs of likely words in a text, each from its first capital or its article on.

    In German, and where `names` are looked for, each to its last capital.

    With each whether it stands after in, at or since: then it says where or when, and a pronoun means who or what.
    """
    words = tokens(text, language)
    likely = {word: chance for word, chance in chances.items() if chance >= LIKELY}
    found: list[tuple[Phrase, bool]] = []
    for run in _spans(text, words, likely, mixed=True):
        first, last = run
        article = _after_article(text, words, first)
        large = [i for i in range(first, last + 1) if not words[i].text[0].islower() and words[i].folded not in UNITS]
        if article is not None:
            first = article
        elif large:
            first = large[0]
        to_capital = names or language == "de"
        while last > first and words[last].text[0].islower() and (to_capital or _ACTION.search(words[last].text)):
            last -= 1
        inside = words[first : last + 1]
        if (large or language != "de") and any(token.folded in likely for token in inside):
            before = [token.text.casefold() for token in words[max(0, first - 2) : first]]
            aside = bool(before) and (before[-1] in _WHERE or (before[-1] in _ARTICLES and before[0] in _WHERE))
            phrase = _phrase(text, inside, likely)
            told = article is not None and language == "en"  # a German article has a case
            found.append((replace(phrase, text=f"the {phrase.text}") if told else phrase, aside))
    return found


def _after_article(text: str, words: Sequence[Token], first: int) -> int | None:
    """Where the words between an article and a run begin, at most two of them ("the second extension"); None without one."""
    for at in range(first, max(-1, first - 3), -1):
        if not at or text[words[at - 1].end : words[at].start] != " ":
            return None
        if words[at - 1].text.casefold() in _ARTICLES:
            return at
        if is_stop_word(words[at - 1].text):
            return None
    return None


def quote_words(quote: str, language: str, limit: int) -> str:
    """The first content words of a quote, for a question that means it by its number."""
    found = [token.text for token in tokens(quote, language) if not is_stop_word(token.folded, language)]
    return " ".join(dict.fromkeys(found[:limit]))
