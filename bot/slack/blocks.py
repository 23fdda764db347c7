"""An answer as Slack shows it: literal text in rich-text blocks, so that nothing in it can ping, link or break a block."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.answer import Answer, Statement, markers
from bot.render import escape, flat, printable
from bot.wording import say, source_label
from corpus.article import clean_text

Block = dict[str, Any]

MAX_BLOCKS = 45
"""Blocks of a message; Slack takes 50."""
MAX_MESSAGE = 8_000
"""Characters of a message above its footer, which has up to 4,200; Slack takes blocks of about 13,000 together."""
MAX_TEXT = 2_900
"""Characters of one piece of text; Slack takes 3,000."""
MAX_VALUE = 2_000
"""Characters that a button carries."""
MAX_LINE = 10
"""Elements of a context line."""
MAX_ELEMENT = 200
DIGEST = 16
"""Hexadecimal digits of an article's digest that a button carries."""

_PINGS = re.compile(r"(?<=<)(?=[!@#])|(?<=@)(?=(?:channel|here|everyone)\b)")


@dataclass(frozen=True)
class Post:
    """One message: what a notification shows, and its blocks."""

    text: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A quote that a button asks for: its article, range and the start of the article's digest."""

    article: str
    start: int
    end: int
    digest: str
    number: int
    verdict: str
    context_start: int | None = None


def escaped(text: str) -> str:
    """A text for a field in which Slack reads & < >."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def streamed(statement: Statement) -> str:
    """A statement as a stream takes it: Markdown whose signs are shown as characters, and nothing that pings."""
    context = statement.citations[0].context if statement.citations else ""
    before = f"_{_literal(context)}_ " if flat(context) else ""
    return f"{before}{_literal(statement.text)} {escape(markers(statement))}\n\n"


def _literal(text: str) -> str:
    return _PINGS.sub("\u2060", escape(printable(flat(text))))


def rich(*sections: Block) -> Block:
    """A block of rich text."""
    return {"type": "rich_text", "elements": list(sections)}


def section(*parts: Block, quote: bool = False) -> Block:
    """A paragraph of rich text, or a quotation."""
    return {"type": "rich_text_quote" if quote else "rich_text_section", "elements": list(parts)}


def literal(text: str, **style: bool) -> list[Block]:
    """A text as characters, in pieces that Slack takes."""
    shown = printable(flat(text))
    pieces = [shown[at : at + MAX_TEXT] for at in range(0, len(shown), MAX_TEXT)]
    return [{"type": "text", "text": piece, **({"style": style} if style else {})} for piece in pieces]


def line(texts: Iterable[str]) -> Block:
    """A small line under a message; what is over ten elements is counted."""
    shown = [plain_text(text, MAX_ELEMENT) for text in texts if text.strip()]
    if len(shown) > MAX_LINE:
        shown = [*shown[: MAX_LINE - 1], plain_text(f"+{len(shown) - MAX_LINE + 1}")]
    return {"type": "context", "elements": shown}


def paragraphs(text: str, *, quote: bool = False, before: Sequence[Block] = ()) -> list[Block]:
    """A text as blocks of rich text, each of a size that Slack takes."""
    first, *more = literal(text) or [{"type": "text", "text": " "}]
    return [rich(section(*before, first, quote=quote)), *(rich(section(piece, quote=quote)) for piece in more)]


def statement_blocks(statement: Statement) -> list[Block]:
    """A statement with its markers, after the sentence that it leans on."""
    context = statement.citations[0].context if statement.citations else ""
    before = [*literal(context, italic=True), {"type": "text", "text": " "}] if flat(context) else []
    return paragraphs(f"{statement.text} {markers(statement)}", before=before)


def body(answer: Answer) -> list[Block]:
    """What an answer says, above its sources."""
    if answer.kind == "answer":
        return [block for statement in answer.statements for block in statement_blocks(statement)]
    blocks = paragraphs(answer.message)
    if answer.nearest:
        blocks.append(rich(section(*literal(say("nearest", answer.language), bold=True))))
        for citation in answer.nearest:
            blocks += paragraphs(f"[{citation.number}] {citation.quote}", quote=True)
    return blocks


def footer(answer: Answer, key: str, *, feedback: bool, postable: bool = False) -> list[Block]:
    """What stands beneath an answer: its sources, what else is to be said, and buttons."""
    language = answer.language
    cited = answer.citations or answer.nearest
    remarks = [notice for notice in answer.notices if notice.strip()]
    if answer.kind != "reply" and answer.search_question != clean_text(answer.question):
        remarks.insert(0, say("searched_for", language, question=answer.search_question))
    blocks: list[Block] = []
    if cited:
        blocks.append(line(f"[{citation.number}] {source_label(citation.source, language)}" for citation in cited))
    if remarks:
        blocks.append(line(remarks))
    buttons = [button("evidence", say("slack_quotes", language), pack(answer))] if cited else []
    if postable:
        buttons.append(button("post", say("slack_post", language), key))
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    if feedback and answer.kind != "reply":
        blocks.append(_thumbs(key, language))
    return blocks


def button(action: str, label: str, value: str) -> Block:
    """A button."""
    return {"type": "button", "action_id": action, "text": plain_text(label), "value": value}


def plain_text(text: str, limit: int = 75) -> Block:
    """A short text that Slack shows as it is."""
    shown = printable(flat(text))
    return {"type": "plain_text", "text": shown if len(shown) <= limit else shown[: limit - 1] + "…", "emoji": False}


def _thumbs(key: str, language: str) -> Block:
    up, down = (
        {"text": plain_text(say(name, language)), "value": f"{verdict}:{key}:{language}"}
        for name, verdict in (("slack_good", "up"), ("slack_bad", "down"))
    )
    element = {"type": "feedback_buttons", "action_id": "feedback", "positive_button": up, "negative_button": down}
    return {"type": "context_actions", "elements": [element]}


def posts(answer: Answer, key: str, *, feedback: bool, postable: bool = False) -> list[Post]:
    """An answer as messages within Slack's limits, the footer under the last one."""
    return split(body(answer), footer(answer, key, feedback=feedback, postable=postable))


def sentence(text: str) -> Post:
    """A sentence of our own as a message."""
    return Post(_notification(text), paragraphs(text)[:MAX_BLOCKS])


def split(blocks: Sequence[Block], last: Sequence[Block] = ()) -> list[Post]:
    """Blocks as messages, broken between blocks only; `last` stays together under the last one."""
    parts: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        length = len(text_of([block]))
        if parts[-1] and (size + length > MAX_MESSAGE or len(parts[-1]) >= MAX_BLOCKS - len(last)):
            parts.append([])
            size = 0
        parts[-1].append(block)
        size += length
    parts[-1] += last
    return [Post(_notification(text_of(part)), part) for part in parts if part]


def text_of(blocks: Iterable[Any]) -> str:
    """The text of rich-text blocks, in one line."""
    found: list[str] = []
    for block in blocks:
        if block.get("type") == "text":
            found.append(block["text"])
        elif str(block.get("type", "")).startswith("rich_text"):
            found.append(text_of(block["elements"]))
    return " ".join(found)


def _notification(text: str) -> str:
    shown = flat(text)
    return escaped(shown if len(shown) <= MAX_TEXT else shown[: MAX_TEXT - 1] + "…")


def pack(answer: Answer) -> str:
    """The quotes of an answer as a button carries them; as many as fit, in order of their numbers."""
    verdicts = {citation.number: statement.check.verdict for statement in answer.statements for citation in statement.citations}
    quotes = [
        [
            citation.source.id,
            citation.start,
            citation.end,
            citation.digest.removeprefix("sha256:")[:DIGEST],
            citation.number,
            verdicts.get(citation.number, ""),
            citation.context_start,
        ]
        for citation in answer.citations or answer.nearest
    ]
    while quotes and len(packed := _pack(answer.language, quotes)) > MAX_VALUE:
        quotes.pop()
    return packed if quotes else _pack(answer.language, [])


def _pack(language: str, quotes: Sequence[Sequence[Any]]) -> str:
    return json.dumps({"l": language, "q": quotes}, ensure_ascii=False, separators=(",", ":"))


def unpack(value: str) -> tuple[str, list[Wanted]]:
    """The language and the quotes of a button; ValueError for what no button of ours carries."""
    try:
        carried = json.loads(value)
        wanted = [
            Wanted(
                str(id), int(start), int(end), str(digest), int(number), str(verdict), None if before is None else int(before)
            )
            for id, start, end, digest, number, verdict, before in carried["q"]
        ]
        return str(carried["l"]), wanted
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError("no button of ours carries that") from error
