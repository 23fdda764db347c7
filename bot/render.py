"""An answer as text for a terminal, Markdown, or JSON; white space in quotes is collapsed, quotes are else untouched."""

import json
import re
from collections.abc import Container, Iterable

from bot.answer import Answer, Citation, Statement, markers, unmarked
from bot.wording import date_text, say, source_label
from corpus.article import Source, clean_text

_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&@-]|:(?=//)|(?<=\bwww)\.)")
_LIST_NUMBER = re.compile(r"^(\d{1,9})\.(?=\s|$)")
SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character, which no file can hold."""
# What a terminal obeys: control characters, among them the escape, and signs that turn the order of what follows.
_OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(answer: Answer) -> str:
    """The form of --json; half a character, which no file can hold, is written as its escape."""
    written = json.dumps(answer.to_dict(), ensure_ascii=False, indent=2)
    return SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", written)


def to_text(answer: Answer) -> str:
    """An answer for a terminal: statements with markers, sources, notices."""
    language = answer.language
    lines: list[str] = []
    if answer.kind == "answer":
        lines += [
            f"{unmarked(flat(statement.text))} {markers(statement)}{doubt(statement, language)}"
            for statement in answer.statements
        ]
        retold = {c.number for s in answer.statements if s.check.verdict != "verbatim" for c in s.citations}
        lines += ["", say("sources", language), *source_lines(answer.citations, language, retold)]
    else:
        lines += [flat(answer.message)]
    if answer.nearest:
        lines += ["", say("nearest", language)]
        for citation in answer.nearest:
            lines += [f"[{citation.number}] {flat(citation.quote)}", f"    {flat(source_label(citation.source, language))}"]
    if answer.search_question != clean_text(answer.question) and answer.kind != "reply":
        lines += ["", say("searched_for", language, question=answer.search_question)]
    return "\n".join(printable(line) for line in lines)


def to_markdown(answer: Answer) -> str:
    """An answer as Markdown with footnotes; signs of Markdown in quotes and titles are shown as characters."""
    language = answer.language
    if answer.kind == "answer":
        body = [
            escape(flat(statement.text))
            + "".join(f"[^{citation.number}]" for citation in statement.citations)
            + escape(doubt(statement, language))
            for statement in answer.statements
        ]
        notes = answer.citations
    else:
        body = [escape(flat(answer.message))]
        notes = answer.nearest
        if notes:
            body += ["", f"**{say('nearest', language)}**", ""]
            body += [f"- {escape(flat(citation.quote))}[^{citation.number}]" for citation in notes]
    footnotes = [footnote(citation, language) for citation in notes]
    remarks = [f"*{escape(flat(notice))}*" for notice in answer.notices]
    return "\n".join([*body, *([""] if remarks else []), *remarks, *([""] if footnotes else []), *footnotes])


def doubt(statement: Statement, language: str) -> str:
    """What must stand behind a statement that its quotes do not support; nothing behind another."""
    return f" ({say('checked_unsupported', language)})" if statement.check.verdict == "unsupported" else ""


def footnote(citation: Citation, language: str) -> str:
    """The Markdown footnote of a citation, with the reports that it rests on."""
    source = citation.source
    named = f"[^{citation.number}]: {escape(flat(source_label(source, language)))}{_address(source, language)}"
    reports = "; ".join(escape(flat(report(one, language))) + _address(one, language) for one in citation.references)
    return f"{named}; {say('rests_on', language)}: {reports}" if reports else named


def report(source: Source, language: str) -> str:
    """A report that a quote rests on, by its publisher and date."""
    return f"{source.publisher}, {date_text(source.published, language)}"


def source_lines(citations: Iterable[Citation], language: str, retold: Container[int] = ()) -> list[str]:
    """The sources for a terminal: who and when, where to read it, what stands before, what it rests on; quotes if retold."""
    lines = []
    for citation in citations:
        lines.append(f"[{citation.number}] {flat(source_label(citation.source, language))}")
        lines += [f"    {say('quote', language)} {flat(citation.quote)}"] if citation.number in retold else []
        place = place_of(citation.source, language)
        lines += [f"    {place}"] if place else []
        if citation.context:
            lines.append(f"    {say('context', language)} {flat(citation.context)}")
        if citation.references:
            named = "; ".join(report(source, language) for source in citation.references)
            lines.append(f"    {say('rests_on', language)}: {named}")
    return lines


def place_of(source: Source, language: str) -> str | None:
    """Where a source can be read: its own address, or that of a copy, said to be one."""
    if source.url:
        return source.url
    return say("read_at", language, address=source.read_at) if source.read_at else None


def _address(source: Source, language: str) -> str:
    if source.url and re.fullmatch(r"https?://[^\s<>]+", source.url):
        return f", <{source.url}>"
    return f", {escape(place)}" if (place := place_of(source, language)) else ""


def flat(text: str) -> str:
    """A text with its white space collapsed."""
    return " ".join(text.split())


def printable(text: str) -> str:
    """A text without characters that a terminal would obey instead of showing them."""
    return _OBEYED.sub("\ufffd", text)


def escape(text: str) -> str:
    """A text whose signs Markdown shows as characters: no emphasis, no list ("2. April"), no link, no HTML."""
    return _LIST_NUMBER.sub(r"\1\\.", _MARKDOWN_SIGNS.sub(r"\\\1", text))
