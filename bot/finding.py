"""What a part of a question is answered from: searched, weighed by what it asks, and whether it is enough."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.evidence import Gate, evidence, pair_of
from bot.extractive import weighed
from bot.question import Asked, subject_of, without_now
from index.claims import ClaimMaker
from index.search import Index, Ranking, SearchResults, blended

WIDE = 40
"""Sentences of a language that are weighed."""
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
    """Finds what the parts of a question are answered from; `threshold` replaces the calibrated ones where it is set."""

    index: Index
    gate: Gate | None
    claims: ClaimMaker
    threshold: float | None

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
            found = self.index.search(part, language, among=among, vectors=vectors, limit=WIDE)
        else:
            leaning = self.index.search(f"{part} {subject_of(asked.parts[0])}", language, among=among, limit=WIDE)
            found = blended(leaning, self.index.search(part, language, among=among, limit=WIDE), 0.5)
        kind = asked.kinds[number]
        return replace(found, rankings=tuple(weighed(ranking, kind) for ranking in found.rankings))

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


def _coverage(ranking: Ranking) -> float:
    """The share of the question's token weight that the best sentence matches nearly best; 1 without token vectors."""
    return float(ranking.features[0, 7]) if ranking.matches.shape[1] else 1.0
