"""Whatever a user names, an address, a file, a folder or a feed, to drafts of articles; what is refused says why.

Nothing is guessed: a draft has what the page or file says of itself, and None where it says nothing.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from errno import ELOOP
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpus.article import UNDETERMINED, Article, PartialDate, Source, clean_text
from corpus.extract import MAX_CHARACTERS, Unreadable, decoded
from corpus.fetch import MAX_BYTES, Fetcher, FetchError, target_of
from corpus.language import language_of
from corpus.markdown import ArticleError, parse
from corpus.sandbox import Sandbox

MAX_FILES = 10_000
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"\xfd7zXZ", b"Rar!", b"\x28\xb5\x2f\xfd")
_FEED = re.compile(
    rb"\s*(<\?xml[^>]*>)?\s*((<!--.{0,2000}?-->|<\?[^>]*>|<![A-Z][^\[>]*(\[.{0,4000}?\])?>)\s*)*<(rss|feed|rdf:RDF)\b",
    re.DOTALL,
)
_BLOCK = re.compile(r"<(p|div)\b", re.IGNORECASE)
_LINK = "it is a symbolic link; name what it leads to"
_PAGE = re.compile(rb"<!doctype html|<html[\s>]|<body[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that may become an article, and what was found of its source; `place` is where it came from.

    `headline` is a title that was seen; `article` is what a file holds that is an article already; `doubts` are sentences
    about what was not taken over.
    """

    place: str
    text: str
    title: str | None = None
    publisher: str | None = None
    published: PartialDate | None = None
    language: str | None = None
    url: str | None = None
    headline: str | None = None
    article: Article | None = None
    doubts: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not found of title, publisher, date and language."""
        found = {"title": self.title, "publisher": self.publisher, "date": self.published, "language": self.language}
        return tuple(name for name, value in found.items() if not value)

    def to_article(self, id: str) -> Article:
        """The article, original unless its file says otherwise. ValueError where the title is missing."""
        if not self.title:
            raise ValueError("an article has a title")
        known = self.article.source if self.article else None
        source = Source(
            id=id,
            title=self.title,
            publisher=self.publisher,
            language=self.language or UNDETERMINED,
            kind=known.kind if known else "original",
            headline=self.headline,
            origin=known.origin if known else None,
            url=self.url,
            read_at=known.read_at if known else None,
            published=self.published,
        )
        return Article(source, self.text, self.article.notes if self.article else ())


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that gives no article: its path or address, and why in half a sentence."""

    place: str
    reason: str


@dataclass
class Acquirer:
    """Reads what a user names, one thing after the other; closed at the end of a `with`."""

    fetcher: Fetcher = field(default_factory=Fetcher)
    sandbox: Sandbox = field(default_factory=Sandbox)

    def __enter__(self) -> "Acquirer":
        return self

    def __exit__(self, *ended: object) -> None:
        self.sandbox.close()

    def read(self, what: str) -> Iterator[Draft | Refused]:
        """The drafts of an address, a file, all files below a folder, or the entries of a feed."""
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+:", what):
            yield from self._address(what)
        else:
            yield from self._path(Path(what))

    def _address(self, url: str, entry: dict[str, Any] | None = None) -> Iterator[Draft | Refused]:
        try:
            page = self.fetcher.fetch(url)
            drafts = self._drafts(page.body, page.url, page.media_type, page.charset, feeds=entry is None)
            for draft in drafts:
                yield _with_entry(draft, entry) if entry and isinstance(draft, Draft) else draft
        except (FetchError, Unreadable) as error:
            yield Refused(url, str(error))

    def _path(self, path: Path) -> Iterator[Draft | Refused]:
        try:
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                yield Refused(str(path), f"it is a symbolic link to {os.readlink(path)}; name what it leads to")
            elif stat.S_ISDIR(mode):
                yield from self._folder(path)
            else:
                yield from self._file(str(path), path.name, None)
        except (OSError, ValueError) as error:
            yield Refused(
                str(path), f"it cannot be read: {getattr(error, 'strerror', None) or error}; check its name and rights"
            )

    def _folder(self, folder: Path) -> Iterator[Draft | Refused]:
        """Every file below a folder but hidden ones. Links are not followed, nor can one that is put in place meanwhile."""
        failed: list[OSError] = []
        count = 0
        for place, folders, names, handle in os.fwalk(folder, onerror=failed.append, follow_symlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in folders:
                if os.path.islink(os.path.join(place, name)):
                    yield Refused(os.path.join(place, name), _LINK)
            for name in sorted(names):
                count += 1
                if count > MAX_FILES:
                    yield Refused(str(folder), f"it holds more than {MAX_FILES:,} files; name folders below it")
                    return
                if not name.startswith("."):
                    yield from self._file(os.path.join(place, name), name, handle)
        for error in failed:
            yield Refused(str(error.filename), f"it cannot be read: {error.strerror}; check its rights")
        if not count and not failed:
            yield Refused(str(folder), "it holds no file; name another folder")

    def _file(self, place: str, name: str, folder: int | None) -> Iterator[Draft | Refused]:
        try:
            data = _contents(name if folder is not None else place, folder)
            yield from self._drafts(data, place, None, None, feeds=True)
        except Unreadable as error:
            yield Refused(place, str(error))
        except OSError as error:
            yield Refused(
                place, _LINK if error.errno == ELOOP else f"it cannot be read: {error.strerror}; check its name and rights"
            )

    def _drafts(
        self, data: bytes, place: str, media_type: str | None, charset: str | None, *, feeds: bool
    ) -> Iterator[Draft | Refused]:
        """The drafts in what was read; `place` is its address or path."""
        address = place if media_type is not None else None
        kind = _kind(data, place, media_type)
        if kind == "feed" and feeds:
            yield from self._feed(self.sandbox.read("feed", data, charset, address), place)
        elif kind == "feed":
            raise Unreadable("it is a feed within a feed; add it by its own address")
        elif kind in ("page", "pdf"):
            yield _found(self.sandbox.read(kind, data, charset, address), place, address)
        else:
            yield written(decoded(data, charset), place, address, markdown=kind == "markdown")

    def _feed(self, found: dict[str, Any], place: str) -> Iterator[Draft | Refused]:
        if found["left_out"]:
            yield Refused(
                place,
                f"of the feed {found['left_out']} entries were left out, only its first are read; add others by address",
            )
        for entry in found["entries"]:
            url = entry["address"]
            if entry["content"]:
                yield from self._entry(entry, url, place)
            elif url:
                yield from self._address(url, entry)
            else:
                yield Refused(
                    f"{place}: {entry['title'] or 'an entry'}",
                    "the entry has no text and no http address; there is nothing to add",
                )

    def _entry(self, entry: dict[str, Any], url: str | None, place: str) -> Iterator[Draft | Refused]:
        """An entry whose text the feed holds."""
        content = entry["content"]
        body = content if _BLOCK.search(content) else f"<p>{content}</p>"
        page = f"<html><body><article>{body}</article></body></html>"
        where = url or f"{place}: {entry['title'] or 'an entry'}"
        try:
            address = target_of(url).url if url else None
            found = self.sandbox.read("page", page.encode(errors="replace"), "utf-8", address)
            yield _with_entry(_found(found, where, address), entry)
        except (FetchError, Unreadable) as error:
            yield Refused(where, str(error))


def _contents(path: str, folder: int | None) -> bytes:
    """The bytes of a plain file; never of a link, a device or a pipe."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0), dir_fd=folder)
    with open(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable("it is no plain file; name a file or a folder")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Unreadable(f"it is larger than {MAX_BYTES // 2**20} MB; split it")
    if not data.strip():
        raise Unreadable("it is empty; save the text of the article in it")
    return data


def _kind(data: bytes, place: str, media_type: str | None) -> str:
    """page, pdf, feed, markdown or text, by what the bytes are and then by what they are called."""
    start = data[:20_000]
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if start.startswith(_ARCHIVES):
        raise Unreadable("it is a compressed file or an archive; unpack it first")
    if _FEED.match(start.removeprefix(b"\xef\xbb\xbf")):
        return "feed"
    suffix = Path(urlsplit(place).path if media_type is not None else place).suffix.lower()
    if media_type in ("text/html", "application/xhtml+xml") or suffix in (".html", ".htm", ".xhtml") or _PAGE.search(start):
        return "page"
    if media_type is not None and not media_type.startswith("text/"):
        raise Unreadable(f"it is {media_type}, which is not read; save it as HTML, PDF or text and add the file")
    markdown = suffix in (".md", ".markdown") or media_type == "text/markdown"
    return "markdown" if markdown or start.startswith((b"---\n", b"---\r\n")) else "text"


def _found(found: dict[str, Any], place: str, address: str | None) -> Draft:
    """What a page or a PDF gave."""
    text = clean_text(found["text"])
    canonical = found.get("canonical")
    url = address
    doubts: tuple[str, ...] = ()
    with suppress(FetchError):
        if canonical and (address is None or _site(target_of(canonical).host) == _site(target_of(address).host)):
            url = target_of(canonical).url
        elif canonical:
            doubts = (f"the page calls {canonical} its own address, which lies elsewhere; give it with --url if that is right",)
    return Draft(
        place=place,
        text=text,
        title=found.get("title"),
        publisher=found.get("publisher"),
        published=_seen_date(found.get("published")),
        language=_language(text, found.get("language")),
        url=url,
        headline=found.get("title"),
        doubts=doubts,
    )


def written(text: str, place: str, address: str | None, *, markdown: bool) -> Draft:
    """What a plain text or a Markdown file gave: its front matter if it has one, else its first heading as title."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"its text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read; split it")
    if markdown and re.match(r"\ufeff?---[ \t]*\r?\n", text):
        try:
            article = parse(text, place)
        except ArticleError as error:
            raise Unreadable(f"line {error.line}: {error.reason}") from error
        source = article.source
        for named in filter(None, (source.url, source.read_at)):
            try:
                target_of(named)
            except FetchError as error:
                raise Unreadable(f"its address {named!r} cannot be that of an article: {error}") from error
        return Draft(
            place=place,
            text=article.text,
            title=source.title,
            publisher=source.publisher,
            published=source.published,
            language=source.language,
            url=source.url or address,
            headline=source.headline,
            article=article,
        )
    body = clean_text(text)
    if not re.search(r"\w", body):
        raise Unreadable("it holds no words; save the text of the article in it")
    heading = re.match(r"#\s+(\S.*)", body) if markdown else None
    title = heading[1].strip() if heading else None
    return Draft(place, body, title, language=_language(body, None), url=address, headline=title)


def _with_entry(draft: Draft, entry: dict[str, Any]) -> Draft:
    """A draft with what its entry in a feed says where it says nothing itself."""
    title = draft.title or entry["title"]
    published = draft.published or _seen_date(entry["published"])
    return replace(draft, title=title, headline=title, published=published)


def _language(text: str, told: str | None) -> str | None:
    """The language that the text is in; where that cannot be told, the one that the page says."""
    found = language_of(text)
    if found and found != UNDETERMINED:
        return found
    primary = re.match(r"[a-z]{2,3}\b", (told or "").lower())
    return primary[0] if primary else None


def _seen_date(text: str | None) -> PartialDate | None:
    try:
        return PartialDate.parse(text) if text else None
    except ValueError:
        return None


def _site(host: str) -> str:
    return host.removeprefix("www.")
