"""An answer or a briefing as one HTML file without remote parts, readable on paper: every text in it is escaped."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.answer import Answer, Citation, Statement
from bot.products import Briefing, Entry
from bot.render import flat, place_of, report
from bot.web.html import element, is_address, join
from bot.wording import date_text, say, source_label
from corpus.article import Source

_STYLE = Markup("""
:root { color-scheme: light dark; --line: #c8c8c8; --soft: #5b5b5b; }
@media (prefers-color-scheme: dark) { :root { --line: #555; --soft: #b5b5b5; } }
body { font: 1rem/1.5 Georgia, "Times New Roman", serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem;
  text-wrap: pretty; }
h1, h2 { line-height: 1.25; } h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 1.8rem 0 .5rem; }
ul { list-style: none; padding: 0; margin: 0; } li { margin: 0 0 .6rem; break-inside: avoid; }
.when { font-weight: bold; } .who, .notice, .count { color: var(--soft); font-size: .9rem; }
.others { border-left: 3px solid var(--line); margin: .3rem 0 0 .2rem; padding-left: .8rem; }
ol { padding-left: 2rem; } ol li { font-size: .88rem; overflow-wrap: anywhere; } sup a { text-decoration: none; }
@media print { body { margin: 0; max-width: none; font-size: 10.5pt; } a { color: inherit; }
  .who a::after { content: " <" attr(href) ">"; } h2 { break-after: avoid; } }
@page { margin: 18mm; }
""")


def to_html(product: Answer | Briefing) -> str:
    """The whole file."""
    language = product.language
    if isinstance(product, Answer):
        title, body = flat(product.question), _answer(product)
    else:
        title = say(f"title_{product.product}", language, title=product.title, since=product.options.get("since", ""))
        body = _briefing(product)
    nearest = product.nearest if isinstance(product, Answer) else ()
    head = join(
        [
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
            element("title", title),
            element("style", _STYLE),
        ]
    )
    notices = [element("p", flat(notice), class_="notice") for notice in product.notices]
    parts = [
        element("h1", title),
        body,
        *notices,
        _sources(product.citations, "sources", language),
        _sources(nearest, "nearest", language),
    ]
    page = element("html", element("head", head), element("body", element("main", *parts)), lang=language)
    return f"<!doctype html>\n{page}\n"


def _answer(answer: Answer) -> Markup:
    if answer.kind != "answer":
        return element("p", flat(answer.message))
    return join(element("p", _said(statement)) for statement in answer.statements)


def _briefing(briefing: Briefing) -> Markup:
    sections = []
    for section in briefing.sections:
        items = join(_entry(entry, briefing.language) for entry in section.entries)
        sections.append(element("section", element("h2", say(section.key, briefing.language)), element("ul", items)))
    return join(sections)


def _entry(entry: Entry, language: str) -> Markup:
    dated = None
    if entry.date:
        written = date_text(entry.date, language)
        written += f" – {date_text(entry.until, language)}" if entry.until else ""
        dated = join([element("time", written, class_="when", datetime=str(entry.date)), " "])
    count = element("span", f" ({say('origins_count', language, count=entry.origins)})", class_="count")
    others = [element("p", _attributed(other, language)) for other in entry.others]
    remark = element("p", entry.remark, class_="notice") if entry.remark else None
    beside = element("div", remark, *others, class_="others") if others or remark else None
    return element("li", dated, _said(entry.statement), count if entry.origins > 1 else None, beside)


def _said(statement: Statement) -> Markup:
    """A statement in the language of its quote, with its markers as links to the sources."""
    markers = [
        element("sup", element("a", f"[{citation.number}]", href=f"#source-{citation.number}"))
        for citation in statement.citations
    ]
    return join([element("span", flat(statement.text), lang=statement.citations[0].source.language), *markers])


def _attributed(statement: Statement, language: str) -> Markup:
    label = element("span", source_label(statement.citations[0].source, language) + ": ", class_="who")
    return join([label, _said(statement)])


def _sources(citations: Sequence[Citation], heading: str, language: str) -> Markup | None:
    if not citations:
        return None
    items = [_source(citation, language) for citation in citations]
    return element("section", element("h2", say(heading, language)), element("ol", *items))


def _source(citation: Citation, language: str) -> Markup:
    source = citation.source
    place = place_of(source, language)
    where: Markup | None = None
    if source.url and is_address(source.url):
        where = element("a", source.url, href=source.url, rel="noopener noreferrer")
    elif place:
        where = element("span", place)
    quote = element("q", flat(citation.quote), lang=source.language)
    reports = [part for one in citation.references for part in ("; ", _report(one, language))][1:]
    parts = [
        element("span", flat(source_label(source, language)), class_="who"),
        element("br"),
        quote,
        element("br") if where else None,
        where,
        element("br") if reports else None,
        element("span", f"{say('rests_on', language)}: ", *reports, class_="who") if reports else None,
    ]
    return element("li", *parts, id=f"source-{citation.number}", value=citation.number)


def _report(source: Source, language: str) -> Markup:
    named = report(source, language)
    if is_address(source.url):
        return element("a", named, href=source.url, rel="noopener noreferrer")
    place = place_of(source, language)
    return element("span", named, f", {place}" if place else None)
