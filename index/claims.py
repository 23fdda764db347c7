"""Sentences that say the same thing become one claim, so that nothing is shown twice and support is counted by origin.

index/agreement.py tells which do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.article import Article, PartialDate
from index.agreement import clash, overlap, says_the_same
from index.comparing import Clash
from index.lexical import words
from index.lexicon import tags
from index.saying import Saying, understand
from index.search import SearchResult
from index.values import missing

__all__ = ["Claim", "ClaimMaker", "Clash", "Saying", "corrects", "overlap", "says_the_same", "understand"]

NEARLY = 0.5
"""Difference of scores up to which another sentence of a claim may stand for it, if it has all figures of the best one."""
ASKED_FOR = 2.0
"""The same for a sentence that has what was asked where the best one has not."""
KEPT = 50_000
"""Texts of which it is kept what they say, some 3 kB each."""
_KIND_ORDER = {"original": 0, "digest": 1, "dossier": 2}


@dataclass(frozen=True, slots=True)
class Claim:
    """Sentences that say the same: the one to show, then the others best first; whose reporting they rest on; its date.

    `score` is the best of its sentences; `date` the latest date in the representative, else its article's, else None.
    """

    representative: SearchResult
    others: tuple[SearchResult, ...]
    origins: tuple[str, ...]
    date: PartialDate | None
    score: float


@dataclass(frozen=True)
class ClaimMaker:
    """Merges sentences into claims; `aliases` are the story's actors, `origin` says whose reporting an article rests on,
    `voices` are the folded names of those who only report.

    `nearness` is that of two sentences by token vectors, where there is one. What a sentence says is kept, so that it is
    worked out once.
    """

    aliases: Mapping[str, tuple[str, ...]]
    origin: Callable[[Article], str]
    nearness: Callable[[SearchResult, SearchResult], float] | None = None
    voices: frozenset[str] = frozenset()
    _known: dict[tuple[str, str], Saying] = field(default_factory=dict)

    def learn_from(self, other: "ClaimMaker | None") -> None:
        """Keeps what another one has worked out, where it knew the same actors."""
        if other is not None and (other.aliases, other.voices) == (self.aliases, self.voices):
            self._known.update(other._known.copy())

    def claims(
        self, results: Sequence[SearchResult], prefer: Callable[[SearchResult], bool] = lambda result: True
    ) -> list[Claim]:
        """Claims in the order of their best sentences; one that `prefer` likes stands for a claim whose best is not liked."""
        groups: list[list[SearchResult]] = []
        for result in results:
            group = next((group for group in groups if self.alike(group[0], result)), None)
            if group is None:
                groups.append([result])
            else:
                group.append(result)
        return [self._claim(group, prefer) for group in groups]

    def alike(self, first: SearchResult, second: SearchResult) -> bool:
        """Whether two sentences say the same."""
        if first.text.split() == second.text.split():
            return True
        nearness = self.nearness
        near = None if nearness is None else lambda: nearness(first, second)
        return says_the_same(self.saying(first), self.saying(second), near)

    def clash(self, first: SearchResult, second: SearchResult) -> Clash | None:
        """What two sentences contradict each other in; None where they do not. Without token vectors nothing is said."""
        nearness = self.nearness
        if nearness is None or _one_writer(first, second):  # nobody contradicts himself
            return None
        return clash(self.saying(first), self.saying(second), lambda: nearness(first, second))

    def saying(self, result: SearchResult) -> Saying:
        """What a sentence says."""
        return self.understand(result.text, result.article.source.language)

    def above(self, result: SearchResult) -> tuple[Saying, Saying]:
        """What the title of a sentence's article and the whole of its passage say."""
        source, text = result.article.source, result.article.text[result.passage_start : result.passage_end]
        return self.understand(source.title, source.language), self.understand(text, source.language)

    def understand(self, text: str, language: str) -> Saying:
        """What a text says."""
        known = self._known.get((text, language))
        if known is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            known = self._known[text, language] = understand(text, language, self.aliases, voices=self.voices)
        return known

    def _claim(self, group: list[SearchResult], prefer: Callable[[SearchResult], bool]) -> Claim:
        told = self.saying(group[0])
        liked = prefer(group[0])
        near = [
            result
            for result in group
            if group[0].score - result.score <= (ASKED_FOR if prefer(result) and not liked else NEARLY)
            and not missing(told.values, self.saying(result).values)
        ]
        shown = min(near, key=lambda result: (not prefer(result), *_standing(result)))
        copies = [result for result in near if result.text.split() == shown.text.split()]
        shown = min(
            copies, key=lambda result: (_KIND_ORDER[result.article.source.kind], self._copied(result), *_standing(result))
        )
        origins = [self.origin(result.article) for result in [shown, *group]]
        others, seen = [], {origins[0]}
        for result, origin in zip(group, origins[1:], strict=True):
            if origin not in seen:
                others.append(result)
                seen.add(origin)
        return Claim(shown, tuple(others), tuple(dict.fromkeys(origins)), self.date(shown), group[0].score)

    def _copied(self, result: SearchResult) -> bool:
        """Whether an article rests on another's reporting."""
        source = result.article.source
        return self.origin(result.article).casefold() != (source.publisher or source.id).casefold()

    def date(self, result: SearchResult) -> PartialDate | None:
        """The latest date that a sentence names, else its article's."""
        named = [value.until or value.date for value in self.saying(result).values if value.date]
        dated = [date for date in named if date is not None]
        return max(dated, key=lambda date: date.last, default=result.article.source.published)


def _one_writer(first: SearchResult, second: SearchResult) -> bool:
    """Whether two sentences are of one publisher, or two of dossiers rest on a common note or on none."""
    one, other = first.article.source, second.article.source
    if one.kind != other.kind and "dossier" in (one.kind, other.kind):
        return False
    if one.kind != "dossier":
        return (one.publisher or one.id) == (other.publisher or other.id)
    noted = [{note.publisher for note in result.references} for result in (first, second)]
    return bool(noted[0] & noted[1]) or not all(noted)


def corrects(text: str) -> bool:
    """Whether a sentence shows something that is told to be an error."""
    return any("error" in tags(word.lower()) for word in words(text))


def _standing(result: SearchResult) -> tuple[int, int, int, str]:
    """Originals before digests before dossiers, then the later, then the shorter."""
    source = result.article.source
    published = source.published.last.toordinal() if source.published else 0
    return _KIND_ORDER[source.kind], -published, len(result.text), source.id
