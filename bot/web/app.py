"""The page: its parts, what happens when a question comes, and the address at which it is served."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gradio as gr
from markupsafe import Markup

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.web import adding, feedback, shell
from bot.web.api import add_endpoints
from bot.web.article import Wanted, reading
from bot.web.articles import form, listing
from bot.web.conversation import Turn, Turns, ask, stop
from bot.web.html import button, element, ui
from bot.web.limits import Limiter
from bot.web.memory import share_heaps
from bot.web.server import run
from bot.web.turns import conversation, sources
from bot.web.views import shown as shown_view
from bot.web.views import taken, views
from bot.wording import LANGUAGES, say

_HIDDEN: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
AT_ONCE = 8
WAITING = 64
SESSIONS = 1000
"""Tabs and programs of which something is kept, about 50 kB each; the one that was silent longest is forgotten first."""
KEPT = 24 * 60 * 60
"""Seconds for which the conversation of a tab that is still open is kept after its last question."""

_CONNECT = """
window.dealbrief.connect({
  ask: (data) => trigger('ask', data), halt: () => trigger('halt'), anew: () => trigger('anew'),
  note: (data) => trigger('note', data), suggest: (token) => trigger('suggest', token),
  article: (data) => server.article(data), articles: (data) => server.articles(data),
  view: (data) => server.view(data), take: (data) => server.take(data), add: (data) => server.add(data),
});
"""

Shown = tuple[Turns, Markup, Markup, Markup]


def serve(settings: Settings) -> None:
    """Opens the chatbot, building the index first if need be, and serves the page until it is interrupted."""
    share_heaps()
    bot = Chatbot.open(settings)
    bot.warm_beside()
    try:
        run(build_app(bot, settings), bot, settings)
    finally:
        bot.close()


def build_app(bot: Chatbot, settings: Settings) -> gr.Blocks:
    """The page over an opened chatbot."""
    limiter = Limiter(settings.web_questions)
    title = f"{shell.title_of(bot.now.library, settings.language)} · Dealbrief"
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True) as blocks:
        turns = gr.State((), time_to_live=KEPT)
        judged = settings.feedback
        _part(shell.head(bot.now.library) + shell.reader() + (feedback.window() if judged else ""), "top")
        with gr.Row(elem_id="ask"):
            with gr.Column(elem_id="talk"):
                _part(shell.shelf("past"), "before")
                talk = _part(shell.opening(bot.now.library), "conversation")
                suggested, noted = _part(Markup(""), "suggested"), _part(Markup(""), "noted")
                problem = _part(Markup(""), "problem")
                _part(shell.composer(bot.disclosure), "composer")
            with gr.Column(elem_id="beside"):
                _part(shell.beside(), "beside-head")
                _part(shell.shelf("past-sources"), "beside-before")
                cards = _part(sources((), bot.now.library), "sources")
        _part(views(bot.now.library), "views")
        _part(_articles(bot), "articles")
        bridge = _connect(bot, limiter, turns, [turns, talk, cards, problem], suggested)
        if judged:
            bridge.note(feedback.noting(settings, limiter), [turns], [noted], **_HIDDEN)
        add_endpoints(bot, limiter)
    blocks.state_session_capacity = SESSIONS
    return blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)


def _part(html: Markup, name: str, **options: Any) -> gr.HTML:
    return gr.HTML(html, elem_id=name, apply_default_css=False, js_on_load=options.pop("js_on_load", None), **options)


def _articles(bot: Chatbot) -> Markup:
    heading = element("h1", ui("view_articles"))
    intro = element("p", ui("articles_intro"), class_="tagline")
    own = adding.form() if adding.may_add(bot.settings) else None
    return element("section", heading, intro, own, form(bot.now.library), element("div", id="listing"))


def _connect(bot: Chatbot, limiter: Limiter, turns: gr.State, shown: list[Any], suggested: gr.HTML) -> gr.HTML:
    """Ties what the page's script reports to the conversation; none of it is an endpoint of the API."""

    def article(data: Any) -> str:
        return reading(bot.now.library, Wanted.read(data))

    def articles(data: Any) -> str:
        return listing(bot.now.library, data)

    def view(data: Any) -> str:
        return shown_view(bot, data)

    def suggest(turns: Turns, event: gr.EventData) -> Markup:
        return _suggestions(bot, turns, str(event._data))

    def take(data: Any) -> dict[str, str]:
        return taken(bot, data)

    offered = [article, articles, view, take, *([adding.adding(bot.settings)] if adding.may_add(bot.settings) else [])]
    bridge = _part(Markup(""), "bridge", js_on_load=_CONNECT, server_functions=offered)
    asked = bridge.ask(_answering(bot, limiter), [turns], shown, concurrency_limit=AT_ONCE, trigger_mode="multiple", **_HIDDEN)
    asked.failure(None, js="() => window.dealbrief.failed()", api_visibility="private")
    halted = bridge.halt(None, cancels=[asked], api_visibility="private")
    halted.then(lambda turns: _show(bot, stop(turns)), [turns], shown, queue=False, **_HIDDEN)
    bridge.anew(lambda: _show(bot, ()), None, shown, cancels=[asked], queue=False, **_HIDDEN)
    # The page asks for it once it shows an answer, so that looking for questions to go on with never delays one;
    # one after the other, so that those of an earlier turn never come last.
    found = {"concurrency_limit": 1, "trigger_mode": "multiple", **_HIDDEN}
    bridge.suggest(suggest, [turns], [suggested], **found)
    return bridge


def _suggestions(bot: Chatbot, turns: Turns, token: str) -> Markup:
    """Buttons that ask, of the turn that the page names; nothing where it has no answer."""
    turn = next((turn for turn in turns if turn.answer and turn.token == token), None)
    if turn is None or turn.answer is None:
        return Markup("")
    answer, language = turn.answer, turn.language
    buttons = [element("li", button(question, do="example", class_="example")) for question in bot.suggest(answer)]
    if not buttons:
        return Markup("")
    heading = element("h2", say("go_on", language))
    return element("section", heading, element("ul", *buttons, class_="examples"), lang=language, data_token=turn.token)


def _answering(bot: Chatbot, limiter: Limiter) -> Callable[..., Iterator[Shown]]:
    def answering(turns: Turns, event: gr.EventData, request: gr.Request) -> Iterator[Shown]:
        sent = event._data if isinstance(event._data, dict) else {}
        turn = _sent(sent, bot.settings.language)
        if not limiter.admits(request.client.host if request.client else ""):
            yield _show(bot, turns, say("busy", turn.language), turn.token)
            return
        before = turns[:-1] if sent.get("replace") else turns
        for grown, problem in ask(bot, before, turn):
            # Where a changed question cannot be asked, the one that it was to replace stays.
            yield _show(bot, turns if problem else grown, problem, turn.token)

    return answering


def _sent(sent: Mapping[str, Any], preset: str) -> Turn:
    """The question as the page sent it; whatever is not of the form is left out."""
    language = next((known for known in LANGUAGES if known == sent.get("language")), preset)
    number = sent.get("number")
    return Turn(
        str(sent.get("question") or ""),
        language,
        str(sent.get("token") or "")[:40],
        number if isinstance(number, int) and number > 0 else 1,
    )


def _show(bot: Chatbot, turns: Turns, problem: str = "", token: str = "") -> Shown:
    talk = conversation(turns, bot.now.library, judged=bot.settings.feedback) if turns else shell.opening(bot.now.library)
    alert = element("p", problem, data_token=token) if problem else Markup("")
    return turns, talk, sources(turns, bot.now.library), alert
