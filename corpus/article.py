"""What an article is: a text of one source, with the sources that its paragraphs rest on."""

import hashlib
import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["original", "digest", "dossier"]
KINDS: tuple[Kind, ...] = ("original", "digest", "dossier")
UNDETERMINED = "und"
"""The language tag of a source whose language nobody recorded (BCP 47)."""

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A calendar date of year, month or day precision: what was seen, and no more."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs a month")
        date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Reads YYYY, YYYY-MM or YYYY-MM-DD; ValueError for anything else and for days that do not exist."""
        match = _ISO.fullmatch(text.strip())
        if not match:
            raise ValueError(f"{text!r} is no date of the form YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        try:
            return cls(year, month, day)
        except ValueError:
            raise ValueError(f"{text!r} is no date of the calendar") from None

    @property
    def first(self) -> date:
        """The first day that the date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day that the date can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from; one object, carried unchanged from the file to the footnote.

    `title` is in our own words unless `headline` was seen; `origin` is whose reporting the text rests on (None: the
    publisher's own); `url` is the publisher's own page, `read_at` the address of a copy.
    """

    id: str
    title: str
    publisher: str | None
    language: str
    kind: Kind = "original"
    headline: str | None = None
    origin: str | None = None
    url: str | None = None
    read_at: str | None = None
    published: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A source that a paragraph rests on, at the offset in the text where its reference stood."""

    offset: int
    source: Source


@dataclass(frozen=True, slots=True)
class HypotheticalQuestion:
    """A question that the sentence at an offset of the text answers: it helps to find the sentence and is never shown."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """A source, its text and its notes in order of offset; offsets count Unicode code points of `text`.

    `questions` stand beside the file, not in it. ValueError where `text` is not as `clean_text` gives it or a note lies
    outside of it.
    """

    source: Source
    text: str
    notes: tuple[Note, ...] = ()
    questions: tuple[HypotheticalQuestion, ...] = ()
    sha256: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if self.text != clean_text(self.text):
            raise ValueError("the text of an article is in NFC, with LF, without surrogates, NUL and outer white space")
        if any(not 0 <= note.offset <= len(self.text) for note in self.notes):
            raise ValueError("a note lies outside of the text")
        if list(self.notes) != sorted(self.notes, key=lambda note: note.offset):
            raise ValueError("notes stand in the order of their offsets")
        object.__setattr__(self, "sha256", hashlib.sha256(self.text.encode()).hexdigest())

    @property
    def id(self) -> str:
        """The id of the article's source."""
        return self.source.id


def clean_text(raw: str) -> str:
    """The form in which texts are kept and quoted: NFC, LF, no NUL, no lone surrogate, no outer white space."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if text.isascii():
        return text.strip()
    try:
        text.encode()  # sooner done than a search for what it cannot encode
    except UnicodeEncodeError:
        text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return unicodedata.normalize("NFC", text).strip()
