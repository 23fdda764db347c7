"""Adding articles on the page, for those who signed in: an address or a text, never a file of the server."""

import re
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from markupsafe import Markup

from bot.adding import Adder
from bot.given import Given
from bot.outcome import CHANGES, asides, headline
from bot.settings import Settings
from bot.web.html import element, ui
from bot.wording import LANGUAGES, say
from corpus.errors import BriefingError

_FIELDS = ("title", "publisher", "date")


def may_add(settings: Settings) -> bool:
    """Whether the page offers it: set, and with a password, without which everybody is a stranger."""
    return bool(settings.web_add and settings.web_user and settings.web_password)


def form() -> Markup:
    """The form, in every language."""
    fields = (_field(name, element("input", name=name, id=f"add-{name}", autocomplete="off")) for name in _FIELDS)
    return element(
        "section",
        element("h2", ui("add_heading")),
        element(
            "form",
            _field("what", element("textarea", "", name="what", id="add-what", rows=3)),
            *fields,
            element("button", ui("add_button"), type="submit", class_="send"),
            class_="adding",
        ),
        element("div", id="added", role="status"),
    )


def _field(name: str, control: Markup) -> Markup:
    return element("p", element("label", ui(f"add_{name}"), for_=f"add-{name}"), control, class_=f"field {name}")


def adding(settings: Settings) -> Callable[[Any], str]:
    """What happens when the form is sent: what became of it, in the page's language. One at a time."""
    busy = Lock()

    def add(data: Any) -> str:
        values = {key: str(value) for key, value in data.items()} if isinstance(data, Mapping) else {}
        language = next((known for known in LANGUAGES if known == values.get("ui")), settings.language)
        if not busy.acquire(blocking=False):
            return _alert(say("add_running", language))
        try:
            return _added(settings, values, language)
        except BriefingError as error:
            return _alert(str(error))
        finally:
            busy.release()

    return add


def _added(settings: Settings, values: Mapping[str, str], language: str) -> Markup:
    what = values.get("what", "").strip()
    if not what:
        return _alert(say("add_empty", language))
    adder = Adder(settings, Given.read({name: values.get(name) for name in _FIELDS}), quiet=True)
    outcomes = list(adder.add([what]) if re.fullmatch(r"https?://\S+", what) else adder.add_text(what))
    adder.settle()
    rows = []
    for outcome in outcomes:
        lines = [headline(outcome, language), *asides(outcome, language)]
        failed = outcome.status not in CHANGES
        rows.append(element("li", *(element("p", line) for line in lines), class_="alert" if failed else None))
    return element("ul", *rows, class_="rows", lang=language)


def _alert(text: str) -> Markup:
    return element("p", text, role="alert", class_="alert")
