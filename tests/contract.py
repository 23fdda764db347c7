"""The sentence contract of design.md as a check that any answer of any chatbot must pass, and the schema of --json."""

import hashlib
import json
import re
from typing import Any

import jsonschema

from bot import Answer, Citation
from bot.render import to_json
from corpus.article import Article
from corpus.library import Library

TEXT = {"type": "string"}
MAYBE = {"type": ["string", "null"]}
DATE = {"type": ["string", "null"], "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"}
COUNT = {"type": "integer", "minimum": 0}


def _record(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_BIBLIOGRAPHY = {
    "title": TEXT,
    "headline": MAYBE,
    "publisher": MAYBE,
    "origin": MAYBE,
    "published": DATE,
    "url": MAYBE,
    "read_at": MAYBE,
}
_CITATION = _record(
    number={"type": "integer", "minimum": 1},
    article=TEXT,
    **_BIBLIOGRAPHY,
    language=TEXT,
    kind={"enum": ["original", "digest", "dossier"]},
    quote={"type": "string", "minLength": 1},
    start=COUNT,
    end=COUNT,
    context_start={"type": ["integer", "null"], "minimum": 0},
    digest={"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
    references={"type": "array", "items": _record(**_BIBLIOGRAPHY)},
)
_STATEMENT = _record(
    text={"type": "string", "minLength": 1},
    citations={"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1, "uniqueItems": True},
    check=_record(
        verdict={"enum": ["verbatim", "supported", "unsupported"]}, reasons={"type": "array", "items": {"type": "string"}}
    ),
)
SCHEMA = _record(
    question=TEXT,
    search_question=TEXT,
    language={"enum": ["en", "de"]},
    kind={"enum": ["answer", "refusal", "reply"]},
    answered={"type": "boolean"},
    confidence={"type": ["number", "null"], "minimum": 0, "maximum": 1},
    reader=TEXT,
    text=TEXT,
    statements={"type": "array", "items": _STATEMENT, "maxItems": 8},
    citations={"type": "array", "items": _CITATION},
    nearest={"type": "array", "items": _CITATION, "maxItems": 3},
    notices={"type": "array", "items": {"type": "string", "minLength": 1}},
    as_of=DATE,
    elapsed_ms={"type": "number", "minimum": 0},
)
_VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def same_but_for_time(answer: Answer) -> dict[str, Any]:
    """An answer without the one thing that may differ when a question is asked again."""
    return {key: value for key, value in answer.to_dict().items() if key != "elapsed_ms"}


def check_schema(printed: Any) -> None:
    """What --json prints has exactly the shape of design.md, section 2."""
    _VALIDATOR.validate(printed)


def check_answer(answer: Answer, library: Library) -> None:
    """Everything that section 1 of design.md says of one answer."""
    printed = answer.to_dict()
    check_schema(printed)
    assert json.loads(to_json(answer)) == printed
    to_json(answer).encode()
    assert answer.answered == (answer.kind == "answer") == bool(answer.statements)
    assert answer.confidence is None or answer.confidence == round(answer.confidence, 2)
    assert all(notice.strip() for notice in answer.notices)
    for citation in (*answer.citations, *answer.nearest):
        _check_citation(citation, library)
    _check_numbers(answer)
    if answer.kind == "refusal":
        _check_refusal(answer)
    if answer.kind == "reply":
        assert not answer.nearest and answer.confidence is None
        _says_nothing_of_the_story(answer.text, library)


def _check_citation(citation: Citation, library: Library) -> None:
    article = library.get(citation.source.id)
    assert article is not None
    assert article.source == citation.source
    assert article.text[citation.start : citation.end] == citation.quote
    assert citation.quote.strip() == citation.quote != ""
    assert citation.digest == f"sha256:{hashlib.sha256(article.text.encode()).hexdigest()}"
    assert set(citation.references) <= {note.source for note in article.notes}
    if citation.context_start is not None:
        assert 0 <= citation.context_start < citation.start
        assert "\n\n" not in article.text[citation.context_start : citation.start].strip()


def _check_numbers(answer: Answer) -> None:
    """Markers equal citations, 1..m in order of first appearance, one number for each (article, quote)."""
    met: list[int] = []
    text = []
    for statement in answer.statements:
        assert statement.citations
        numbers = [citation.number for citation in statement.citations]
        assert len(set(numbers)) == len(numbers)
        met += [number for number in numbers if number not in met]
        text.append(statement.text + " " + "".join(f"[{number}]" for number in numbers))
        if statement.check.verdict == "verbatim":
            assert statement.text.encode() == statement.citations[0].quote.encode()
        else:
            assert answer.reader != "extractive"
    assert met == list(range(1, len(met) + 1))
    assert [citation.number for citation in answer.citations] == met
    cited = [citation for statement in answer.statements for citation in statement.citations]
    quotes = {(citation.source.id, citation.quote): citation.number for citation in cited}
    assert len(quotes) == len(set(quotes.values())) == len(met)
    assert all(quotes[citation.source.id, citation.quote] == citation.number for citation in cited)
    if answer.kind == "answer":
        joiner = re.compile(r"(?<=\[)\u2060(?=\d+\])")  # what keeps an article's own "[3]" from being a marker
        assert joiner.sub("", answer.text) == joiner.sub("", " ".join(text))
        assert [int(number) for number in dict.fromkeys(re.findall(r"\[(\d+)\]", answer.text))] == met


def _check_refusal(answer: Answer) -> None:
    assert answer.statements == answer.citations == ()
    assert [citation.number for citation in answer.nearest] == list(range(1, len(answer.nearest) + 1))
    asked = (answer.question, answer.search_question)
    shown = [c.quote for c in answer.nearest if len(c.quote) > 40 and not any(c.quote in text for text in asked)]
    assert not any(quote in answer.text for quote in shown)


def _says_nothing_of_the_story(text: str, library: Library) -> None:
    for article in library:
        assert not any(line and len(line) > 40 and line in text for line in _lines(article))


def _lines(article: Article) -> list[str]:
    return [line.strip() for line in article.text.splitlines()]
