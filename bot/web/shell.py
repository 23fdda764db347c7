"""The frame of the page: its head, the first screen, the box for the question, and what the script says."""

import json
from collections.abc import Callable

from markupsafe import Markup

from bot.question import MAX_CHARACTERS
from bot.web.html import button, element, in_both, ui
from bot.web.views import VIEWS
from bot.wording import LANGUAGES, date_text, language_name, say
from corpus.library import Library

EXAMPLES = 6
_SCRIPT = (
    "placeholder",
    "copied",
    "lost",
    "failed",
    "busy",
    "announced",
    "announced_refusal",
    "too_long",
    "unknown_view",
    "making",
    "view_failed",
)
_SLOTS = {name: f"{{{name}}}" for name in ("count", "length", "limit", "view")}
"""The script fills these in itself."""


def title_of(library: Library, language: str) -> str:
    """What the story is called in a language, else in any."""
    title = library.story.title
    return title.get(language) or next(iter(title.values()), library.folder.name)


def head(library: Library) -> Markup:
    """Name of the story, the ways to the views, the language switch; it carries the script's own sentences."""
    words = {language: {key: say(key, language, **_SLOTS) for key in _SCRIPT} for language in LANGUAGES}
    return element(
        "header",
        element("a", ui("skip"), href="#question", class_="skip"),
        element("p", element("a", "Dealbrief", href="?", data_view="ask"), class_="brand"),
        element("p", in_both(lambda language: title_of(library, language)), class_="story"),
        element("nav", *map(_way, ("ask", *VIEWS, "articles")), aria_label="Dealbrief"),
        _switch(),
        class_="head",
        data_words=json.dumps(words, ensure_ascii=False),
    )


def _way(view: str) -> Markup:
    return element("a", ui(f"view_{view}"), href="?" if view == "ask" else f"?view={view}", data_view=view)


def _switch() -> Markup:
    choices = [
        element(
            "button",
            language.upper(),
            type="button",
            data_language=language,
            lang=language,
            aria_label=f"{language.upper()} {language_name(language, language)}",
        )
        for language in LANGUAGES
    ]
    return element("div", *choices, class_="switch", role="group", aria_label="Language, Sprache")


def opening(library: Library) -> Markup:
    """The first screen: what this is, what it knows, and questions to begin with."""
    publishers = len({article.source.publisher for article in library if article.source.publisher})

    def about(language: str) -> str:
        reaches = date_text(library.as_of, language) if library.as_of else say("undated", language)
        return say("about", language, articles=len(library), publishers=publishers, as_of=reaches)

    return element(
        "section",
        element("h1", in_both(lambda language: title_of(library, language))),
        element("p", ui("tagline"), class_="tagline"),
        element("p", in_both(about), class_="about"),
        _examples(library),
        class_="opening",
    )


def _examples(library: Library) -> Markup | None:
    written = {language: questions[:EXAMPLES] for language, questions in library.story.examples.items() if questions}
    if not written:
        return None
    lists = []
    for language in LANGUAGES:
        in_language = language if language in written else next(iter(written))
        items = [
            element("li", button(question, do="example", class_="example", lang=in_language))
            for question in written[in_language]
        ]
        lists.append(element("ul", *items, class_="ui examples", lang=language))
    return element("div", element("h2", ui("examples")), *lists)


def composer(disclosure: Callable[[str], str]) -> Markup:
    """The box for the question, and who else gets to see it; Enter sends, Shift and Enter breaks the line."""
    box = element("textarea", id="question", rows=1, name="question", autocomplete="off", data_limit=MAX_CHARACTERS)
    return element(
        "form",
        element("label", ui("question_label"), for_="question", class_="hidden"),
        element("p", ui("editing"), button(ui("cancel"), do="leave-editing"), class_="editing", id="editing", hidden=True),
        element("div", box, _send(), class_="box"),
        element(
            "p",
            element("span", ui("keys"), class_="keys"),
            element("span", class_="length", id="length", role="status"),
            class_="hint",
        ),
        element("p", in_both(disclosure), class_="disclosure") if disclosure(LANGUAGES[0]) else None,
        element("div", element("span", ui("conversation"), class_="label"), *_whole(), class_="whole"),
        element("p", class_="hidden", id="announcer", role="status", aria_live="polite"),
        class_="composer",
    )


def _send() -> Markup:
    send = element("button", ui("send"), type="submit", class_="send")
    return element("span", send, button(ui("stop"), do="stop", class_="stop"))


def _whole() -> list[Markup]:
    """What can be done with the whole conversation."""
    return [button(ui("save"), do="save"), button(ui("print"), do="print"), button(ui("clear"), do="clear")]


def beside() -> Markup:
    """The heading of the sources panel; where there is little room the panel opens over the page and can be closed."""
    return element(
        "div", element("h2", ui("sources")), button(ui("close"), do="close-sources", class_="quiet narrow"), class_="panel-head"
    )


def shelf(name: str) -> Markup:
    """Where the page keeps the turns, or the sources, before the last one."""
    return element("div", id=name, class_="turns")


def reader() -> Markup:
    """The window in which an article is read, and the small one that shows a quote at its marker."""
    close = element("form", element("button", ui("close"), class_="quiet"), method="dialog", class_="reader-head")
    window = element(
        "dialog", close, element("div", class_="reading", id="reading", tabindex=0), id="reader", aria_labelledby="reader-title"
    )
    return window + element("div", id="preview", role="tooltip", hidden=True)
