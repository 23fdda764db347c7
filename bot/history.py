"""The conversation so far as it comes in: read from a file, and checked before anything of it is used."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.answer import Citation, Message
from corpus.article import Source
from corpus.errors import BriefingError
from corpus.library import Library

ROLES = ("user", "assistant")
MAX_MESSAGES = 40
MAX_CHARACTERS = 4000
"""Messages of a conversation, and characters of one, that are looked at; nothing grows with the thread."""


class HistoryError(BriefingError):
    """A conversation that cannot be used."""


def checked(history: Sequence[Message], library: Library) -> tuple[list[Message], int]:
    """The last turns with only those citations that stand in the articles, and how many others there were.

    What a citation says of its article gives way to what the library says. HistoryError for an unknown role or a turn
    whose content is no text.
    """
    turns: list[Message] = []
    forged = 0
    for number, message in list(enumerate(history, 1))[-MAX_MESSAGES:]:
        if not isinstance(message, Message):
            raise HistoryError(f"Turn {number} of the history is {type(message).__name__}, not a Message of role and content.")
        if message.role not in ROLES:
            raise HistoryError(f"Turn {number} of the history has the role {message.role!r}; there are user and assistant.")
        if not isinstance(message.content, str):
            raise HistoryError(f"Turn {number} of the history has no text as its content.")
        held: list[Citation] = []
        for citation in message.citations if message.role == "assistant" else ():
            article = library.get(citation.source.id)
            if article is not None and citation.quote and citation.holds_in(article):
                held.append(replace(citation, source=article.source))
        forged += len(message.citations) - len(held)
        turns.append(replace(message, content=message.content[:MAX_CHARACTERS], citations=tuple(held)))
    return turns, forged


def last_cited(history: Sequence[Message]) -> tuple[Citation, ...]:
    """The citations that bear numbers now: of the last turn that has any."""
    return next((message.citations for message in reversed(history) if message.citations), ())


def read_history(path: Path) -> list[Message]:
    """The turns of a JSON file in the form of `messages`. HistoryError says what is at fault."""
    try:
        return messages(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, HistoryError) as error:
        raise HistoryError(f"The history {path} cannot be used: {str(error).rstrip('.')}.") from error


def messages(entries: Any) -> list[Message]:
    """The turns of a list of {role, content}, where an answer may have the citations that --json prints.

    HistoryError names the entry at fault.
    """
    if not isinstance(entries, list):
        raise HistoryError("The history is no list.")
    return [_message(i, entry) for i, entry in enumerate(entries)]


def _message(number: int, entry: Any) -> Message:
    known = isinstance(entry, dict) and entry.get("role") in ROLES and isinstance(entry.get("content"), str)
    if not known:
        raise HistoryError(f"history: entry {number} is not {{'role': 'user' or 'assistant', 'content': text}}.")
    cited = entry.get("citations", [])
    if not isinstance(cited, list):
        raise HistoryError(f"history: the citations of entry {number} are no list.")
    return Message(entry["role"], entry["content"], tuple(_citation(number, citation) for citation in cited))


def _citation(number: int, entry: Any) -> Citation:
    """A citation by what finds its quote; the rest comes from the article."""
    wanted: Mapping[str, type] = {"number": int, "article": str, "quote": str, "start": int, "end": int, "digest": str}
    if not isinstance(entry, dict) or not all(type(entry.get(key)) is kind for key, kind in wanted.items()):
        raise HistoryError(f"history: a citation of entry {number} has not all of {', '.join(wanted)}.")
    source = Source(id=entry["article"], title="", publisher=None, language="")
    return Citation(entry["number"], source, entry["quote"], entry["start"], entry["end"], entry["digest"])
