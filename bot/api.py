"""The Python query function: one question, one answer, over a chatbot that is opened once for each set of settings."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.answer import Answer, Message, Statement
from bot.chatbot import Chatbot
from bot.settings import Settings


def ask(question: str, *, history: Sequence[Message] = (), settings: Settings | None = None) -> Answer:
    """Answers one question from the corpus; BriefingError says what a person must do.

    The first call opens the index and builds it if need be; later ones with the same settings are quick.
    """
    return _chatbot(settings or Settings.read()).ask(question, history)


def stream(question: str, *, history: Sequence[Message] = (), settings: Settings | None = None) -> Iterator[Statement | Answer]:
    """The statements as soon as each is checked, then the answer."""
    return _chatbot(settings or Settings.read()).stream(question, history)


@lru_cache(maxsize=8)
def _chatbot(settings: Settings) -> Chatbot:
    return Chatbot.open(settings)
