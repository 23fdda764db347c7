"""A briefing inside a conversation: at most eight of its statements as an answer."""

from dataclasses import replace

from bot.answer import Answer, Statement
from bot.briefing import Briefer
from bot.knowledge import SubjectError
from bot.products import Briefing, Entry
from bot.quoting import numbered
from bot.request import Request
from bot.wording import date_text, say

_TAKEN = ("brief_about", "brief_stands", "brief_history", "brief_unknown", "brief_next", "brief_figures", "brief_actors")
"""Sections of a brief in the order in which a short one takes from them."""
MORE = 2
_SHARES = {"brief_about": 2, "brief_stands": 1, "brief_history": 3, "brief_unknown": 1, "brief_next": 1}
"""Entries of each, and of those that fill what is left."""


def answered(briefer: Briefer, request: Request, draft: Answer) -> Answer | None:
    """The answer to a request; None where nothing is said about its subject, so that it is a question like others."""
    try:
        made = _made(briefer, request, draft.language)
    except SubjectError:
        return None
    if not made.sections:
        return replace(draft, kind="refusal", message=made.notices[0], notices=made.notices[1:])
    entries = _chosen(briefer, made, request.count)
    statements = [statement for entry in entries for statement in entry.statements] if request.product == "disputes" else []
    statements = statements[: request.count] or [entry.statement for entry in entries]
    notices = made.notices
    if request.product == "changes" and request.since:
        notices = (say("changes_since", draft.language, since=date_text(request.since, draft.language)), *notices)
    return replace(draft, kind="answer", statements=tuple(numbered(_first(one) for one in statements)), notices=notices)


def _made(briefer: Briefer, request: Request, language: str) -> Briefing:
    if request.product == "timeline":
        return briefer.timeline(language, about=request.about)
    if request.product == "changes" and request.since:
        return briefer.changes(language, request.since, about=request.about)
    if request.product == "disputes":
        return briefer.disputes(language, about=request.about)
    return briefer.brief(language, about=request.about)


def _chosen(briefer: Briefer, made: Briefing, count: int) -> list[Entry]:
    """The entries to show: of a brief some of each section, of dated ones those of which most is made, in their order."""
    if made.product == "brief":
        return _of_sections(made, count)
    entries = list(made.entries)
    if made.product == "disputes":
        return entries[: (count + 1) // 2]
    rated = sorted(range(len(entries)), key=lambda i: (-briefer.salience(entries[i]), i))
    days: set[str] = set()
    taken: list[int] = []
    for i in rated:
        if len(taken) < count and entries[i].when not in days:
            taken.append(i)
            days.add(entries[i].when)
    return [entries[i] for i in sorted(taken)]


def _of_sections(made: Briefing, count: int) -> list[Entry]:
    found = {section.key: list(section.entries) for section in made.sections}
    chosen: list[Entry] = []
    for key in _TAKEN:
        room = min(_SHARES.get(key, MORE), count - len(chosen))
        chosen += found.get(key, [])[:room]
    return chosen


def _first(statement: Statement) -> Statement:
    """A statement with its own quote alone, as a chat shows it."""
    return replace(statement, citations=statement.citations[:1])
