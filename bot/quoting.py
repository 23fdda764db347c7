"""From what was found to what is shown: citations, verbatim statements, numbers; every quote is looked up again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.answer import Check, Citation, Statement
from bot.extractive import leans
from corpus.errors import BriefingError
from corpus.library import Library
from index.claims import Claim
from index.search import SearchResult, SearchResults

NEAREST = 3
MORE_ORIGINS = 2
"""Citations of a statement beside its own quote, each from another origin."""


def verbatim(claim: Claim, library: Library) -> Statement:
    """A claim's representative as a statement; BriefingError where a quote does not stand in its article."""
    return quoted((claim.representative, *claim.others[:MORE_ORIGINS]), library)


def quoted(results: Sequence[SearchResult], library: Library) -> Statement:
    """The first sentence as a statement, the others as further citations; BriefingError as `verbatim`."""
    citations = cited(results, library)
    return Statement(citations[0].quote, citations, Check("verbatim"))


def cited(results: Iterable[SearchResult], library: Library) -> tuple[Citation, ...]:
    """The quotes of sentences, each looked up again; BriefingError where one does not stand in its article."""
    citations = tuple(citation(result) for result in results)
    for quoted in citations:
        if not quoted.holds_in(library.get(quoted.source.id)):
            raise BriefingError(f"A quote of {quoted.source.id} does not stand in the article. Run: dealbrief doctor")
    return citations


def citation(result: SearchResult, number: int = 0) -> Citation:
    """The quote of a sentence, with the sentence before it where it leans on that."""
    article = result.article
    leaning = leans(result.text) and result.previous_start is not None
    return Citation(
        number=number,
        source=article.source,
        quote=result.text,
        start=result.start,
        end=result.end,
        digest=f"sha256:{article.sha256}",
        context_start=result.previous_start if leaning else None,
        context=article.text[result.previous_start : result.start] if leaning else "",
        references=result.references,
    )


def nearest(results: SearchResults) -> tuple[Citation, ...]:
    """What the corpus says nearest to a question, of its own language where that has anything; at most three."""
    own = [result for ranking in results.rankings[:1] for result in ranking.results] or results.interleaved
    return tuple(citation(result, i + 1) for i, result in enumerate(own[:NEAREST]))


def numbered(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Numbers citations from 1 on in order of first appearance, one number for each (article, quote)."""
    numbers: dict[tuple[str, str], int] = {}
    for statement in statements:
        citations = []
        for citation in statement.citations:
            key = (citation.source.id, citation.quote)
            citations.append(replace(citation, number=numbers.setdefault(key, len(numbers) + 1)))
        yield replace(statement, citations=tuple(citations))


def origins(citations: Iterable[Citation], library: Library) -> tuple[str, ...]:
    """The names of those whose reporting citations rest on, each once; a dossier retells others and adds nobody."""
    named: dict[str, str] = {}
    for source in (quote.source for quote in citations if quote.source.kind != "dossier"):
        article = library.get(source.id)
        origin = library.origin(article) if article else library.origin_of(source)
        named.setdefault(origin, source.origin or source.publisher or source.title)
    return tuple(named.values())
