"""Quotes as citations and statements; each is looked up again in its article before it is shown."""

from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Check, Citation, Statement
from bot.extractive import leans
from corpus.article import Source
from corpus.errors import BriefingError
from corpus.library import Library
from index.search import SearchResult


def references(result: SearchResult) -> tuple[Source, ...]:
    """The notes that stand in or right behind a sentence, else those of its passage; each source once."""
    notes = result.article.notes
    own = [note.source for note in notes if result.start < note.offset <= result.end]
    passage = [note.source for note in notes if result.passage_start < note.offset <= result.passage_end]
    return tuple(dict.fromkeys(own or passage))


def citation(result: SearchResult) -> Citation:
    """A sentence as a citation that has no number yet."""
    article = result.article
    leaning = result.previous_start if leans(result.text) else None
    return Citation(
        number=0,
        source=article.source,
        quote=result.text,
        start=result.start,
        end=result.end,
        digest=f"sha256:{article.sha256}",
        context_start=leaning,
        context="" if leaning is None else article.text[leaning : result.start],
        references=references(result),
    )


def verbatim(results: Sequence[SearchResult], library: Library) -> Statement:
    """The first sentence as a statement, with the others beside it. BriefingError where a quote does not stand there."""
    citations = tuple(citation(result) for result in results)
    for cited in citations:
        if not cited.holds_in(library.get(cited.source.id)):
            raise BriefingError(f"A quote of {cited.source.id} does not stand in the article. Run: dealbrief doctor")
    return Statement(citations[0].quote, citations, Check("verbatim"))


def numbered(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Citations numbered from 1 on in order of first appearance, one number for each (article, quote)."""
    numbers: dict[tuple[str, str], int] = {}
    found = []
    for statement in statements:
        citations = []
        for cited in statement.citations:
            key = (cited.source.id, cited.quote)
            citations.append(replace(cited, number=numbers.setdefault(key, len(numbers) + 1)))
        found.append(replace(statement, citations=tuple(citations)))
    return tuple(found)
