"""What a part of a question is answered from: searched, weighed by what it asks, and whether it is enough."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.evidence import Gate, evidence, pair_of
from bot.extractive import weighed
from bot.question import Asked, subject_of, without_now
from index.claims import ClaimMaker
from index.cross_encoder import CrossEncoder
from index.search import Index, Ranking, SearchResults, blended

WIDE = 40
"""Sentences of a language that are weighed."""
RERANKED = 20
"""Of these the best, which a reranker orders anew."""
TYPED = 0.5
"""The share of the scores of a follow-up's own words that is added to those of the question that it was made into."""
FALLBACK_COVERAGE = 0.5
"""Without a calibration: the share of the question's token weight that the best sentence must match nearly best."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The search and the ranking that a part is answered from, how probable it is that it answers, and whether enough."""

    results: SearchResults
    ranking: Ranking
    confidence: float
    enough: bool


@dataclass(frozen=True)
class Finder:
    """Finds what the parts of a question are answered from; `threshold` replaces the calibrated ones where it is set.

    A `reranker`, where there is one, orders the best sentences of each language anew.
    """

    index: Index
    gate: Gate | None
    claims: ClaimMaker
    threshold: float | None
    reranker: CrossEncoder | None = None

    def search(
        self,
        asked: Asked,
        number: int,
        language: str,
        among: Sequence[str] | None = None,
        before: SearchResults | None = None,
    ) -> SearchResults:
        """A part searched and weighed by what it asks; a later one with the subject of the first, half as much without."""
        part = without_now(asked.parts[number]) if asked.now else asked.parts[number]
        if number == 0:
            vectors = before.vectors if before else None
            found = self.index.search(part, language, among=among, vectors=vectors, limit=WIDE, exclude=asked.exclude)
            if asked.typed:
                typed = self.index.search(asked.typed, language, among=among, limit=WIDE, exclude=asked.exclude)
                found = blended(found, typed, TYPED)
        else:
            whole = f"{part} {subject_of(asked.parts[0])}"
            leaning = self.index.search(whole, language, among=among, limit=WIDE, exclude=asked.exclude)
            alone = self.index.search(part, language, among=among, limit=WIDE, exclude=asked.exclude)
            found = blended(leaning, alone, 0.5)
        kind = asked.kinds[number]
        rankings = tuple(weighed(ranking, kind) for ranking in found.rankings)
        if self.reranker:
            rankings = tuple(reranked(ranking, part, self.reranker) for ranking in rankings)
        return replace(found, rankings=rankings)

    def pick(self, asked: Asked, number: int, language: str) -> Pick:
        """What a part is answered from: the question's language if that has enough, else another with more than enough.

        The other languages are searched only where they are needed.
        """
        own = [language] if language in self.index.languages else None
        pick = self._weigh(self.search(asked, number, language, own))
        others = [name for name in self.index.languages if name != language]
        if pick.enough or own is None or self.gate is None or not others:
            return pick
        further = self._weigh(self.search(asked, number, language, others, pick.results), "fallback")
        return further if further.enough else pick

    def _weigh(self, results: SearchResults, threshold: str | None = None) -> Pick:
        """The ranking that most probably answers, and whether that is over the threshold of that name (or of its pair)."""
        best = Pick(results, Ranking.none(results.language), 0.0, False)
        for ranking in results.rankings:
            if not ranking.results:
                continue
            p = _coverage(ranking) if self.gate is None else evidence(self.gate, results, ranking, self.claims) or 0.0
            least = self.threshold
            if least is None:
                pair = threshold or pair_of(results.language, ranking.language)
                least = self.gate.thresholds[pair] if self.gate else FALLBACK_COVERAGE
            if p > best.confidence or not best.ranking.results:
                best = Pick(results, ranking, p, p >= least)
        return best


def reranked(ranking: Ranking, question: str, reranker: CrossEncoder) -> Ranking:
    """A ranking with its best sentences in the order of a cross-encoder; the scores stay those of the ranks, the best first."""
    best = ranking.results[:RERANKED]
    scores = reranker.score([(question, result.text) for result in best])
    order = sorted(range(len(best)), key=lambda i: (-round(float(scores[i]), 5), best[i].key))
    moved = tuple(replace(best[i], score=place.score) for i, place in zip(order, best, strict=True))
    whole = [*order, *range(len(best), len(ranking.results))]
    results = moved + ranking.results[len(best) :]
    return replace(ranking, results=results, features=ranking.features[whole], matches=ranking.matches[whole])


def _coverage(ranking: Ranking) -> float:
    """The share of the question's token weight that the best sentence matches nearly best; 1 without token vectors."""
    return float(ranking.features[0, 7]) if ranking.matches.shape[1] else 1.0
