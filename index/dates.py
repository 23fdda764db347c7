"""Calendar dates of English and German sentences, found by their form; bare years stand in values.py.

A date without a year takes the year of the date that it is joined to ("18 to 19 January 2025", "Januar bis Mai
2026"), else the year handed in. One that stays without is reported too: its day is no number.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from corpus.article import PartialDate


class Dated(NamedTuple):
    """A stretch of text that is a date: None where no year is known; `until` is the last month or year of a period."""

    start: int
    end: int
    date: PartialDate | None
    until: PartialDate | None = None


class _Part(NamedTuple):
    start: int
    end: int
    year: int | None
    month: int
    day: int | None


_FULL = (
    "January Januar Jänner",
    "February Februar Feber",
    "March März",
    "April",
    "May Mai",
    "June Juni",
    "July Juli",
    "August",
    "September",
    "October Oktober",
    "November",
    "December Dezember",
)
_SHORT = ("Jan", "Feb", "Mar Mrz", "Apr", "", "Jun", "Jul", "Aug", "Sept Sep", "Oct Okt", "Nov", "Dec Dez")
MONTHS = {name: number for names in (_FULL, _SHORT) for number, row in enumerate(names, 1) for name in row.split()}
"""The names of the months in both languages, full and short, with their numbers."""

_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_ORDINALS |= {"erste": 1, "1.": 1, "zweite": 2, "2.": 2, "dritte": 3, "3.": 3, "vierte": 4, "4.": 4}
_MONTH = rf"(?:(?:{'|'.join(' '.join(_FULL).split())})(?!\w|-[^\W\d])|(?:{'|'.join(' '.join(_SHORT).split())})(?!\w)\.?)"
_YEAR = r"(?:1[6-9]|20)\d\d(?!\d)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|\.)?(?!\d)"
_JOIN = r"(?:\s?[/–—-]\s?|(?<=\.),\s|\s(?:to|and|und|bis|or|oder|until|through)\s(?:(?:the|zum|dem|den|on|am|vom)\s)?)"
_DAYS = rf"(?P<days>{_DAY}(?:{_JOIN}{_DAY})*)"
_AMOUNT = r"[\s-]?(?:%|per\s?cent|pct|Prozent|thousand|[Mm]il|[Bb]il|[Tt]ri|bn|Mio|Mrd|Tsd|Tausend|[Dd]ollar|[Ee]uro)"

_DAY_FIRST = re.compile(rf"(?<![\w$€£.,-]){_DAYS}\s?(?:of\s)?(?P<month>{_MONTH})(?:,?\s(?P<year>{_YEAR}))?")
_MONTH_FIRST = re.compile(
    rf"\b(?P<month>{_MONTH})(?:\s{_DAYS}(?![\w%]|[.,:]\d|{_AMOUNT})(?:,?\s(?P<year>{_YEAR}))?"
    rf"|,?\s(?:of\s)?(?P<only>{_YEAR})|(?={_JOIN}(?:{_MONTH}|\0)))"
)
_PERIOD = re.compile(
    r"\b(?:(?P<half>[QH])(?P<number>[1-4])|(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th|erste|zweite|dritte|vierte|"
    r"[1-4]\.)[mnrs]?[\s-](?:quarter|(?:Vierteljahr|Quartal)(?:e?s)?|(?P<unit>half|Halbjahr(?:e?s)?|(?:Jahresh|H)älfte)))"
    rf"(?![^\W\d_])(?:[\s/-](?:(?:of|in|von|des\sJahres|of\sthe\syear)\s)?(?P<year>{_YEAR}))?",
    re.IGNORECASE,
)
_TIME_OF_YEAR = re.compile(
    r"\b(?:(?P<english>spring|summer|autumn|(?:(?<=\bthe )|(?<=\bin )|(?<=\bsince )|(?<=\blast ))fall)|"
    r"(?P<german>Frühjahr|Frühling|Sommer|Herbst)(?:e?s)?)"
    rf"\s(?:(?:of(?:\sthe\syear)?|des\sJahres)\s)?(?P<year>{_YEAR})(?!{_AMOUNT})",
    re.IGNORECASE,
)
_BEGINS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "frühjahr": 3, "frühling": 3, "sommer": 6, "herbst": 9}
"""The first of the three months of each time of the year as the weather services count; a winter has two years."""
_ISO = re.compile(rf"(?<![\w.,/-])(?P<year>{_YEAR})-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?(?![\w-])")
_DOTTED = re.compile(
    r"(?<![\w.,])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:(?P<year>\s?(?:1[6-9]|20)\d\d|\d\d)(?![\w%]|[.,]\d)|(?!\s?\d))"
)
_SLASHED = re.compile(rf"(?<![\w/])(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}})/(?P<year>{_YEAR})(?![\w/])")
_SEASON = re.compile(r"(?<![\w.,/])(?P<year>(?:19|20)\d\d)/(?P<next>\d\d)(?![\w/])")
_DAY_NUMBER = re.compile(r"\d+")
_BETWEEN = re.compile(rf"{_JOIN}|,\s")
_RANGE = re.compile(r"[–—-]|\b(?:to|bis|until|through)\b")
_SHORT_DATE = re.compile(r"\b(?:am|vom|zum|dem|den|bis|ab|seit)\s$")
_NUMERIC = re.compile(r"\d(?:[-/]\d|\.\s?\d\d?\.)")
_PERIOD_WORD = re.compile(r"\b[QH][1-4]\b|quart|viertelj|half\b|halbj|hälfte", re.IGNORECASE)
_MONTH_WORD = re.compile(rf"\b{_MONTH}")


def dates(text: str, language: str | None = None, year: int | None = None) -> list[Dated]:
    """The dates and periods of a text in order, without overlap; `year` is that of days and months that name none."""
    found: list[Dated] = []
    if _NUMERIC.search(text):
        found += _numeric(text, year)
    if _PERIOD_WORD.search(text):
        found += map(_period, _PERIOD.finditer(text))
    found += map(_time_of_year, _TIME_OF_YEAR.finditer(masked(text, found)))
    if _MONTH_WORD.search(text):
        found += _named(masked(text, found), language, year)
    return sorted(found, key=lambda dated: dated.start)


class Spanned(Protocol):
    """Anything with offsets in a text."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


def masked(text: str, spans: Sequence[Spanned]) -> str:
    """The text with NUL characters in place of the spans, so that offsets stay and nothing matches across them."""
    for span in spans:
        text = text[: span.start] + "\0" * (span.end - span.start) + text[span.end :]
    return text


def _named(text: str, language: str | None, year: int | None) -> list[Dated]:
    """The dates with the name of a month."""
    parts = list(_day_first(text))
    parts += _month_first(masked(text, parts), language)
    return _with_years(text, sorted(parts), year)


def _day_first(text: str) -> Iterator[_Part]:
    """Dates such as 2 April 2025, 18./19. Januar; each day of a list is one."""
    for match in _DAY_FIRST.finditer(text):
        days = list(_DAY_NUMBER.finditer(text, *match.span("days")))
        for day in days:
            end = match.end() if day is days[-1] else day.end()
            yield _Part(day.start(), end, _year(match["year"]), _month(match["month"]), int(day[0]))


def _month_first(text: str, language: str | None) -> Iterator[_Part]:
    """Dates such as April 2, 2025 and April 2025, and months joined to a date; German never writes "April 2"."""
    for match in _MONTH_FIRST.finditer(text):
        month = _month(match["month"])
        if not match["days"]:
            yield _Part(*match.span(), _year(match["only"]), month, None)
        elif match["year"] or language != "de":
            days = list(_DAY_NUMBER.finditer(text, *match.span("days")))
            for day in days:
                start = match.start() if day is days[0] else day.start()
                end = match.end() if day is days[-1] else day.end()
                yield _Part(start, end, _year(match["year"]), month, int(day[0]))


def _with_years(text: str, parts: Sequence[_Part], year: int | None) -> list[Dated]:
    """Parts as dates, from the last to the first, since a year stands at the end of what it is joined to."""
    found: list[Dated] = []
    following: _Part | None = None
    for part in reversed(parts):
        if part.year is None:
            joined = following and _BETWEEN.fullmatch(text, part.end, following.start)
            own = _joined_year(part, following, text) if joined and following else None
            part = part._replace(year=own or (year if part.day else None))
        found.append(Dated(part.start, part.end, _date(part.year, part.month, part.day)))
        following = part
    return found


def _joined_year(part: _Part, following: _Part, text: str) -> int | None:
    """The year of the following date, or the one before where a range runs over the turn of the year."""
    if following.year is None or (part.month, part.day or 0) <= (following.month, following.day or 31):
        return following.year
    return following.year - 1 if _RANGE.search(text, part.end, following.start) else None


def _numeric(text: str, year: int | None) -> Iterator[Dated]:
    """Dates in digits: 2025-04-02, 2025-04, 2.4.2025, 02.04.25, "am 2.4.", 4/22/2025 and 2025/26."""
    for match in _ISO.finditer(text):
        if date := _date(int(match["year"]), int(match["month"]), int(match["day"] or 0) or None):
            yield Dated(*match.span(), date)
    for match in _DOTTED.finditer(text):
        if match["year"] or _SHORT_DATE.search(text, 0, match.start()):
            date = _date(_year(match["year"]) or year, int(match["month"]), int(match["day"]))
            if date or not match["year"]:
                yield Dated(*match.span(), date)
    for match in _SLASHED.finditer(text):
        yield Dated(*match.span(), _slashed(int(match["one"]), int(match["two"]), int(match["year"])))
    for match in _SEASON.finditer(text):
        first = int(match["year"])
        if int(match["next"]) == (first + 1) % 100:
            yield Dated(*match.span(), PartialDate(first), PartialDate(first + 1))


def _slashed(one: int, two: int, year: int) -> PartialDate:
    """Day and month where only one order makes a date, else the year: what was seen, and no more."""
    readings = {date for date in (_date(year, two, one), _date(year, one, two)) if date}
    return readings.pop() if len(readings) == 1 else PartialDate(year)


def _period(match: re.Match[str]) -> Dated:
    """A quarter or a half-year as its first and last month."""
    ordinal = (match["ordinal"] or "").casefold()
    number = int(match["number"]) if match["number"] else _ORDINALS[ordinal]
    months = 6 if match["unit"] or (match["half"] or "").upper() == "H" else 3
    last = number * months
    if not match["year"] or last > 12:
        return Dated(*match.span(), None)
    year = int(match["year"])
    return Dated(*match.span(), PartialDate(year, last - months + 1), PartialDate(year, last))


def _time_of_year(match: re.Match[str]) -> Dated:
    """A spring, summer or autumn as its first and last month."""
    year, first = int(match["year"]), _BEGINS[(match["english"] or match["german"]).casefold()]
    return Dated(*match.span(), PartialDate(year, first), PartialDate(year, first + 2))


def _date(year: int | None, month: int, day: int | None) -> PartialDate | None:
    """The date, or None without a year and where the calendar has no such day."""
    try:
        return PartialDate(year, month, day) if year else None
    except ValueError:
        return None


def _year(digits: str | None) -> int | None:
    """The year in digits; two of them mean 1970 to 2069."""
    if not digits:
        return None
    number = int(digits)
    return number if number > 99 else number + (2000 if number < 70 else 1900)


def _month(name: str) -> int:
    return MONTHS[name.rstrip(".")]
