"""What is wrong with the article files of a corpus: every fault at once, by file, line and reason.

Any corpus is held to what a reader relies on: files load, addresses lead somewhere, footnotes are whole, no date lies
ahead. The bundled one (`house`) is held to our own rules too: labels, file names, sentences that can be quoted alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
from urllib.parse import urlsplit

from corpus.article import Article, PartialDate, Source
from corpus.language import language_of
from corpus.library import Library, Problem
from corpus.markdown import FRONT_MATTER_KEYS

Sentences = Callable[[str, str], Sequence[tuple[int, int]]]
"""The sentence spans of a text in a language; handed in, because sentences are found by a package that imports this one."""

WORDS = range(6, 39)
"""How many words a sentence may have."""
NEAR = 0.8
"""From this share of common words on, two sentences of one article count as one said twice."""

_FENCE = re.compile(r"---[ \t]*")
_KEY = re.compile(r"(\w+)\s*:")
_DEFINITION = re.compile(r"\[\^([^\[\]\s]+)\]:[ \t]*(.*)")
_CONTINUED = re.compile(r"[ \t]+\S")
_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\[\^([^\[\]\s]+)\]")
_NOTE = re.compile(r'[^,"]+(, "[^"]*")?(, \d{4}(-\d\d){0,2})?(, (read at )?https?://\S+)?')
_NOTE_FORM = 'PUBLISHER[ after ORIGIN][, "HEADLINE"][, DATE][, [read at ]ADDRESS]'
_REQUIRED = ("title", "publisher", "language", "kind")
_UNKNOWN_PUBLISHER = re.compile("not known|nicht bekannt")
_ASCII = str.maketrans(dict[str, str | int | None]({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LEANING = {
    "en": re.compile(r"(It|They|He|She|This|That|These|Those|Then|There|Such|Its|Their|His|Her)\b(?!-)"),
    "de": re.compile(
        r"(Er|Sie|Es|Dies|Diese[mnrs]?|Dort|Dann|Damit|Dabei|Dafür|Daher|Darauf|Dadurch|Zudem"
        r"|Das (ist|war|hat|hatte|wird|wurde|gilt|heißt|bedeutet))\b(?!-)"
    ),
}

Fault = tuple[int, str]


@dataclass(frozen=True)
class _Page:
    """An article beside its file: lines count from 1, `body` holds the file's line of each line of the text."""

    article: Article
    path: Path
    keys: Mapping[str, int]
    definitions: tuple[tuple[int, str, str], ...]
    references: tuple[tuple[int, str], ...]
    body: tuple[int, ...]

    @property
    def source(self) -> Source:
        """The article's source."""
        return self.article.source

    def line(self, key: str) -> int:
        """The line of a key of the front matter, 1 for one that is not there."""
        return self.keys.get(key, 1)

    def noted(self) -> Iterator[tuple[int, Source]]:
        """The sources of the notes, each with the line of its definition."""
        lines = {label: line for line, label, _ in self.definitions}
        yield from {note.source.id: (lines.get(note.source.id, 1), note.source) for note in self.article.notes}.values()

    def addresses(self) -> set[str]:
        """Every address that the article rests on."""
        sources = [self.source, *(source for _, source in self.noted())]
        return {address for source in sources for address in (source.url, source.read_at) if address}


def lint(library: Library, sentences: Sentences, *, house: bool = True) -> list[Problem]:
    """Every fault of a library's files in order of file and line; `house` adds the rules of the bundled corpus."""
    pages = [_page(library, article) for article in library]
    found = list(library.problems)
    for page in pages:
        faults = chain(_addresses(page), _footnotes(page), _dates(page, library.story.as_of))
        if house:
            faults = chain(faults, _labels(page), _place(page), _language(page), _wording(_quotable(page, sentences)))
        found += [Problem(page.path, line, reason) for line, reason in faults]
    if house:
        found += chain(_titles(pages), _publishers(pages, library.story.publishers), _reports(pages), _shared(pages, sentences))
    return sorted(found, key=lambda problem: (problem.path, problem.line, problem.reason))


def _page(library: Library, article: Article) -> _Page:
    path = library.folder / f"{article.id}.md"
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    start = next(number for number, line in enumerate(lines) if line.strip())
    end = next(number for number, line in enumerate(lines) if number > start and _FENCE.fullmatch(line))
    keys = {found[1]: number + 1 for number in range(start + 1, end) if (found := _KEY.match(lines[number]))}
    definitions: list[tuple[int, str, str]] = []
    body: list[int] = []
    defining = False
    for number in range(end + 1, len(lines)):
        if found := _DEFINITION.match(lines[number]):
            defining = True
            definitions.append((number + 1, found[1], found[2].strip()))
        elif defining := defining and bool(_CONTINUED.match(lines[number])):
            line, label, value = definitions[-1]
            definitions[-1] = (line, label, f"{value} {lines[number].strip()}")
        elif body or _REFERENCE.sub("", lines[number]).strip():
            body.append(number + 1)
    references = [(line, label) for line in body for label in _REFERENCE.findall(lines[line - 1])]
    return _Page(article, path, keys, tuple(definitions), tuple(references), tuple(body))


def _addresses(page: _Page) -> Iterator[Fault]:
    for key in ("url", "read_at"):
        if (address := getattr(page.source, key)) and not _on_the_web(address):
            yield page.line(key), f"{key} is no http or https address with a host: {address!r}"
    for line, source in page.noted():
        address = source.url or source.read_at
        if (address and not _on_the_web(address)) or "://" in (source.publisher or ""):
            yield line, f"footnote {source.id!r} has no http or https address with a host at its end"


def _on_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", address)


def _footnotes(page: _Page) -> Iterator[Fault]:
    used = {label for _, label in page.references}
    defined = {label for _, label, _ in page.definitions}
    yield from ((line, f"footnote {label!r} is not defined") for line, label in page.references if label not in defined)
    yield from ((line, f"footnote {label!r} is not used") for line, label, _ in page.definitions if label not in used)


def _dates(page: _Page, as_of: PartialDate | None) -> Iterator[Fault]:
    own = [(page.line("published"), page.source)] if page.source.published else []
    for line, source in [*own, *page.noted()]:
        if as_of and source.published and source.published.first > as_of.last:
            yield line, f"the date {source.published} lies after {as_of}, up to which the corpus reaches"


def _labels(page: _Page) -> Iterator[Fault]:
    source = page.source
    yield from ((1, f"the front matter has no {key!r}") for key in _REQUIRED if key not in page.keys)
    yield from ((line, f"unknown key {key!r}") for key, line in page.keys.items() if key not in FRONT_MATTER_KEYS)
    if source.kind == "original":
        yield page.line("kind"), "kind is 'digest' or 'dossier'"
    if source.kind == "digest" and not (source.url or source.read_at or _UNKNOWN_PUBLISHER.search(source.publisher or "")):
        yield 1, "a digest has url or read_at, or a publisher that is said to be not known"
    if source.kind == "dossier" and source.publisher != "Dealbrief":
        yield page.line("publisher"), "the publisher of a dossier is Dealbrief"
    if source.kind == "dossier":
        yield from ((page.line(key), f"a dossier has no {key!r}") for key in ("published", "url") if key in page.keys)
    if re.search(r"/| citing ", source.publisher or ""):
        yield page.line("publisher"), "whose reporting it rests on stands in 'origin', not in 'publisher'"
    for line, label, value in page.definitions:
        if not _NOTE.fullmatch(value) or not _SLUG.fullmatch(label):
            yield line, f"footnote {label!r} is not of the form {_NOTE_FORM}"


def _place(page: _Page) -> Iterator[Fault]:
    source, stem = page.source, page.path.stem
    if page.path.parent.name != source.language:
        yield page.line("language"), f"language {source.language!r} in the folder {page.path.parent.name!r}"
    start = "dossier-" if source.kind == "dossier" else f"{source.published or 'undated'}-"
    rest = stem.removeprefix(start)
    publisher = _squeezed((source.publisher or "").removeprefix("The ").split(" ")[0])
    if rest == stem or not _SLUG.fullmatch(rest):
        yield 1, f"the file's name is {start}, then words of a-z and 0-9 joined by hyphens"
    elif source.kind == "digest" and not (_squeezed(rest.replace("-", " ")).startswith(publisher) and "-" in rest):
        yield 1, f"the file's name is {start}, the publisher, then what it is about"


def _squeezed(name: str) -> str:
    """The letters and figures of a name, without 'The' and the ending of a web address."""
    plain = re.sub(r"^the\b|\.(ch|com|de|eu|net|org)$", "", name.casefold())
    return re.sub(r"[^a-z0-9]", "", plain.translate(_ASCII))


def _language(page: _Page) -> Iterator[Fault]:
    if (found := language_of(page.article.text)) != page.source.language:
        yield page.line("language"), f"language {page.source.language!r} is declared, the text looks like {found!r}"


def _quotable(page: _Page, sentences: Sentences) -> Iterator[tuple[int, str, str]]:
    """Line, language and words of every sentence that is no heading."""
    text, language = page.article.text, page.source.language
    for start, end in sentences(text, language):
        if not text.startswith("#", start):
            yield page.body[text.count("\n", 0, start)], language, " ".join(text[start:end].split())


def _wording(sentences: Iterable[tuple[int, str, str]]) -> Iterator[Fault]:
    seen = list(sentences)
    for line, language, sentence in seen:
        if (count := len(sentence.split())) not in WORDS:
            yield line, f"{count} words, {WORDS[0]} to {WORDS[-1]} wanted: {_short(sentence)}"
        if language in _LEANING and _LEANING[language].match(sentence):
            yield line, f"leans on the sentence before it: {_short(sentence)}"
    bags = [(line, sentence, set(re.findall(r"\w+", sentence.casefold()))) for line, _, sentence in seen]
    for (earlier, _, one), (line, sentence, other) in combinations(bags, 2):
        if len(one & other) >= NEAR * len(one | other):
            yield line, f"says nearly the same as a sentence of line {earlier}: {_short(sentence)}"


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= 70 else f"{sentence[:67]}..."


def _titles(pages: Iterable[_Page]) -> Iterator[Problem]:
    seen: dict[str, _Page] = {}
    for page in pages:
        first = seen.setdefault(page.source.title.casefold(), page)
        if first is not page:
            yield Problem(page.path, page.line("title"), f"has the title of {first.path.name}")


def _publishers(pages: Iterable[_Page], known: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Publishers that are written in two ways within one language, by the story's aliases or but for signs and 'The'."""
    one = {alias.casefold(): name for name, aliases in known.items() for alias in aliases}
    written: dict[tuple[str, str], str] = {}
    for page in pages:
        for line, source in [(page.line("publisher"), page.source), *page.noted()]:
            for name in filter(None, (source.publisher, source.origin)):
                plain = _squeezed(one.get(name.casefold(), name))
                if name != (first := written.setdefault((page.source.language, plain), name)):
                    yield Problem(page.path, line, f"{name!r} is written {first!r} elsewhere")


def _reports(pages: Iterable[_Page]) -> Iterator[Problem]:
    """Addresses under which two publishers or two dates are named; whose reporting it is may differ from fact to fact."""
    seen: dict[str, tuple[str | None, PartialDate | None, bool]] = {}
    for page in pages:
        for line, source in [(page.line("publisher"), page.source), *page.noted()]:
            named = (source.publisher, source.published, source.url is None)
            address = source.url or source.read_at
            if address and named != seen.setdefault(address, named):
                yield Problem(page.path, line, f"publisher, date or 'read at' differ from another file's: {_short(address)}")


def _shared(pages: Iterable[_Page], sentences: Sentences) -> Iterator[Problem]:
    """Sentences that stand word by word in two articles of one language that have no address in common."""
    seen: dict[tuple[str, str], _Page] = {}
    for page in pages:
        for line, language, sentence in _quotable(page, sentences):
            first = seen.setdefault((language, sentence), page)
            if first is not page and not first.addresses() & page.addresses():
                yield Problem(page.path, line, f"stands word by word in {first.path.name}: {_short(sentence)}")
