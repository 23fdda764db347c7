"""The whole text of an article with a quote marked in it, as it stands in the page's reading window."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from bot.web.cards import reference, where
from bot.web.html import button, element, join
from bot.wording import language_name, say, source_label
from corpus.article import Article, Source
from corpus.library import Library

_PARAGRAPH = re.compile(r"\S(?:.*?\S)?(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)
_HEADING = re.compile(r"#{1,6}[ \t]+")


@dataclass(frozen=True)
class Wanted:
    """Which article to show, the span to mark, the digest of the text that was cited, and the page's language."""

    id: str
    start: int = 0
    end: int = 0
    digest: str = ""
    language: str = "en"

    @classmethod
    def read(cls, sent: object) -> "Wanted":
        """What the page sent; whatever is not of the form is left out."""
        values = sent if isinstance(sent, Mapping) else {}
        start, end = (_number(values.get(name)) for name in ("start", "end"))
        texts = {name: str(values.get(name) or "")[:2000] for name in ("id", "digest", "language")}
        return cls(texts["id"], start, end, texts["digest"], texts["language"] or "en")


def reading(library: Library, wanted: Wanted) -> Markup:
    """The article, or the sentence that says why it cannot be shown."""
    article = library.get(wanted.id)
    language = wanted.language
    if article is None:
        heading = element("h2", say("article_unknown_title", language), id="reader-title")
        return element("article", heading, element("p", say("article_unknown", language, id=wanted.id)), lang=language)
    changed = _changed(article, wanted)
    span = (0, 0) if changed else (wanted.start, wanted.end)
    source = article.source
    return element(
        "article",
        element("h2", source.title, id="reader-title", lang=source.language, dir="auto"),
        element("div", _about(source, language), lang=language, class_="about"),
        element("p", changed, class_="changed", lang=language) if changed else None,
        element("div", *_paragraphs(article, span), class_="text", lang=source.language, dir="auto"),
        _notes(article, language),
    )


def _changed(article: Article, wanted: Wanted) -> str | None:
    """What is said where the text is not the one that was cited."""
    current = f"sha256:{article.sha256}"
    if not wanted.digest or current.startswith(wanted.digest):
        return None
    cited, now = (digest.removeprefix("sha256:")[:12] for digest in (wanted.digest, current))
    return say("article_changed", wanted.language, cited=cited, current=now)


def _about(source: Source, language: str) -> Markup:
    facts = [source_label(source, language) if source.kind != "dossier" else say("dossier", language)]
    facts.append(say("in_language", language, name=language_name(source.language, language)))
    note = say(f"note_{source.kind}", language)
    headline = element("p", element("q", source.headline, lang=source.language)) if source.headline else None
    return join(
        [
            element("p", Markup(" ").join(element("span", fact, class_="tag") for fact in facts), class_="facts"),
            headline,
            element("p", note, class_="kind"),
            element("p", where(source, language), " ", button(say("copy_link", language), do="link-article"), class_="ways"),
        ]
    )


def _paragraphs(article: Article, span: tuple[int, int]) -> Iterator[Markup]:
    numbers = _numbers(article)
    for found in _PARAGRAPH.finditer(article.text):
        start, end = found.span()
        heading = _HEADING.match(article.text, start, end)
        start = heading.end() if heading else start
        # A reference stands right behind its sentence, so it belongs to the paragraph that it ends.
        stops = [(note.offset, numbers[note.source]) for note in article.notes if start < note.offset <= end]
        yield element("h3" if heading else "p", *_pieces(article.text, (start, end), span, stops))


def _pieces(text: str, within: tuple[int, int], span: tuple[int, int], stops: list[tuple[int, int]]) -> Iterator[Markup | str]:
    """The text of a paragraph, cut at the marked span and at the references that stand in it."""
    start, end = within
    first, last = max(span[0], start), min(span[1], end)
    cuts = sorted({start, end, *([first, last] if first < last else []), *(offset for offset, _ in stops)})
    for left, right in pairwise(cuts):
        piece = text[left:right]
        yield element("mark", piece) if first <= left and right <= last and first < last else piece
        for offset, number in stops:
            if offset == right:
                yield _reference_mark(number)


def _reference_mark(number: int) -> Markup:
    return element("sup", element("a", str(number), href=f"#note-{number}", data_note=number, aria_label=f"[{number}]"))


def _numbers(article: Article) -> dict[Source, int]:
    """The numbers of the sources that the text rests on, in the order of their first appearance."""
    return {source: number for number, source in enumerate(dict.fromkeys(note.source for note in article.notes), 1)}


def _notes(article: Article, language: str) -> Markup | None:
    if not article.notes:
        return None
    numbered = _numbers(article).items()
    items = [element("li", reference(source, language), id=f"note-{number}", tabindex=-1) for source, number in numbered]
    title = element("h3", say("rests_on_title", language))
    return element("section", title, element("ol", *items), class_="notes", lang=language)


def _number(value: object) -> int:
    try:
        return max(0, int(str(value)))
    except ValueError:
        return 0
