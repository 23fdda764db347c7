"""Numbers, amounts and dates of English and German sentences, brought to one form.

What figures or words write is read alike: 530 million, 530 Mio. and 0.53 billion are one value, half is 50 percent.
Vague amounts ("hundreds", "several"), ordinals and figures inside a name (Lemon8) are none.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from corpus.article import PartialDate
from corpus.language import language_of
from index.dates import dates, masked
from index.numerals import (
    ARTICLES,
    CLOCK,
    CURRENCIES,
    CURRENCY,
    HALVES,
    HEAD,
    MULTIPLES,
    NUMERALS,
    QUALIFIERS,
    UNITS,
    Tail,
    clock,
    figure,
    tail,
)

Kind = Literal["number", "money", "percent", "points", "date", "year"]


@dataclass(frozen=True, slots=True)
class Value:
    """A number, amount or date at `text[start:end]`.

    `amount` is None for dates; `unit` is a currency (USD), a measure (days, times, clock), percent, points or empty;
    `until` is the last month or year of a period; `qualifier` is about, over, under, atleast, atmost or empty.
    """

    kind: Kind
    amount: float | None
    unit: str
    start: int
    end: int
    date: PartialDate | None = None
    until: PartialDate | None = None
    qualifier: str = ""


class _Hit(NamedTuple):
    """A number with the scale and the unit that stand beside it; bare where nothing follows it."""

    start: int
    end: int
    amount: float
    factor: float = 1.0
    unit: str = ""
    bare: bool = True
    figures: str = ""


_RANGE = re.compile(r"\s?[–—-]\s?|\s(?:to|bis|or|oder|auf|statt)\s")
_LIST = re.compile(r"\s(?:and|und)\s|,\s")
_BETWEEN = re.compile(r"\b(?:between|zwischen)\s\S{,4}$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ORDINAL = re.compile(r"\.\s[^\W\d_]")
_LETTER = re.compile(r"[^\W\d]")
_WORDS = frozenset(NUMERALS) | ARTICLES | HALVES | frozenset(MULTIPLES)
_A = re.compile(r"\san?(?=\s)", re.IGNORECASE)


def values(text: str, language: str | None = None, year: int | None = None) -> tuple[Value, ...]:
    """The values of a sentence in order, without overlap.

    `language` (en, de; None: told from the text) decides what 1.234 and a Billion are, `year` is the one of days
    that name none; without it they are left out.
    """
    language = language or language_of(text)
    dated = dates(text, language, year)
    rest = masked(text, dated)
    found = [Value("date", None, "", hit.start, hit.end, hit.date, hit.until) for hit in dated if hit.date]
    found += [_value(rest, hit) for hit in _shared(rest, _hits(rest, language))]
    return tuple(sorted(found, key=lambda value: value.start))


def same(a: Value, b: Value, tolerance: float = 0.0) -> bool:
    """Whether two values are one, amounts within the relative tolerance, dates at the coarser precision of the two."""
    if a.date and b.date:
        return _within(a, b) or _within(b, a)
    if a.amount is None or b.amount is None or a.unit != b.unit:
        return False
    return math.isclose(a.amount, b.amount, rel_tol=max(tolerance, 1e-9))


def missing(claim: Sequence[Value], quotes: Sequence[Value]) -> tuple[Value, ...]:
    """The values of a claim that do not stand in the quotes; April 2025 stands in 2 April 2025, not the reverse."""
    return tuple(value for value in claim if not any(_stands(value, quote) for quote in quotes))


def _stands(value: Value, quote: Value) -> bool:
    return _within(quote, value) if value.date and quote.date else same(value, quote)


def _within(inner: Value, outer: Value) -> bool:
    """Whether every day that one date can mean is a day of the other."""
    first, last = _days(outer)
    begin, end = _days(inner)
    return first <= begin and end <= last


def _days(value: Value) -> tuple[date, date]:
    assert value.date is not None
    return value.date.first, (value.until or value.date).last


def _hits(text: str, language: str | None) -> list[_Hit]:
    """The numbers of a text without dates, in order."""
    found: list[_Hit] = []
    done = 0
    for head in HEAD.finditer(text):
        if head.start() < done:
            continue
        word = head[0].casefold()
        if word[0].isdecimal():
            hit = _from_figures(text, head, done, language)
        else:
            hit = _from_word(text, head.start(), head.end(), word, language) if word in _WORDS else None
        if hit:
            found.append(hit)
            done = hit.end
    return found


def _from_figures(text: str, head: re.Match[str], done: int, language: str | None) -> _Hit | None:
    """Figures with their currency, sign, scale and unit; None for ordinals and for figures glued to letters."""
    start, end = head.span()
    before = CURRENCY.search(text, max(done, start - 5), start)
    if not before and start and _LETTER.match(text, start - 1):
        return None
    mark = CLOCK.match(text, end)
    if ":" in head[0] or (mark and not (language == "de" and mark[1])):
        time = clock(head[0], mark[1] if mark else None)
        if time is not None:
            return _Hit(start, mark.end() if mark else end, time, 1.0, "clock", False)
    if language == "de" and len(head[0]) < 4 and _ORDINAL.match(text, end):
        return None
    after = tail(text, end, language)
    if after.end == end and _LETTER.match(text, end):
        return None
    amount = figure(head[0], language, after.factor > 1)
    if amount is None or (text[end : after.end] == "B" and not before):
        return None
    unit = UNITS[before[0].strip().casefold()] if before else after.unit
    start = before.start() if before else start
    if text[start - 1 : start] in {"-", "−"} and (start == 1 or text[start - 2].isspace()):
        start, amount = start - 1, -amount
    return _parted(_Hit(start, after.end, amount, after.factor, unit, after.end == end, head[0]), after)


def _from_word(text: str, start: int, end: int, word: str, language: str | None) -> _Hit | None:
    """A number word with its scale and unit; None for an article and for a half of nothing clear."""
    if word in MULTIPLES:
        return _Hit(start, end, MULTIPLES[word], 1.0, "times", False)
    if word in HALVES:
        return _half(text, start, end, word, language)
    after = tail(text, end, language)
    hit = _Hit(start, after.end, NUMERALS.get(word, 1.0), after.factor, after.unit, after.end == end)
    share = after.parts or after.unit in {"percent", "points"}
    clear = word not in ARTICLES or after.factor > 1 or share or (word == "one" and after.unit)
    return _parted(hit, after) if clear else None


def _half(text: str, start: int, end: int, word: str, language: str | None) -> _Hit | None:
    """Half of a scale or unit ("half a million", "eine halbe Stunde"), else 50 percent."""
    article = _A.match(text, end)
    after = tail(text, article.end() if article else end, language)
    if after.factor > 1 or after.unit:
        return _Hit(start, after.end, 0.5, after.factor, after.unit, False)
    if word.startswith("halb") or text[end : end + 1] == "-":
        return None
    return _Hit(start, end, 50.0, 1.0, "percent", False)


def _parted(hit: _Hit, after: Tail) -> _Hit:
    """A number of thirds, quarters and the like as a share in percent."""
    return hit._replace(amount=100 * hit.amount / after.parts, unit="percent") if after.parts else hit


def _shared(text: str, hits: list[_Hit]) -> list[_Hit]:
    """Hits where the ends of a range and the items of a list of shares have the scale and unit that stand once."""
    for at in range(len(hits) - 2, -1, -1):
        one, two = hits[at], hits[at + 1]
        if _YEAR.fullmatch(one.figures) and not (two.factor == 1 and two.amount >= 1900):
            continue
        joined = _RANGE.fullmatch(text, one.end, two.start) or (
            _LIST.fullmatch(text, one.end, two.start) and (two.unit == "percent" or _BETWEEN.search(text, 0, one.start))
        )
        if joined and one.bare and (one.unit in {"", two.unit} or (one.unit in CURRENCIES and not two.unit)):
            hits[at] = one._replace(factor=two.factor, unit=one.unit or two.unit, bare=False)
            hits[at + 1] = two._replace(unit=two.unit or one.unit)
    return hits


def _value(text: str, hit: _Hit) -> Value:
    """A hit as a value; four figures alone from 1900 to 2099 are a year."""
    if not hit.unit and hit.factor == 1 and _YEAR.fullmatch(hit.figures):
        return Value("year", hit.amount, "", hit.start, hit.end, PartialDate(int(hit.figures)))
    amount = round(hit.amount * hit.factor, 6)
    return Value(_kind(hit.unit), amount, hit.unit, hit.start, hit.end, qualifier=_qualifier(text, hit.start))


def _kind(unit: str) -> Kind:
    if unit == "percent":
        return "percent"
    if unit == "points":
        return "points"
    return "money" if unit in CURRENCIES else "number"


def _qualifier(text: str, start: int) -> str:
    """What the one to three words before a number make of it."""
    before = text[max(0, start - 32) : start].casefold().replace(".", " ").split()[-3:]
    phrases = (" ".join(before[at:]) for at in range(len(before)))
    return next((QUALIFIERS[phrase] for phrase in phrases if phrase in QUALIFIERS), "")
