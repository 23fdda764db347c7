"""What a pronoun of a follow-up stands for: who or what was asked for, else the likeliest noun phrase of the conversation."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.phrases import Phrase, noun_phrases
from bot.turns import Context, asks_who, is_measure, is_stop_word, is_titled, tokens

_PERSONS = {"en": {"he", "him", "she", "her"}, "de": {"er", "ihn", "ihm", "sie"}}
_THINGS = {"en": {"it", "they", "them"}, "de": {"sie", "er", "ihn", "es"}}
_OWNERS = {"en": {"his", "her", "its", "their"}, "de": set[str]()}
_ONLY_PERSONS = {"en": {"he", "him", "she", "her", "his"}, "de": {"ihm"}}
_SHOWING = frozenset("der die den dem".split())
"""German articles that point back at the end of a question; "das" is more often all that was said."""
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
SAID_IN_QUESTION = 0.2
"""What a phrase of a question is preferred by over one of an answer."""
LATER = 0.2
"""What the last phrase of the question before is preferred by, for a pronoun that stands for a thing: its object."""


def in_place(
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
    nouns = noun_phrases(context.turns[-1].answer, language, chances, names=True)
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
    nouns = [noun_phrases(text, language, chances, names=not thing) for text in [*titles, *said]]
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
