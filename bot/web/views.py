"""The views of the briefings: brief, timeline, what changed, who says what; a form each, and what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from markupsafe import Markup

from bot.briefing import read_length
from bot.chatbot import Chatbot
from bot.exporting import FORMS, export
from bot.knowledge import DateError, SubjectError, read_date
from bot.products import Briefing
from bot.web.entries import sections
from bot.web.html import button, element, ui
from bot.wording import LANGUAGES, say
from corpus.article import PartialDate
from corpus.errors import BriefingError
from corpus.library import Library

VIEWS: Final = {
    "brief": ("about", "length", "as_of"),
    "timeline": ("from", "to", "about"),
    "changes": ("since", "about"),
    "disputes": ("about",),
}
"""The views with the fields of their forms, which are also the parameters of their addresses."""
LOOK_BACK = timedelta(days=90)
"""How far back the changes go where no date is given, counted from the date that the corpus reaches."""
_TAKEN: Final = {"markdown": "md", "html": "html", "json": "json", "csv": "csv", "ics": "ics", "svg": "svg"}
_FORM: Final = "2025-04-02"
_OF_TIMELINE: Final = ("csv", "ics", "svg")


@dataclass(frozen=True)
class Asked:
    """Which view the page wants, with what in its form, and in which language."""

    view: str
    language: str
    fields: Mapping[str, str] = field(default_factory=dict)
    form: str = ""

    @classmethod
    def read(cls, sent: object, default: str) -> "Asked":
        """What the page sent; whatever is not of the form is left out."""
        values = sent if isinstance(sent, Mapping) else {}
        view, language, form = (str(values.get(name) or "") for name in ("view", "ui", "form"))
        fields = {name: str(values.get(name) or "")[:200].strip() for name in VIEWS.get(view, ())}
        return cls(view, language if language in LANGUAGES else default, fields, form)

    def made(self, bot: Chatbot) -> Briefing:
        """The briefing. BriefingError says in the page's language what cannot be used."""
        given = self.fields
        about = given.get("about") or None
        try:
            if self.view == "timeline":
                start, end = (self._date(given[name]) for name in ("from", "to"))
                return bot.briefer.timeline(self.language, start=start, end=end, about=about)
            if self.view == "changes":
                since = self._date(given["since"] or since_of(bot.library))
                return bot.briefer.changes(self.language, since or PartialDate(1), about=about)
            if self.view == "disputes":
                return bot.briefer.disputes(self.language, about=about)
            length, as_of = read_length(given.get("length") or "page"), self._date(given.get("as_of", ""))
            return bot.brief(self.language, about=about, length=length, as_of=as_of)
        except SubjectError as error:
            raise BriefingError(say("bad_subject", self.language, about=about)) from error
        except DateError as error:
            raise BriefingError(say("bad_range", self.language, start=given.get("from"), end=given.get("to"))) from error

    def _date(self, text: str) -> PartialDate | None:
        try:
            return read_date(text) if text else None
        except DateError as error:
            raise BriefingError(say("bad_date", self.language, text=text)) from error


def since_of(library: Library) -> str:
    """The date from which on changes are shown where none was asked for."""
    return str(library.as_of.last - LOOK_BACK) if library.as_of else "1"


def views(library: Library) -> Markup:
    """The frames of all views, in every language."""
    return Markup("").join(_frame(view, names, library) for view, names in VIEWS.items())


def _frame(view: str, names: tuple[str, ...], library: Library) -> Markup:
    fields = [_field(view, name, since_of(library) if name == "since" else "") for name in names]
    send = element("p", element("button", ui("show"), type="submit", class_="send"), class_="field go")
    form = element("form", *fields, send, class_="filters", role="search", data_form=view)
    return element(
        "section",
        element("h1", ui(f"view_{view}")),
        element("p", ui(f"intro_{view}"), class_="tagline"),
        form,
        element("div", class_="made", aria_live="polite"),
        class_="view",
        data_of=view,
    )


def _field(view: str, name: str, given: str) -> Markup:
    id = f"{view}-{name}"
    if name == "length":
        texts = [(value, [say(f"length_{value}", language) for language in LANGUAGES]) for value in ("page", "short")]
        options = [element("option", en, value=value, data_en=en, data_de=de) for value, (en, de) in texts]
        control = element("select", *options, name=name, id=id)
    else:
        words = name == "about"
        control = element(
            "input",
            type="search" if words else "text",
            name=name,
            id=id,
            autocomplete="off",
            value=given or None,
            placeholder=None if words else _FORM,
        )
    return element("p", element("label", ui(f"field_of_{name}"), for_=id), control, class_="field")


def shown(bot: Chatbot, sent: object) -> Markup:
    """What a view shows for a form: the briefing, or the sentence that says what to change."""
    asked = Asked.read(sent, bot.settings.language)
    with bot.entered() as now:
        try:
            made = asked.made(now)
        except BriefingError as error:
            return element("p", str(error), role="alert", class_="alert", lang=asked.language)
        return _made(made, asked.language, now.library)


def _made(made: Briefing, language: str, library: Library) -> Markup:
    notices = [element("li", notice) for notice in made.notices]
    return element(
        "div",
        element("ul", *notices, class_="remarks") if notices else None,
        _take_along(made) if made.sections else None,
        sections(made, library),
        lang=language,
    )


def _take_along(made: Briefing) -> Markup:
    forms = [form for form in _TAKEN if made.product == "timeline" or form not in _OF_TIMELINE]
    label = element("span", say("take_along", made.language), class_="label")
    buttons = [button(say(f"form_{form}", made.language), do="take", data_form=form) for form in forms]
    return element("div", label, *buttons, button(say("copy_link", made.language), do="link-view"), class_="actions")


def taken(bot: Chatbot, sent: object) -> dict[str, str]:
    """A view as a file: its text and name. The text is empty where the form is none or the view cannot be made."""
    asked = Asked.read(sent, bot.settings.language)
    try:
        with bot.entered() as now:
            text = export(asked.made(now), asked.form) if asked.form in FORMS else ""
    except BriefingError:
        text = ""
    return {"text": text, "name": f"dealbrief-{asked.view}.{_TAKEN.get(asked.form, 'txt')}"}
