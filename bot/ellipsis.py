"""Questions that are less than a sentence, completed from the question before: "And in Germany?", "Why?", "No, I meant X"."""

import re

from bot.turns import is_stop_word, tokens

MAX_LENGTH = 6
"""Words up to which a question without a verb is an ellipsis."""

_LEADS = re.compile(
    r"^\s*(?:(?:and|but|und|aber)[ ,]+)?(?:what about|how about|what of|was ist mit|was war mit|wie steht es mit)\s+|"
    r"^\s*(?:and|but|und|aber|or|oder)[ ,]+",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"^\s*(?:(?:and|but|und|aber)[ ,]+)?(?:what about|how about|was ist mit|wie steht es mit)\s+([^,?]+)[,:]\s+(\S.*?)"
    r"\b(?:it|he|she|they|er|sie|es)\b(.*)$",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^\s*(?:(?:no|nein|nope|sorry|not that|nicht das)[ ,.:;!]+)?(?:i (?:mean|meant|was asking about)|"
    r"ich (?:meine?|meinte|habe)|gemeint (?:ist|war))\s+(.+?)(?: gemeint)?\s*[.?!]*$",
    re.IGNORECASE,
)
_ADVERB = (
    r"why not|why|when exactly|when|where exactly|where|how so|how|since when|until when|warum nicht|warum|weshalb|wieso|"
    r"wann genau|wann|wo genau|wo|wie genau|wie|seit wann|bis wann"
)
_BARE = re.compile(rf"^({_ADVERB})\s*[?.!]*$", re.IGNORECASE)
_ASKS = re.compile(
    rf"^(?:{_ADVERB})\b(?! (?:much|many|long|often|big|high|large|far|old|viel|viele|hoch|lange|oft|weit|alt|groß|teuer)\b)\s+",
    re.IGNORECASE,
)
_VERB = (
    r"is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|ist|sind|war|waren|hat|haben|hatte|"
    r"hatten|wird|werden|wurde|wurden|kann|können|konnte|konnten|darf|durfte|soll|sollte|sollten|muss|musste|gibt|gab|will|"
    r"wollte|kam|ging|nahm|gehört|bekam|sagte|say|said|happened|geschah|passierte"
)
_VERBS = re.compile(rf"\b(?:{_VERB})\b", re.IGNORECASE)
_VERB_FIRST = re.compile(rf"^(?:{_VERB})\b", re.IGNORECASE)
_QUESTION_WORD = re.compile(
    r"^(?:who|whom|whose|what|which|when|where|why|how|wer|wen|wem|wessen|was|welche\w*|wann|wo|woher|wohin|warum|weshalb|"
    r"wieso|wie|worüber|womit|wofür)\b",
    re.IGNORECASE,
)
_PREPOSITIONS = {
    **{word: word for word in "in at for from to by with on of since before after under between during".split()},
    **{word: word for word in "bei für von aus nach mit seit an auf vor zu unter zwischen über gegen".split()},
    "im": "in",
    "am": "an",
    "beim": "bei",
    "vom": "von",
    "zum": "zu",
    "zur": "zu",
}
_GOVERNED = re.compile(rf"\b(?:{'|'.join(_PREPOSITIONS)}) $", re.IGNORECASE)
_ARTICLE = r"(?:the|a|an|der|die|das|dem|den|des|ein|eine[nmrs]?)"
_RUN = r"(?:[A-ZÄÖÜ][\w'’\-]*|\d[\d.,]*)(?:(?: of the| of|'s|’s)? (?:[A-ZÄÖÜ][\w'’\-]*|\d[\d.,]*))*"
_DETERMINED = re.compile(
    rf"\b(?:{_ARTICLE}|im|am|zum|zur|beim|vom|ins|ans|viele|wenige|alle|mehrere|einige|keine?|seine?|ihre?|diese[rsmn]?|\d+) $"
)
_ORDINAL = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last|erste[nmrs]?|zweite[nmrs]?|dritte[nmrs]?|vierte[nmrs]?|fünfte[nmrs]?|"
    r"letzte[nmrs]?)\b",
    re.IGNORECASE,
)
_NUMBERS = {
    number: number_of
    for number_of, stems in enumerate(("first erste", "second zweite", "third dritte", "fourth vierte", "fifth fünfte"), 1)
    for number in stems.split()
}
_SOURCE = re.compile(
    r"(?:\b(?:the|die|der|in|aus)\s+)?(?:\b(?:source|citation|reference|quote|statement|sentence|quelle|zitat|beleg|aussage|satz)\s+"
    r"(?:no\.?\s*|nr\.?\s*|number\s+|nummer\s+)?\[?(\d{1,2})\]?|"
    r"\b(first|second|third|fourth|fifth|erste|zweite|dritte|vierte|fünfte)[nmrs]?\s+(?:source|citation|reference|quelle)|"
    r"\[(\d{1,2})\])",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"^(?:the |das |die |der |den |dem )?(first|second|third|fourth|fifth|erste|zweite|dritte|vierte|fünfte)[nmrs]?"
    r"(?: one| answer| statement| sentence| aussage| antwort)?$",
    re.IGNORECASE,
)


def numbered_source(question: str) -> tuple[int, tuple[int, int]] | None:
    """The number of the source that a question names ("source 2", "die zweite Quelle", "[2]"), and where it stands."""
    match = _SOURCE.search(question)
    if not match:
        return None
    number = match[1] or match[3]
    return (int(number) if number else _NUMBERS[match[2].casefold()]), match.span()


def ordinal_alone(question: str) -> int | None:
    """The number of the one that a correction means: 2 for "No, I meant the second one"."""
    match = _CORRECTION.match(question)
    one = _ONE.match(match[1].strip() if match else _LEADS.sub("", question).strip(" ?.!"))
    return _NUMBERS[one[1].casefold()] if one and match else None


def with_topic(question: str) -> str | None:
    """ "What about X, when did it start?" as "When did X start?"; None for any other question."""
    topic = _TOPIC.match(question)
    rest = f"{topic[2]}{topic[1]}{topic[3]}" if topic else ""
    return rest[0].upper() + rest[1:] if rest else None


def completed(question: str, before: str, language: str) -> str | None:
    """The question before with the follow-up in the place of its counterpart; None where the follow-up is none of these."""
    correction = _CORRECTION.match(question)
    given = correction[1] if correction else question
    before = re.sub(r"^(?:and|but|und|aber)[ ,]+(\S)", lambda found: found[1].upper(), before, flags=re.IGNORECASE)
    bare = given if correction else _LEADS.sub("", given)
    bare = bare.strip(" ?.!,")
    if bare and (asking := _BARE.match(bare)):
        return _asked_otherwise(asking[1], before, language)
    led = correction or bare != question.strip(" ?.!,")
    words = tokens(bare, language)
    if not words or len(words) > MAX_LENGTH or any(_QUESTION_WORD.match(word.text) for word in words):
        return None
    if _VERBS.search(bare) and not correction:
        return None
    if not led and (
        len(words) > 4
        or not re.match(rf"(?:(?:also|auch|only|nur)\s+)?(?:{'|'.join(_PREPOSITIONS)}|{_ARTICLE})\s", bare, re.IGNORECASE)
    ):
        return None
    bare = re.sub(r"^(?:also|auch|only|nur)\s+", "", bare, flags=re.IGNORECASE)
    return _exchanged(bare, before, language)


def _asked_otherwise(adverb: str, before: str, language: str) -> str | None:
    """The question before with another question word: "When did it return?" and "Why?" give "Why did it return?"."""
    rest = _ASKS.sub("", before, count=1)
    if rest == before:
        if not _VERB_FIRST.match(before) or (language == "de" and before.casefold().startswith("was ")):
            return None
        rest = before[0].lower() + before[1:]
    return f"{adverb[0].upper()}{adverb[1:]} {rest}"


def _exchanged(given: str, before: str, language: str) -> str | None:
    """The question before with one of its parts exchanged: an ordinal, a phrase after a preposition, or a name."""
    ordinal, there = _ORDINAL.search(given), _ORDINAL.search(before)
    if ordinal and there and len(tokens(given, language)) <= 2:
        return before[: there.start()] + ordinal[0] + before[there.end() :]
    first = given.split()[0].casefold()
    if first in _PREPOSITIONS:
        same = "|".join(word for word, stem in _PREPOSITIONS.items() if stem == _PREPOSITIONS[first])
        found = list(re.finditer(rf"\b(?:{same}) (?:{_ARTICLE} )?{_RUN}", before))
        if found:
            return before[: found[-1].start()] + given + before[found[-1].end() :]
        return f"{before.rstrip(' ?.!')} {given}?"
    if not re.search(r"[A-ZÄÖÜ\d]", given):
        return None
    run = _counterpart(given, before, language)
    if run is None:
        return None
    start, end, owner = run
    return before[:start] + given + ("'s" if owner and not given.endswith(("'s", "’s")) else "") + before[end:]


def _counterpart(given: str, before: str, language: str) -> tuple[int, int, bool] | None:
    """The first name of the question before that a name may take the place of, and whether it has a possessive ending.

    One behind a preposition only says more of another thing, and comes last.
    A name with an article takes the place of one with an article. A German noun after an article or an adjective is no
    name, but better than nothing.
    """
    article = re.match(rf"{_ARTICLE} ", given, re.IGNORECASE)
    pattern = rf"\b{_ARTICLE} {_RUN}" if article else rf"(?<![\w'’\-]){_RUN}"
    opening = re.match(r"\S+\s+", before)
    runs = [
        match
        for match in re.compile(pattern).finditer(before, opening.end() if opening else 0)
        if not is_stop_word(match[0].split()[-1], language)
    ]
    named = [match for match in runs if not (language == "de" and _DETERMINED.search(before[: match.start()]))]
    for match in sorted(named or runs, key=lambda match: bool(_GOVERNED.search(before, 0, match.start()))):
        owner = re.match(r"[^'’]*['’]s?(?=\s|$)", match[0])
        end = match.start() + len(owner[0]) if owner else match.end()
        return match.start(), end, bool(owner)
    return None
