"""Dated events: the sentences whose main date is stated, one event for all that tell the same.

Two sentences tell one event if their dates are compatible and they say the same (claims), or share most of what is rare in
them: names, values and words weighed by how few sentences have them. Names and dates that every sentence of a story has
count for little by that. Across languages only names, values and words written alike can be shared, so there the nearness of
the first sentences decides where there is one.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.moments import ORDER, Moment
from bot.postings import FEW, Postings
from bot.salience import figures_of
from bot.telling import UNKNOWN, Nearness, Told, Weights, uncollected
from index.claims import says_the_same

SAME = 0.3
"""Share of the weight of the shorter sentence that another one of the same date must have to tell the same event."""
DETAIL = 0.25
"""The same where one of the two only names the date of what it speaks of."""
ACROSS = {3: 0.55, 2: 0.7, 1: 0.7}
LEAST_ACROSS = 3
"""The same across languages by precision (day, month, year) where there is no nearness, and how many words of names and values
must be shared to count."""
NEAR_ACROSS, SHARE_WORTH_ACROSS = 0.7, 0.1
"""Nearness and a tenth of that share from which two sentences of one date and of two languages tell one event."""
NEAR, NEAR_SINCE, NEAR_APART, SHARE_WORTH = 0.76, 0.7, 0.85, 0.25
"""Nearness and a quarter of the share from which two sentences of one date and language tell one event, or one a detail of
it; the same where one tells what has been so since that date, and where they give other figures or the date of one only
holds that of the other."""
SHARED = 0.5
"""Share that stands for nearness where there is none."""
ABOUT_TEXTS = re.compile(
    r"\b(?:wrong\w*|error\w*|misprint\w*|disput\w+|conflict\w*|differ\w*|contradict\w*|unclear|doubtful|inferred|contrary|"
    r"slips?|printed by|in circulation|inferences?|(?:the|whose) date of|in \w+ reports?|whereas \w+ gives?|"
    r"right (?:date|about|that|in)|as \w+ \w+ has it|"
    r"our count|rightly|misdat\w+|dates|in \w+ berichten|"
    r"das datum de[rs]|schlussfolgerung\w*|ein schluss von|falsch\w*|fälschlich\w*|"
    r"irrt\w*|strittig|widerspr\w+|druckfehler\w*|unklar|im umlauf|auseinander|zweifelhaft|richtig|zutreffend|recht|"
    r"unserer zählung|anders als|entgegen|pages? (?:seen|of)|(?:reports?|was|were) found|collected|the record|rests? on|"
    r"only source|fand(?:en)? sich|gefunden\w*|gesammelt\w*|gesehen\w*|gelesen\w*)\b|^(?:no|none|nobody|kein\w*|niemand)\b",
    re.IGNORECASE,
)
"""Words of a sentence about what texts say, and not about what happened."""
_FIGURE = re.compile(
    r"\b(?:put|puts|estimat\w+|forecast\w*|counted|calculated|projected|expected|averaged|came to|amount\w*|is|are|was|were|"
    r"had|stood|reached|schätz\w+|bezifferte\w*|zählte\w*|rechnete\w*|errechnete\w*|erwartete\w*|betrug\w*|lag|lagen|ist|sind|war|"
    r"waren|hatte\w*|erreichte\w*|veranschlagt\w*)\b",
    re.IGNORECASE,
)
_SAME_DAY = r"\b(?:day (?:on which|when)|same day|selben Tag|Tag,? an dem|am Tag (?:der|des))\b|, the day\b"
FOLLOWS = re.compile(
    r"\b(?:followed|follow|also|too|again|added|adds|then|next|further|another|folgte\w*|auch|ebenfalls|zudem|wieder|weitere\w*|"
    r"hinzu|dazu|ergänzte\w*|danach)\b|" + _SAME_DAY,
    re.IGNORECASE,
)
"""Words of a sentence that tells something beside another event."""
SAME_DAY = re.compile(_SAME_DAY, re.IGNORECASE)
"""Words of a sentence that names another event of its day."""
_PLANNED = re.compile(
    r"\b(?:planned|set|scheduled|due|expected|to be|geplant|angesetzt|vorgesehen|erwartet|sollte\w*)\b", re.IGNORECASE
)
"""Words before a date of what was only planned for it."""
_AND = re.compile(r"\s(?:and|und)\s")
FIGURE_AFTER = 40
"""Characters after a date in which the verb of its clause may stand."""


@dataclass(frozen=True, eq=False)
class Event:
    """What happened once: the sentences that tell it or a detail of it, the best first."""

    told: tuple[Told, ...]

    @property
    def moment(self) -> Moment:
        """Its date as its best sentence states it."""
        return self.told[0].moment

    def shown(self, language: str) -> Told | None:
        """The sentence that stands for it in a language; None where none there tells it with a date of its own."""
        best = next((told for told in self.told if told.language == language), None)
        return best if best and ORDER[best.moment.role] <= ORDER["news"] else None


def tells_an_event(told: Told) -> bool:
    """Whether a sentence states when something happened, and not what a report says, what did not happen, a limit or a
    figure of a month or a year."""
    if not told.moments or told.denies or told.moment.role == "limit" or ABOUT_TEXTS.search(told.result.text):
        return False
    if UNKNOWN.search(told.result.text):
        return False
    if told.moment.precise == 3 or not any(value.amount is not None for value in told.saying.values):
        return True
    clause = _AND.split(told.result.text[: told.moment.stop + FIGURE_AFTER])[0]
    return told.moment.precise == 2 and not _FIGURE.search(clause)


def _each_date(told: Told) -> Iterator[Told]:
    """A sentence, and once more for a second day of its own ("was decided on 30 April and announced on 2 May")."""
    yield told
    for number, moment in enumerate(told.moments[1:], 1):
        apart = moment.begin != told.moment.begin
        if apart and moment.role == told.moment.role == "event" and moment.precise == told.moment.precise == 3:
            yield replace(told, moments=(moment, *told.moments[:number], *told.moments[number + 1 :]))
            return


@uncollected
def events(
    told: Sequence[Told],
    standing: Callable[[Told], float] = lambda told: 0.0,
    near: Nearness | None = None,
) -> list[Event]:
    """The events that sentences tell, by date; among the sentences of one the highest `standing` stands for it.

    `near` is the nearness of two sentences by token vectors, where there is one.
    """
    telling = [each for entry in told for each in _each_date(entry) if tells_an_event(each)]
    weights = {
        language: Weights(entry.marks for entry in telling if entry.language == language) for language in _languages(told)
    }
    shared = Weights(entry.shared for entry in telling)
    rank = {entry: _rank(entry) for entry in telling}
    order = {entry: (*own[:2], -round(standing(entry), 6), *own[2:]) for entry, own in rank.items()}

    def ordered(groups: Iterable[Sequence[Told]]) -> list[list[Told]]:
        """The sentences of groups, what is dated for itself first, then what stands for what others tell."""
        return [sorted(group, key=order.__getitem__) for group in groups]

    groups: list[list[Told]] = []
    for language in weights:
        own = sorted((entry for entry in telling if entry.language == language), key=rank.__getitem__)
        merged = ordered(_merged(own, weights[language]))
        for _ in range(2):  # what has been put together may show another first sentence
            merged = ordered(_gathered(merged, weights[language], near))
        _join(groups, merged, shared, near)
    found = [Event(tuple(group)) for group in ordered(groups)]
    found = [event for event in found if ORDER[event.moment.role] <= ORDER["news"]]
    return sorted(found, key=lambda event: (event.moment.begin, event.moment.end, event.told[0].result.key))


def _languages(told: Sequence[Told]) -> list[str]:
    return sorted({entry.language for entry in told})


def _rank(told: Told) -> tuple[int, int, int, int, str, int]:
    """Orders the sentences of an event: dated for itself, to the day, by a report, short."""
    role = ORDER[told.moment.role] + 2 * told.opens_denying + told.aside + bool(FOLLOWS.search(told.result.text))
    role += bool(_PLANNED.search(told.result.text, 0, told.moment.start))
    return role, -told.moment.precise, told.dossier, len(told.result.text), *told.result.key


def _merged(told: Sequence[Told], weights: Weights) -> list[list[Told]]:
    """Groups of sentences of one language, given by rank, that tell the same event."""
    groups: list[list[Told]] = []
    posted = Postings()
    for entry in told:
        near = posted.near(entry.marks, entry.moment, weights)
        fitting = [(_alike(entry, groups[number][0], weights), -number) for number in near]
        share, number = max(fitting, default=(0.0, 0))
        if share > 0:
            groups[-number].append(entry)
            continue
        groups.append([entry])
        posted.add(entry.marks, entry.moment, len(groups) - 1)
    return groups


def _gathered(groups: list[list[Told]], weights: Weights, near: Nearness | None) -> list[list[Told]]:
    """The groups of one language, those to the day first, with those put together whose first sentences tell the same."""
    hosts: list[list[Told]] = []
    dated: dict[tuple[date, date], list[int]] = defaultdict(list)
    posted = Postings()
    for group in sorted(groups, key=lambda group: -group[0].moment.precise):
        first = group[0]
        day = first.moment.begin, first.moment.end
        others = dict.fromkeys([*dated[day][:FEW], *posted.near(first.marks, first.moment, weights)])
        surest, number = max(((_sureness(hosts[other][0], first, weights, near), -other) for other in others), default=(0.0, 0))
        if surest >= 1:
            hosts[-number].extend(group)
            continue
        hosts.append(group)
        dated[day].append(len(hosts) - 1)
        posted.add(first.marks, first.moment, len(hosts) - 1)
    return hosts


def _sureness(one: Told, other: Told, weights: Weights, near: Nearness | None) -> float:
    """1 or more where two sentences of one language tell one event, by their nearness and what they share."""
    if not (one.moment.holds(other.moment) or other.moment.holds(one.moment)):
        return 0.0
    exact = one.moment.begin == other.moment.begin and one.moment.end == other.moment.end
    share = _share(one, other, weights)
    if near is None or any(SAME_DAY.search(told.result.text) for told in (one, other)):
        return share / SHARED
    needed = NEAR_SINCE if "since" in (one.moment.role, other.moment.role) else NEAR
    if not exact or _figures(one) != _figures(other):
        needed = NEAR_APART
    return (near(one.result, other.result) + SHARE_WORTH * share) / needed


def _figures(told: Told) -> set[tuple[str, float | None]]:
    return {(value.unit, value.amount) for value in figures_of(told)}


def _alike(one: Told, other: Told, weights: Weights) -> float:
    """How much two sentences of one language share if they tell the same event, else 0."""
    if not (one.moment.holds(other.moment) or other.moment.holds(one.moment)):
        return 0.0
    share = _share(one, other, weights)
    exact = one.moment.begin == other.moment.begin and one.moment.end == other.moment.end
    detail = max(ORDER[one.moment.role], ORDER[other.moment.role]) > ORDER["since"]
    needed = (DETAIL if detail else SAME) if exact else SAME + 0.1
    if exact and one.core.numbered & other.core.numbered:
        return max(share, needed)
    told = share >= needed and one.core.stems & other.core.stems  # names alone say of whom, and not what
    return share if told or says_the_same(one.core, other.core) else 0.0


def _share(one: Told, other: Told, weights: Weights) -> float:
    """The share of the weight of the lighter of two sentences that both have."""
    least = min(weights.whole(one.marks), weights.whole(other.marks))
    return weights.sum(one.marks & other.marks) / least if least else 0.0


def _join(groups: list[list[Told]], further: list[list[Told]], shared: Weights, near: Nearness | None) -> None:
    """Adds the groups of a further language to those of the others that tell the same, one to one, the surest first."""
    dated: dict[tuple[date, date], list[int]] = defaultdict(list)
    posted: dict[tuple[date, date, str], list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        day = group[0].moment.begin, group[0].moment.end
        dated[day].append(number)
        for mark in group[0].shared:
            posted[*day, mark].append(number)
    pairs = []
    for number, group in enumerate(further):
        first = group[0]
        day = first.moment.begin, first.moment.end
        others: dict[int, None] = {}
        for mark in sorted(first.shared, key=lambda mark: (-shared.of(mark), mark)):
            if len(others) < FEW:
                others |= dict.fromkeys(posted.get((*day, mark), ())[:FEW])
        others |= dict.fromkeys(dated.get(day, ())[:FEW])
        for other in others:
            if (sureness := _sureness_across(group, groups[other], shared, near)) >= 1:
                pairs.append((-sureness, number, other))
    taken: set[int] = set()
    matched: set[int] = set()
    for _, number, other in sorted(pairs):
        if number not in matched and other not in taken:
            matched.add(number)
            taken.add(other)
            groups[other] += further[number]
    groups += [group for number, group in enumerate(further) if number not in matched]


def _sureness_across(one: Sequence[Told], other: Sequence[Told], shared: Weights, near: Nearness | None) -> float:
    """1 or more where two groups of one date and of two languages tell one event, by their nearness and what they share."""
    share = _share_across(one, other, shared)
    if near is None:
        return share / ACROSS[one[0].moment.precise]
    return (near(one[0].result, other[0].result) + SHARE_WORTH_ACROSS * share) / NEAR_ACROSS


def _share_across(one: Sequence[Told], other: Sequence[Told], shared: Weights) -> float:
    """How much the sentences of two groups share of what two languages can share; 0 where that is little."""
    mine = frozenset().union(*(entry.shared for entry in one[:3]))
    theirs = frozenset().union(*(entry.shared for entry in other[:3]))
    least = min(shared.sum(mine), shared.sum(theirs))
    return shared.sum(mine & theirs) / least if len(mine & theirs) >= LEAST_ACROSS else 0.0
