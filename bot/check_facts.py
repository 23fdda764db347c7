"""What a sentence states that can be compared, and which of its values and dates stand in no quote."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial

from corpus.article import PartialDate
from index.dates import MONTHS, Dated, dates, masked
from index.lexical import fold, stem, terms
from index.places import places
from index.roles import Party, parties
from index.values import Value, missing, values

NO_YEAR = 2000
"""The year in which days are compared that no text gives one; a leap year."""

LARGE = 1e6
"""From here on a number without a unit may be one of money ("20 billion dollars for the one, 47 billion for the other")."""

_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_TAGE = "montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
_WEEKDAYS = {name: number for names in (_DAYS, _TAGE) for number, name in enumerate(names)} | {"sonnabend": 5}
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})(?:s|abend|morgen|nachmittag|mittag)?\b", re.IGNORECASE)
_BARE_MONTH = re.compile(
    rf"\b(?:{'|'.join(name for name in MONTHS if len(name) > 3)}|(?<=\b(?:in|of|by) )May|(?<=\b(?:since|until|early) )May"
    r"|(?<=\b(?:late|from|mid-) )May|Mai)(?!\w)"
)
_RELATIVE = {
    "yesterday": r"\byesterday\b|\bgestern\b",
    "today": r"\b(?:today|tonight)\b|\bheute\b",
    "tomorrow": r"\btomorrow\b|\b(?<!am )morgen\b",
    "last month": r"\blast month\b|\b(?:letzten|vorigen|vergangenen) Monat",
    "this month": r"\bthis month\b|\bdiese[nm]s? Monat",
    "next month": r"\bnext month\b|\b(?:nächsten|kommenden) Monat",
    "last year": r"\blast year\b|\b(?:letzte[sn]|vorige[sn]|vergangene[sn]) Jahr|\b(?:im )?Vorjahr",
    "this year": r"\bthis year\b|\b(?:diese[sm]|heuer)\b(?: Jahr)",
    "next year": r"\bnext year\b|\b(?:nächste[sn]|kommende[sn]) Jahr",
    "last week": r"\blast week\b|\b(?:letzten?|vorigen?|vergangenen?) Woche",
    "this week": r"\bthis week\b|\bdieser? Woche",
    "next week": r"\bnext week\b|\b(?:nächsten?|kommenden?) Woche",
}
_RELATIVES = {code: re.compile(pattern, re.IGNORECASE if "morgen" not in pattern else 0) for code, pattern in _RELATIVE.items()}
_BOTH = re.compile(r"\b(?:both|beiden?|beider|pair|paar)\b", re.IGNORECASE)
_TWICE = re.compile(r"\b(?:doubl\w+|twice|twofold|doppelt\w*|verdoppel\w*)\b", re.IGNORECASE)
_UNITS = {
    unit: rf"\b(?:the|{german}) (?:{english}) (?:after|before|later|earlier|nach|vor|zuvor|danach|später)\b"
    for unit, english, german in (
        ("days", "day|Tag", "am|einen|ein"),
        ("weeks", "week|Woche", "eine"),
        ("months", "month|Monat", "einen"),
        ("years", "year|Jahr", "ein"),
    )
}
"""What means one day, week, month or year without saying one."""
_ORDINALS = {
    number: re.compile(rf"\b(?:{english}|{number}(?:nd|rd|th)|{german}[mnrs]?)\b", re.IGNORECASE)
    for number, english, german in (
        (2, "second", "zweite"),
        (3, "third", "dritte"),
        (4, "fourth", "vierte"),
        (5, "fifth", "fünfte"),
        (6, "sixth", "sechste"),
        (7, "seventh", "siebte"),
        (8, "eighth", "achte"),
        (9, "ninth", "neunte"),
        (10, "tenth", "zehnte"),
    )
}
_DIGITS = re.compile(r"\w*\d[\w.,:/-]*")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Facts:
    """A text with what of it can be compared; `stems` are those of its content words beside values and names."""

    text: str
    language: str
    published: PartialDate | None
    parties: tuple[Party, ...]

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of the content words beside values and names."""
        rest = masked(self.text, [*values(self.text, self.language, NO_YEAR), *self.parties])
        return frozenset(term for term in terms(rest, self.language) if not term[0].isdigit())

    @cached_property
    def places(self) -> frozenset[str]:
        """The places that it means."""
        return places(self.text, self.language)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words as names are compared: stems, so that a genitive does not matter."""
        return tuple(stems_of(self.text, self.language))

    @cached_property
    def relative(self) -> frozenset[str]:
        """The relative dates that it names, as codes."""
        return frozenset(code for code, pattern in _RELATIVES.items() if pattern.search(self.text))

    @cached_property
    def weekdays(self) -> frozenset[int]:
        """The weekdays that it names, Monday is 0."""
        return frozenset(_WEEKDAYS[match[1].casefold()] for match in _WEEKDAY.finditer(self.text))

    @cached_property
    def ordinals(self) -> frozenset[int]:
        """The ordinals from second to tenth that it has."""
        rest = masked(self.text, dates(self.text, self.language))
        return frozenset(number for number, pattern in _ORDINALS.items() if pattern.search(rest))

    def values(self, year: int) -> tuple[Value, ...]:
        """Its values; days without a year are of its article's year, else of the one given."""
        own = self.published.year if self.published else year
        return values(self.text, self.language, own)

    def offered(self, year: int) -> tuple[Value, ...]:
        """Its values and those that it gives by other words: relative dates, both, twice."""
        more = [Value("date", None, "", 0, 0, day) for day in self._resolved()]
        more += [hit for hit in map(partial(_period, self, year), self.undated(year)) if hit]
        more += [Value("number", 1.0, unit, 0, 0) for unit in _UNITS if re.search(_UNITS[unit], self.text, re.IGNORECASE)]
        more += [Value("number", 2.0, "", 0, 0)] if _BOTH.search(self.text) else []
        more += [Value("number", 2.0, unit, 0, 0) for unit in ("", "times") if _TWICE.search(self.text)]
        return (*self.values(year), *more)

    def undated(self, year: int) -> list[Dated]:
        """Dates and periods that name no year, nor get one from the year given."""
        return [hit for hit in dates(self.text, self.language, year) if hit.date is None]

    def _resolved(self) -> Iterator[PartialDate]:
        if self.published is None:
            return
        for code in self.relative:
            day = resolve_relative(code, self.published)
            if day:
                yield day
        if self.published.day:
            last = self.published.last
            for weekday in self.weekdays:
                yield _of(last - timedelta((last.weekday() - weekday) % 7))


def facts(
    text: str, language: str, published: PartialDate | None, actors: Mapping[str, tuple[str, ...]], known: Iterable[str] = ()
) -> Facts:
    """The facts of a text; `known` are the names of the texts that it is compared with, which help to find its own."""
    return Facts(text, language, published, parties(text, language, actors, known))


def resolve_relative(code: str, published: PartialDate) -> PartialDate | None:
    """The date that a relative one means in an article of that date, None where it is not fine enough or a week."""
    shift = {"last": -1, "this": 0, "next": 1, "yesterday": -1, "today": 0, "tomorrow": 1}[code.split()[0]]
    if code.endswith("year"):
        return PartialDate(published.year + shift)
    if code.endswith("month") and published.month:
        months = published.year * 12 + published.month - 1 + shift
        return PartialDate(months // 12, months % 12 + 1)
    if " " not in code and published.day:
        return _of(published.last + timedelta(shift))
    return None


def missing_values(said: Facts, cited: Sequence[Facts]) -> tuple[str, ...]:
    """The codes number and date where numbers or dates of a statement stand in no quote."""
    return tuple(sorted(set(_lacking(said, cited))))


def lacking_values(said: Facts, cited: Sequence[Facts]) -> int:
    """How many values of a statement stand in no quote."""
    return len(_lacking(said, cited))


def _lacking(said: Facts, cited: Sequence[Facts]) -> list[str]:
    """A code for each value that is missing, in the year for days without one in which the fewest are."""
    years = {value.date.year for fact in cited for value in fact.values(NO_YEAR) if value.date}
    years |= {fact.published.year for fact in cited if fact.published} | {NO_YEAR}
    return min((list(_missing_in(said, cited, year)) for year in sorted(years)), key=len)


def values_agree(said: Facts, cited: Sequence[Facts]) -> bool:
    """Whether a statement and its quotes share a value."""
    offered = [value for fact in cited for value in fact.offered(NO_YEAR)]
    return any(not missing([value], offered) for value in said.values(NO_YEAR))


def _missing_in(said: Facts, cited: Sequence[Facts], year: int) -> Iterator[str]:
    """What is missing where a statement's days without a year are of this one."""
    offered = [value for fact in cited for value in fact.offered(year)]
    own = values(said.text, said.language, year)
    for value in missing(own, [*offered, *_bare_numbers(offered, own)]):
        yield "date" if value.date else "number"
    undated = said.undated(year)
    for period in (_period(said, year, hit) for hit in undated):
        if not period or missing([period], offered):
            yield "date"
    rest = masked(said.text, [*own, *undated])
    literal = " ".join(fact.text.casefold() for fact in cited)
    if any(token[0].casefold().rstrip(".,:/-") not in literal for token in _DIGITS.finditer(rest)):
        yield "number"
    if said.ordinals - {number for fact in cited for number in fact.ordinals}:
        yield "number"
    yield from _missing_calendar(said, cited, rest, offered)


def _period(fact: Facts, year: int, hit: Dated) -> Value | None:
    """A period without a year as that of the year given; None where it is none even so (31 February)."""
    whole = dates(f"{fact.text[hit.start : hit.end]} {year}", fact.language)
    return Value("date", None, "", 0, 0, whole[0].date, whole[0].until) if whole and whole[0].date else None


def _bare_numbers(offered: Sequence[Value], own: Sequence[Value]) -> Iterator[Value]:
    """Numbers of the quotes without a unit ("270 days instead of 180"), with the units that may be meant by them."""
    measures = {value.unit for value in own if value.kind == "number"}
    currencies = {value.unit for value in offered if value.kind == "money"}
    for value in offered:
        if value.kind == "number" and not value.unit and value.amount is not None:
            units = measures | (currencies if value.amount >= LARGE else set())
            yield from (replace(value, unit=unit) for unit in units)
        elif value.kind == "money" and any(other.unit == value.unit for other in own):
            yield replace(value, kind="number", unit="")  # "a fine of 530 million euros, 45 million of it for"


def _missing_calendar(said: Facts, cited: Sequence[Facts], rest: str, offered: Sequence[Value]) -> Iterator[str]:
    """Months, weekdays and relative dates that stand in no quote."""
    months = {value.date.month for value in offered if value.date}
    months |= {value.until.month for value in offered if value.until}
    months |= {MONTHS[match[0]] for fact in cited for match in _BARE_MONTH.finditer(fact.text)}
    if any(MONTHS[match[0]] not in months for match in _BARE_MONTH.finditer(rest)):
        yield "date"
    days = [value.date.last for value in offered if value.date and value.date.day]
    weekdays = {day for fact in cited for day in fact.weekdays} | {day.weekday() for day in days}
    if said.weekdays - weekdays:
        yield "date"
    relative = {code for fact in cited for code in fact.relative}
    for code in said.relative - relative:
        resolved = [resolve_relative(code, fact.published) for fact in cited if fact.published]
        if not any(day and not missing([Value("date", None, "", 0, 0, day)], offered) for day in resolved):
            yield "date"


def stems_of(text: str, language: str) -> list[str]:
    """The stems of the words of a text, as names are compared."""
    return [stem(fold(word), language) for word in _WORD.findall(text)]


def _of(day: date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)
