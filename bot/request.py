"""Whether a question asks for a briefing: a summary, a timeline, what changed, where reports differ; told by its words."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.moments import moments
from bot.products import Product
from corpus.article import PartialDate
from index.dates import MONTHS, dates
from index.lexical import fold, is_stop_word, words

MOST = 8
"""Statements of a briefing in a chat."""
RECENT = 90
"""Days before the end of the corpus that "what is new" means where no day is named."""

_ASKED: tuple[tuple[Product, str], ...] = (
    (
        "timeline",
        r"time ?line|chronolog\w*|sequence of events|what happened when|key dates|list of (?:the )?(?:dates|events)|"
        r"zeitleiste\w*|zeitstrahl\w*|zeitlichen? (?:ablauf|verlauf)|was (?:geschah|passierte) wann|"
        r"wann (?:geschah|passierte) was|"
        r"liste der (?:daten|ereignisse)|eckdaten|der reihe nach",
    ),
    (
        "changes",
        r"what(?:'s|’s| is| has| have|)(?: been)? (?:changed|new|happened|happening)(?: \w+){0,6} since|"
        r"what (?:has )?changed\b|"
        r"what(?:'s|’s| is) new\b|(?:any|the latest) (?:news|updates?|developments?)(?: \w+){0,4}(?: since|$)|"
        r"was (?:ist|hat sich|hat es|gab es)(?: \w+){0,5} seit\b|seit\b.{1,40}\b(?:passiert|geschehen|"
        r"geändert|verändert|neu)\b|"
        r"was (?:ist|gibt es|gibt's) (?:seither |seitdem )?neue?s?\b|was hat sich(?: \w+){0,4} (?:geändert|verändert)",
    ),
    (
        "disputes",
        r"(?:where|on what|how|what) (?:do|does|are) (?:the |these |those )?(?:\w+ )?(?:reports?|sources|"
        r"articles|media|accounts|they) "
        r"(?:\w+ )?(?:contradict|disagree|differ|conflict|diverge)\w*|(?:reports?|sources|articles|"
        r"accounts) (?:that )?(?:contradict|"
        r"disagree|conflict)\w*|what is (?:disputed|in dispute|contested)\b|contradictions? (?:between|among|"
        r"in)|discrepanc\w+|"
        r"(?:wo|worin|inwiefern|was) (?:\w+ )?(?:widersprechen|unterscheiden) sich|(?:berichte|quellen|"
        r"artikel|angaben)\b.{0,30}"
        r"\b(?:widersprechen|auseinander\w*|uneinig|uneins|im widerspruch)\b|widersprüche?\w*|"
        r"was ist (?:strittig|umstritten)\b|"
        r"wo gehen\b.{1,40}auseinander",
    ),
    (
        "brief",
        r"bring me up to (?:date|speed)|catch me up|fill me in|brief me|summar(?:y|i[sz]e|i[sz]ing)\b|(?:an?|"
        r"the|short) overview|"
        r"tl;?dr|what is this (?:story|corpus|all) about|where do (?:things|matters|we) stand|give me (?:the|a) brief\w*|"
        r"auf den (?:neuesten |aktuellen )?stand|zusammenfassung|fass\w*\b.{0,60}\bzusammen|(?:einen?|den|"
        r"im) überblick|kurzfassung|"
        r"worum geht es(?: hier| in dieser geschichte)?\s*\??$|wie ist der stand der dinge|in (?:\w+|"
        r"\d) (?:sentences|sätzen)\b",
    ),
)
_PRODUCTS = [(product, re.compile(pattern, re.IGNORECASE)) for product, pattern in _ASKED]
_NUMBERS = "one two three four five six seven eight".split(), "einem zwei drei vier fünf sechs sieben acht".split()
_NUMBER = {word: number for row in _NUMBERS for number, word in enumerate(row, 1)}
_COUNT = re.compile(
    rf"\b(?P<count>\d|{'|'.join(_NUMBER)}) (?:\w+ )?(?:sentences?|points?|dates?|events?|steps?|sätzen?|"
    rf"punkten?|daten|ereignissen?|schritten?)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:since|seit|seither|seitdem)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:in|of|about|on|for|regarding|concerning|with|with regard to|über|zu|zum|zur|von|vom|des|der|um|"
    r"bei|im)\s(?P<rest>.+)$"
)
_FILL = frozenset(
    "give show list make write tell please short brief quick story whole everything all things news "
    "corpus articles reports "
    "sources far recently lately bitte gib zeig zeige liste erstelle schreib mach kurz kurze kurzen "
    "geschichte alles ganze bisher "
    "berichte quellen artikel korpus daten ereignisse events dates sentences saetze saetzen punkte "
    "points changed happened new "
    "zueinander bring bringe bringen erzaehl erzaehle erzaehlen sag sage "
    "passiert geschehen geaendert neu neues seit since".split()
)


@dataclass(frozen=True, slots=True)
class Request:
    """A briefing that is asked for: of what, since when, in how many statements."""

    product: Product
    about: str | None
    since: PartialDate | None
    count: int


def request_of(question: str, as_of: PartialDate | None) -> Request | None:
    """The briefing that a question asks for, or None; `as_of` is what months without a year are counted from."""
    found = [(match.start(), product, match) for product, pattern in _PRODUCTS if (match := pattern.search(question))]
    if not found:
        return None
    _, product, match = min(found, key=lambda entry: entry[0])
    about = _about(question, match, as_of)
    since = _since(question, as_of) if product == "changes" else None
    if product == "changes" and about and (since is None or not _SINCE.search(question)):
        return None  # "what changed in the policy?", "what is new since the vote?" are questions like others
    if product == "changes" and since is None and as_of:
        day = as_of.last - timedelta(days=RECENT)
        since = PartialDate(day.year, day.month, day.day)
    return Request(product, about, since, _count(question))


def _count(question: str) -> int:
    """The number of statements that is asked for, at most eight."""
    match = _COUNT.search(question)
    asked = match["count"].casefold() if match else ""
    number = int(asked) if asked.isdecimal() else _NUMBER.get(asked, MOST)
    return number if 1 <= number <= MOST else MOST


def _about(question: str, match: re.Match[str], as_of: PartialDate | None) -> str | None:
    """The content words behind what asks for the briefing, without dates; None where there are none."""
    question = _COUNT.sub(lambda counted: " " * len(counted[0]), question)
    rest = question[match.end() :].strip(" ?.!") or question[: match.start()]
    found = _ABOUT.search(rest)
    rest = found["rest"] if found else rest
    told = [(entry.start, entry.end) for entry in dates(rest)]
    for start, end in [*told, *((moment.start, moment.stop) for moment in moments(rest, "en", as_of))]:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    named = [word for word in words(rest) if not is_stop_word(word) and fold(word) not in _FILL and word not in MONTHS]
    named = [word for word in named if not word.isdigit()]
    return " ".join(named) or None


def _since(question: str, as_of: PartialDate | None) -> PartialDate | None:
    """The day since when: a date, a month or year of the past, "yesterday" and the like before `as_of`; None without."""
    last = as_of.last if as_of else None
    found = [dated.date for dated in dates(question, year=last.year if last else None) if dated.date]
    if found:
        return (
            found[0] if last is None or found[0].first <= last else PartialDate(found[0].year - 1, found[0].month, found[0].day)
        )
    if year := re.search(r"\b(?:19|20)\d\d\b", question):
        return PartialDate(int(year[0]))
    named = next((MONTHS[word] for word in words(question) if word in MONTHS and len(word) > 2), None)
    if last and named:
        return PartialDate(last.year if named <= last.month else last.year - 1, named)
    return next((moment.first for moment in moments(question, "en", as_of)), None)
