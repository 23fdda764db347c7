"""The page: its parts, what happens when a question comes, and the address at which it is served."""

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.web import adding, shell
from bot.web.api import add_endpoints
from bot.web.article import Wanted, reading
from bot.web.articles import form, listing
from bot.web.conversation import Turns, ask, stop
from bot.web.html import element, ui
from bot.web.limits import Limiter
from bot.web.server import run
from bot.web.turns import conversation, sources
from bot.wording import LANGUAGES, say

AT_ONCE = 8
WAITING = 64
KEPT = 24 * 60 * 60
"""Seconds for which the conversation of a tab that is still open is kept after its last question."""

_CONNECT = """
window.dealbrief.connect({
  ask: (data) => trigger('ask', data), halt: () => trigger('halt'), anew: () => trigger('anew'),
  article: (data) => server.article(data), articles: (data) => server.articles(data), add: (data) => server.add(data),
});
"""

Shown = tuple[Turns, Markup, Markup, Markup]


def serve(settings: Settings) -> None:
    """Opens the chatbot, building the index first if need be, and serves the page until it is interrupted."""
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
        _part(shell.head(bot.now.library) + shell.reader(), "top")
        with gr.Row(elem_id="ask"):
            with gr.Column(elem_id="talk"):
                _part(shell.shelf("past"), "before")
                talk = _part(shell.opening(bot.now.library), "conversation")
                problem = _part(Markup(""), "problem")
                _part(shell.composer(bot.disclosure), "composer")
            with gr.Column(elem_id="beside"):
                _part(shell.beside(), "beside-head")
                _part(shell.shelf("past-sources"), "beside-before")
                cards = _part(sources((), bot.now.library), "sources")
        _part(_articles(bot), "articles")
        _connect(bot, limiter, turns, [turns, talk, cards, problem])
        add_endpoints(bot, limiter)
    return blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)


def _part(html: Markup, name: str, **options: Any) -> gr.HTML:
    return gr.HTML(html, elem_id=name, apply_default_css=False, js_on_load=options.pop("js_on_load", None), **options)


def _articles(bot: Chatbot) -> Markup:
    heading = element("h1", ui("view_articles"))
    intro = element("p", ui("articles_intro"), class_="tagline")
    own = adding.form() if adding.may_add(bot.settings) else None
    return element("section", heading, intro, own, form(bot.now.library), element("div", id="listing"))


def _connect(bot: Chatbot, limiter: Limiter, turns: gr.State, shown: list[Any]) -> None:
    """Ties what the page's script reports to the conversation; none of it is an endpoint of the API."""

    def article(data: Any) -> str:
        return reading(bot.now.library, Wanted.read(data))

    def articles(data: Any) -> str:
        return listing(bot.now.library, data)

    hidden = {"show_progress": "hidden", "api_visibility": "private"}
    offered = [article, articles, *([adding.adding(bot.settings)] if adding.may_add(bot.settings) else [])]
    bridge = _part(Markup(""), "bridge", js_on_load=_CONNECT, server_functions=offered)
    asked = bridge.ask(_answering(bot, limiter), [turns], shown, concurrency_limit=AT_ONCE, trigger_mode="multiple", **hidden)
    asked.failure(None, js="() => window.dealbrief.failed()", api_visibility="private")
    halted = bridge.halt(None, cancels=[asked], api_visibility="private")
    halted.then(lambda turns: _show(bot, stop(turns)), [turns], shown, queue=False, **hidden)
    bridge.anew(lambda: _show(bot, ()), None, shown, cancels=[asked], queue=False, **hidden)


def _answering(bot: Chatbot, limiter: Limiter) -> Callable[..., Iterator[Shown]]:
    def answering(turns: Turns, event: gr.EventData, request: gr.Request) -> Iterator[Shown]:
        sent = event._data if isinstance(event._data, dict) else {}
        question, token = str(sent.get("question") or ""), str(sent.get("token") or "")[:40]
        language = next((known for known in LANGUAGES if known == sent.get("language")), bot.settings.language)
        if not limiter.admits(request.client.host if request.client else ""):
            yield _show(bot, turns, say("busy", language), token)
            return
        before = turns[:-1] if sent.get("replace") else turns
        for grown, problem in ask(bot, before, question, language, token):
            # Where a changed question cannot be asked, the one that it was to replace stays.
            yield _show(bot, turns if problem else grown, problem, token)

    return answering


def _show(bot: Chatbot, turns: Turns, problem: str = "", token: str = "") -> Shown:
    talk = conversation(turns, bot.now.library) if turns else shell.opening(bot.now.library)
    alert = element("p", problem, role="alert", class_="alert", data_token=token) if problem else Markup("")
    return turns, talk, sources(turns, bot.now.library), alert
