"""The words that a follow-up takes over, as phrases of the conversation: one in a pronoun's place, the others in brackets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.carry import Context, Token, is_titled, tokens
from bot.wording import say
from index.lexical import is_stop_word

_PERSONS = {"en": {"he", "him", "she", "her"}, "de": {"er", "ihn", "ihm", "sie"}}
_THINGS = {"en": {"it", "they", "them"}, "de": {"sie", "er", "ihn"}}
_OWNERS = {"en": {"his", "her", "its", "their"}, "de": set[str]()}
_ONLY_PERSONS = {"en": {"he", "him", "she", "her", "his"}, "de": {"ihm"}}
_LINKS = frozenset("of the and & de van der von des und zu zum zur in im for für la le du a an".split())
_ELSE = re.compile(
    r"\b(?:else|others?|another|besides|apart|sonst|noch|andere[mnrs]?|weitere[mnrs]?|außerdem)\b", re.IGNORECASE
)
LATER = 0.1
"""What the last phrase of the question before is preferred by, for a pronoun that stands for a thing: its object."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Neighbouring words that are taken over, as they stand in the conversation."""

    text: str
    words: frozenset[str]
    chance: float
    name: bool


def composed(question: str, context: Context, language: str, chances: Mapping[str, float], sure: float) -> tuple[str, str]:
    """The question with the words in `chances`, as it is shown and as it is searched for.

    Words of `sure` or more may take a pronoun's place. What the last answer has named is named behind a question for
    others, so that the reader sees what "else" means, and not searched for again.
    """
    replaced, used = _in_place(question, context, language, {w: p for w, p in chances.items() if p >= sure})
    rest = phrases(context, language, {word: p for word, p in chances.items() if word not in used})
    aside: list[Phrase] = []
    if _ELSE.search(question) and context.turns:
        earlier = [text for turn in context.turns[:-1] for text in (turn.question, turn.answer)]
        texts = [*context.titles, *earlier, context.turns[-1].question]
        known = {token.folded for text in texts for token in tokens(text, language)}
        aside = [phrase for phrase in rest if not phrase.words & known]
    sought = _with(replaced, [phrase.text for phrase in rest if phrase not in aside])
    named = [phrase.text for phrase in aside if phrase.name]
    return (_with(sought, [say("besides", language, names=", ".join(named))]) if named else sought), sought


def _with(question: str, further: Sequence[str]) -> str:
    return f"{question} ({', '.join(further)})" if further else question


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
        best = max(runs, key=lambda run: sum(chances[word] for word in run.words & left) - 0.01 * len(run.words - left))
        if not best.words & left:
            break
        found.append(best)
        left -= best.words
    return sorted(found, key=lambda phrase: -phrase.chance)


def _runs(text: str, language: str, chances: Mapping[str, float], *, mixed: bool) -> list[Phrase]:
    """The longest runs of these words in a text with at most two small words between them.

    A name and the small words beside it are one run only where they may be `mixed`.
    """
    found: list[Phrase] = []
    words = tokens(text, language)
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
        found.append(_phrase(text, words[at : end + 1], chances))
        at = end + 1
    return found


def _phrase(text: str, inside: Sequence[Token], chances: Mapping[str, float]) -> Phrase:
    held = frozenset(token.folded for token in inside if token.folded in chances)
    said = re.sub(r"['’]s?$", "", text[inside[0].start : inside[-1].end])
    name = any(token.text[0].isupper() for token in inside)
    return Phrase(" ".join(said.split()), held, max(chances[word] for word in held), name)


def _in_place(question: str, context: Context, language: str, chances: Mapping[str, float]) -> tuple[str, frozenset[str]]:
    """The question with its first pronoun replaced by the likeliest phrase that can stand there, and that phrase's words."""
    persons, things, owners = (table.get(language, table["en"]) for table in (_PERSONS, _THINGS, _OWNERS))
    asked = tokens(question, language)
    for i, token in enumerate(asked):
        low = token.text.casefold()
        if language == "de" and i and token.text[0].isupper():
            continue  # "Sie" addresses someone
        following = asked[i + 1] if i + 1 < len(asked) else None
        owner = low in owners and (low != "her" or (following is not None and not is_stop_word(following.text, language)))
        if not owner and low not in persons | things:
            continue
        thing = low not in _ONLY_PERSONS.get(language, _ONLY_PERSONS["en"])
        best = _antecedent(context, language, chances, thing=thing)
        if best is None:
            return question, frozenset()
        ending = ("'" if best.text.endswith("s") else "'s") if owner else ""
        return f"{question[: token.start]}{best.text}{ending}{question[token.end :]}", best.words
    return question, frozenset()


def _antecedent(context: Context, language: str, chances: Mapping[str, float], *, thing: bool) -> Phrase | None:
    """The likeliest noun phrase of the conversation that a pronoun may stand for."""
    ranked: list[tuple[float, int, Phrase]] = []
    titles = [re.sub(r"\(.*?\)", "", title) for title in context.titles] if is_titled(context.titles, language) else []
    said = [text for turn in reversed(context.turns) for text in (turn.question, turn.answer)]
    for number, text in enumerate([*titles, *said]):
        for at, run in enumerate(_nouns(text, language, chances)):
            if thing or run.name:
                later = LATER * at if thing and number == len(titles) else 0.0
                ranked.append((run.chance + later, -number, run))
    return max(ranked, key=lambda entry: (entry[0], entry[1], len(entry[2].words)))[2] if ranked else None


def _nouns(text: str, language: str, chances: Mapping[str, float]) -> list[Phrase]:
    """The runs of these words in a text, each from its first capital on and, in German, to its last."""
    found = []
    for run in _runs(text, language, chances, mixed=True):
        inside = tokens(run.text, language)
        large = [i for i, token in enumerate(inside) if token.text[0].isupper() or token.text[0].isdigit()]
        if large:
            inside = inside[large[0] : (large[-1] + 1 if language == "de" else None)]
        held = [token for token in inside if token.folded in chances]
        if held and (large or language != "de"):
            found.append(_phrase(run.text, inside, chances))
    return found


def quote_words(quote: str, language: str, limit: int) -> str:
    """The first content words of a quote, for a question that means it by its number."""
    found = [token.text for token in tokens(quote, language) if not is_stop_word(token.folded, language)]
    return " ".join(dict.fromkeys(found[:limit]))
