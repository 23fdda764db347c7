"""Web pages, PDF files and feeds to their texts, in a process of its own that may run out of time or memory.

`python -P -m corpus.extract` answers requests on standard input until it ends: a line of JSON (`kind`, `size`,
`charset`, `address`), then so many bytes; each is answered by one line of JSON, `{"refused": reason}` or what was found.
"""

import io
import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

MAX_PAGES = 500
MAX_ENTRIES = 100
MAX_CHARACTERS = 2_000_000
MEMORY = 2 * 2**30
LEAST_WORDS = 20
"""Words below which a page counts as one without an article: a notice, a login, a list of links."""
_DATE_NAMES = (
    "article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date",
    "parsely-pub-date", "sailthru.date", "publishdate", "pubdate", "publication_date", "date",
)  # fmt: skip
_ARTICLE = re.compile(r"(Article|Posting|Report|Review)$")
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,100}encoding=["']([\w.:-]{1,40})""", re.I
)
_OFFICE = re.compile(r"^(untitled|microsoft word|microsoft powerpoint)|\.(docx?|pptx?|indd|odt|pages|qxd|tex|dvi)$", re.I)

_BINARY = "it is no text but binary data; save the article as HTML, PDF or text"

Found = dict[str, Any]


class Unreadable(ValueError):
    """A file that gives no article, and why."""


def decoded(data: bytes, charset: str | None) -> str:
    """Bytes as text: by their mark, else as declared, else UTF-8. Unreadable where they are not what they should be."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            charset = name
            break
    try:
        text = data.decode(charset or "utf-8")
    except LookupError as error:
        raise Unreadable(f"its encoding {charset!r} is not known; save it as UTF-8") from error
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise Unreadable(_BINARY) from error
        raise Unreadable(f"byte {error.start} is not {error.encoding}; save it as UTF-8") from error
    controls = len(re.findall(r"[\x00-\x08\x0b\x0e-\x1f]", text))
    if controls > len(text) / 1000 or "\0" in text:
        raise Unreadable(_BINARY)
    return text


def page(data: bytes, charset: str | None, address: str | None) -> Found:
    """The article of a web page: text with its headings and lists, and what the page says of itself."""
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    declared = _CHARSET.search(data[:4096])
    name = (declared[1] or declared[2]).decode("ascii") if declared else None
    text = decoded(data, charset or name)
    tree = load_html(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    if tree is None:
        raise Unreadable("it is no web page; save it as HTML, PDF or text")
    told = _told(tree, address)
    document: Any = bare_extraction(tree, with_metadata=False, include_comments=False, include_tables=True, deduplicate=False)
    body = "" if document is None or document.body is None else "\n\n".join(_blocks(document.body))
    if len(body.split()) < LEAST_WORDS:
        raise Unreadable("no article was found in the page; save its text and add the file")
    return {"text": _bounded(body), **told}


def _blocks(body: Any) -> Iterator[str]:
    """The paragraphs, headings and list items of trafilatura's tree, each as it stands."""
    for element in body:
        text = " ".join("".join(element.itertext()).split())
        if element.tag in ("list", "quote", "table", "div") and len(element):
            inner = list(_blocks(element))
            yield from ("\n".join(f"- {item}" for item in inner),) if element.tag == "list" and inner else inner
        elif element.tag == "row":
            yield " | ".join(" ".join("".join(cell.itertext()).split()) for cell in element)
        elif text:
            level = {"h1": 1, "h2": 2}.get(element.get("rend", ""), 3)
            yield f"{'#' * level} {text}" if element.tag == "head" else text


def _told(tree: Any, address: str | None) -> Found:
    """What a page says of itself, and only that: title, publisher, date, language, canonical address."""
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if element.get("content", "").strip():
            meta.setdefault(name.lower(), element.get("content").strip())
    linked = _linked_data(tree)
    headings = [" ".join("".join(element.itertext()).split()) for element in tree.iter("h1")]
    titles = [*_texts(linked.get("headline")), meta.get("og:title"), *(headings if len(headings) == 1 else [])]
    titles.append(" ".join(tree.findtext(".//title", "").split()))
    times = [
        element.get("datetime", "") for element in tree.iter("time") if element.get("itemprop", "").lower() == "datepublished"
    ]
    dates = [*_texts(linked.get("datePublished")), *(meta[name] for name in _DATE_NAMES if name in meta), *times]
    publishers = [*_texts(linked.get("publisher")), meta.get("og:site_name"), meta.get("dc.publisher")]
    links = [element.get("href", "") for element in tree.iter("link") if element.get("rel", "").lower() == "canonical"]
    root = tree.getroottree().getroot()
    languages = [root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), *_texts(linked.get("inLanguage"))]
    return {
        "title": _first(titles),
        "publisher": _first(publishers),
        "published": next((date for text in dates if (date := _date(text))), None),
        "language": _first(languages),
        "canonical": _address(_first([*links, meta.get("og:url")]), address),
    }


def _linked_data(tree: Any) -> Found:
    """The first article among the page's JSON-LD."""
    for element in tree.iter("script"):
        if element.get("type", "").strip().lower() != "application/ld+json":
            continue
        try:
            waiting = [json.loads(element.text_content())]
        except (ValueError, RecursionError):
            continue
        while waiting:
            entry = waiting.pop(0)
            if isinstance(entry, list):
                waiting += entry
            elif isinstance(entry, dict):
                if any(_ARTICLE.search(kind) for kind in _texts(entry.get("@type"))):
                    return entry
                waiting.append(entry.get("@graph"))
    return {}


def _texts(value: object) -> list[str]:
    """The texts in a value of JSON-LD, which may be one, a list, or things with names."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return _texts(value.get("name"))
    return [text for entry in value for text in _texts(entry)] if isinstance(value, list) else []


def _first(texts: list[str | None]) -> str | None:
    return next((line for text in texts if text and (line := " ".join(text.split())[:500])), None)


def _date(text: str) -> str | None:
    """The day as it is written, in the publisher's own time zone."""
    if found := re.match(r"\d{4}-\d\d-\d\d(?!\d)", text.strip()):
        return found[0]
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def _address(link: str | None, address: str | None) -> str | None:
    if not link:
        return None
    try:
        joined = urljoin(address or "", link)
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def pdf(data: bytes) -> Found:
    """The text of a PDF file, page after page as it stands, and its title if it has one."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Unreadable("the PDF is encrypted; save it without a password")
        count = _page_count(reader)
        if count > MAX_PAGES:
            raise Unreadable(f"the PDF has {count:,} pages; at most {MAX_PAGES} are read; split it")
        text = "\n\n".join(one.extract_text() for one in reader.pages)
        title = str((reader.metadata.title if reader.metadata else None) or "").strip()
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable("the PDF is nested too deeply; save it anew or as text") from error
    except MemoryError:
        raise
    except Exception as error:  # pypdf raises nearly anything on broken files
        raise Unreadable(
            f"the PDF is broken ({' '.join(str(error).split())[:120] or type(error).__name__}); save it anew or as text"
        ) from error
    if not re.search(r"\w", text):
        raise Unreadable("the PDF holds no text (a scan?); have its text recognised first")
    return {"text": _bounded(text), "title": None if _OFFICE.search(title) else _first([title])}


def _page_count(reader: Any) -> int:
    """The pages that a PDF says it has, without walking over them; else those that it has."""
    told = reader.trailer["/Root"].get_object()["/Pages"].get_object().get("/Count")
    return max(int(told), 0) if isinstance(told, int) and told > MAX_PAGES else len(reader.pages)


def feed(data: bytes, charset: str | None, address: str | None) -> Found:
    """The entries of an RSS or Atom feed: address, title, date, and the text where the feed holds all of it."""
    import feedparser

    if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE) or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(
            "the feed defines entities of its own; such feeds are not read; add its articles by their own addresses"
        )
    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    parsed = feedparser.parse(io.BytesIO(data), response_headers=headers)
    if not parsed.entries:
        raise Unreadable("the feed has no entries; add articles by their own addresses")
    entries = []
    for entry in parsed.entries[:MAX_ENTRIES]:
        parts = [str(part.get("value", "")) for part in entry.get("content", ())]
        link = _address(entry.get("link"), address)
        # Where nothing else is to be read, what the entry says of itself is all of it.
        content = max(parts if link else [*parts, str(entry.get("summary", ""))], key=len, default="")
        least = 5 * LEAST_WORDS if link else LEAST_WORDS
        when = entry.get("published_parsed")
        entries.append(
            {
                "address": link,
                "title": _first([_plain(entry.get("title", ""))]),
                "published": f"{when.tm_year:04d}-{when.tm_mon:02d}-{when.tm_mday:02d}" if when else None,
                "content": content if len(_plain(content).split()) >= least else None,
            }
        )
    language = parsed.feed.get("language")
    return {"entries": entries, "language": language, "left_out": max(len(parsed.entries) - MAX_ENTRIES, 0)}


def _plain(markup: str) -> str:
    from lxml.html import fromstring

    return str(fromstring(f"<div>{markup}</div>").text_content()) if markup else ""


def _bounded(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"its text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read; split it")
    return text


def answer(request: Found, data: bytes) -> Found:
    """What one request gets."""
    try:
        if request["kind"] == "pdf":
            return pdf(data)
        read = feed if request["kind"] == "feed" else page
        return read(data, request["charset"], request["address"])
    except Unreadable as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": "reading it takes too much memory; split it or save it as text"}
    except Exception as error:
        return {"refused": f"it cannot be read ({type(error).__name__}); save it as text"}


def main() -> None:
    """Answers requests until standard input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    logging.disable()
    _limit_memory()
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        data = sys.stdin.buffer.read(request["size"])
        out.write(json.dumps(answer(request, data)) + "\n")
        out.flush()


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # a system without the limit still has that of time


if __name__ == "__main__":
    main()
