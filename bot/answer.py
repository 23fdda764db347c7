"""The records of a conversation: messages, statements, citations and answers, all frozen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from corpus.article import Article, PartialDate, Source

Role = Literal["user", "assistant"]
AnswerKind = Literal["answer", "refusal", "reply"]
Verdict = Literal["verbatim", "supported", "unsupported"]


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quote: `article.text[start:end] == quote` in the article of `source`, whose text has `digest`.

    `context_start` is where the sentence before begins if the quote leans on it, and `context` is that sentence;
    `references` are the notes of the quote.
    """

    number: int
    source: Source
    quote: str
    start: int
    end: int
    digest: str
    context_start: int | None = None
    references: tuple[Source, ...] = ()
    context: str = ""

    def holds_in(self, article: Article | None) -> bool:
        """Whether the quote stands in that article, byte for byte, and the text is the one that was cited."""
        if article is None or article.id != self.source.id:
            return False
        return f"sha256:{article.sha256}" == self.digest and article.text[self.start : self.end] == self.quote

    def to_dict(self) -> dict[str, Any]:
        """The form of --json."""
        source = self.source
        return {
            "number": self.number,
            "article": source.id,
            **bibliography(source),
            "language": source.language,
            "kind": source.kind,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "context_start": self.context_start,
            "digest": self.digest,
            "references": [bibliography(reference) for reference in self.references],
        }


@dataclass(frozen=True, slots=True)
class Check:
    """What the check of a statement against its quotes found, with the codes of its reasons."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence with the quotes that it rests on and how it was checked."""

    text: str
    citations: tuple[Citation, ...]
    check: Check


@dataclass(frozen=True, slots=True)
class Message:
    """A turn of a conversation; `answered` is False of a refusal, whose words are nothing that one speaks of."""

    role: Role
    content: str
    citations: tuple[Citation, ...] = ()
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gets: statements with citations, a refusal with the nearest quotes, or a fixed reply.

    `message` is what a refusal or a reply says; `confidence` is the calibrated probability that the statements answer the
    question, to two decimals, or None; `as_of` is the date up to which the corpus reaches.
    """

    question: str
    search_question: str
    language: str
    kind: AnswerKind
    reader: str
    statements: tuple[Statement, ...] = ()
    nearest: tuple[Citation, ...] = ()
    notices: tuple[str, ...] = ()
    message: str = ""
    confidence: float | None = None
    as_of: PartialDate | None = None
    elapsed_ms: float = field(default=0.0, compare=False)

    @property
    def answered(self) -> bool:
        """Whether the corpus answers."""
        return self.kind == "answer"

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of the statements in the order of their numbers."""
        found: dict[int, Citation] = {}
        for statement in self.statements:
            for citation in statement.citations:
                found.setdefault(citation.number, citation)
        return tuple(found[number] for number in sorted(found))

    @property
    def text(self) -> str:
        """The statements, each followed by its markers; for a refusal or a reply what it says."""
        if self.kind != "answer":
            return self.message
        return " ".join(f"{unmarked(statement.text)} {markers(statement)}" for statement in self.statements)

    @property
    def turn(self) -> Message:
        """The answer as a turn of a history, with the citations that bear its numbers: a refusal's are the nearest."""
        return Message("assistant", self.text, self.citations or self.nearest, self.kind != "refusal")

    def to_dict(self) -> Mapping[str, Any]:
        """The form of --json."""
        return {
            "question": self.question,
            "search_question": self.search_question,
            "language": self.language,
            "kind": self.kind,
            "answered": self.answered,
            "confidence": self.confidence,
            "reader": self.reader,
            "text": self.text,
            "statements": [
                {
                    "text": statement.text,
                    "citations": [citation.number for citation in statement.citations],
                    "check": {"verdict": statement.check.verdict, "reasons": list(statement.check.reasons)},
                }
                for statement in self.statements
            ],
            "citations": [citation.to_dict() for citation in self.citations],
            "nearest": [citation.to_dict() for citation in self.nearest],
            "notices": list(self.notices),
            "as_of": str(self.as_of) if self.as_of else None,
            "elapsed_ms": round(self.elapsed_ms, 1),
        }


def markers(statement: Statement) -> str:
    """The markers of a statement as they stand in a text: "[1][2]"."""
    return "".join(f"[{citation.number}]" for citation in statement.citations)


def unmarked(text: str) -> str:
    """A text whose own "[3]" cannot be taken for a marker: an invisible word joiner stands behind its bracket."""
    return re.sub(r"\[(?=\d+\])", "[\u2060", text)


def bibliography(source: Source) -> dict[str, Any]:
    """What a citation says of its source, as --json has it."""
    return {
        "title": source.title,
        "headline": source.headline,
        "publisher": source.publisher,
        "origin": source.origin,
        "published": str(source.published) if source.published else None,
        "url": source.url,
        "read_at": source.read_at,
    }
