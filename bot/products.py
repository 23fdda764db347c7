"""The records of a briefing: sections of entries, each entry a statement with its date and what stands beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.answer import Citation, Statement, markers, unmarked
from bot.quoting import numbered
from bot.wording import say
from corpus.article import PartialDate

Product = Literal["brief", "timeline", "changes", "disputes"]
EntryKind = Literal["event", "planned", "deadline", "figure", "claim", "conflict", "superseded", "error"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement in a briefing: its date as resolved and as stated, and how many independent origins carry it at least; a
    sentence that only dossiers tell counts as one.

    `others` are the other sides of a conflict or what it replaced; `remark` is a line of ours about them.
    """

    statement: Statement
    kind: EntryKind
    date: PartialDate | None = None
    until: PartialDate | None = None
    stated: str = ""
    origins: int = 1
    remark: str = ""
    others: tuple[Statement, ...] = ()

    @property
    def when(self) -> str:
        """ISO 8601: the date to its precision, a range as two with a slash; empty without one."""
        if self.date is None:
            return ""
        return f"{self.date}/{self.until}" if self.until else str(self.date)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statement and those beside it."""
        return self.statement, *self.others


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a heading of ours; `key` names the heading in bot/wording.py."""

    key: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """A brief, timeline, list of changes or of disputes; `options` are those that it was made with, as texts.

    Citations are numbered from 1 on over the whole briefing, in order of first appearance.
    """

    product: Product
    language: str
    title: str
    sections: tuple[Section, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    as_of: PartialDate | None = None

    @property
    def entries(self) -> Iterator[Entry]:
        """All entries in order."""
        return (entry for section in self.sections for entry in section.entries)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in order."""
        return tuple(statement for entry in self.entries for statement in entry.statements)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations in the order of their numbers."""
        found = {citation.number: citation for statement in self.statements for citation in statement.citations}
        return tuple(found[number] for number in sorted(found))

    @property
    def text(self) -> str:
        """The statements joined by a space, each followed by its markers."""
        return " ".join(f"{unmarked(statement.text)} {markers(statement)}" for statement in self.statements)

    def to_dict(self) -> dict[str, Any]:
        """The form of --json."""
        return {
            "product": self.product,
            "language": self.language,
            "title": self.title,
            "options": dict(self.options),
            "text": self.text,
            "sections": [
                {
                    "key": section.key,
                    "title": say(section.key, self.language),
                    "entries": [_entry(entry) for entry in section.entries],
                }
                for section in self.sections
            ],
            "citations": [citation.to_dict() for citation in self.citations],
            "notices": list(self.notices),
            "as_of": str(self.as_of) if self.as_of else None,
        }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        **statement_dict(entry.statement),
        "kind": entry.kind,
        "date": str(entry.date) if entry.date else None,
        "until": str(entry.until) if entry.until else None,
        "stated": entry.stated,
        "origins": entry.origins,
        "remark": entry.remark,
        "others": [statement_dict(other) for other in entry.others],
    }


def statement_dict(statement: Statement) -> dict[str, Any]:
    """A statement in the form of --json."""
    return {
        "text": statement.text,
        "citations": [citation.number for citation in statement.citations],
        "check": {"verdict": statement.check.verdict, "reasons": list(statement.check.reasons)},
    }


def with_numbers(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections with their citations numbered through, those without an entry left out."""
    entries = [entry for section in sections for entry in section.entries]
    statements = iter(numbered([statement for entry in entries for statement in entry.statements]))
    done = []
    for section in sections:
        renewed = []
        for entry in section.entries:
            first, *others = [next(statements) for _ in entry.statements]
            renewed.append(replace(entry, statement=first, others=tuple(others)))
        done.append(replace(section, entries=tuple(renewed)))
    return tuple(section for section in done if section.entries)
