"""A follow-up and its conversation to a question that can be searched alone, without a model, in both languages.

A question that stands alone stays as it is. An ellipsis ("And in Germany?", "Why?") takes the place of its counterpart in
the question before (bot/ellipsis.py). Any other question gets the words that it lacks (bot/carry.py): the likeliest
phrase in the place of its pronoun (bot/pronouns.py), the others in brackets behind it; at most 12 content words, out of the
last turns.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from bot.answer import Citation, Message
from bot.carry import Weights, probability, question_features, word_features
from bot.ellipsis import completed, numbered_source, ordinal_alone, with_topic
from bot.history import last_cited
from bot.phrases import LIKELY, Phrase, phrases, quote_words
from bot.pronouns import dangles, in_place
from bot.question import LONG_CHARACTERS, last_question, small_talk
from bot.turns import Context, Turn, asks_who, changes_subject, content, is_measure, is_titled, kinds_of, tokens
from bot.wording import say
from index.lexicon import ordinals

MAX_WORDS = 12
MAX_TURNS = 5
SURE = 0.2
"""Probability from which a word may take a pronoun's place, and be taken for a part of an earlier question."""
DANGLING = 3
"""Words that a question with a pronoun gets where none is likely."""
ANSWERED = 0.5
"""The same for a word that only answers have, without a topic's title."""
_ASKS_OTHERS = re.compile(
    r"\b(?:else|others?|another|besides|apart|sonst|noch|andere[mnrs]?|weitere[mnrs]?|außerdem)\b", re.IGNORECASE
)
_COUNTED = re.compile(
    r"\b\w+\s(?:times?|weeks?|days?|months?|quarters?|half|years?|votes?|rounds?|attempts?|Mal|Woche|Tag|Monat|Quartal|Halbjahr|"
    r"Hälfte|Jahr|Runde|Anlauf|Versuch)\b"
)
"""Times and attempts, which are counted without being one of those that the conversation counts."""
_POINTING = frozenset({"person", "they", "thing", "this"})
"""Kinds of words by which a question means somebody or something named before."""
_SAYING = frozenset(
    "say says said tell tells state states write writes wrote read reads quote quoted show please exactly precisely "
    "sagt sagte sagen steht stand schreibt schrieb lautet zeig zeige genau bitte wörtlich".split()
)
"""Words, folded, of a question that wants to know what a source says and nothing more."""
_MARKER = re.compile(r"\s*\[\d{1,3}\]")
FLOOR = {"titled": 0.01, "plain": 0.2}
"""Probability from which a word is added at all, after a topic's title and without one."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The question as it is shown, what of it is searched for, what a later question may lean on, the one article that
    it asks about, if it names one, and the citation whose words are all that it asks for."""

    text: str
    sought: str
    core: str
    article: str | None = None
    quote: Citation | None = None

    @classmethod
    def same(cls, question: str) -> "Rewrite":
        """A question that is left as it is."""
        return cls(question, question, question)


def rewrite(question: str, history: Sequence[Message], language: str, weights: Weights | None = None) -> Rewrite:
    """The question with what it lacks out of its history; unchanged where it stands alone or nothing was said before."""
    weights = weights or Weights.bundled()
    cited = last_cited(history)
    titles = tuple(dict.fromkeys(citation.source.title for citation in cited))
    named = numbered_source(question)
    turns = exchanges(history)
    if not turns and not titles:
        return Rewrite.same(question)
    if named is None and is_titled(titles, language):
        return _rewrite(question, Context(turns, titles), language, weights, cited)
    reporters = _reporters(history, language)
    alone: list[Turn] = []
    for turn in turns:
        earlier = _rewrite(turn.question, Context(tuple(alone)), language, weights, (), reporters)
        alone.append(Turn(earlier.core, turn.answer))
    if named is not None:
        return _of_source(question, *named, cited, alone[-1].question if alone else "", language)
    if asks_who(question) and not kinds_of(tokens(question, language), language) & _POINTING:
        reporters = reporters | _put_in(turns, alone, language)
    return _rewrite(question, Context(tuple(alone)), language, weights, cited, reporters)


def _put_in(turns: Sequence[Turn], alone: Sequence[Turn], language: str) -> set[str]:
    """The words that only a rewriting put into questions: who asks for another person by a role means nobody named so."""
    typed, made = (
        set[str]().union(*(content(tokens(t.question, language), language) for t in side)) for side in (turns, alone)
    )
    return made - typed


def _reporters(history: Sequence[Message], language: str) -> set[str]:
    """The words of who published what was cited, where no question has them: answers name them, nobody means them."""
    cited = [citation for message in history for citation in message.citations]
    sources = [source for citation in cited for source in (citation.source, *citation.references)]
    names = " ; ".join({name for source in sources for name in (source.publisher, source.origin) if name})
    asked = " ; ".join(message.content for message in history if message.role == "user")
    return content(tokens(names, language), language) - content(tokens(asked, language), language)


def exchanges(history: Sequence[Message]) -> tuple[Turn, ...]:
    """The last five questions, each with the first statement of its answer; empty ones and small talk are left out.

    What an answer says further on is seldom what is meant next.
    """
    found: list[Turn] = []
    open_turn = False
    for message in history:
        text = _MARKER.split(message.content, maxsplit=1)[0].strip()
        if message.role == "user":
            open_turn = bool(text) and not small_talk(text)
            if open_turn:
                asked = last_question(text) if len(text) > LONG_CHARACTERS else text
                found.append(Turn(asked[-LONG_CHARACTERS:], ""))
        elif text and open_turn and message.answered:
            found[-1] = Turn(found[-1].question, f"{found[-1].answer} {text}".strip())
    return tuple(found[-MAX_TURNS:])


def _of_source(
    question: str, number: int, span: tuple[int, int], cited: Sequence[Citation], before: str, language: str
) -> Rewrite:
    """A question about a numbered source: its article, and its publisher in the place of the number.

    The article is searched for the question before where the rest only points ("What does source 2 say about it?").
    """
    citation = next((citation for citation in cited if citation.number == number), None)
    if citation is None:
        return Rewrite.same(question)
    source = citation.source
    name = f'"{source.title}"' if source.kind == "dossier" else source.publisher or source.title
    rest = f"{question[: span[0]]} {question[span[1] :]}".strip()
    said = f"{question[: span[0]]}{name}{question[span[1] :]}"
    if (
        before
        and kinds_of(tokens(rest, language), language) & {"thing", "this"}
        and len(_new(rest, before, language)) <= MAX_WORDS
    ):
        return Rewrite(f"{said} ({before.rstrip(' ?')})", before, said, source.id)
    quote = None if content(tokens(rest, language), language) - _SAYING else citation
    return Rewrite(said, rest, said, source.id, quote)


def _rewrite(
    question: str,
    context: Context,
    language: str,
    weights: Weights,
    cited: Sequence[Citation],
    passed: Set[str] = frozenset(),
) -> Rewrite:
    if not context.turns and not context.titles:
        return Rewrite.same(question)
    left_out = set(passed)
    led = with_topic(question)
    whole = led or question
    if context.turns and not led:
        before = context.turns[-1].question
        at = ordinal_alone(question)
        if at is not None and (quote := next((entry.quote for entry in cited if entry.number == at), "")):
            room = max(0, MAX_WORDS - len(_new(question, before, language)))
            return Rewrite.same(f"{before} ({quote_words(quote, language, room)})")
        whole = _completed(question, before, language)
        if whole != question:
            left_out |= content(tokens(before, language), language) - content(tokens(whole, language), language)
        elif changes_subject(question, context, language):
            return Rewrite.same(question)
    left_out |= _other_ones(whole, context, language)
    form = "titled" if is_titled(context.titles, language) else "plain"
    dangling = bool(led) or (whole == question and dangles(whole, language))
    alone = probability(question_features(whole, context, language), weights.alone[form])
    if alone >= weights.thresholds[form] and not dangling:
        return Rewrite.same(whole)
    features = word_features(whole, context, language)
    chances = {word: probability(values, weights.word[form]) for word, values in features.items() if word not in left_out}
    ranked = sorted(chances, key=lambda word: (-chances[word], word))
    room = MAX_WORDS - len(_new(question, whole, language)) - bool(_ASKS_OTHERS.search(whole))  # for the word "besides"
    chosen = ranked if form == "titled" else _said_in_questions(ranked, chances, context, language)
    floor = LIKELY if led else FLOOR[form]
    chosen = [word for word in chosen if chances[word] >= floor] or ranked[: DANGLING * dangling]
    return Rewrite(*_composed(whole, context, language, chances, chosen[: max(0, room)], SURE))


def _composed(
    question: str, context: Context, language: str, chances: Mapping[str, float], chosen: Sequence[str], sure: float
) -> tuple[str, str, str]:
    """The question with the chosen words: as it is shown, as it is searched for, and what a later one may lean on.

    A phrase with a word of `sure` or more may take a pronoun's place. What the last answer has named is named behind a
    question for others, so that the reader sees what "else" means, and not searched for again.
    """
    replaced, used = in_place(question, context, language, chances, sure)
    further = phrases(context, language, {word: chances[word] for word in chosen if word not in used})
    room = len(chosen) - len(used.difference(chosen))
    rest: list[Phrase] = []
    for phrase in further:
        room -= sum(token.folded in phrase.words for token in tokens(phrase.text, language))
        if room >= 0:
            rest.append(phrase)
    aside: list[Phrase] = []
    if _ASKS_OTHERS.search(question) and context.turns:
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


def _other_ones(question: str, context: Context, language: str) -> set[str]:
    """The ordinals of a conversation beside that which was named last: of the first and the second one only one is meant."""
    asked = [question, *(turn.question for turn in reversed(context.turns))]
    meant = next((found for text in asked if (found := ordinals(_COUNTED.sub("", text)))), frozenset())
    if not meant:
        return set()
    said = [text for turn in context.turns for text in (turn.question, turn.answer)]
    words = {token.folded for text in said for token in tokens(text, language)}
    return {word for word in words if (own := ordinals(word)) and not own & meant}


def _said_in_questions(ranked: Sequence[str], chances: Mapping[str, float], context: Context, language: str) -> list[str]:
    """The words without those of answers alone that are not very likely.

    Our answers are whole sentences of articles: most of their words are not what is asked about next.
    """
    asked = {token.folded for turn in context.turns for token in tokens(turn.question, language)}
    return [word for word in ranked if word in asked or (chances[word] >= ANSWERED and not is_measure(word))]


def _completed(question: str, before: str, language: str) -> str:
    """An ellipsis with the question before around it, what stands in brackets behind it only where there is room."""
    for shorter in (before, before.split(" (")[0]):
        whole = completed(question, shorter, language)
        if whole and len(_new(question, whole, language)) <= MAX_WORDS:
            return whole
    return question


def _new(question: str, made: str, language: str) -> set[str]:
    return content(tokens(made, language), language) - content(tokens(question, language), language)
