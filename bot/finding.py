"""What a part of a question is answered from: searched, weighed by what it asks, and whether it is enough."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.evidence import Gate, evidence, pair_of
from bot.extractive import weighed
from bot.question import Asked, Kind, without_now
from index.claims import ClaimMaker
from index.cross_encoder import CrossEncoder
from index.fusion import fused
from index.search import Index, Ranking, SearchResults, blended

WIDE = 40
"""Sentences of a language that are weighed."""
DEEP = 180
"""Sentences of a language on which two searches are compared: about as many as late interaction looks at."""
RERANKED = 20
"""Of these the best, which a reranker orders anew."""
TOGETHER = 1.0
"""The share of the scores of the whole question that is added to those of its first part."""
LATER = 0.75
"""The share of the scores of a later part that is added to those of the whole question."""
TYPED = 0.5
"""The share of the scores of a follow-up's own words that is added to those of the question that it was made into."""
NEAR = 0.6
"""What a follow-up adds to the sentences beside those that the last answer cited, in deviations of the scores: what is asked
next often stands in the same paragraph. From .45 to .8 the same follow-ups of two sets of conversations are answered right;
from 1.1 on fewer."""
FURTHER = 0.5
"""The share of the threshold that is enough for a part where another part is answered."""
FALLBACK_COVERAGE = 0.5
"""Without a calibration: the share of the question's token weight that the best sentence must match nearly best."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The search and the ranking that a part is answered from, how probable it is that it answers, and what is enough."""

    results: SearchResults
    ranking: Ranking
    confidence: float
    least: float

    @property
    def enough(self) -> bool:
        """Whether the part is answered."""
        return bool(self.ranking.results) and self.confidence >= self.least


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

    def picks(self, asked: Asked, language: str) -> list[Pick]:
        """What each part is answered from: the question's language if that has enough, else another with more than enough.

        Where one part is answered, half as much is enough for the others: the question is then one that the corpus knows.
        """
        picks = [self._pick(results, language) for results in self.search(asked, language)]
        if asked.typed and not picks[0].enough:
            # Words of the conversation that it did not need must not refuse a question that is answered without them.
            found = self._found(asked.typed, asked, language)
            alone = self._pick(self._weighed(found, asked.typed, asked.kinds[0]), language)
            picks[0] = alone if alone.enough else picks[0]
        known = any(pick.enough for pick in picks)
        return [replace(pick, least=pick.least * FURTHER) if known else pick for pick in picks]

    def search(self, asked: Asked, language: str) -> list[SearchResults]:
        """Each part searched in all languages, weighed by what it asks, and the languages fused.

        The first of several parts is searched alone and with the others beside it. What a later one is about often stands
        in those before it ("and how did it return?"), so it chooses among what the whole question finds.
        """
        first, *later = asked.parts
        if later:
            whole, *parts = (self._found(text, asked, language, DEEP) for text in (asked.text, *later))
            alone = self._found(first, asked, language)
            asking = [replace(blended(whole, part, LATER, WIDE), question=part.question) for part in parts]
            found = [blended(alone, whole, TOGETHER), *asking]
        elif asked.typed:
            made, typed = (self._found(text, asked, language, DEEP) for text in (first, asked.typed))
            both = blended(made, typed, TYPED)
            found = [replace(both, rankings=tuple(_beside(ranking, asked.lately) for ranking in both.rankings))]
        else:
            found = [self._found(first, asked, language)]
        return [self._weighed(*entry) for entry in zip(found, asked.parts, asked.kinds, strict=True)]

    def _found(self, text: str, asked: Asked, language: str, limit: int = WIDE) -> SearchResults:
        sought = without_now(text) if asked.now else text
        return self.index.search(sought, language, limit=limit, exclude=asked.exclude)

    def _weighed(self, found: SearchResults, part: str, kind: Kind) -> SearchResults:
        rankings = tuple(weighed(ranking, kind, part) for ranking in found.rankings)
        together = fused(replace(found, rankings=rankings), self.index.weights.fusion)
        if not self.reranker:
            return together
        return replace(together, rankings=tuple(reranked(each, part, self.reranker) for each in together.rankings))

    def _pick(self, results: SearchResults, language: str) -> Pick:
        own = [ranking for ranking in results.rankings if ranking.language == language]
        others = [ranking for ranking in results.rankings if ranking.language != language]
        pick = self._best(results, own or others)
        if pick.enough or not own or not others or self.gate is None:
            return pick
        further = self._best(results, others, "fallback")
        if not further.enough:
            return pick
        # What another language proves is shown in the question's own where that says the same.
        firsts = [each.ranking.results[0] for each in (pick, further) if each.ranking.results]
        same = len(firsts) == 2 and len(self.claims.claims(firsts)) == 1
        return replace(pick, confidence=further.confidence, least=further.least) if same else further

    def _best(self, results: SearchResults, rankings: Sequence[Ranking], threshold: str | None = None) -> Pick:
        """Of some rankings the one that most probably answers, and whether over the threshold of that name (or of its pair)."""
        best = Pick(results, Ranking.none(results.language), 0.0, 1.0)
        for ranking in rankings:
            if not ranking.results:
                continue
            p = _coverage(ranking) if self.gate is None else evidence(self.gate, results, ranking, self.claims) or 0.0
            least = self.threshold
            if least is None:
                pair = threshold or pair_of(results.language, ranking.language)
                least = self.gate.thresholds[pair] if self.gate else FALLBACK_COVERAGE
            if p > best.confidence or not best.ranking.results:
                best = Pick(results, ranking, p, least)
        return best


def _beside(ranking: Ranking, cited: Sequence[tuple[str, int]]) -> Ranking:
    """The best sentences, where those in the paragraphs of some cited ones gain; the cited ones themselves do not."""
    beside = [
        result.key not in cited
        and any(result.article.id == name and result.passage_start <= start < result.passage_end for name, start in cited)
        for result in ranking.results
    ]
    scores = ranking.scores
    return ranking.rescored(scores + NEAR * scores.std() * np.array(beside, np.float32) if beside else scores, WIDE)


def reranked(ranking: Ranking, question: str, reranker: CrossEncoder) -> Ranking:
    """A ranking with its best sentences in the order of a cross-encoder; the scores stay those of the ranks, the best first."""
    best = ranking.results[:RERANKED]
    scores = reranker.score([(question, result.text) for result in best])
    order = sorted(range(len(best)), key=lambda i: (-round(float(scores[i]), 5), best[i].key))
    placed = ranking.scores
    placed[order] = ranking.scores[: len(best)]
    return ranking.rescored(placed)


def _coverage(ranking: Ranking) -> float:
    """The share of the question's token weight that the best sentence matches nearly best; 1 without token vectors."""
    return float(ranking.features[0, 7]) if ranking.matches.shape[1] else 1.0
