"""The one exporter: text, Markdown, one HTML file, JSON proof; of what has dates also a table, a calendar, a picture."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.answer import Answer, Statement, markers, unmarked
from bot.page import to_html
from bot.picture import to_svg
from bot.products import Briefing, Entry
from bot.render import SURROGATE, escape, flat, footnote, source_lines, to_markdown
from bot.wording import date_text, say, source_label
from corpus.errors import BriefingError
from index.sealed import sealed

FORMAT: Final = 1
"""The version of the JSON proof."""

Exportable = Answer | Briefing


class ExportError(BriefingError):
    """A form in which something cannot be exported."""


def export(product: Exportable, form: str) -> str:
    """A product in a form: text, markdown, html, json, and of a timeline csv, ics and svg. ExportError for another."""
    if form not in FORMS:
        raise ExportError(f"There is no form {form!r}. Take one of: {', '.join(FORMS)}.")
    if isinstance(product, Answer):
        made = _OF_ANSWERS.get(form)
        if made is None:
            raise ExportError(f"An answer cannot be written as {form}; only a timeline can.")
        return made(product)
    if form in _DATED and not any(entry.date for entry in product.entries):
        raise ExportError(f"There is no date in it, so it cannot be written as {form}.")
    return FORMS[form](product)


def proof(product: Exportable) -> str:
    """The JSON proof: all that is needed to check each quote again with the articles alone."""
    name = "answer" if isinstance(product, Answer) else product.product
    content = sealed({"format": FORMAT, "product": name, **product.to_dict()})
    return SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", json.dumps(content, ensure_ascii=False, indent=2)) + "\n"


def text(briefing: Briefing) -> str:
    """A briefing for a terminal."""
    language = briefing.language
    lines = [_heading(briefing), ""]
    for section in briefing.sections:
        lines += [say(section.key, language), ""]
        for entry in section.entries:
            lines += [f"{_dated(entry, language)}{_said(entry.statement)}{_support(entry, language)}"]
            lines += [f"    {entry.remark}"] if entry.remark else []
            lines += [f"    {_attributed(other, language)}" for other in entry.others]
        lines.append("")
    lines += [say("sources", language), *source_lines(briefing.citations, language)] if briefing.citations else []
    return "\n".join(lines).rstrip()


def markdown(briefing: Briefing) -> str:
    """A briefing as Markdown with footnotes."""
    language = briefing.language
    lines = [f"# {escape(_heading(briefing))}", ""]
    for section in briefing.sections:
        lines += [f"## {escape(say(section.key, language))}", ""]
        for entry in section.entries:
            dated = f"**{date_range(entry, language)}** · " if entry.date else ""
            lines.append(f"- {dated}{_noted(entry.statement)}{escape(_support(entry, language))}")
            lines += [f"  - *{escape(entry.remark)}*"] if entry.remark else []
            lines += [
                f"  - {escape(source_label(other.citations[0].source, language))}: {_noted(other)}" for other in entry.others
            ]
        lines.append("")
    lines += [f"*{escape(flat(notice))}*" for notice in briefing.notices]
    lines += ["", *(footnote(citation, language) for citation in briefing.citations)]
    return "\n".join(lines).rstrip() + "\n"


def table(briefing: Briefing) -> str:
    """The dated entries as CSV, a row each, with all that is needed to find and to check the quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = "date until stated kind quote publisher published origins url article start end digest".split()
    writer.writerow(columns)
    for entry in briefing.entries:
        if entry.date:
            cited = entry.statement.citations[0]
            source = cited.source
            row: list[object] = [entry.date, entry.until or "", entry.stated, entry.kind, cited.quote, source.publisher or ""]
            row += [source.published or "", entry.origins, source.url or "", source.id, cited.start, cited.end, cited.digest]
            writer.writerow([_harmless(str(cell)) for cell in row])
    return out.getvalue()


def calendar(briefing: Briefing) -> str:
    """The dated entries as iCalendar (RFC 5545): all-day events, the quote as description, a month or year as its days."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//Dealbrief//Dealbrief//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", _heading(briefing))
    stamp = datetime.combine(briefing.as_of.last, time(), UTC) if briefing.as_of else datetime(1970, 1, 1, tzinfo=UTC)
    for entry in briefing.entries:
        if entry.date is None:
            continue
        cited = entry.statement.citations[0]
        event = Event()
        event.add("uid", f"{cited.digest.removeprefix('sha256:')[:16]}-{cited.start}-{entry.date}@dealbrief")
        event.add("dtstamp", stamp)
        event.add("dtstart", entry.date.first)
        event.add("dtend", (entry.until or entry.date).last + timedelta(days=1))
        event.add("summary", flat(cited.quote))
        event.add("description", f"{source_label(cited.source, briefing.language)} ({date_range(entry, briefing.language)})")
        if cited.source.url:
            event.add("url", cited.source.url)
        made.add_component(event)
    return bytes(made.to_ical()).decode()


def date_range(entry: Entry, language: str) -> str:
    """The date of an entry as it is written in a language, a range with both ends."""
    first = date_text(entry.date, language)
    return f"{first} – {date_text(entry.until, language)}" if entry.until else first


def _heading(briefing: Briefing) -> str:
    return say(f"title_{briefing.product}", briefing.language, title=briefing.title, since=briefing.options.get("since", ""))


def _dated(entry: Entry, language: str) -> str:
    return f"{date_range(entry, language)}: " if entry.date else ""


def _said(statement: Statement) -> str:
    return f"{unmarked(flat(statement.text))} {markers(statement)}"


def _noted(statement: Statement) -> str:
    return escape(flat(statement.text)) + "".join(f"[^{citation.number}]" for citation in statement.citations)


def _support(entry: Entry, language: str) -> str:
    return f" ({say('origins_count', language, count=entry.origins)})" if entry.origins > 1 else ""


def _attributed(statement: Statement, language: str) -> str:
    return f"{flat(source_label(statement.citations[0].source, language))}: {_said(statement)}"


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


_DATED = ("csv", "ics", "svg")
FORMS: Final[dict[str, Callable[[Briefing], str]]] = {
    "text": text,
    "markdown": markdown,
    "html": to_html,
    "json": proof,
    "csv": table,
    "ics": calendar,
    "svg": to_svg,
}
"""How a briefing is written in each form."""
_OF_ANSWERS: Final[dict[str, Callable[[Answer], str]]] = {"markdown": to_markdown, "html": to_html, "json": proof}
