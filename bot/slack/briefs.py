"""A briefing, from its form of --json, as messages: dated statements with markers; under each section sources and quotes."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from bot.answer import Statement
from bot.slack.blocks import sources, statement_blocks
from bot.slack.carried import quote_buttons
from bot.slack.layout import MAX_LINE, Block, Post, line, literal, paragraphs, rich, section, split
from bot.slack.recall import citations_of, statement_of
from bot.wording import date_text, say, source_label
from corpus.article import PartialDate
from corpus.library import Library

Kept = Mapping[str, Any]


def posts(briefing: Kept, library: Library) -> list[Post]:
    """A briefing within Slack's limits, its notices under the last message."""
    blocks = [_heading(briefing["title"])]
    for part in briefing["sections"]:
        blocks += _section(part["title"], part["entries"], briefing, library)
    return split(blocks, [line(briefing["notices"])] if briefing["notices"] else [])


def news(briefing: Kept, told: Collection[str], library: Library) -> tuple[list[Post], frozenset[str]]:
    """The entries that were not told yet as messages, none where there are none; and the names of all entries."""
    blocks: list[Block] = []
    for part in briefing["sections"]:
        if new := [entry for entry in part["entries"] if name_of(entry) not in told]:
            blocks += _section(part["title"], new, briefing, library)
    title = _heading(say("slack_news", briefing["language"], title=briefing["title"]))
    names = frozenset(name_of(entry) for part in briefing["sections"] for entry in part["entries"])
    return (split([title, *blocks]) if blocks else []), names


def name_of(entry: Kept) -> str:
    """What an entry is recognised by: the texts of its statements, whatever stands around them."""
    texts = [statement["text"] for statement in (entry, *entry["others"])]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def _section(title: str, entries: Iterable[Kept], briefing: Kept, library: Library) -> list[Block]:
    language = briefing["language"]
    cited = {citation.number: citation for citation in citations_of(briefing["citations"], library)}
    blocks, shown = [_heading(title)], list[Statement]()
    for entry in entries:
        statements = [found for one in (entry, *entry["others"]) if (found := statement_of(one, cited))]
        if statements:
            blocks += _entry(entry, statements, language)
            shown += statements
    quoted = list({citation.number: citation for statement in shown for citation in statement.citations}.values())
    blocks += [sources(quoted[at : at + MAX_LINE], language) for at in range(0, len(quoted), MAX_LINE)]
    buttons = quote_buttons(language, shown)
    return [*blocks, {"type": "actions", "elements": buttons}] if buttons else blocks


def _entry(entry: Kept, statements: Sequence[Statement], language: str) -> list[Block]:
    first, *others = statements
    blocks = statement_blocks(first, language, _dates(entry, language))
    blocks += paragraphs(entry["remark"]) if entry["remark"] else []
    for other in others:
        blocks += statement_blocks(other, language, source_label(other.citations[0].source, language), quote=True)
    return blocks


def _dates(entry: Kept, language: str) -> str:
    first, last = (date_text(PartialDate.parse(day), language) if day else "" for day in (entry["date"], entry["until"]))
    return f"{first} – {last}" if last else first


def _heading(text: str) -> Block:
    return rich(section(*literal(text, bold=True)))
