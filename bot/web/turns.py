"""The conversation as it stands in the page, and the sources beside it."""

from markupsafe import Markup

from bot.answer import Answer, Check, Citation, Statement
from bot.exporting import export
from bot.render import doubt, flat
from bot.web.cards import byline, card, carried, marker, quoted
from bot.web.conversation import Turn, Turns
from bot.web.html import Attribute, button, element, in_both, ui
from bot.web.shell import title_of
from bot.wording import date_text, say
from corpus.library import Library


def conversation(turns: Turns, library: Library, *, judged: bool) -> Markup:
    """The last turn, with what can be done about it; the page itself keeps those before it as they were."""
    heading = element("h1", in_both(lambda language: title_of(library, language)), class_="hidden")
    return heading + element("div", _turn(turns[-1], library, judged), class_="turns")


def sources(turns: Turns, library: Library) -> Markup:
    """The cards of the last turn."""
    return (_group(turns[-1], library) if turns else None) or element("p", ui("no_sources_yet"), class_="none")


def _turn(turn: Turn, library: Library, judged: bool) -> Markup:
    question = element(
        "h2", element("span", ui("question"), ": ", class_="hidden"), turn.question, class_="question", dir="auto"
    )
    return element(
        "article",
        question,
        _said(turn, library),
        _remarks(turn.answer) if turn.answer else None,
        _actions(turn, judged) if turn.state != "pending" else None,
        class_="turn",
        data_turn=turn.number,
        data_token=turn.token,
        data_state=turn.state,
        data_kind=turn.answer.kind if turn.answer else None,
        data_question=turn.question,
        **_taken_along(turn.answer),
    )


def _said(turn: Turn, library: Library) -> Markup:
    if turn.answer and turn.answer.kind == "refusal":
        return _refusal(turn.answer, turn.number, library)
    if turn.answer and turn.answer.kind == "reply":
        return element("div", element("p", turn.answer.message, class_="reply", lang=turn.language, dir="auto"), class_="said")
    statements = [_statement(statement, turn.number, library, turn.language) for statement in turn.statements]
    waiting = element("p", ui("searching", articles=len(library)), class_="waiting") if turn.state == "pending" else None
    stopped = element("p", ui("stopped"), class_="note") if turn.state == "stopped" else None
    return element("div", *statements, waiting, stopped, class_="said")


def _statement(statement: Statement, turn: int, library: Library, language: str) -> Markup:
    first = statement.citations[0]
    markers = [marker(citation, turn, language) for citation in statement.citations]
    if statement.check.verdict == "verbatim":
        text = quoted(first, library, language, Markup(" "), *markers)
    else:
        text = element(
            "p", statement.text, " ", *markers, doubt(statement, language), class_="statement", lang=language, dir="auto"
        )
    return element("div", text, byline(first, language), carried(statement, library, language), class_="claim")


def _refusal(answer: Answer, turn: int, library: Library) -> Markup:
    language = answer.language
    label = element("p", say("refused", language), class_="label")
    message = element("p", flat(answer.message), class_="message", dir="auto")
    missing = element("div", label, message, class_="missing", lang=language)
    if not answer.nearest:
        return element("div", missing, class_="said")
    nearest = [_near(citation, turn, library, language) for citation in answer.nearest]
    heading = element("h3", say("nearest", language), lang=language)
    return element("div", missing, element("div", heading, *nearest, class_="nearest"), class_="said")


def _near(citation: Citation, turn: int, library: Library, language: str) -> Markup:
    text = quoted(citation, library, language, Markup(" "), marker(citation, turn, language))
    return element("div", text, byline(citation, language), class_="claim")


def _remarks(answer: Answer) -> Markup | None:
    """What is said around the statements: notices, what was searched for, the date that the corpus reaches."""
    language = answer.language
    remarks = [*answer.notices]
    if answer.search_question != answer.question.strip() and answer.kind != "reply":
        remarks.append(say("searched_for", language, question=answer.search_question))
    reaches = date_text(answer.as_of, language) if answer.as_of and answer.kind == "answer" else ""
    if reaches and not any(reaches in notice for notice in answer.notices):
        remarks.append(say("corpus_reaches", language, as_of=reaches))
    items = [element("li", flat(remark), dir="auto") for remark in remarks]
    return element("ul", *items, class_="remarks", lang=language) if items else None


def _actions(turn: Turn, judged: bool) -> Markup:
    count = len(_citations(turn))
    buttons = [
        button(ui("show_sources", count=count), do="sources", class_="quiet narrow") if count else None,
        button(ui("copy"), do="copy") if turn.answer else None,
        button(ui("copy_link"), do="link"),
        button(ui("proof"), do="proof") if turn.answer and turn.answer.answered else None,
        button(ui("form_html"), do="html") if turn.answer else None,
        button(ui("retry"), do="retry", class_="quiet last"),
        button(ui("edit"), do="edit", class_="quiet last"),
        *([_thumb(verdict) for verdict in ("up", "down")] if judged and turn.answer else ()),
    ]
    return element("div", *buttons, class_="actions")


def _thumb(verdict: str) -> Markup:
    """A thumb that is drawn by the style; its name is for those who do not see it."""
    name = element("span", ui(f"judge_{verdict}"), class_="hidden")
    return button(name, do="judge", class_="quiet thumb", data_verdict=verdict)


def _group(turn: Turn, library: Library) -> Markup | None:
    cited = _citations(turn)
    if not cited:
        return None
    cards = [card(citation, statement, turn.number, library, turn.language) for citation, statement in cited]
    return element("section", *cards, class_="group", data_group=turn.number, data_question=turn.question)


def _citations(turn: Turn) -> list[tuple[Citation, Statement]]:
    """The citations of a turn in the order of their numbers, each with the statement that it carries."""
    nearest = turn.answer.nearest if turn.answer else ()
    statements = [*turn.statements, *(Statement(citation.quote, (citation,), Check("verbatim")) for citation in nearest)]
    numbered: dict[int, tuple[Citation, Statement]] = {}
    for statement in statements:
        for citation in statement.citations:
            numbered.setdefault(citation.number, (citation, statement))
    return [numbered[number] for number in sorted(numbered)]


def _taken_along(answer: Answer | None) -> dict[str, Attribute]:
    """An answer in the forms in which the page lets it be copied and saved."""
    forms = {"markdown": "markdown", "proof": "json", "html": "html"}
    return {f"data_{name}": export(answer, form) for name, form in forms.items()} if answer else {}
