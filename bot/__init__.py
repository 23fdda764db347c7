"""The conversation: `ask` a question, get an `Answer` whose every sentence carries an exact quote."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.answer import Answer, Citation, Message, Statement
    from bot.api import add, ask, brief, changes, disputes, export, stream, timeline, verify
    from bot.chatbot import Chatbot
    from bot.outcome import Outcome
    from bot.products import Briefing
    from bot.settings import Settings
    from corpus.errors import BriefingError

_HOME = {
    "Answer": "bot.answer",
    "Briefing": "bot.products",
    "BriefingError": "corpus.errors",
    "Chatbot": "bot.chatbot",
    "Citation": "bot.answer",
    "Message": "bot.answer",
    "Outcome": "bot.outcome",
    "Settings": "bot.settings",
    "Statement": "bot.answer",
    **dict.fromkeys(("add", "ask", "brief", "changes", "disputes", "export", "stream", "timeline", "verify"), "bot.api"),
}

__all__ = [
    "Answer",
    "Briefing",
    "BriefingError",
    "Chatbot",
    "Citation",
    "Message",
    "Outcome",
    "Settings",
    "Statement",
    "add",
    "ask",
    "brief",
    "changes",
    "disputes",
    "export",
    "stream",
    "timeline",
    "verify",
]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line must set the number of threads before numpy is imported.
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
