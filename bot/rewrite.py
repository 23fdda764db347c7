"""A follow-up and its conversation to a question that can be searched alone, without a model, in both languages.

A question that stands alone stays as it is. An ellipsis ("And in Germany?", "Why?") takes the place of its counterpart in
the question before (bot/ellipsis.py). Any other question gets the words that it lacks (bot/carry.py): the likeliest
phrase in the place of its pronoun, the others in brackets behind it; at most 12 content words, out of the last turns.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from bot.answer import Citation, Message
from bot.carry import Weights, probability, question_features, word_features
from bot.ellipsis import completed, numbered_source, ordinal_alone
from bot.phrases import ASKS_OTHERS, composed, quote_words
from bot.turns import Context, Turn, content, is_measure, is_titled, tokens

MAX_WORDS = 12
MAX_TURNS = 6
SURE = 0.25
"""Probability from which a word may take a pronoun's place, and be taken for a part of an earlier question."""
_MARKER = re.compile(r"\s*\[\d{1,3}\]")
FLOOR = {"titled": 0.02, "plain": 0.2}
"""Probability from which a word is added at all, after a topic's title and without one."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The question as it is shown, what of it is searched for, what a later question may lean on, and the one article
    that it asks about, if it names one."""

    text: str
    sought: str
    core: str
    article: str | None = None

    @classmethod
    def same(cls, question: str) -> "Rewrite":
        """A question that is left as it is."""
        return cls(question, question, question)


def rewrite(question: str, history: Sequence[Message], language: str, weights: Weights | None = None) -> Rewrite:
    """The question with what it lacks out of its history; unchanged where it stands alone or nothing was said before."""
    weights = weights or Weights.bundled()
    cited = next((message.citations for message in reversed(history) if message.role == "assistant"), ())
    titles = tuple(dict.fromkeys(citation.source.title for citation in cited))
    named = numbered_source(question)
    if named is not None:
        return _of_source(question, *named, cited)
    turns = exchanges(history)
    if not turns and not titles:
        return Rewrite.same(question)
    if is_titled(titles, language):
        return _rewrite(question, Context(turns, titles), language, weights, cited)
    reporters = _reporters(history, language)
    alone: list[Turn] = []
    for turn in turns:
        earlier = _rewrite(turn.question, Context(tuple(alone)), language, weights, (), reporters)
        alone.append(Turn(earlier.core, turn.answer))
    return _rewrite(question, Context(tuple(alone)), language, weights, cited, reporters)


def _reporters(history: Sequence[Message], language: str) -> set[str]:
    """The words of who published what was cited, where no question has them: answers name them, nobody means them."""
    cited = [citation for message in history for citation in message.citations]
    sources = [source for citation in cited for source in (citation.source, *citation.references)]
    names = " ; ".join({name for source in sources for name in (source.publisher, source.origin) if name})
    asked = " ; ".join(message.content for message in history if message.role == "user")
    return content(tokens(names, language), language) - content(tokens(asked, language), language)


def exchanges(history: Sequence[Message]) -> tuple[Turn, ...]:
    """The last six questions, each with the first statement of its answer; empty ones are left out.

    What an answer says further on is seldom what is meant next.
    """
    found: list[Turn] = []
    for message in history:
        text = _MARKER.split(message.content, maxsplit=1)[0].strip()
        if message.role == "user" and text:
            found.append(Turn(text, ""))
        elif message.role == "assistant" and text and found:
            found[-1] = Turn(found[-1].question, f"{found[-1].answer} {text}".strip())
    return tuple(found[-MAX_TURNS:])


def _of_source(question: str, number: int, span: tuple[int, int], cited: Sequence[Citation]) -> Rewrite:
    """A question about a numbered source: its article, and its publisher in the place of the number."""
    source = next((citation.source for citation in cited if citation.number == number), None)
    if source is None:
        return Rewrite.same(question)
    name = source.title if source.kind == "dossier" else source.publisher or source.title
    said = f"{question[: span[0]]}{name}{question[span[1] :]}"
    return Rewrite(said, f"{question[: span[0]]} {question[span[1] :]}".strip(), said, source.id)


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
    room, left_out = MAX_WORDS, set(passed)
    if context.turns:
        before = context.turns[-1].question
        at = ordinal_alone(question)
        if at is not None and (quote := next((entry.quote for entry in cited if entry.number == at), "")):
            return Rewrite.same(f"{before} ({quote_words(quote, language, MAX_WORDS)})")
        whole = completed(question, before, language) or question
        taken = len(_new(question, whole, language))
        if taken <= MAX_WORDS and whole != question:
            left_out |= content(tokens(before, language), language) - content(tokens(whole, language), language)
            question, room = whole, MAX_WORDS - taken
    room -= bool(ASKS_OTHERS.search(question))  # for the word "besides"
    form = "titled" if is_titled(context.titles, language) else "plain"
    asked = {token.folded for turn in context.turns for token in tokens(turn.question, language)}
    if probability(question_features(question, context, language), weights.alone[form]) >= weights.thresholds[form]:
        return Rewrite.same(question)
    chances = {
        word: probability(values, weights.word[form])
        for word, values in word_features(question, context, language).items()
        if word not in left_out and (form == "titled" or word in asked or not is_measure(word))
    }
    chosen = sorted((word for word in chances if chances[word] >= FLOOR[form]), key=lambda word: (-chances[word], word))[:room]
    if not chosen:
        return Rewrite.same(question)
    text, sought, core = composed(question, context, language, chances, chosen, SURE)
    return Rewrite(text, sought, core)


def _new(question: str, made: str, language: str) -> set[str]:
    return content(tokens(made, language), language) - content(tokens(question, language), language)
