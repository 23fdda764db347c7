"""How English and German write numbers: figures, number words, scales, units and the words that bound them.

Units are money, shares and measures; what is counted (users, seats) is left to the words around it. All words are
casefolded.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_ONES = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_EINS = (
    "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ZIGS = "zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig"
_GROUPS = {"hundred": 100.0, "thousand": 1000.0, "dozen": 12.0, "hundert": 100.0, "tausend": 1000.0, "dutzend": 12.0}
_HALVED = {"anderthalb": 1.5, "eineinhalb": 1.5, "zweieinhalb": 2.5, "dreieinhalb": 3.5}


def _numerals(ones: str, tens: str, one: str, pattern: str) -> Iterator[tuple[str, float]]:
    """The number words from 2 to 99."""
    units = dict(enumerate([one, *ones.split()], 1))
    yield from ((word, number) for number, word in units.items() if number > 1)
    for ten, word in enumerate(tens.split(), 2):
        yield word, ten * 10
        yield from ((pattern.format(unit=units[n], ten=word), ten * 10 + n) for n in range(1, 10))


NUMERALS: dict[str, float] = {
    **_GROUPS,
    **_HALVED,
    **dict(_numerals(_ONES, _TENS, "one", "{ten}-{unit}")),
    **dict(_numerals(_EINS, _ZIGS, "ein", "{unit}und{ten}")),
    "zweier": 2.0,
    "dreier": 3.0,
}
"""The number words of both languages from 2 to 99, and those of groups."""
ARTICLES = frozenset("one a an ein eine einen einem einer eines".split())
"""One where a scale or a share follows, or after "one" a unit; articles anywhere else."""
HALVES = frozenset("half hälfte halbe halben halber halbes".split())
MULTIPLES = {"twice": 2.0, "thrice": 3.0} | {f"{word}mal": float(n) for n, word in enumerate(_EINS.split(), 2)}


def _spelled(rows: Mapping[str, str]) -> dict[str, str]:
    """Every spelling with its unit; an asterisk stands for the endings of a German adjective."""
    endings = ("", "e", "en", "er", "es", "em")
    return {
        word.rstrip("*") + ending: unit
        for unit, row in rows.items()
        for word in row.split()
        for ending in (endings if word.endswith("*") else ("",))
    }


_SCALES = {
    "1e2": "hundred hundert",
    "12": "dozen dutzend",
    "1e3": "thousand tausend tsd k",
    "1e6": "million millions millionen mio mln mn m",
    "1e9": "billion billions milliarde milliarden mrd mld bn b",
    "1e12": "trillion trillions billionen bio tn",
    "1e18": "trillionen",
}
SCALES = {word: float(factor) for word, factor in _spelled(_SCALES).items()}
_GLUED = frozenset("kKmMbB")  # 5m is five million, 5 m is not
_DOTTED = frozenset("tsd mio mrd bio".split())
CURRENCIES = {
    "USD": "$ us$ usd dollar dollars us-dollar us-dollars",
    "EUR": "€ eur euro euros",
    "GBP": "£ gbp pound pounds pfund",
    "CNY": "cny rmb yuan renminbi",
    "JPY": "jpy yen",
    "CHF": "chf franken",
    "INR": "₹ inr rupee rupees rupien",
    "AUD": "a$ aud",
    "CAD": "c$ cad",
    "HKD": "hk$ hkd",
    "BRL": "r$ brl",
}
_MEASURES = {
    "seconds": "second seconds sekunde sekunden sekündig*",
    "minutes": "minute minutes minuten minütig*",
    "hours": "hour hours stunde stunden stündig*",
    "days": "day days tag tage tagen tages tägig*",
    "weeks": "week weeks woche wochen wöchig*",
    "months": "month months monat monate monaten monats monatig*",
    "years": "year years jahr jahre jahren jahres jährig*",
    "metres": "metre metres meter meters metern",
    "kilometres": "km kilometre kilometres kilometer kilometers kilometern",
    "miles": "mile miles meile meilen",
    "kilograms": "kg kilogram kilograms kilogramm",
    "tonnes": "tonne tonnes ton tons tonnen",
    "hectares": "hectare hectares hektar",
    "megawatts": "mw megawatt megawatts",
    "gigawatts": "gw gigawatt gigawatts",
    "gigabytes": "gb gigabyte gigabytes",
    "terabytes": "tb terabyte terabytes",
    "times": "times mal fold fach*",
}
_SHARES = {
    "percent": "% percent per-cent pct prozent prozentig* %ig*",
    "points": "percentage-point percentage-points prozentpunkt prozentpunkte prozentpunkten",
}
UNITS = _spelled(CURRENCIES | _MEASURES | _SHARES)
"""Spellings of money, measures and shares with the unit; a hyphen stands for a space too."""
_PARTS = {
    "3": "third thirds drittel",
    "4": "quarter quarters viertel",
    "5": "fifth fifths fünftel",
    "10": "tenth tenths zehntel",
}
_FRACTIONS = {word: float(part) for part, row in _PARTS.items() for word in row.split()}
_AMBIGUOUS = frozenset("third quarter quarters fifth tenth".split())

_QUALIFIERS = {
    "about": "about around roughly approximately nearly almost some circa ca rund etwa ungefähr zirka knapp fast beinahe",
    "over": "over above exceeding more_than in_excess_of upwards_of über mehr_als gut",
    "under": "under below less_than fewer_than unter weniger_als",
    "atleast": "at_least no_less_than no_fewer_than not_less_than mindestens wenigstens zumindest",
    "atmost": "at_most up_to no_more_than not_more_than as_much_as as_many_as bis_zu höchstens maximal nicht_mehr_als",
}
QUALIFIERS = {phrase.replace("_", " "): name for phrase, name in _spelled(_QUALIFIERS).items()}
"""One to three words before a number, and what they make of it; "nearly" and "knapp" count as about."""

HEAD = re.compile(
    r"\d{1,2}:\d\d(?![\d:])|\d{1,3}(?:[\u00a0\u202f\u2009'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d{1,3}(?: \d{3})* 000(?!\d)"
    r"|\d+(?:[.,]\d+)*|[^\W\d_]+(?:(?<=ty)-(?:one|two|three|four|five|six|seven|eight|nine)\b)?",
    re.IGNORECASE,
)
"""A clock time, figures grouped by spaces, apostrophes, points or commas, or a word that may be a number."""
NEXT = re.compile(
    r"[\s-]?(per\scent\b|percentage[\s-]points?\b|U\.?S\.?[\s-]dollars?\b|%(?:ig\w*)?|[$€£]|[^\W\d_]+)", re.IGNORECASE
)
"""The word after a number, or the sign."""
CURRENCY = re.compile(r"(?:\b(?:USD|EUR|GBP|CNY|RMB|CHF|JPY|INR|AUD|CAD|HKD|BRL)\s?|(?:\b(?:US|HK|[ACR]))?\$\s?|[€£₹]\s?)$")
"""A currency that ends right before figures."""
CLOCK = re.compile(r"\s?(?:([ap])\.?m\b\.?|Uhr\b)", re.IGNORECASE)

_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_TIME = re.compile(r"(\d{1,2})(?:[.:](\d\d))?")
_OF = re.compile(r"\sof\s(?!(?:19|20)\d\d\b)|\s*$|[,.;]")
_BLANKS = re.compile(r"[\s'’]")


def figure(token: str, language: str | None, scaled: bool = False) -> float | None:
    """The number that figures are, None for a version or the like ("3.5.2", "4:81").

    A single point or comma before three figures groups them, unless the language has it as its decimal sign or, the
    language unknown, a scale follows (`scaled`: 1.234 billion).
    """
    token = _BLANKS.sub("", token)
    if ":" in token:
        return None
    signs = [sign for sign in token if sign in ".,"]
    if not signs:
        return float(token)
    last = signs[-1]
    whole, _, part = token.rpartition(last)
    if len(set(signs)) == 2:
        return float(f"{re.sub('[.,]', '', whole)}.{part}") if last not in whole and _GROUPED.fullmatch(whole) else None
    if len(signs) > 1:
        return float(token.replace(last, "")) if _GROUPED.fullmatch(token) else None
    decimal = {"en": ".", "de": ","}.get(language or "", last if scaled else None)
    grouped = _GROUPED.fullmatch(token) and whole != "0" and last != decimal
    return float(whole + part) if grouped else float(f"{whole}.{part}")


def clock(token: str, half: str | None) -> float | None:
    """A time of day in hours from 12:30, 12.30 or 12 and the half of the day (a, p) where it is told."""
    match = _TIME.fullmatch(token)
    if not match or int(match[1]) > 24 or int(match[2] or 0) > 59:
        return None
    hour = int(match[1]) if not half else int(match[1]) % 12 + (12 if half in "pP" else 0)
    return round(hour + int(match[2] or 0) / 60, 6)


class Tail(NamedTuple):
    """What follows a number and where it ends: the factor of its scales, its unit, or the parts of a fraction."""

    end: int
    factor: float = 1.0
    unit: str = ""
    parts: float = 0.0


def tail(text: str, end: int, language: str | None) -> Tail:
    """The scales, the unit or the part of a fraction right after a number that ends at `end`."""
    factor, start = 1.0, end
    while match := NEXT.match(text, end):
        found = _scale(match[1].casefold(), language)
        if not found or (match[1] in _GLUED and match.start(1) > start):
            break
        dotted = match[1].casefold() in _DOTTED and text[match.end() : match.end() + 1] == "."
        if match[1].casefold() == "bio" and not dotted:
            break
        factor, end = factor * found, match.end() + dotted
    if not match:
        return Tail(end, factor)
    word = re.sub(r"\s", "-", match[1].casefold().replace(".", ""))
    if unit := UNITS.get(word):
        return Tail(match.end(), factor, unit)
    if word in _FRACTIONS and (word not in _AMBIGUOUS or match[0][0] == "-" or _OF.match(text, match.end())):
        return Tail(match.end(), factor, "", _FRACTIONS[word])
    return Tail(end, factor)


def _scale(word: str, language: str | None) -> float | None:
    """The factor of a scale; a German Billion is 10^12 and an English one 10^9, and likewise for a trillion."""
    longer = {"billion": 1e3, "trillion": 1e6}.get(word, 1.0) if language == "de" else 1.0
    return SCALES[word] * longer if word in SCALES else None
