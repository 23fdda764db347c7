"""The default reader: an answer composed of the articles' own sentences, at most three.

What is shown, and why (finding.md section 5):
- A sentence is eligible if it is whole and of a readable length: fragments and headings answer nothing by themselves.
- The first statement is the claim that ranks best, where a sentence that has what was asked (a date for "when") wins
  over one that does not unless the latter leads clearly; one that tells of another in order (the first delay where the
  second is asked for) stands behind.
- "Now" takes the latest of claims that rank nearly the same, then the best one, then the later of its close rivals.
- A second and a third statement come only for a further part of the question, or where the first of a part does not
  lead: then the runners-up could as well be the answer, those of all parts in turn. Together they have at most 120
  words; the last gives way, the first never.
- What contradicts the first statement and ranks as high as an answer may stands beside it, before other runners-up; a
  sentence that shows the other to be an error stands first.
- Order: parts as asked; inside a part by rank. No word of our own is added.
"""

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bot.answer import Check
from bot.question import Asked, Kind, has_what_was_asked
from bot.reading import Found, Proposal
from index.claims import Claim, ClaimMaker, corrects
from index.lexical import word_set
from index.lexicon import ordinals
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
NUMBER_BONUS = 2.0
"""What a sentence gains that has the numbers of the question: what bears a number has neighbours that differ in it alone."""
OTHER_ORDINAL = 2.0
"""What a sentence loses that tells of the first or third where the question asks for the second."""
NEARLY = 0.5
"""Difference of scores up to which the date decides in a question about now."""

AS_MUCH = 2.0
"""Difference of scores up to which what contradicts the first claim is as much the answer, and a later state may be now's."""

_LEANS = re.compile(
    r"(?:it|its|he|she|his|her|they|their|this|that|these|those|then|there|such|er|sie|es|sein\w*|ihr\w*|dies\w*|dabei|"
    r"damit|dann|dort|zudem|dadurch|daher|dafür|darauf|darin|"
    # Before a noun, with an adjective or without, "das" is an article: "Das Gericht", "Das neue Gericht", "Das sagte er".
    r"das(?!\s(?:(?-i:[A-ZÄÖÜ\d])|ge\w+te\s|(?!(?:wäre|habe|würde|werde)\s)\w+(?<!t)e\s)))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?!(?:19|20)\d\d$)\d{4,}")
"""A number of at least four digits that is no year: it names a thing (Order 14352); smaller ones mostly count some."""
_WHOLE = re.compile(r"[.!…][\"'»«“”’)\]]*$")
_LABEL = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s")


@dataclass(frozen=True, slots=True)
class Choice:
    """A claim to be shown, for the part of the question that it answers, and whether it contradicts another one shown."""

    claim: Claim
    part: int
    disputed: bool = False


@dataclass(frozen=True)
class ExtractiveReader:
    """Proposes the articles' own sentences."""

    name: str = "extractive"
    values: Mapping[str, object] = field(default_factory=dict)

    def read(self, found: Found) -> Generator[Proposal, Check, None]:
        """The claims that lead, each in the words of its representative."""
        for claim in found.leading:
            yield Proposal(claim.representative.text, (claim,))


def leans(text: str) -> bool:
    """Whether a sentence begins with a word that points to the one before it."""
    return bool(_LEANS.match(text.lstrip("\"'„“»«([")))


def eligible(result: SearchResult, best: bool) -> bool:
    """Whether a sentence may be shown: 6 to 60 words, whole, no question, no list label; a longer one only as the best."""
    text = result.text
    count = len(text.split())
    return bool(_WHOLE.search(text)) and count > 3 and (count >= 6 or best) and (count <= 60 or best) and not _LABEL.match(text)


def weighed(ranking: Ranking, kind: Kind, question: str) -> Ranking:
    """The ranking with the words, numbers and ordinals of the question and the kind of thing that it asks for, best first."""
    if not ranking.results:
        return ranking
    numbers = {term for term in ranking.terms if _NUMBER.fullmatch(term)}
    asked = ordinals(question)
    worth = [
        result.score
        + KIND_BONUS * has_what_was_asked(result.text, kind)
        + WORDS_BONUS * ranking.covered(result)
        + NUMBER_BONUS * bool(numbers and numbers <= word_set(result.text, ranking.language))
        - OTHER_ORDINAL * bool(asked and (told := ordinals(result.text)) and not asked & told)
        for result in ranking.results
    ]
    return ranking.rescored(np.array(worth, np.float32))


def compose(asked: Asked, rankings: Sequence[Ranking], maker: ClaimMaker) -> list[Choice]:
    """The claims to show for each part's ranking (as `weighed` gives it), in the order of the parts.

    Every part has its first claim shown that no other has, then every part its next, as long as there is room: the other
    side of a conflict before all, then the last part's, since what it leaves unsaid is harder to find.
    """
    offers = [
        _side_by_side(*_for_part(kind, ranking, asked.now, maker), maker)
        for kind, ranking in zip(asked.kinds, rankings, strict=True)
    ]
    chosen: list[Choice] = []
    for turn in range(MAX_STATEMENTS):
        parts = list(range(len(offers)))
        if turn:
            parts.sort(key=lambda part: (_side_of(offers[part], chosen) is None, -part))
        for part in parts:
            new = _new(offers[part], chosen)
            if new is None or len(chosen) == MAX_STATEMENTS:
                continue
            side = _side_of(offers[part], chosen)
            if side is not None:
                chosen[side] = replace(chosen[side], disputed=True)
            chosen.append(replace(new, part=part if side is None else chosen[side].part))
    sides = [choice.part for choice in chosen if choice.disputed]
    ordered = [replace(choice, disputed=sides.count(choice.part) > 1 and choice.disputed) for choice in chosen]
    return _within_words(sorted(ordered, key=lambda choice: choice.part))


def _new(offers: Sequence[Choice], chosen: Sequence[Choice]) -> Choice | None:
    """The first that is not chosen yet."""
    known = {choice.claim.representative.key for choice in chosen}
    return next((offer for offer in offers if offer.claim.representative.key not in known), None)


def _side_of(offers: Sequence[Choice], chosen: Sequence[Choice]) -> int | None:
    """The number of the chosen one that the next offer contradicts, if it does."""
    new = _new(offers, chosen)
    if new is None or not new.disputed:
        return None
    rivals = {offer.claim.representative.key for offer in offers if offer.disputed}
    return next((i for i, choice in enumerate(chosen) if choice.claim.representative.key in rivals), None)


def _side_by_side(shown: Sequence[Claim], others: Sequence[Claim], maker: ClaimMaker) -> list[Choice]:
    """The claims to show, with the other side of a conflict right after the first, or before it where it corrects it."""
    if not shown:
        return []
    first = shown[0]
    rivals = [claim for claim in (*shown[1:], *others) if first.score - claim.score <= AS_MUCH]
    rival = next((claim for claim in rivals if maker.clash(first.representative, claim.representative)), None)
    if rival is None:
        return [Choice(claim, 0) for claim in shown]
    sides = [Choice(first, 0, True), Choice(rival, 0, True)]
    if corrects(rival.representative.text) and not corrects(first.representative.text):
        sides.reverse()
    return sides + [Choice(claim, 0) for claim in shown[1:] if claim is not rival]


def _for_part(kind: Kind, ranking: Ranking, now: bool, maker: ClaimMaker) -> tuple[list[Claim], list[Claim]]:
    """The best claim and those that could as well be the answer, and the claims that are left."""
    usable = [result for i, result in enumerate(ranking.results[:CANDIDATES]) if eligible(result, best=i == 0)]
    claims = maker.claims(usable, prefer=lambda result: has_what_was_asked(result.text, kind))
    if not claims:
        return [], []
    scores = np.array([claim.score for claim in claims])
    order = list(np.argsort(-scores, kind="stable"))
    if now:
        latest = order[0]
        for i in order:
            if scores[order[0]] - scores[i] <= NEARLY and _is_later(claims[i], claims[latest]):
                latest = i
        first = [latest] if latest == order[0] else [latest, order[0]]
        close = [i for i in order if i not in first and scores[order[0]] - scores[i] <= AS_MUCH]
        later = sorted(close, key=lambda i: -_day(claims[i]))
        order = [*first, *later, *(i for i in order if i not in first and i not in close)]
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    shown = [order[0]]
    for i in order[1:]:
        if shares[shown].sum() < CLEAR_LEAD and shares[i] >= RUNNER_UP and len(shown) < MAX_STATEMENTS:
            shown.append(i)
    return [claims[i] for i in shown], [claims[i] for i in order if i not in shown]


def _day(claim: Claim) -> int:
    return claim.date.last.toordinal() if claim.date else 0


def _is_later(claim: Claim, other: Claim) -> bool:
    """Whether a claim is of a later time for sure: "January 2026" is not later than "8 January 2026"."""
    return claim.date is not None and (other.date is None or claim.date.first > other.date.last)


def _within_words(chosen: list[Choice]) -> list[Choice]:
    while len(chosen) > 1 and sum(len(choice.claim.representative.text.split()) for choice in chosen) > MAX_WORDS:
        chosen = chosen[:-1]
    return chosen
