"""The modals: the quotes of an answer in their articles, the same as Markdown, and the reason of feedback."""

import json
from collections.abc import Sequence
from typing import Any

from bot.answer import Citation
from bot.render import escape, flat, place_of
from bot.slack.carried import Wanted, unpack
from bot.slack.layout import Block, button, line, literal, plain_text, rich, section
from bot.slack.recall import cited, paragraph
from bot.wording import date_text, language_name, say, source_label
from corpus.article import Article, Source
from corpus.library import Library

PAGE = 5
"""Quotes of one page of the modal."""
AROUND = 400
"""Characters of the paragraph shown on each side of a quote."""
MAX_INPUT = 3_000
REASONS = ("wrong source", "wrong fact", "not answered", "other")
REASON_VIEW = "feedback_reason"

View = dict[str, Any]


def loading(language: str) -> View:
    """What opens at once: the quotes follow."""
    return _view(language, [rich(section(*literal(say("slack_loading", language))))])


def problem(text: str, language: str) -> View:
    """A sentence in place of what could not be shown."""
    return _view(language, [rich(section(*literal(text)))])


def evidence(value: str, library: Library, page: int = 0) -> View:
    """The quotes that a button carries, each checked against its article now; a page of them."""
    language, wanted = unpack(value)
    pages = max(1, -(-len(wanted) // PAGE))
    page = min(max(page, 0), pages - 1)
    blocks: list[Block] = []
    for one in wanted[page * PAGE : (page + 1) * PAGE]:
        blocks += [*_quote(one, library, language), {"type": "divider"}]
    buttons = [button("page:back", say("slack_back", language), str(page - 1))] if page else []
    buttons += [button("page:on", say("slack_on", language), str(page + 1))] if page + 1 < pages else []
    buttons.append(button("markdown", say("slack_markdown", language), str(page)))
    blocks.append({"type": "actions", "elements": buttons})
    if pages > 1:
        blocks.append(line([say("slack_page", language, page=page + 1, pages=pages)]))
    return {**_view(language, blocks), "private_metadata": value}


def markdown(value: str, library: Library, page: int) -> View:
    """A field from which the quotes of a page can be copied."""
    language, wanted = unpack(value)
    parts = []
    for one in wanted[page * PAGE : (page + 1) * PAGE]:
        article, fault = _article(one, library, language)
        parts.append(fault if article is None else _as_markdown(_citation(one, article), language))
    field = {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "initial_value": "\n\n".join(parts)[:MAX_INPUT] or " ",
    }
    block = {
        "type": "input",
        "block_id": "text",
        "optional": True,
        "label": plain_text(say("slack_copy", language)),
        "element": field,
    }
    return {**_view(language, [block]), "submit": plain_text(say("slack_done", language), 24)}


def reason(key: str, language: str) -> View:
    """Asks why an answer was bad."""
    options = [{"text": plain_text(say(f"reason_{name.replace(' ', '_')}", language)), "value": name} for name in REASONS]
    chosen = {"type": "radio_buttons", "action_id": "reason", "options": options, "initial_option": options[-1]}
    comment = {"type": "plain_text_input", "action_id": "comment", "multiline": True, "max_length": 2000}
    blocks: list[Block] = [
        {"type": "input", "block_id": "reason", "label": plain_text(say("slack_reason", language)), "element": chosen},
        {
            "type": "input",
            "block_id": "comment",
            "optional": True,
            "label": plain_text(say("slack_comment", language)),
            "element": comment,
        },
        line([say("slack_kept", language)]),
    ]
    view = _view(language, blocks) | {"submit": plain_text(say("slack_send", language), 24), "callback_id": REASON_VIEW}
    return {**view, "title": plain_text(say("slack_feedback", language), 24), "private_metadata": json.dumps([key, language])}


def _view(language: str, blocks: Sequence[Block]) -> View:
    title, close = say("slack_title", language), say("close", language)
    return {"type": "modal", "title": plain_text(title, 24), "close": plain_text(close, 24), "blocks": list(blocks)}


def _article(wanted: Wanted, library: Library, language: str) -> tuple[Article | None, str]:
    """The article of a quote as it was cited, or what to say where it is another one now."""
    article = library.get(wanted.article)
    if article is None:
        return None, say("article_unknown", language, id=wanted.article)
    if not wanted.digest or not article.sha256.startswith(wanted.digest):
        return None, say("slack_changed", language, cited=wanted.digest, current=article.sha256[: len(wanted.digest) or 16])
    return article, ""


def _citation(wanted: Wanted, article: Article) -> Citation:
    return cited(article, wanted.start, wanted.end, wanted.number, wanted.context_start)


def _quote(wanted: Wanted, library: Library, language: str) -> list[Block]:
    article, fault = _article(wanted, library, language)
    if article is None:
        return [rich(section(*literal(f"[{wanted.number}] {fault}")))]
    citation = _citation(wanted, article)
    source = citation.source
    first, last = paragraph(article, wanted.start, wanted.end)
    before, after = article.text[first : wanted.start], article.text[wanted.end : last]
    before = before if len(before) <= AROUND else "… " + before[-AROUND:]
    after = after if len(after) <= AROUND else after[:AROUND] + " …"
    quote = [*literal(before, italic=True), *literal(f" {flat(citation.quote)} ", bold=True), *literal(after, italic=True)]
    blocks = [
        rich(
            section(*literal(f"[{citation.number}] {source_label(source, language)}", bold=True)),
            section(*_spaced(quote), quote=True),
        ),
        line(_facts(citation, wanted.verdict, language)),
    ]
    return blocks + _where(source, language)


def _spaced(pieces: list[Block]) -> list[Block]:
    """Pieces of text with a space between them."""
    spaced: list[Block] = []
    for piece in pieces:
        spaced += [piece, {"type": "text", "text": " "}]
    return spaced[:-1]


def _facts(citation: Citation, verdict: str, language: str) -> list[str]:
    source = citation.source
    facts = [source.headline or source.title, say(f"kind_{source.kind}", language)]
    facts += (
        [say("in_language", language, name=language_name(source.language, language))] if source.language != language else []
    )
    verdict = verdict or "verbatim"
    facts += [f"{say('checked_title', language)}: {say(f'checked_{verdict}', language)}"]
    if citation.references:
        named = (f"{one.publisher}, {date_text(one.published, language)}" for one in citation.references)
        facts.append(f"{say('rests_on_title', language)}: {'; '.join(named)}")
    return facts


def _where(source: Source, language: str) -> list[Block]:
    """The link to the published report, or where a copy was read, as text."""
    address = source.url or ""
    if address.startswith(("https://", "http://")) and not set(address) & set("<>|\"' \n"):
        link = {"type": "link", "url": address[:3000], "text": say("published_report", language)}
        return [rich(section(link))]
    place = place_of(source, language)
    return [line([place])] if place else []


def _as_markdown(citation: Citation, language: str) -> str:
    place = place_of(citation.source, language)
    label = escape(flat(source_label(citation.source, language)))
    return f"> {escape(flat(citation.quote))}\n\n{label}" + (
        f", <{place}>" if citation.source.url else f", {place}" if place else ""
    )
