"""A follow-up made into a question that stands alone by the chat model, held to the words of the conversation."""

import time
from collections.abc import Sequence

from bot import prompts
from bot.answer import Message
from bot.chat_model import ChatModel, ModelTrouble
from bot.generative import before
from bot.judging import is_plain
from bot.question import LONG_CHARACTERS
from bot.render import flat
from bot.rewrite import MAX_WORDS, Rewrite
from bot.wording import language_name
from corpus.language import language_of
from index.lexical import terms

TIME_SHARE = 0.3
"""Of the time that the model has for an answer."""
KEPT = 0.5
"""Share of the content words of the follow-up that must still be there."""


def model_rewrite(
    chat: ChatModel, question: str, history: Sequence[Message], language: str, tokens: int, without: Rewrite
) -> Rewrite:
    """The model's question where it keeps to the words of the conversation; else `without`, which was made without it."""
    if not history or without.article:
        return without
    turns = before(history, tokens)
    task = prompts.REWRITE.format(language=language_name(language, "en"), turns=turns, question=flat(question))
    said = ""
    try:
        for piece in chat.stream([("user", task)], time.monotonic() + TIME_SHARE * chat.timeout):
            said += piece
            if len(said) > LONG_CHARACTERS:
                return without
    except ModelTrouble:
        return without
    made = flat(said)
    return Rewrite(made, made, made) if _keeps(made, question, history, language) else without


def _keeps(made: str, question: str, history: Sequence[Message], language: str) -> bool:
    """Whether a rewritten question is one, in the language, of the words of the follow-up and the conversation alone."""
    if not made.endswith("?") or not is_plain(made) or language_of(made) not in (language, None):
        return False
    own, new = set(terms(question, language)), set(terms(made, language))
    told = {term for message in history for term in terms(message.content, language)}
    return len(new - own) <= MAX_WORDS and new - own <= told and len(own & new) >= KEPT * len(own)
