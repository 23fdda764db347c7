"""The default reader: an answer composed of the articles' own sentences, at most three.

What is shown, and why (finding.md section 5):
- A sentence is eligible if it is whole and of a readable length: fragments and headings answer nothing by themselves.
- The first statement is the claim that ranks best, where a sentence that has what was asked (a date for "when") wins
  over one that does not unless the latter leads clearly.
- "Now" takes the latest of claims that rank nearly the same.
- A second and a third statement come only for a further part of the question, or where the first does not lead: then the
  runners-up could as well be the answer. Together they have at most 120 words; the last gives way, the first never.
- Order: parts as asked; inside a part by rank. No word of our own is added.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.question import Asked, Kind, has_what_was_asked
from index.claims import Claim, ClaimMaker, overlap
from index.search import Ranking, SearchResult

MAX_STATEMENTS = 3
MAX_WORDS = 120
CANDIDATES = 12
CLEAR_LEAD = 0.97
"""Share of the evidence from which the first claim stands alone; what it costs and gains: `dealbrief eval answers`."""
RUNNER_UP = 0.01
"""Share of the evidence that a further claim needs to be shown."""
KIND_BONUS = 0.9
WORDS_BONUS = 1.5
"""What a sentence gains that has what was asked, and one that has all content words of the question."""
REPEATS = 0.75
"""Share of the stems from which a runner-up only repeats what is shown."""
NEARLY = 0.5
"""Difference of scores up to which the date decides in a question about now."""

_LEANS = re.compile(
    r"(?:it|its|he|she|his|her|they|their|this|that|these|those|then|there|such|er|sie|es|sein\w*|ihr\w*|dies\w*|das|dabei|"
    r"damit|dann|dort|zudem|dadurch|daher|dafür|darauf|darin)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[.!…][\"'»«“”’)\]]*$")
_LABEL = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s")


@dataclass(frozen=True, slots=True)
class Choice:
    """A claim to be shown, for the part of the question that it answers."""

    claim: Claim
    part: int


def leans(text: str) -> bool:
    """Whether a sentence begins with a word that points to the one before it."""
    return bool(_LEANS.match(text.lstrip("\"'„“»«([")))


def eligible(result: SearchResult, best: bool) -> bool:
    """Whether a sentence may be shown: 6 to 60 words, whole, no question, no list label; a longer one only as the best."""
    text = result.text
    count = len(text.split())
    return bool(_WHOLE.search(text)) and count > 3 and (count >= 6 or best) and (count <= 60 or best) and not _LABEL.match(text)


def weighed(ranking: Ranking, kind: Kind) -> Ranking:
    """The ranking with the words of the question and the kind of thing that it asks for counted, best first."""
    if not ranking.results:
        return ranking
    worth = [
        result.score + KIND_BONUS * has_what_was_asked(result.text, kind) + WORDS_BONUS * ranking.covered(result)
        for result in ranking.results
    ]
    order = sorted(range(len(worth)), key=lambda i: (-round(worth[i], 5), ranking.results[i].key))
    results = tuple(replace(ranking.results[i], score=worth[i]) for i in order)
    return replace(ranking, results=results, features=ranking.features[order], matches=ranking.matches[order])


def compose(asked: Asked, rankings: Sequence[Ranking], maker: ClaimMaker) -> list[Choice]:
    """The claims to show for each part's ranking (as `weighed` gives it), in the order of the parts."""
    chosen: list[Choice] = []
    for number, (kind, ranking) in enumerate(zip(asked.kinds, rankings, strict=True)):
        room = MAX_STATEMENTS - len(chosen) - (len(rankings) - number - 1)
        for claim in _for_part(kind, ranking, asked.now, maker)[: max(1, room)]:
            if not any(claim.representative.key == choice.claim.representative.key for choice in chosen):
                chosen.append(Choice(claim, number))
    return _within_words(chosen[:MAX_STATEMENTS])


def _for_part(kind: Kind, ranking: Ranking, now: bool, maker: ClaimMaker) -> list[Claim]:
    """The best claim and those that could as well be the answer."""
    usable = [result for i, result in enumerate(ranking.results[:CANDIDATES]) if eligible(result, best=i == 0)]
    claims = maker.claims(usable, prefer=lambda result: has_what_was_asked(result.text, kind))
    if not claims:
        return []
    scores = np.array([claim.score for claim in claims])
    order = list(np.argsort(-scores, kind="stable"))
    if now:
        near = [i for i in order if scores[order[0]] - scores[i] <= NEARLY]
        latest = max(near, key=lambda i: (_day(claims[i]), -order.index(i)))
        order = [latest, *(i for i in order if i != latest)]
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    shown = [order[0]]
    for i in order[1:]:
        if shares[shown].sum() < CLEAR_LEAD and shares[i] >= RUNNER_UP and len(shown) < MAX_STATEMENTS:
            said = maker.saying(claims[i].representative)
            if all(overlap(said, maker.saying(claims[j].representative)) < REPEATS for j in shown):
                shown.append(i)
    return [claims[i] for i in shown]


def _day(claim: Claim) -> int:
    return claim.date.last.toordinal() if claim.date else 0


def _within_words(chosen: list[Choice]) -> list[Choice]:
    while len(chosen) > 1 and sum(len(choice.claim.representative.text.split()) for choice in chosen) > MAX_WORDS:
        chosen = chosen[:-1]
    return chosen
