"""The conversation: `ask` a question, get an `Answer` whose every sentence carries an exact quote."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.answer import Answer, Citation, Message, Statement
    from bot.api import add, ask, stream
    from bot.chatbot import Chatbot
    from bot.outcome import Outcome
    from bot.settings import Settings
    from corpus.errors import BriefingError

_HOME = {
    "Answer": "bot.answer",
    "BriefingError": "corpus.errors",
    "Chatbot": "bot.chatbot",
    "Citation": "bot.answer",
    "Message": "bot.answer",
    "Outcome": "bot.outcome",
    "Settings": "bot.settings",
    "Statement": "bot.answer",
    "add": "bot.api",
    "ask": "bot.api",
    "stream": "bot.api",
}

__all__ = [
    "Answer", "BriefingError", "Chatbot", "Citation", "Message", "Outcome", "Settings", "Statement", "add", "ask", "stream",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line must set the number of threads before numpy is imported.
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
