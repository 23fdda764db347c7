"""Sentences that say the same thing become one claim, so that nothing is shown twice and support is counted by origin.

Cosine cannot tell: two different statements about one bid are as close as two reports of one statement. So words,
values and names decide, each with a veto (finding.md section 4). Two sentences of one language are the same claim if
- the numbers, amounts and dates of one stand in the other, within 2 %; years alone veto only where nothing else is shared;
- both deny or neither does; words of scope (all, only) and of measure (profit, share) agree;
- they share a name, and the first two names come in the same order;
- they share at least half of the other stems of the shorter one, and three: names and dates, which every sentence of a
  story has, do not count.
Not merging costs a repeated sentence; merging wrongly costs the contract: so every doubt is a veto.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.article import Article, PartialDate
from index.dates import masked
from index.lexical import terms
from index.names import actor_order, names, same_name
from index.search import SearchResult
from index.values import Value, missing, same, values

TOLERANCE = 0.02
LEAST_OVERLAP = 0.5
LEAST_SHARED = 3
NEARLY = 0.5
"""Difference of scores up to which another sentence of a claim may stand for it."""

_DENIAL = re.compile(
    r"\b(not|no|never|nobody|none|neither|nor|without|den(?:y|ied|ies)|refus\w+|reject\w+|\w+n't|nicht|kein\w*|nie|niemals|"
    r"niemand|weder|ohne|bestritt\w*|wies\w*|dementiert\w*)\b",
    re.IGNORECASE,
)
_SCOPE = re.compile(r"\b(all|only|whole|entire|each|every|alle[ns]?|nur|ganz\w*|gesamt\w*|jede\w*|je)\b", re.IGNORECASE)
_MEASURE = re.compile(
    r"\b(profit|revenue|sales|share|stake|price|users?|value|valuation|fee|fine|gewinn|umsatz|anteil|preis|nutzer|wert|"
    r"bewertung|gebühr|strafe|bußgeld)\w*",
    re.IGNORECASE,
)
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
class Saying:
    """What a sentence says, in the forms in which sentences are compared."""

    stems: frozenset[str]
    values: tuple[Value, ...]
    names: tuple[str, ...]
    denies: bool
    scope: frozenset[str]
    measure: frozenset[str]


@dataclass(frozen=True)
class ClaimMaker:
    """Merges sentences into claims; `aliases` are the story's actors, `origin` says whose reporting an article rests on.

    What a sentence says is kept, so that it is worked out once.
    """

    aliases: Mapping[str, tuple[str, ...]]
    origin: Callable[[Article], str]
    _known: dict[tuple[str, str], Saying] = field(default_factory=dict)

    def claims(
        self, results: Sequence[SearchResult], prefer: Callable[[SearchResult], bool] = lambda result: True
    ) -> list[Claim]:
        """Claims in the order of their best sentences; among near equals one that `prefer` likes stands for the claim."""
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
        if first.article.source.language != second.article.source.language:
            return False
        return first.text.split() == second.text.split() or says_the_same(self.saying(first), self.saying(second))

    def saying(self, result: SearchResult) -> Saying:
        """What a sentence says."""
        return self.understand(result.text, result.article.source.language)

    def understand(self, text: str, language: str) -> Saying:
        """What a text says."""
        if (text, language) not in self._known:
            self._known[text, language] = understand(text, language, self.aliases)
        return self._known[text, language]

    def _claim(self, group: list[SearchResult], prefer: Callable[[SearchResult], bool]) -> Claim:
        near = [result for result in group if group[0].score - result.score <= NEARLY]
        shown = min(near, key=lambda result: (not prefer(result), *_standing(result)))
        origins = [self.origin(result.article) for result in [shown, *group]]
        others, seen = [], {origins[0]}
        for result, origin in zip(group, origins[1:], strict=True):
            if origin not in seen:
                others.append(result)
                seen.add(origin)
        return Claim(shown, tuple(others), tuple(dict.fromkeys(origins)), self.date(shown), group[0].score)

    def date(self, result: SearchResult) -> PartialDate | None:
        """The latest date that a sentence names, else its article's."""
        named = [value.until or value.date for value in self.saying(result).values if value.date]
        dated = [date for date in named if date is not None]
        return max(dated, key=lambda date: date.last, default=result.article.source.published)


def understand(text: str, language: str, aliases: Mapping[str, tuple[str, ...]]) -> Saying:
    """The stems beside values and names, the values and names of a sentence, and whether it denies, limits or measures."""
    found = values(text, language)
    rest = masked(text, [*found, *names(text, language, aliases)])
    return Saying(
        frozenset(terms(rest, language)),
        found,
        actor_order(text, language, aliases),
        len(_DENIAL.findall(text)) % 2 == 1,
        frozenset(word.casefold()[:4] for word in _SCOPE.findall(text)),
        frozenset(word.casefold() for word in _MEASURE.findall(text)),
    )


def says_the_same(first: Saying, second: Saying) -> bool:
    """Whether two sayings of one language are one claim; see the module's rules."""
    if first.denies != second.denies or first.scope != second.scope:
        return False
    if first.measure and second.measure and not first.measure & second.measure:
        return False
    if len(first.stems & second.stems) < LEAST_SHARED or overlap(first, second) < LEAST_OVERLAP:
        return False
    if not _values_agree(first.values, second.values):
        return False
    return _names_agree(first.names, second.names)


def overlap(first: Saying, second: Saying) -> float:
    """The share of the shorter one's stems that the other has."""
    shorter = min(len(first.stems), len(second.stems))
    return len(first.stems & second.stems) / shorter if shorter else 0.0


def _values_agree(first: Sequence[Value], second: Sequence[Value]) -> bool:
    def nested(kinds: tuple[str, ...]) -> bool:
        one = [value for value in first if value.kind in kinds]
        other = [value for value in second if value.kind in kinds]
        less, more = sorted((one, other), key=len)
        return all(any(same(value, known, TOLERANCE) for known in more) for value in less)

    if not nested(("money",)) or not nested(("percent", "points")) or not nested(("number",)):
        return False
    shared = any(same(a, b, TOLERANCE) for a in first for b in second if a.kind not in ("year", "date"))
    return shared or not missing(first, second) or not missing(second, first) or nested(("date", "year"))


def _names_agree(first: Sequence[str], second: Sequence[str]) -> bool:
    shared = [(i, j) for i, name in enumerate(first) for j, other in enumerate(second) if same_name(name, other)]
    if not shared:
        return not first and not second
    # The first two names that both have stand in the same order: swapping two actors turns a claim around.
    ranks = [j for _, j in shared[:2]]
    return ranks == sorted(ranks)


def _standing(result: SearchResult) -> tuple[int, int, int, str]:
    """Originals before digests before dossiers, then the later, then the shorter."""
    source = result.article.source
    published = source.published.last.toordinal() if source.published else 0
    return _KIND_ORDER[source.kind], -published, len(result.text), source.id
