"""The named endpoints of the web app, for gradio_client and plain HTTP."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from bot.answer import Citation
from bot.chatbot import Chatbot
from bot.history import messages
from bot.question import MAX_CHARACTERS
from bot.quoting import references
from bot.web.limits import Limiter
from bot.wording import say
from corpus.errors import BriefingError

MAX_RESULTS = 50


def add_endpoints(bot: Chatbot, limiter: Limiter) -> None:
    """Adds /ask and /search to the page that is being built."""
    gr.api(_ask(bot, limiter), api_name="ask")
    gr.api(_search(bot, limiter), api_name="search")


def _ask(bot: Chatbot, limiter: Limiter) -> Callable[..., dict[str, Any]]:
    def ask(question: str, history: list[dict[str, Any]] | None = None, request: gr.Request | None = None) -> dict[str, Any]:
        """Answer a question from the corpus of articles with exact quotes and their sources.

        Args:
            question: the question, in English or German, at most 2,000 characters.
            history: the turns before it, oldest first, each {"role": "user" or "assistant", "content": "..."}, an answer's
                with the citations that this endpoint gave, if its sources are to be known by their numbers.

        Returns:
            The answer: its kind ("answer", "refusal" or "reply"), text, statements, citations with offsets, the nearest
            quotes of a refusal, notices, and the date that the corpus reaches.
        """
        _admit(limiter, request)
        try:
            return dict(bot.ask(question, messages(history or [])).to_dict())
        except BriefingError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return ask


def _search(bot: Chatbot, limiter: Limiter) -> Callable[..., list[dict[str, Any]]]:
    def search(question: str, limit: int = 10, request: gr.Request | None = None) -> list[dict[str, Any]]:
        """Find the sentences of the corpus that come nearest to a question, whether or not they answer it.

        Args:
            question: the question or words to search for, at most 2,000 characters.
            limit: how many sentences to return, at most 50.

        Returns:
            Citations, best first, languages in turn: quote, offsets, article, title, publisher, date, address, digest, score.
        """
        _admit(limiter, request)
        if not question.strip() or len(question) > MAX_CHARACTERS:
            key = "long_question" if question.strip() else "empty_question"
            raise gr.Error(say(key, "en", limit=f"{MAX_CHARACTERS:,}", length=f"{len(question):,}"), print_exception=False)
        with bot.entered() as now:
            found = now.index.search(question).interleaved[: max(1, min(limit, MAX_RESULTS))]
        return [_hit(result, number) for number, result in enumerate(found, 1)]

    return search


def _hit(result: Any, number: int) -> dict[str, Any]:
    article = result.article
    digest = f"sha256:{article.sha256}"
    citation = Citation(number, article.source, result.text, result.start, result.end, digest, references=references(result))
    return citation.to_dict() | {"score": round(float(result.score), 4)}


def _admit(limiter: Limiter, request: gr.Request | None) -> None:
    client = request.client.host if request and request.client else ""
    if not limiter.admits(client):
        raise gr.Error(say("busy", "en"), print_exception=False)
