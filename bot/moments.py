"""When what a sentence tells happened: its main date, told apart from the dates that it only mentions.

A sentence may hold the date of a report ("wrote on 2 April"), of a thing that it names ("the order of 20 January"), of a
limit ("until 5 April") and of what it tells. Each date gets a role by the words before it; the role decides which is the
main one. Days, months, quarters, half-years and years keep their precision, ranges their two ends; "the day before" counts
from the date before it, else from the article's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal, NamedTuple

from corpus.article import PartialDate
from index.values import values

Role = Literal["event", "since", "act", "news", "thing", "report", "limit"]

ORDER: dict[Role, int] = {"event": 0, "since": 1, "act": 2, "news": 3, "thing": 4, "report": 5, "limit": 6}
"""The roles of dates, that of what the sentence tells first."""
_WINDOW = 90
"""Characters before a date in which the words stand that say what it is the date of."""
_SUBJECT = 80
"""Characters from the beginning in which the date of a thing that acts stands ("The order of 14 August 2020 gave ...")."""

_LIMIT = re.compile(
    r"\b(?:until|till|by|before|after|nach dem|prior to|deadline(?: of)?|through|bis(?: zum| zu)?|vor dem|vor|zum|"
    r"spätestens(?: am)?|(?:extended|moved|postponed|delayed|pushed|put off|set|asked|planned) (?:\w+ ){0,3}(?:to|for)|"
    r"(?:verlängert\w*|verschob\w*|verlegt\w*|geplant|angesetzt) (?:\w+ ){0,3}(?:auf|für)(?: den)?|to|auf den|für den|für)\s$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:since|from|starting(?: on)?|as of|seit(?: dem)?|ab(?: dem)?|von)\s$", re.IGNORECASE)
_THING = re.compile(
    r"(?:\b(?:of|for|dated)|'s|’s|\bthe|\bdes Jahres|(?:[A-ZÄÖÜ][\w-]+|\d+) (?:vom|von|aus dem Jahr)|\bdes|\bdem|\bder)\s$"
)
_NOT_BEFORE = re.compile(r"\b(?:vor|nach|bis zu|before|after)\s(?:dem|der|den|the)\s$", re.IGNORECASE)
_ACTED = re.compile(
    r",?\s(?:then |also |later |\w+ly )?(?:(?!need|seed|speed)[a-z]+ed|gave|made|set|told|put|brought|took|led|began|came|cut|"
    r"let|sent|said|found|held|forbade|laid|won|lost|fell|rose|(?:ver|be|er|ge|ent|unter)?[a-zäöüß]{3,}t(?:e|en)|gab|nahm|ließ|hob|kam|"
    r"lag|sah|schrieb|verbot|wies|trat|stieg|schob|verlieh|entschied|begann|fiel|zog)\b"
)
_NEWS = re.compile(r"\b(?:that|dass)\b.*\b(?:had|has|have|was|were|would|hatten?|habe|haben|sei|seien|wurden?|worden|werde)\b")
_PART_OF_DAY = re.compile(
    r"\b(?:planned|set|scheduled|due|expected|geplant|angesetzt|vorgesehen) (?:for|on|in|für)(?: the| den)?\s$|"
    r"\b\w+(?:day|tag|woch|abend),? dem\s$|\b(?:[Ii]n|[Dd]uring|[Oo]ver) (?:the|der|den)\s$|"
    r"\b(?:on|in|at|am|an) (?:the |dem |der )?(?:evening|morning|night|afternoon|day|week|end|beginning|middle|weekend|"
    r"Abend|Morgen|Nachmittag|Nacht|Woche|Ende|Anfang|Tag)(?: of| des| vom)?\s$"
)
_REPORTS = re.compile(
    r"\b(?:report|reports|article|articles|text|texts|account|summary|story|page|digest|commentary|column|timeline|reminder|"
    r"according to|as reported|bericht\w*|artikel\w*|text\w*|meldung\w*|zusammenfassung\w*|kommentar\w*|kolumne\w*|"
    r"(?:reported|wrote|written|published|carried|quoted|recalled|noted|berichtete\w*|schrieb\w*|meldete\w*|veröffentlicht\w*|"
    r"schilderte|zitierte))\b(?P<rest>[^.;:]*)$",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"(?:['’]s|-\w+)\s[A-ZÄÖÜ][\w.-]*\s(?:[A-ZÄÖÜ][\w.-]*\s)+")
"""Somebody behind the name of a medium who speaks himself (the Herald's Ann Lee)."""
_JUST_REPORTED = re.compile(
    r"\b(?:reported|wrote|noted|recalled|(?:berichtete|meldete|schrieb)\s(?:[^\s,;:]+\s){0,3}[^\s,;:]+)\s$"
)
"""A verb of reporting right before the day after which it was reported."""
_CLAUSE = re.compile(
    r"\b(?:that|dass|ob|whether|which|who|when|where|weil|because|after|nachdem|wonach)\b|[;:]|,\s(?:der|die|das)\s"
)
_SUPPOSED = re.compile(r"\b(?:[Ll]aut|[Nn]ach|zufolge)\s(?:(?:der|dem|den)\s)?(?:[A-ZÄÖÜ][\w-]+\s){0,2}$")
_BETWEEN = re.compile(r"\b(?:between|from|zwischen|von|vom)\s(?:the\s|dem\s)?$", re.IGNORECASE)
_RANGE = re.compile(r"\.?\s?[–-]\s?|\.?\s(?:to|until|through|and|bis|und)\s(?:(?:the|zum|dem|den)\s)?")
_RANGED = re.compile(r"\.?\s?[–-]\s?|\.?\s(?:to|until|through|bis)\s(?:(?:the|zum|dem|den)\s)?")
_RELATIVE = re.compile(
    r"\b(?:(?P<before>the day before|a day earlier|the previous day|am Tag zuvor|tags zuvor|am Vortag|einen Tag zuvor)|"
    r"(?P<after>the day after|a day later|the next day|the following day|am Tag danach|tags darauf|am nächsten Tag|"
    r"am folgenden Tag|einen Tag später)|"
    r"(?P<same>the same day|on that day|that day|am selben Tag|am gleichen Tag|an diesem Tag)|"
    r"(?P<today>today|this morning|heute)|(?P<yesterday>yesterday|gestern)|(?P<tomorrow>tomorrow|morgen(?= (?:wird|soll)))|"
    r"(?P<month>last month|im vergangenen Monat|vergangenen Monat|letzten Monat)|"
    r"(?P<year>last year|im vergangenen Jahr|im Vorjahr|letztes Jahr)|"
    r"(?:(?:on|am|last|vergangenen|letzten) )(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Montag|"
    r"Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|Sonntag)(?! (?:of|dem|den|the)\b|,? (?:\d|[A-Z]\w+ \d)))",
    re.IGNORECASE,
)
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_TAGE = "montag dienstag mittwoch donnerstag freitag samstag sonntag".split()


@dataclass(frozen=True, order=True)
class Moment:
    """When something happened: a partial date, or a range up to `until`; the role and the place of its words."""

    first: PartialDate
    until: PartialDate | None
    role: Role
    start: int
    stop: int

    @cached_property
    def begin(self) -> date:
        """The first day that it can mean."""
        return self.first.first

    @cached_property
    def end(self) -> date:
        """The last day that it can mean."""
        return (self.until or self.first).last

    @property
    def precise(self) -> int:
        """3 for a day, 2 for a month, 1 for a year or a range of more than two months."""
        if self.first.day is not None and self.until is None:
            return 3
        return 2 if (self.end - self.begin).days < 62 else 1

    def holds(self, other: "Moment") -> bool:
        """Whether every day that the other can mean is one of its own."""
        return self.begin <= other.begin and other.end <= self.end

    def text(self) -> str:
        """ISO 8601: a date to its precision, a range as two with a slash."""
        return f"{self.first}/{self.until}" if self.until else str(self.first)


class _Date(NamedTuple):
    start: int
    end: int
    first: PartialDate
    until: PartialDate | None
    between: bool = False


def moments(
    text: str, language: str, published: PartialDate | None = None, voices: re.Pattern[str] | None = None
) -> list[Moment]:
    """The dates of a sentence, the main one first; `voices` finds the names of those who report."""
    found = _dates(text, language, published)
    told = [(_role(text, entry, language, voices), entry) for entry in found]
    for entry in _relative(text, found, published):
        told.append(("report" if _JUST_REPORTED.search(text, 0, entry.start) else "event", entry))
    told.sort(key=lambda pair: (ORDER[pair[0]], pair[1].first.day is None, pair[1].start))
    return [Moment(entry.first, entry.until, role, entry.start, entry.end) for role, entry in told]


def _dates(text: str, language: str, published: PartialDate | None) -> list[_Date]:
    """The dates of a text in order; two that a word of range joins are one."""
    found: list[_Date] = []
    for value in values(text, language, published.year if published else None):
        if value.date is None:
            continue
        entry = _Date(value.start, value.end, value.date, value.until)
        last = found[-1] if found else None
        if last and last.until is None and entry.until is None and entry.first.first > last.first.first:
            pattern = _RANGE if _BETWEEN.search(text, 0, last.start) else _RANGED
            if pattern.fullmatch(text, last.end, entry.start):
                found[-1] = _Date(last.start, entry.end, last.first, entry.first, True)
                continue
        found.append(entry)
    return found


def _role(text: str, entry: _Date, language: str, voices: re.Pattern[str] | None) -> Role:
    """What a date is the date of."""
    before = text[max(0, entry.start - _WINDOW) : entry.start]
    clauses = list(_CLAUSE.finditer(before))
    clause = before[clauses[-1].end() :] if clauses else before
    if _reported(clause, language, voices):
        return "news" if entry.first.day and _NEWS.search(text, entry.end) else "report"
    if entry.between:
        return "event"
    if _PART_OF_DAY.search(before):
        return "event"
    if _NOT_BEFORE.search(before):
        return "limit"
    if _SINCE.search(before):
        return "since"
    if _THING.search(before):
        return "act" if entry.first.day and entry.start < _SUBJECT and _ACTED.match(text, entry.end) else "thing"
    return "limit" if _LIMIT.search(before) else "event"


def _reported(clause: str, language: str, voices: re.Pattern[str] | None) -> bool:
    """Whether the words of a clause before a date speak of a report."""
    if _REPORTS.search(clause):
        return True
    names = list(voices.finditer(clause)) if voices else []
    if not names or _SPEAKER.match(clause, names[-1].end()):
        return False
    supposed = _SUPPOSED.search(clause[: names[-1].start()])
    if language == "de" and supposed:
        return bool(re.search(r"\bvo[mn]\s$", clause))
    return len(clause) - names[-1].end() < 50


def _relative(text: str, dated: Sequence[_Date], published: PartialDate | None) -> list[_Date]:
    """Dates told by another one: the one before in the sentence, else the article's."""
    found = []
    for match in _RELATIVE.finditer(text):
        anchors = [entry.first for entry in dated if entry.end <= match.start()]
        deictic = match["today"] or match["yesterday"] or match["tomorrow"] or match["weekday"]
        anchor = published if deictic or not anchors else anchors[-1]
        if anchor is None:
            continue
        meant = _meant(match, anchor)
        near = any(abs(entry.start - match.end()) < 12 or abs(match.start() - entry.end) < 3 for entry in dated)
        if meant and not near:
            found.append(_Date(*match.span(), meant, None))
    return found


def _meant(match: re.Match[str], anchor: PartialDate) -> PartialDate | None:
    """The date that a relative one means, counted from another."""
    if match["month"]:
        before = anchor.first.replace(day=1) - timedelta(days=1)
        return PartialDate(before.year, before.month) if anchor.month else None
    if match["year"]:
        return PartialDate(anchor.year - 1)
    if anchor.day is None:
        return None
    day = anchor.first
    if match["before"] or match["yesterday"]:
        day -= timedelta(days=1)
    elif match["after"] or match["tomorrow"]:
        day += timedelta(days=1)
    elif match["weekday"]:
        name = match["weekday"].casefold().replace("sonnabend", "samstag")
        number = _DAYS.index(name) if name in _DAYS else _TAGE.index(name)
        day -= timedelta(days=(day.weekday() - number) % 7)
    return PartialDate(day.year, day.month, day.day)
