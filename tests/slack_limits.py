"""Slack's documented limits of messages, blocks and views, and the SDK's validators, over what the app sends."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

MOST = {"message": 50, "modal": 100}
RICH = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}
VIEW_KEYS = {"type", "title", "close", "submit", "blocks", "private_metadata", "callback_id"}


def faults(data: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse, or read as a ping or a link, in the data of a call."""
    found: list[str] = []
    if len(str(data.get("text") or "")) > 4_000:
        found.append("text over 4,000 characters")
    if "text" in data and not (data["text"] or "").strip():
        found.append("an empty text")
    text = str(data.get("text") or "")
    if any(sign in text for sign in "<>"):
        found.append(f"unescaped signs in {text[:80]!r}")
    for chunk in data.get("chunks") or []:
        found += ["a stream of Markdown, which is no literal text"] if chunk["type"] != "blocks" else []
        found += _blocks(chunk.get("blocks"), "message")
    found += _blocks(_loaded(data.get("blocks")), "message")
    view = _loaded(data.get("view"))
    if view:
        found += [f"an unknown key {key}" for key in set(view) - VIEW_KEYS]
        found += _blocks(view["blocks"], "modal")
        found += ["private_metadata over 3,000 characters"] if len(view.get("private_metadata", "")) > 3_000 else []
        found += [f"a {name} over 24 characters" for name in ("title", "close", "submit") if len(_plain(view.get(name))) > 24]
        found += (
            ["an input without submit"] if "submit" not in view and any(b["type"] == "input" for b in view["blocks"]) else []
        )
    if data.get("metadata") and len(json.dumps(_loaded(data["metadata"]))) > 16_000:
        found.append("metadata too long")
    return found


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] in "[{" and value else value


def _plain(value: Any) -> str:
    return value["text"] if value else ""


def _blocks(blocks: Any, where: str) -> list[str]:
    blocks = blocks or []
    found = [f"{len(blocks)} blocks in a {where}"] if len(blocks) > MOST[where] else []
    if len(json.dumps(blocks, ensure_ascii=False)) > 40_000:
        found.append("blocks over 40,000 characters")
    if sum(len(text) for block in blocks for text in _texts(block)) > 13_000:
        found.append("texts of blocks over 13,000 characters")
    for block in blocks:
        found += _block(block)
    return found


def _block(block: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    parsed = Block.parse(dict(block))
    if parsed is None:
        return [f"an unknown block {block}"]
    try:
        parsed.validate_json()
    except SlackObjectFormationError as error:
        found.append(str(error))
    if block["type"] == "rich_text":
        for element in block["elements"]:
            if element["type"] not in RICH or not element["elements"]:
                found.append(f"an element without content {element}")
    if block["type"] == "context" and not 0 < len(block["elements"]) <= 10:
        found.append(f"{len(block['elements'])} elements in a context block")
    for text in _texts(block):
        if not text or len(text) > 3_000:
            found.append(f"a text of {len(text)} characters")
    for button in _buttons(block):
        if (
            len(button.get("value", "")) > 2_000
            or len(_plain(button.get("text"))) > 75
            or len(button.get("action_id", "x")) > 255
        ):
            found.append(f"a button beyond its limits {button}")
    for text in _mrkdwn(block):
        if any(sign in text for sign in "<>"):
            found.append(f"unescaped signs in {text[:80]!r}")
    return found


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _texts(one)
    elif isinstance(node, dict):
        if node.get("type") in ("text", "plain_text", "mrkdwn") and isinstance(node.get("text"), str):
            yield node["text"]
        for one in node.values():
            yield from _texts(one)


def _mrkdwn(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _mrkdwn(one)
    elif isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield node["text"]
        for one in node.values():
            yield from _mrkdwn(one)


def _buttons(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from _buttons(one)
    elif isinstance(node, dict):
        if node.get("type") == "button" or ("value" in node and "text" in node):
            yield node
        for one in node.values():
            yield from _buttons(one)
