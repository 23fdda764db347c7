"""The named endpoints of the web app, for gradio_client and plain HTTP."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import gradio as gr

from bot.chatbot import Chatbot
from bot.web.functions import Functions
from bot.web.limits import Limiter
from bot.wording import say
from corpus.errors import BriefingError


def add_endpoints(bot: Chatbot, limiter: Limiter) -> None:
    """Adds an endpoint for each function to the page that is being built."""
    for function in Functions(bot).all:
        gr.api(_limited(function, limiter), api_name=function.__name__)


def _limited(function: Callable[..., Any], limiter: Limiter) -> Callable[..., Any]:
    """The function as Gradio calls it, its request last; what a person must do comes back as Gradio's error."""

    @wraps(function)
    def limited(*given: Any) -> Any:
        *arguments, request = given
        if not limiter.admits(request.client.host if request and request.client else ""):
            raise gr.Error(say("busy", "en"), print_exception=False)
        try:
            return function(*arguments)
        except BriefingError as error:
            raise gr.Error(str(error), print_exception=False) from error

    own = inspect.signature(function)
    last = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=gr.Request | None)
    limited.__signature__ = own.replace(parameters=[*own.parameters.values(), last])  # type: ignore[attr-defined]
    limited.__annotations__ = {**function.__annotations__, "request": gr.Request | None}
    return limited
