"""What rankings of several languages say of each other: a sentence gains where another language has the same one high up.

A question is near to many sentences by chance of wording; the same fact, told by other people in another language, is
near to it for its meaning. So every sentence gains the score of the sentence of another language that says most nearly
the same, less for the distance between the two:

    fused(i) = score(i) + share x max over j of (score(j) - max score - steepness x (max_k cos(k, j) - cos(i, j)))

for sentences i and k of this language and j of another, with the gain never under -6. The distance of j is taken from
its nearest sentence in this language, so that only sentences that are each other's best match gain in full. Both numbers
are fitted by `dealbrief eval fit` on questions over parallel texts. The sums are brought back to the deviation of the
scores, on which leads are judged: where the other language knows nothing of the matter, nothing changes.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.blas import one_blas_thread
from index.scoring import Floats, Fusion
from index.search import Ranking, SearchResults

LEAST_GAIN = -6.0


@one_blas_thread()
def fused(results: SearchResults, fusion: Fusion | None) -> SearchResults:
    """Every ranking with what the others say of it; unchanged without a fusion, or where only one language was searched."""
    filled = [ranking for ranking in results.rankings if ranking.results]
    if fusion is None or len(filled) < 2:
        return results
    rankings = tuple(_fused(ranking, [o for o in filled if o is not ranking], fusion) for ranking in results.rankings)
    return replace(results, rankings=rankings)


def _fused(ranking: Ranking, others: Sequence[Ranking], fusion: Fusion) -> Ranking:
    if not ranking.results:
        return ranking
    gains = np.max([gain(ranking, other, fusion) for other in others], axis=0)
    together = ranking.scores + fusion.share * gains
    return ranking.rescored(together * (ranking.scores.std() / max(float(together.std()), 1e-6)))


def gain(ranking: Ranking, other: Ranking, fusion: Fusion) -> Floats:
    """What the sentences of a ranking (k,) gain from another one, from -6 to 0."""
    cosines = ranking.pooled @ other.pooled.T
    far = cosines.max(axis=0, keepdims=True) - cosines
    height = other.scores - other.scores.max()
    gained: Floats = np.maximum((height - fusion.steepness * far).max(axis=1), LEAST_GAIN)
    return gained
