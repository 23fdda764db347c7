"""What messages are made of: literal text in rich-text blocks, so that nothing in it can ping, link or break a block."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.render import flat, printable

Block = dict[str, Any]

MAX_BLOCKS = 45
"""Blocks of a message; Slack takes 50."""
MAX_MESSAGE = 8_000
"""Characters of a message above its footer, which has up to 4,200; Slack takes blocks of about 13,000 together."""
MAX_TEXT = 2_900
"""Characters of one piece of text; Slack takes 3,000."""
MAX_LINE = 10
"""Elements of a small line."""
MAX_ELEMENT = 200


@dataclass(frozen=True)
class Post:
    """One message: what a notification shows, and its blocks."""

    text: str
    blocks: list[Block] = field(default_factory=list)


def escaped(text: str) -> str:
    """A text for a field in which Slack reads & < >."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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


def paragraphs(text: str, *, quote: bool = False, before: Sequence[Block] = ()) -> list[Block]:
    """A text as blocks of rich text, each of a size that Slack takes."""
    first, *more = literal(text) or [{"type": "text", "text": " "}]
    return [rich(section(*before, first, quote=quote)), *(rich(section(piece, quote=quote)) for piece in more)]


def line(texts: Iterable[str]) -> Block:
    """A small line under a message; what is over ten elements is counted."""
    shown = [plain_text(text, MAX_ELEMENT) for text in texts if text.strip()]
    if len(shown) > MAX_LINE:
        shown = [*shown[: MAX_LINE - 1], plain_text(f"+{len(shown) - MAX_LINE + 1}")]
    return {"type": "context", "elements": shown}


def button(action: str, label: str, value: str) -> Block:
    """A button."""
    return {"type": "button", "action_id": action, "text": plain_text(label), "value": value}


def plain_text(text: str, limit: int = 75) -> Block:
    """A short text that Slack shows as it is."""
    shown = printable(flat(text))
    return {"type": "plain_text", "text": shown if len(shown) <= limit else shown[: limit - 1] + "…", "emoji": False}


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
