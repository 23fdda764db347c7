"""The entries of a briefing in the page: a list or a table, and for a timeline its picture; every mark opens its quote."""

from urllib.parse import urlencode

from markupsafe import Markup

from bot.answer import Citation, Statement
from bot.exporting import date_range
from bot.picture import drawing
from bot.products import Briefing, Entry, Section
from bot.render import doubt
from bot.web.cards import byline, quoted, short_label
from bot.web.html import Attribute, element, join
from bot.wording import say
from corpus.library import Library

_DIGEST = 19
"""Characters of a digest that an address carries: sha256: and twelve signs."""
_SIDED = ("conflict", "error")
"""Kinds of entries with sides of equal rank."""


def sections(briefing: Briefing, library: Library) -> Markup:
    """All sections under their headings; those of a timeline as tables below its picture."""
    timeline = briefing.product == "timeline"
    parts = [
        _table(section, briefing, library) if timeline else _list(section, briefing, library) for section in briefing.sections
    ]
    dated = timeline and any(entry.date for entry in briefing.entries)
    return join([_picture(briefing) if dated else None, *parts])


def _picture(briefing: Briefing) -> Markup:
    """The picture; one of its marks is a stop for the Tab key, the arrow keys go on from there."""
    first = next(entry for entry in briefing.entries if entry.date)

    def linking(entry: Entry) -> dict[str, Attribute]:
        cited = entry.statement.citations[0]
        return {**_reading(cited), "class_": "spot", "tabindex": 0 if entry is first else -1, "data_row": _row_id(entry)}

    hint = element("p", say("picture_keys", briefing.language), class_="note")
    return element("figure", element("div", drawing(briefing, linking), class_="scroller"), hint, class_="picture")


def _reading(cited: Citation) -> dict[str, Attribute]:
    """What opens the article with the quote marked, as an address too."""
    wanted: dict[str, str | int] = {
        "article": cited.source.id,
        "start": cited.start,
        "end": cited.end,
        "digest": cited.digest[:_DIGEST],
    }
    named: dict[str, Attribute] = {f"data_{name}": value for name, value in wanted.items()}
    return {"href": "?" + urlencode(wanted), "data_do": "read", **named}


def _marker(cited: Citation, language: str) -> Markup:
    name = say("marker", language, number=cited.number, label=short_label(cited.source, language))
    return element("a", str(cited.number), class_="marker", aria_label=name, lang=language, **_reading(cited))


def _said(statement: Statement, library: Library, language: str) -> Markup:
    """A statement with its markers, and under it who says it and when."""
    first = statement.citations[0]
    markers = [_marker(citation, language) for citation in statement.citations]
    text = (
        quoted(first, library, language, Markup(" "), *markers)
        if statement.check.verdict == "verbatim"
        else element(
            "p", statement.text, " ", *markers, doubt(statement, language), class_="statement", lang=language, dir="auto"
        )
    )
    return text + byline(first, language)


def _table(section: Section, briefing: Briefing, library: Library) -> Markup:
    language = briefing.language
    head = [element("th", say(f"column_{name}", language), scope="col") for name in ("date", "event", "origins")]
    rows = [
        element(
            "tr",
            element("th", _when(entry, language), scope="row"),
            element("td", _line(_difference(entry)), _told(entry, library, language)),
            element("td", str(entry.origins), class_="count", data_label=say("column_origins", language)),
            id=_row_id(entry),
        )
        for entry in section.entries
    ]
    caption = element("caption", say(section.key, language))
    return element("table", caption, element("thead", element("tr", *head)), element("tbody", *rows), class_="events")


def _list(section: Section, briefing: Briefing, library: Library) -> Markup:
    language = briefing.language
    items = [_item(entry, library, language) for entry in section.entries]
    return element("section", element("h2", say(section.key, language)), element("ul", *items, class_="entries"))


def _item(entry: Entry, library: Library, language: str) -> Markup:
    dated = _when(entry, language) if entry.date else None
    carried = say("origins_count", language, count=entry.origins)
    count = element("span", carried, class_="tag") if entry.origins > 1 else None
    return element("li", _line(dated, _difference(entry), count), _told(entry, library, language))


def _line(*parts: Markup | None) -> Markup | None:
    """What stands above an entry, in one line; nothing where there is nothing to say."""
    return element("p", Markup(" ").join(filter(None, parts)), class_="when") if any(parts) else None


def _difference(entry: Entry) -> Markup | None:
    """How the sides of a conflict differ."""
    return element("span", entry.remark, class_=f"tag {entry.kind}") if entry.kind in _SIDED else None


def _told(entry: Entry, library: Library, language: str) -> Markup:
    """The statement and what stands with it: the sides of a conflict next to each other, anything else below it."""
    first, *others = (_said(statement, library, language) for statement in entry.statements)
    if entry.kind in _SIDED:
        return element("div", *[element("div", side, class_="side") for side in (first, *others)], class_="sides")
    if not others:
        return first
    return join([first, element("div", element("p", entry.remark, class_="label"), *others, class_="below")])


def _when(entry: Entry, language: str) -> Markup:
    return element("time", date_range(entry, language), class_="tag", datetime=entry.when.partition("/")[0])


def _row_id(entry: Entry) -> str:
    return f"event-{entry.statement.citations[0].number}-{entry.when}"
