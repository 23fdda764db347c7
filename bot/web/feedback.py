"""What readers say about an answer: kept in the home, of the answer that the session holds, after saying what is kept."""

from collections.abc import Callable
from contextlib import closing
from typing import Final, cast, get_args

import gradio as gr
from markupsafe import Markup

from bot.exporting import proof
from bot.settings import Settings
from bot.store import MAX_COMMENT, Reason, Store, Verdict
from bot.web.conversation import Turns
from bot.web.html import button, element, ui
from bot.web.limits import Limiter
from bot.wording import LANGUAGES, say
from corpus.errors import BriefingError

REASONS: Final = tuple(reason for reason in get_args(Reason) if reason)


def window() -> Markup:
    """The window that asks what was wrong or right, and says what is kept."""
    choices = [_choice(reason) for reason in REASONS]
    comment = element("textarea", "", name="comment", id="feedback-comment", rows=3, maxlength=MAX_COMMENT)
    form = element(
        "form",
        element("h2", ui("feedback_title"), id="feedback-title"),
        element("fieldset", element("legend", ui("feedback_why")), *choices, class_="reasons"),
        element("p", element("label", ui("feedback_comment"), for_="feedback-comment"), comment, class_="field"),
        element("p", ui("feedback_kept"), class_="note"),
        element(
            "p",
            element("button", ui("feedback_send"), type="submit", class_="send"),
            button(ui("cancel"), do="close-feedback"),
            class_="ways",
        ),
        method="dialog",
    )
    return element("dialog", form, id="feedback", aria_labelledby="feedback-title")


def _choice(reason: str) -> Markup:
    named = ui(f"reason_{reason.replace(' ', '_')}")
    return element("label", element("input", type="radio", name="reason", value=reason), " ", named)


def noting(settings: Settings, limiter: Limiter) -> Callable[..., Markup]:
    """What happens when feedback is sent: it is kept with the answer that the session holds, and that is said."""

    def note(turns: Turns, event: gr.EventData, request: gr.Request) -> Markup:
        sent = event._data if isinstance(event._data, dict) else {}
        verdict, reason, token = (str(sent.get(name) or "") for name in ("verdict", "reason", "token"))
        language = next((known for known in LANGUAGES if known == sent.get("language")), settings.language)
        answer = next((turn.answer for turn in turns if turn.token == token and turn.answer), None)
        if answer is None or verdict not in get_args(Verdict) or reason not in get_args(Reason):
            return _noted(say("feedback_gone", language), token, alert=True)
        if not limiter.admits(request.client.host if request.client else ""):
            return _noted(say("busy_feedback", language), token, alert=True)
        try:
            with closing(Store(settings.home)) as store:
                comment = str(sent.get("comment") or "").strip()
                given = cast(Verdict, verdict), cast(Reason, reason)
                store.add_feedback(proof(answer), *given, comment, "web", f"web:{token}")
        except BriefingError as error:
            return _noted(str(error), token, alert=True)
        return _noted(say("feedback_thanks", language), token)

    return note


def _noted(text: str, token: str, *, alert: bool = False) -> Markup:
    return element("p", text, class_="alert" if alert else "note", data_token=token)
