"""A question to ranked sentences: candidates from Chroma and BM25, late interaction over them, one ranking a language.

Languages are never ranked against each other: plain cosine prefers the question's own so strongly that an answer
standing only in the other drops out (finding.md section 2).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Source
from corpus.errors import BriefingError
from corpus.language import language_of
from corpus.library import Library
from index.blas import one_blas_thread
from index.candidates import MAX_ACROSS, MAX_CANDIDATES, article_id, candidate_rows, gather
from index.embedder import EmbeddingModel
from index.generation import Generation, GenerationError, Store
from index.lexical import is_stop_word, shared_terms, terms, word_set, words
from index.scoring import (
    FEATURES,
    Floats,
    Question,
    Scored,
    Weights,
    prepare_question,
    score,
    z,
)
from index.segment import Segment, fingerprint

LEAST_PART = 6
"""Letters from which a German word is looked for in longer ones (Datenschutz in Datenschutzbehörde)."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A sentence that may answer: its span and its passage's in the article, and its scores by kind.

    `previous_start` is where the sentence before it in its passage begins, None for the first.
    """

    article: Article
    start: int
    end: int
    previous_start: int | None
    passage_start: int
    passage_end: int
    score: float
    scores: Mapping[str, float]

    @property
    def text(self) -> str:
        """The sentence, exactly as it stands."""
        return self.article.text[self.start : self.end]

    @property
    def references(self) -> tuple[Source, ...]:
        """The notes that stand in or right behind the sentence, else those of its passage; each source once."""
        notes = self.article.notes
        own = [note.source for note in notes if self.start < note.offset <= self.end]
        passage = [note.source for note in notes if self.passage_start < note.offset <= self.passage_end]
        return tuple(dict.fromkeys(own or passage))

    @property
    def key(self) -> tuple[str, int]:
        """What orders equals: article id and offset."""
        return self.article.id, self.start

    def scored(self, score: float) -> "SearchResult":
        """The same sentence with another score."""
        places = self.start, self.end, self.previous_start, self.passage_start, self.passage_end
        return SearchResult(self.article, *places, score, self.scores)


@dataclass(frozen=True)
class Ranking:
    """The sentences of one language, best first, with the arrays that the evidence gate reads.

    `matches` (k, n): for each sentence and question token the best similarity; `features` (k, 9) as in scoring; `pooled`
    (k, d): the sentences' vectors; `terms` are the question's content words with their inverse document frequencies among
    the sentences of this language.
    """

    language: str
    results: tuple[SearchResult, ...]
    features: Floats
    matches: Floats
    pooled: Floats
    terms: Mapping[str, float] = field(default_factory=dict)

    @property
    def scores(self) -> Floats:
        """The scores of the sentences (k,)."""
        return np.array([result.score for result in self.results], np.float32)

    def rescored(self, scores: Floats, limit: int | None = None) -> "Ranking":
        """The same sentences with other scores (k,), or the best of them; best first, equals by article id and offset."""
        rounded = [-round(score, 5) for score in scores.tolist()]
        keys = [result.key for result in self.results]
        order = sorted(range(len(keys)), key=lambda i: (rounded[i], keys[i]))[:limit]
        results = tuple(self.results[i].scored(float(scores[i])) for i in order)
        return Ranking(self.language, results, self.features[order], self.matches[order], self.pooled[order], self.terms)

    def covered(self, result: SearchResult, *, in_parts: bool = False) -> float:
        """The share of the question's content words, by IDF, that stand in a sentence; 1 where it has none.

        With `in_parts` a German word also stands there as the beginning or end of a longer one.
        """
        total = sum(self.terms.values())
        held = word_set(result.text, self.language)
        longer = held if in_parts and self.language == "de" else ()

        def stands(word: str) -> bool:
            return word in held or (len(word) >= LEAST_PART and any(w.startswith(word) or w.endswith(word) for w in longer))

        return sum(weight for word, weight in self.terms.items() if stands(word)) / total if total else 1.0

    @classmethod
    def none(cls, language: str, tokens: int = 0) -> "Ranking":
        """The ranking of a language in which nothing was found."""
        features, matches, pooled = (np.empty((0, size), np.float32) for size in (len(FEATURES), tokens, 0))
        return cls(language, (), features, matches, pooled)


@dataclass(frozen=True)
class SearchResults:
    """A question's rankings by language, the question's own first, and the weights of its tokens (n,)."""

    question: str
    language: str
    rankings: tuple[Ranking, ...]
    token_weights: Floats

    @property
    def interleaved(self) -> list[SearchResult]:
        """The results of all languages in turn, the question's own first: neither crowds out the other."""
        longest = max((len(ranking.results) for ranking in self.rankings), default=0)
        return [ranking.results[i] for i in range(longest) for ranking in self.rankings if i < len(ranking.results)]


def blended(results: SearchResults, other: SearchResults, share: float, limit: int | None = None) -> SearchResults:
    """The rankings of one search with `share` of the scores of another added, both in standard deviations, or the best.

    A sentence that the other search has not found gets the least of its scores.
    """
    rankings = []
    for ranking in results.rankings:
        beside = next((entry for entry in other.rankings if entry.language == ranking.language), ranking)
        added = dict(zip((r.key for r in beside.results), z(beside.scores), strict=True))
        least = min(added.values(), default=0.0)
        totals = z(ranking.scores) + share * np.array([added.get(r.key, least) for r in ranking.results], np.float32)
        # Back on the scale of the first search, on which leads are judged.
        deviation = float(ranking.scores.std()) if len(totals) else 0.0
        rankings.append(ranking.rescored((totals * deviation / (1 + share)).astype(np.float32), limit))
    return replace(results, rankings=tuple(rankings))


class Index:
    """An opened generation; safe from many threads."""

    def __init__(
        self, generation: Generation, segments: Sequence[Segment], model: EmbeddingModel, weights: Weights | None = None
    ) -> None:
        self.generation = generation
        self.segments = segments
        self.model = model
        self.weights = weights or Weights.of(model.id)
        self.languages = tuple(sorted({language for segment in segments for language in segment.languages}))
        self._frequencies = {language: _merge(segments, language) for language in self.languages}
        self._deviations: dict[str, float] = {}

    @classmethod
    def open(cls, store: Store, library: Library, model: EmbeddingModel, weights: Weights | None = None) -> "Index":
        """Opens the generation in use; articles that changed since it was built are left out until it is built anew.

        GenerationError where there is none for this embedder, SegmentError where its files are not as written.
        """
        name = store.pointer()
        if name is None:
            raise GenerationError(f"There is no index in {store.folder} yet. Build it with: dealbrief index")
        generation = store.read(name)
        if not generation.usable(model.id):
            raise GenerationError(f"The index in {store.folder} was built with {generation.embedder}, not {model.id}.")
        current = {article.id: (article, fingerprint(article)) for article in library}
        segments: list[Segment] = []
        try:
            for entry in generation.segments:
                segments.append(Segment(store.segment(entry.name), current, frozenset(entry.gone), store.place))
        except BriefingError:
            for segment in segments:
                segment.close()
            raise
        return cls(generation, segments, model, weights)

    def close(self) -> None:
        """Closes what the segments have open."""
        for segment in self.segments:
            segment.close()

    @property
    def size(self) -> dict[str, int]:
        """How many articles and sentences can be found."""
        return {
            "articles": sum(int(segment.alive.sum()) for segment in self.segments),
            "sentences": sum(int(segment.alive[segment.sentences[:, 0]].sum()) for segment in self.segments),
        }

    @one_blas_thread()  # products this small gain nothing from a second one, and wait for it where another process runs
    def search(
        self,
        question: str,
        language: str | None = None,
        *,
        among: Sequence[str] | None = None,
        limit: int = 20,
        exclude: frozenset[str] = frozenset(),
    ) -> SearchResults:
        """The best sentences of every language, or of those in `among`.

        `exclude` leaves articles out by id, as if they were not there.
        """
        own = language or language_of(question) or (self.languages[0] if len(self.languages) == 1 else "en")
        vectors = self.model.question(question)
        rankings, shares = [], np.empty(0, np.float32)
        for target in sorted(self.languages, key=lambda name: (name != own, name)):
            if among is not None and target not in among:
                continue
            idf = self._idf(target, vectors.ids)
            prepared = prepare_question(vectors.pooled, vectors.states, idf, self.weights, own)
            shares = shares if len(shares) else prepared.weights
            query = terms(question, own) if target == own else shared_terms(question)
            across = target != own
            most = MAX_ACROSS if across else MAX_CANDIDATES
            ranking = self._rank(prepared, [] if across else query, target, limit, exclude, most)
            rankings.append(replace(ranking, terms={term: self._term_idf(term, target) for term in dict.fromkeys(query)}))
        return SearchResults(question, own, tuple(rankings), shares)

    def _rank(
        self, question: Question, query: list[str], language: str, limit: int, exclude: frozenset[str], most: int
    ) -> Ranking:
        parts = [
            (segment, *found)
            for segment in self.segments
            if (found := candidate_rows(segment, question, query, language, exclude, most))
        ]
        if not parts:
            return Ranking.none(language, len(question.weights))
        owners = np.concatenate([np.full(len(rows), i) for i, (_, rows, _, _) in enumerate(parts)])
        rows = np.concatenate([part[1] for part in parts])
        candidates = gather(parts, question)
        scored = score(question, candidates, self.weights, language)
        results: dict[str, SearchResult] = {}
        best: list[int] = []
        for i in _order(scored, parts, owners, rows):
            result = _result(parts[owners[i]][0], int(rows[i]), scored, float(candidates.likeness[i]), i)
            text = " ".join(result.text.split())
            if text not in results:  # a copy is no second witness
                results[text] = result
                best.append(i)
            if len(best) == limit:
                break
        chosen = tuple(results.values())
        return Ranking(language, chosen, scored.features[best], scored.matches[best], candidates.pooled[best])

    def pooled(self, keys: Sequence[tuple[str, int]]) -> Floats:
        """The vectors of sentences named by article id and offset, (n, dimension); those not in the index are left out."""
        starts: dict[str, list[int]] = {}
        for id, start in keys:
            starts.setdefault(id, []).append(start)
        found = [segment.pooled[segment.rows_at(id, at)] for segment in self.segments for id, at in starts.items()]
        return np.concatenate(found) if any(map(len, found)) else np.empty((0, 0), np.float32)

    def knows(self, word: str, language: str) -> bool:
        """Whether a word stands in a sentence of a language, in any of its forms."""
        return any(
            segment.lexical[language].frequency(term) > 0
            for segment in self.segments
            if language in segment.lexical
            for term in terms(word, language)
        )

    def spoken(self, text: str, among: Sequence[str]) -> str | None:
        """Of some languages the one whose sentences have most of a text's words; None where no one has more than the others."""
        found = words(text)
        known = {
            name: sum(is_stop_word(word, name) or self.knows(word, name) for word in found)
            for name in self.languages
            if name in among
        }
        *others, best = sorted(known, key=known.__getitem__) or [""]
        return best if others and known[best] > known[others[-1]] else None

    def _term_idf(self, term: str, language: str) -> float:
        total = self._frequencies[language][2]
        df = sum(segment.lexical[language].frequency(term) for segment in self.segments if language in segment.lexical)
        return math.log(1 + (total - df + 0.5) / (df + 0.5))

    def _idf(self, language: str, ids: NDArray[np.int32]) -> Floats:
        """ln(1 + (N - df + .5) / (df + .5)) of question tokens over the sentences of a language."""
        known, frequencies, total = self._frequencies[language]
        if not len(ids):
            return np.empty(0, np.float32)
        at = np.minimum(np.searchsorted(known, ids), max(len(known) - 1, 0))
        df = np.where(known[at] == ids, frequencies[at], 0) if len(known) else np.zeros(len(ids))
        return np.log(1 + (total - df + 0.5) / (df + 0.5)).astype(np.float32)


def _merge(segments: Sequence[Segment], language: str) -> tuple[NDArray[np.int32], NDArray[np.int64], int]:
    """Token document frequencies of a language over all segments: ids, counts, number of sentences."""
    pairs = [segment.frequencies(language) for segment in segments]
    ids, inverse = np.unique(np.concatenate([pair[0] for pair in pairs]), return_inverse=True)
    counts = np.bincount(inverse, weights=np.concatenate([pair[1] for pair in pairs]), minlength=len(ids))
    total = sum(last - first for first, last, _ in (segment.rows(language) for segment in segments))
    return ids, counts.astype(np.int64), total


def _order(scored: Scored, parts: Sequence[Any], owners: NDArray[Any], rows: NDArray[np.int64]) -> list[int]:
    """The numbers of the candidates, best first; equals by article id and offset."""
    keys = [
        (-round(float(scored.scores[i]), 5), article_id(segment, segment.sentences[row, 0]), int(segment.sentences[row, 2]))
        for i, (owner, row) in enumerate(zip(owners, rows, strict=True))
        for segment in [parts[owner][0]]
    ]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _result(segment: Segment, row: int, scored: Scored, likeness: float, number: int) -> SearchResult:
    article_number, passage, start, end, position = (int(value) for value in segment.sentences[row])
    article = segment.articles[article_number]
    assert article is not None
    _, passage_start, passage_end = (int(value) for value in segment.passages[passage])
    features = scored.features[number]
    scores = {"s1": float(features[0]), "page": float(features[4]), "likeness": likeness}
    previous = int(segment.sentences[row - 1, 2]) if position else None
    return SearchResult(article, start, end, previous, passage_start, passage_end, float(scored.scores[number]), scores)
