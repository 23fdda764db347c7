r"""An article file, Markdown with YAML front matter and footnotes, to an `Article` and back without loss.

A footnote names a source on one line:

    [^label]: PUBLISHER[ after ORIGIN][, "HEADLINE"][, DATE][, [read at ]ADDRESS]

"after" says whose reporting it rests on, "read at" that the address is a copy. A reference without a definition is
text; `\[^` writes the two characters where a reference could be read.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import yaml

from corpus.article import KINDS, UNDETERMINED, Article, Kind, Note, PartialDate, Source, clean_text

FRONT_MATTER_KEYS = ("title", "headline", "publisher", "origin", "published", "url", "read_at", "language", "kind")
FETCHED_FROM = "fetched_from"
COPY_OF = "copy_of"
"""What the file of an added article says beside its source: where it came from, and the id of the article that it copies."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_DEFINITION = re.compile(r"^\[\^([^\[\]\s]+)\]:[ \t]*(.*(?:\n[ \t]+\S.*)*)\n?", re.MULTILINE)
_REFERENCE = re.compile(r"(\\*)\[\^(?:([^\[\]\s]+)\])?")
_ADDRESS = re.compile(r"(?:^|,\s*)(read at )?(https?://\S+)$")
_DATE = re.compile(r"(?:^|,\s*)(\d{4}(?:-\d\d){0,2})$", re.ASCII)
_HEADLINE = re.compile(r'(?:^|,\s*)"([^"]*)"$')
_YAML_BREAK = re.compile("[\x85\u2028\u2029]")
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class ArticleError(ValueError):
    """A file that is no article: the line at fault (1 is the first) and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


def parse(raw: str, id: str) -> Article:
    """Reads one file; `id` becomes the source's. ArticleError where front matter, a date or a footnote is wrong."""
    text = clean_text(raw.removeprefix("\ufeff"))
    match = _FRONT_MATTER.match(text)
    if not match:
        raise ArticleError(1, "no front matter: the file begins with a line '---', then 'title: ...', then '---'")
    source = _source(match[1], id)
    offset = text.count("\n", 0, match.end()) + 1
    definitions: dict[str, Source] = {}

    def define(found: re.Match[str]) -> str:
        line = offset + text.count("\n", match.end(), match.end() + found.start())
        if found[1] in definitions:
            raise ArticleError(line, f"footnote {found[1]!r} is defined twice")
        definitions[found[1]] = _note_source(found[1], " ".join(found[2].split()), line)
        return ""

    body = text[match.end() :]
    if "[^" not in body:  # sooner seen than looked for
        return Article(source, clean_text(body))
    body = _DEFINITION.sub(define, body)
    plain, notes = _take_references(body, definitions)
    return Article(source, plain, notes)


def remarks(raw: str) -> dict[str, str]:
    """What a file that `parse` reads says beside its source, by key."""
    match = _FRONT_MATTER.match(clean_text(raw.removeprefix("\ufeff")))
    values = _values(match[1]) if match else {}
    return {key: values[key] for key in (FETCHED_FROM, COPY_OF) if key in values}


def render(article: Article, remarks: Mapping[str, str] = MappingProxyType({})) -> str:
    """Writes the file that `parse` reads back to an equal article; ValueError for what the form cannot say."""
    source = article.source
    values: dict[str, str] = {key: str(value) for key in FRONT_MATTER_KEYS if (value := getattr(source, key)) is not None}
    values |= remarks
    front = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10_000)
    # An address or a plain date needs no quotes: the loader takes every value as text.
    front = re.sub(r"^(published): '([\d-]+)'$", r"\1: \2", front, flags=re.MULTILINE)
    body = _with_references(article)
    sources = {note.source.id: note.source for note in article.notes}
    lines = "".join(f"[^{label}]: {_note_line(note)}\n" for label, note in sources.items())
    file = f"---\n{front}---\n{body}\n" + (f"\n{lines}" if lines else "")
    if parse(file, source.id) != replace(article, questions=()):
        raise ValueError(f"article {source.id!r} holds something that its file cannot say")
    return file


def _values(front: str) -> dict[str, str]:
    """The keys of the front matter with their values in one line; ArticleError where it is no list of them."""
    try:
        values = yaml.load(_YAML_BREAK.sub(" ", front), Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 2
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ArticleError(line, f"the front matter is no YAML: {reason}") from None
    if not isinstance(values, Mapping) or not all(isinstance(value, str) for value in values.values()):
        raise ArticleError(2, "the front matter is a list of 'key: value' lines")
    return {key: text for key, value in values.items() if (text := _one_line(value))}


def _source(front: str, id: str) -> Source:
    given = _values(front)
    for key in ("title", "language"):
        if key not in given:
            raise ArticleError(2, f"the front matter has no {key!r}")
    language = given["language"].lower()
    if not _LANGUAGE.fullmatch(language):
        raise ArticleError(_line(front, "language"), f"language is a tag such as en or de, not {given['language']!r}")
    kind = given.get("kind", "original")
    if kind not in KINDS:
        raise ArticleError(_line(front, "kind"), f"kind is one of {', '.join(KINDS)}, not {kind!r}")
    return Source(
        id=id,
        title=given["title"],
        publisher=given.get("publisher"),
        language=language,
        kind=kind,
        headline=given.get("headline"),
        origin=given.get("origin"),
        url=given.get("url"),
        read_at=given.get("read_at"),
        published=_date(given.get("published"), _line(front, "published")),
    )


def _one_line(text: str) -> str:
    """A cleaned text with a space for each line break."""
    return " ".join(line for part in clean_text(text).splitlines() if (line := part.strip()))


def _line(front: str, key: str) -> int:
    """The line of a key in the file, whose first line is the opening '---'."""
    found = re.search(rf"^{key}\s*:", front, re.MULTILINE)
    return front.count("\n", 0, found.start()) + 2 if found else 2


def _date(text: str | None, line: int) -> PartialDate | None:
    try:
        return PartialDate.parse(text) if text else None
    except ValueError as error:
        raise ArticleError(line, str(error)) from None


def _note_source(label: str, line: str, number: int) -> Source:
    rest = line

    def take(pattern: re.Pattern[str]) -> re.Match[str] | None:
        nonlocal rest
        found = pattern.search(rest)
        rest = rest[: found.start()] if found else rest
        return found

    address, published, headline = take(_ADDRESS), take(_DATE), take(_HEADLINE)
    publisher, _, origin = rest.partition(" after ")
    if not publisher.strip():
        raise ArticleError(number, f"footnote {label!r} names no publisher")
    kind: Kind = "original"
    return Source(
        id=label,
        title=headline[1] if headline else publisher.strip(),
        publisher=publisher.strip(),
        language=UNDETERMINED,
        kind=kind,
        headline=headline[1] if headline else None,
        origin=origin.strip() or None,
        url=address[2] if address and not address[1] else None,
        read_at=address[2] if address and address[1] else None,
        published=_date(published[1] if published else None, number),
    )


def _note_line(source: Source) -> str:
    parts = [f"{source.publisher} after {source.origin}" if source.origin else f"{source.publisher}"]
    if source.headline is not None:
        parts.append(f'"{source.headline}"')
    if source.published:
        parts.append(str(source.published))
    if source.url or source.read_at:
        parts.append(source.url or f"read at {source.read_at}")
    return ", ".join(parts)


def _take_references(body: str, definitions: Mapping[str, Source]) -> tuple[str, tuple[Note, ...]]:
    """The text without its references, and the notes at the offsets where they stood."""
    pieces: list[str] = []
    references: list[tuple[int, Source]] = []
    last = length = 0
    for found in _REFERENCE.finditer(body):
        slashes = len(found[1])
        source = definitions.get(found[2] or "") if slashes % 2 == 0 else None
        piece = body[last : found.start()] + "\\" * (slashes // 2)
        piece += "" if source else body[found.start() + slashes : found.end()]
        pieces.append(piece)
        length += len(piece)
        last = found.end()
        if source:
            references.append((length, source))
    joined = "".join(pieces) + body[last:]
    plain = clean_text(joined)
    start = len(joined) - len(joined.lstrip())
    # What stands before a reference is cleaned as the whole is: letters that become one letter shift the rest.
    offsets = (len(unicodedata.normalize("NFC", joined[start:at])) for at, _ in references)
    return plain, tuple(Note(min(at, len(plain)), source) for at, (_, source) in zip(offsets, references, strict=True))


def _with_references(article: Article) -> str:
    pieces, last = [], 0
    for note in article.notes:
        before = _escape(article.text[last : note.offset])
        slashes = len(before) - len(before.rstrip("\\"))
        pieces += [before, "\\" * slashes, f"[^{note.source.id}]"]
        last = note.offset
    body = "".join([*pieces, _escape(article.text[last:])])
    return f" {body}" if _DEFINITION.match(body) else body  # a reference before a colon is no definition


def _escape(text: str) -> str:
    return re.sub(r"(\\*)\[\^", lambda found: found[1] * 2 + r"\[^", text)
