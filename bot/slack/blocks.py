"""An answer as Slack shows it: statements with markers, beneath them the sources, what else is to be said, and buttons."""

from collections.abc import Iterable

from bot.answer import Answer, Citation, Statement, markers, unmarked
from bot.render import doubt, flat
from bot.slack.carried import quote_buttons
from bot.slack.layout import Block, Post, button, line, literal, paragraphs, plain_text, rich, section, split
from bot.wording import say, source_label
from corpus.article import clean_text


def statement_blocks(statement: Statement, language: str, label: str = "", *, quote: bool = False) -> list[Block]:
    """A statement with its markers behind a label and the sentence that it leans on; one that is not supported says so."""
    context = statement.citations[0].context if statement.citations and statement.check.verdict == "verbatim" else ""
    before = [*literal(f"{label}:", bold=True), {"type": "text", "text": " "}] if label else []
    before += [*literal(context, italic=True), {"type": "text", "text": " "}] if flat(context) else []
    return paragraphs(
        f"{unmarked(statement.text)} {markers(statement)}{doubt(statement, language)}", quote=quote, before=before
    )


def body(answer: Answer) -> list[Block]:
    """What an answer says, above its sources."""
    if answer.kind == "answer":
        return [block for statement in answer.statements for block in statement_blocks(statement, answer.language)]
    blocks = paragraphs(answer.message)
    if answer.nearest:
        blocks.append(rich(section(*literal(say("nearest", answer.language), bold=True))))
        for citation in answer.nearest:
            blocks += paragraphs(f"[{citation.number}] {unmarked(citation.quote)}", quote=True)
    return blocks


def footer(answer: Answer, key: str, *, feedback: bool, postable: bool = False, disclosed: str = "") -> list[Block]:
    """What stands beneath an answer: its sources, what else is to be said, who else saw the question, and buttons."""
    language = answer.language
    cited = answer.citations or answer.nearest
    remarks = [notice for notice in (*answer.notices, disclosed) if notice.strip()]
    if answer.kind != "reply" and answer.search_question != clean_text(answer.question):
        remarks.insert(0, say("searched_for", language, question=answer.search_question))
    blocks: list[Block] = []
    if cited:
        blocks.append(sources(cited, language))
    if remarks:
        blocks.append(line(remarks))
    buttons = quote_buttons(language, answer.statements, answer.nearest)
    if postable:
        buttons.append(button("post", say("slack_post", language), key))
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    if feedback and answer.kind != "reply":
        blocks.append(_thumbs(key, language))
    return blocks


def _thumbs(key: str, language: str) -> Block:
    up, down = (
        {"text": plain_text(say(name, language)), "value": f"{verdict}:{key}:{language}"}
        for name, verdict in (("slack_good", "up"), ("slack_bad", "down"))
    )
    element = {"type": "feedback_buttons", "action_id": "feedback", "positive_button": up, "negative_button": down}
    return {"type": "context_actions", "elements": [element]}


def posts(answer: Answer, key: str, *, feedback: bool, postable: bool = False, disclosed: str = "") -> list[Post]:
    """An answer as messages within Slack's limits, the footer under the last one."""
    return split(body(answer), footer(answer, key, feedback=feedback, postable=postable, disclosed=disclosed))


def sources(citations: Iterable[Citation], language: str) -> Block:
    """The line that names the sources: publisher, date and kind of each, once for all its quotes."""
    named: dict[str, str] = {}
    for citation in citations:
        label = source_label(citation.source, language)
        named[label] = f"{named.get(label, '')}[{citation.number}]"
    return line(f"{numbers} {label}" for label, numbers in named.items())
