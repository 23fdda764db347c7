"""The words that a follow-up takes over, as phrases of the conversation: one in a pronoun's place, the others in brackets."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.turns import UNITS, Context, Token, asks_who, is_measure, is_stop_word, is_titled, tokens
from bot.wording import say

_PERSONS = {"en": {"he", "him", "she", "her"}, "de": {"er", "ihn", "ihm", "sie"}}
_THINGS = {"en": {"it", "they", "them"}, "de": {"sie", "er", "ihn", "es"}}
_OWNERS = {"en": {"his", "her", "its", "their"}, "de": set[str]()}
_ONLY_PERSONS = {"en": {"he", "him", "she", "her", "his"}, "de": {"ihm"}}
_ARTICLES = frozenset("the a an der die das dem den des ein eine einen einem einer eines".split())
_SHOWING = frozenset("der die den dem".split())
"""German articles that point back at the end of a question; "das" is more often all that was said."""
_WHERE = frozenset("in im am at seit since during nach aus".split())
_ACTION = re.compile(r"(?:ed|ing|ly|en)$")
_WHERE_ELSE = re.compile(r"\s(?:in|im)\s(?:(?:the|den|der|dem)\s)?(?P<place>[A-ZÄÖÜ][\w-]*)")
_WHOSE = re.compile(r"(?<=\w )(?:of|von)\s")
_NAME = r"[A-ZÄÖÜ][\w.&-]*(?:\s(?:(?:of|von|van|der|de|den)\s){0,2}[A-ZÄÖÜ][\w.&-]*)*(?!['’\w])"
_WHAT_IS = re.compile(
    r"(?P<who>(?i:who|what|wer|was))(?:['’]s|\s(?:is|are|was|were|ist|sind|war|waren))\s"
    rf"(?:(?P<article>the|der|die|das)\s(?P<thing>\w[^?,.!'’]*?)(?=\s(?:in|on|at|that|which|who|and|about|to|with|by|\w+ing|im|am|"
    rf"und|seit|since|now|today|heute|jetzt)\b|[?,.!]|$)|(?P<name>{_NAME})(?=\s|[?,.!]|$))"
)
_RELATIONAL = re.compile(
    r"(?:name|point|role|position|reason|difference|source|punkt|rolle|grund|unterschied|quelle)s?\b", re.I
)
"""What is of something else, which a pronoun rather means."""
_IDLE = re.compile(
    r"\b(?:gibt|gab|geht|ging|handelt|handelte|kommt|kam|war|ist|wird|wurde) es\b|\bes (?:gibt|gab)\b", re.IGNORECASE
)
_PRONOMINAL = re.compile(r"\bda(?:r(?:an|auf|aus|in|über|um)|zu|von|mit|für|gegen|durch|bei)\b(?![^,]*,)", re.IGNORECASE)
"""German adverbs that point back; before a comma they may announce what follows it."""
_LINKS = frozenset("of the and & de van der von des und zu zum zur in im for für la le du a an".split())
ASKS_OTHERS = re.compile(
    r"\b(?:else|others?|another|besides|apart|sonst|noch|andere[mnrs]?|weitere[mnrs]?|außerdem)\b", re.IGNORECASE
)
LIKELY = 0.1
"""Probability from which a word may belong to a phrase whose likeliest word is surer."""
SAID_IN_QUESTION = 0.2
"""What a phrase of a question is preferred by over one of an answer."""
LATER = 0.2
"""What the last phrase of the question before is preferred by, for a pronoun that stands for a thing: its object."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Neighbouring words that are taken over, as they stand in the conversation."""

    text: str
    words: frozenset[str]
    chance: float
    name: bool


def composed(
    question: str, context: Context, language: str, chances: Mapping[str, float], chosen: Sequence[str], sure: float
) -> tuple[str, str, str]:
    """The question with the chosen words: as it is shown, as it is searched for, and what a later one may lean on.

    A phrase with a word of `sure` or more may take a pronoun's place. What the last answer has named is named behind a
    question for others, so that the reader sees what "else" means, and not searched for again.
    """
    replaced, used = _in_place(question, context, language, chances, sure)
    further = phrases(context, language, {word: chances[word] for word in chosen if word not in used})
    room = len(chosen) - len(used.difference(chosen))
    rest: list[Phrase] = []
    for phrase in further:
        room -= len(phrase.words)
        if room >= 0:
            rest.append(phrase)
    aside: list[Phrase] = []
    if ASKS_OTHERS.search(question) and context.turns:
        earlier = [text for turn in context.turns[:-1] for text in (turn.question, turn.answer)]
        texts = [*context.titles, *earlier, context.turns[-1].question]
        known = {token.folded for text in texts for token in tokens(text, language)}
        aside = [phrase for phrase in rest if not phrase.words & known]
    sought = _with(replaced, [phrase.text for phrase in rest if phrase not in aside])
    named = [phrase.text for phrase in aside]
    shown = _with(sought, [say("besides", language, names=", ".join(named))]) if named else sought
    return shown, sought, replaced if used else _with(question, [phrase.text for phrase in rest if phrase.chance >= sure])


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


def _in_place(
    question: str, context: Context, language: str, chances: Mapping[str, float], sure: float
) -> tuple[str, frozenset[str]]:
    """The question with its first pronoun replaced by the likeliest phrase that can stand there, and that phrase's words."""
    for start, end, thing, owner in _pointing(question, language):
        person = question[start:end].casefold() in _PERSONS.get(language, _PERSONS["en"])
        asked_who = person and bool(context.turns) and asks_who(context.turns[-1].question)
        best = _asked_about(context, language, chances, person=person)
        if best is None and asked_who:
            best = _person(context, language, chances)
        best = best or _antecedent(context, language, chances, sure, thing=thing)
        if best is None:
            break
        where = _place(best.text)
        if where is not None and _place(question[end:]) is not None:  # it is asked for another place
            best = replace(best, text=best.text[:where])
        ending = ("'" if best.text.endswith("s") else "'s") if owner else ""
        return f"{question[:start]}{best.text}{ending}{question[end:]}", best.words
    return question, frozenset()


def dangles(question: str, language: str) -> bool:
    """Whether a question has a pronoun and no name before it that the pronoun may stand for, or an adverb like "daraus"."""
    if language == "de" and _PRONOMINAL.search(question):
        return True
    pointing = _pointing(question, language)
    return bool(pointing) and not any(token.name and token.start < pointing[0][0] for token in tokens(question, language))


def _pointing(question: str, language: str) -> list[tuple[int, int, bool, bool]]:
    """What points to something said before: its span, whether it may stand for a thing, and whether it is possessive."""
    persons, things, owners, only = (table.get(language, table["en"]) for table in (_PERSONS, _THINGS, _OWNERS, _ONLY_PERSONS))
    asked = tokens(question, language)
    found = []
    for i, token in enumerate(asked):
        low = token.text.casefold()
        if language == "de" and i and low == "sie" and token.text[0].isupper():
            continue  # "Sie" addresses someone
        if low == "es" and _IDLE.search(question):
            continue
        following = asked[i + 1] if i + 1 < len(asked) else None
        shown = language == "de" and low in _SHOWING and i == len(asked) - 1
        owner = low in owners and (low != "her" or (following is not None and not is_stop_word(following.text, language)))
        if owner or shown or low in persons | things:
            found.append((token.start, token.end, low not in only, owner))
    return found


def _asked_about(context: Context, language: str, chances: Mapping[str, float], *, person: bool) -> Phrase | None:
    """What the question before asked to be told of ("Who is X?", "What is the case against X?"), if it did.

    Of whom a question asks, it names; a person's pronoun means nobody else.
    """
    asked = _WHAT_IS.match(context.turns[-1].question) if context.turns else None
    if asked is None or (asked["who"].casefold() in ("who", "wer")) != person or (person and asked["article"]):
        return None
    noun = asked["name"] or asked["thing"].strip()
    if asked["article"] and _RELATIONAL.match(noun):
        return None
    told = bool(asked["article"]) and language == "en"  # a German article has a case
    held = frozenset(token.folded for token in tokens(noun, language) if token.folded in chances)
    return Phrase(f"the {noun}" if told else noun, held, 1.0, True) if held else None


def _place(text: str) -> int | None:
    """Where a text begins to say in which place, if it does."""
    named = (
        match for match in _WHERE_ELSE.finditer(text) if not is_measure(match["place"].casefold()) and match["place"] != "Jahr"
    )
    return next((match.start() for match in named), None)


def _person(context: Context, language: str, chances: Mapping[str, float]) -> Phrase | None:
    """The likeliest name that the last answer has and its question has not: whoever was asked for, without whose they are."""
    asked = {token.folded for token in tokens(context.turns[-1].question, language)}
    nouns = _nouns(context.turns[-1].answer, language, chances, names=True)
    named = [run for run, aside in nouns if run.name and not aside and not run.words & asked]
    best = max(named, key=lambda run: run.chance, default=None)
    whose = _WHOSE.search(best.text) if best else None
    if best and whose and " " in best.text[: whose.start()].strip():  # Jonas Wirth of Baltica, not Otto von Bismarck
        return replace(best, text=best.text[: whose.start()].strip())
    return best


def _antecedent(context: Context, language: str, chances: Mapping[str, float], sure: float, *, thing: bool) -> Phrase | None:
    """The likeliest noun phrase of the conversation that a pronoun may stand for.

    Of the question before rather than of its answer, unless the question asked who and the pronoun is a person's.
    """
    ranked: list[tuple[float, int, Phrase]] = []
    titles = [re.sub(r"\(.*?\)", "", title) for title in context.titles] if is_titled(context.titles, language) else []
    said = [text for turn in reversed(context.turns) for text in (turn.question, turn.answer)]
    nouns = [_nouns(text, language, chances, names=not thing) for text in [*titles, *said]]
    placed = {word for runs in nouns for run, aside in runs if aside for word in run.words}
    for number, runs in enumerate(nouns):
        turn = number - len(titles)
        of_question = turn >= 0 and turn % 2 == 0
        for at, (run, _) in enumerate(runs):
            told = not all(is_measure(word) for word in run.words)  # no pronoun stands for a year or an amount
            if told and run.chance >= sure and (thing or run.name) and not run.words <= placed:
                later = LATER * at if thing and of_question else 0.0
                ranked.append((run.chance + later + (SAID_IN_QUESTION if of_question else 0.0), -number, run))
    return max(ranked, key=lambda entry: (entry[0], entry[1], len(entry[2].words)))[2] if ranked else None


def _nouns(text: str, language: str, chances: Mapping[str, float], *, names: bool) -> list[tuple[Phrase, bool]]:
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
