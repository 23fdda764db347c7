"""The view of all articles: a form of filters, and the list of what they let through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from bot.web.html import element, ui
from bot.wording import LANGUAGES, language_name, say, source_label
from corpus.article import KINDS, Article, PartialDate
from corpus.library import Library

SHOWN = 200
_FIELDS = ("words", "language", "publisher", "kind", "since", "until")


@dataclass(frozen=True)
class Filter:
    """What an article must be to be listed; what is empty lets everything through."""

    words: tuple[str, ...] = ()
    language: str = ""
    publisher: str = ""
    kind: str = ""
    since: PartialDate | None = None
    until: PartialDate | None = None

    @classmethod
    def read(cls, sent: object) -> "Filter":
        """What the page sent; whatever is not of the form is left out."""
        values = sent if isinstance(sent, Mapping) else {}
        texts = {name: str(values.get(name) or "")[:500] for name in _FIELDS}
        words = tuple(texts["words"].casefold().split())
        return cls(words, texts["language"], texts["publisher"], texts["kind"], _date(texts["since"]), _date(texts["until"]))

    def lets(self, article: Article) -> bool:
        """Whether an article is listed; one without a date is not where a date is asked for."""
        source = article.source
        if any(wanted and wanted != has for wanted, has in self._exact(article)):
            return False
        if (self.since or self.until) and not source.published:
            return False
        if source.published and self.since and source.published.last < self.since.first:
            return False
        if source.published and self.until and source.published.first > self.until.last:
            return False
        text = " ".join(filter(None, (source.title, source.publisher, source.origin, article.text))).casefold()
        return all(word in text for word in self.words)

    def _exact(self, article: Article) -> list[tuple[str, str | None]]:
        source = article.source
        return [(self.language, source.language), (self.publisher, source.publisher), (self.kind, source.kind)]


def listing(library: Library, sent: object) -> Markup:
    """The articles that the filters let through, newest first, in the language that the page sent."""
    values = sent if isinstance(sent, Mapping) else {}
    language = str(values.get("ui") or "en")
    wanted = Filter.read(sent)
    found = sorted((article for article in library if wanted.lets(article)), key=_newest)
    count = say("articles_found", language, count=len(found), total=len(library)) if found else say("articles_none", language)
    more = element("p", say("articles_more", language, shown=SHOWN), class_="note") if len(found) > SHOWN else None
    rows = [_row(article, language) for article in found[:SHOWN]]
    counted = element("p", count, class_="count", role="status")
    return element("div", counted, element("ul", *rows, class_="rows"), more, lang=language)


def form(library: Library) -> Markup:
    """The filters, in every language."""
    publishers = sorted({article.source.publisher for article in library if article.source.publisher}, key=str.casefold)
    languages = [(code, _named(code)) for code in library.languages]
    kinds = [(kind, _said(f"kind_{kind}")) for kind in KINDS]
    return element(
        "form",
        _field("filter_words", element("input", type="search", name="words", id="filter-words", autocomplete="off"), "words"),
        _choice("filter_language", "language", languages),
        _choice("filter_kind", "kind", kinds),
        _choice("filter_publisher", "publisher", [(name, dict.fromkeys(LANGUAGES, name)) for name in publishers]),
        _field("filter_since", element("input", type="date", name="since", id="filter-since"), "since"),
        _field("filter_until", element("input", type="date", name="until", id="filter-until"), "until"),
        class_="filters",
        role="search",
    )


def _named(code: str) -> dict[str, str]:
    return {language: language_name(code, language) for language in LANGUAGES}


def _said(key: str) -> dict[str, str]:
    return {language: say(key, language) for language in LANGUAGES}


def _field(key: str, control: Markup, name: str) -> Markup:
    return element("p", element("label", ui(key), for_=f"filter-{name}"), control, class_=f"field {name}")


def _choice(key: str, name: str, choices: Sequence[tuple[str, dict[str, str]]]) -> Markup:
    """A list to choose from; an option holds text alone, so the page's script sets it in the language chosen."""
    named = [("", _said("filter_all")), *choices]
    options = [element("option", texts["en"], value=value, data_en=texts["en"], data_de=texts["de"]) for value, texts in named]
    return _field(key, element("select", *options, name=name, id=f"filter-{name}"), name)


def _row(article: Article, language: str) -> Markup:
    source = article.source
    address = "?" + urlencode({"article": source.id})
    title = element("a", source.title, href=address, data_article=source.id, data_do="read", lang=source.language, dir="auto")
    label = source_label(source, language) if source.kind != "dossier" else say("dossier", language)
    tag = element("span", language_name(source.language, language), class_="tag")
    return element("li", element("h2", title), element("p", element("bdi", label), " ", tag, class_="byline"))


def _newest(article: Article) -> tuple[int, str]:
    published = article.source.published
    return -published.last.toordinal() if published else 0, article.source.title.casefold()


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text) if text else None
    except ValueError:
        return None
