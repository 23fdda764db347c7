"""A citation as a card beside the chat, and the marker and the line under a statement that lead to it."""

from markupsafe import Markup

from bot.answer import Citation, Statement
from bot.quoting import origins
from bot.web.html import button, element, is_address, join, link
from bot.wording import date_text, language_name, say, source_label
from corpus.article import UNDETERMINED, Source
from corpus.library import Library


def marker(citation: Citation, turn: int, language: str) -> Markup:
    """The button that stands for a citation in a text."""
    name = say("marker", language, number=citation.number, label=short_label(citation.source, language))
    return element(
        "button",
        str(citation.number),
        type="button",
        class_="marker",
        data_card=card_id(citation, turn),
        aria_label=name,
        lang=language,
    )


def card_id(citation: Citation, turn: int) -> str:
    """The id of the card of a citation in the page."""
    return f"source-{turn}-{citation.number}"


def short_label(source: Source, language: str) -> str:
    """Publisher and date; of a dossier, which has no date, its name."""
    if source.kind == "dossier":
        return source_label(source, language)
    return f"{source.publisher or say('unknown_publisher', language)}, {date_text(source.published, language)}"


def byline(citation: Citation, language: str) -> Markup:
    """What stands under a quote: who says it and when, and its language where it is another one."""
    other = citation.source.language != language
    named = element("span", _source_in(citation.source, language), class_="tag") if other else None
    return element("p", element("bdi", source_label(citation.source, language)), " ", named, class_="byline", lang=language)


def quoted(citation: Citation, library: Library, language: str, *after: Markup) -> Markup:
    """A quote with the sentence before it dimmed where it leans on it; `after` follows it in the same paragraph."""
    before = context(citation, library)
    said = element("span", say("context", language), " ", class_="hidden", lang=language)
    lead = element("span", said, before, " ", class_="context")
    quote = element("span", citation.quote, class_="quote")
    return element("p", lead if before else None, quote, *after, class_="statement", lang=citation.source.language, dir="auto")


def context(citation: Citation, library: Library) -> str:
    """The text from where the sentence before begins to the quote, or nothing."""
    article = library.get(citation.source.id)
    if article is None or citation.context_start is None:
        return ""
    return article.text[citation.context_start : citation.start].strip()


def carried(statement: Statement, library: Library, language: str) -> Markup | None:
    """How many independent origins carry a statement, and which, where there are several."""
    names = origins(statement.citations, library)
    if len(names) < 2:
        return None
    return element("p", say("origins", language, count=len(names), names=", ".join(names)), class_="origins", lang=language)


def card(citation: Citation, statement: Statement, turn: int, library: Library, language: str) -> Markup:
    """All about one citation of a statement: what it is, its quote and check, who carries it, what it rests on, where it is."""
    name = f"{card_id(citation, turn)}-name"
    source = citation.source
    return element(
        "article",
        element(
            "h3",
            element("span", str(citation.number), class_="number", aria_hidden="true"),
            element("bdi", source_label(source, language)),
            id=name,
        ),
        element("p", _facts(source, language), class_="facts"),
        element("blockquote", quoted(citation, library, language)),
        element(
            "p", _label("checked_title", language), " ", say(f"checked_{statement.check.verdict}", language), class_="checked"
        ),
        carried(statement, library, language),
        _references(citation.references, language),
        element("div", read_button(citation, language), where(source, language), class_="ways"),
        id=card_id(citation, turn),
        class_="card",
        tabindex=-1,
        lang=language,
        aria_labelledby=name,
    )


def read_button(citation: Citation, language: str) -> Markup:
    """Opens the whole article with the quote marked."""
    return button(
        say("read_article", language),
        do="read",
        class_="read",
        data_article=citation.source.id,
        data_start=citation.start,
        data_end=citation.end,
        data_digest=citation.digest,
    )


def where(source: Source, language: str) -> Markup | None:
    """The link to the published report, or where a copy was read, as text."""
    if source.url and is_address(source.url):
        return link(source.url, say("published_report", language))
    copy = say("read_at", language, address=source.read_at) if source.read_at else source.url
    return element("span", copy, class_="copy") if copy else None


def reference(source: Source, language: str) -> Markup:
    """A source that a quote rests on, as one line."""
    name = f"{source.publisher or say('unknown_publisher', language)}"
    name += f" ({say('after_origin', language, origin=source.origin)})" if source.origin else ""
    name += f", {date_text(source.published, language)}" if source.published else ""
    if source.url and is_address(source.url):
        return link(source.url, name)
    copy = say("read_at", language, address=source.read_at) if source.read_at else source.url
    return join([element("bdi", name), element("span", ", ", copy, class_="copy") if copy else None])


def _references(sources: tuple[Source, ...], language: str) -> Markup | None:
    if not sources:
        return None
    lines = [element("li", reference(source, language)) for source in sources]
    return element("div", _label("rests_on_title", language), element("ul", *lines), class_="references")


def _label(key: str, language: str) -> Markup:
    return element("span", say(key, language), class_="label")


def _facts(source: Source, language: str) -> Markup:
    headline = element("q", source.headline, lang=source.language, dir="auto") if source.headline else None
    words = [_source_in(source, language), say(f"kind_{source.kind}", language)]
    return Markup(" ").join(filter(None, [headline, *[element("span", word, class_="tag") for word in words]]))


def _source_in(source: Source, language: str) -> str:
    if source.language == UNDETERMINED:
        return say("unknown_language", language)
    return say("in_language", language, name=language_name(source.language, language))
