"""What a sentence says, in the forms in which sentences are compared: words, values, names, denial, scope, measures, places.

Who only reports ("according to Reuters", "laut Reuters", "Reuters wrote") is no actor of what is said, and the day on which it
was reported is no date of it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeVar

from corpus.article import PartialDate
from index.dates import masked
from index.lexical import fold, is_stop_word, stem, terms
from index.lexicon import tagged, tags
from index.names import Name, names, resolve, same_name
from index.values import Value, values

_DENIAL = re.compile(
    r"\b(not|no|never|nobody|none|neither|nor|without|den(?:y|ied|ies)|refus\w+|reject\w+|\w+n't|nicht|kein\w*|nie|niemals|"
    r"niemand|weder|ohne|bestritt\w*|wies\w*|dementiert\w*)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:]\s|,\s(?=(?:while|whereas|but|although|though|yet|and|or|aber|doch|während|obwohl|und|nach|laut|sondern)\b)|"
    r"\s(?=(?:while|whereas|although|während|obwohl)\b)|,\s(?=[^\W\d_]+\s(?:later|dagegen|hingegen)\b)",
)
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_NUMBERED, _BARE = re.compile(r"\b[A-ZÄÖÜ][^\W\d_]+ $"), re.compile(r"[1-9]\d*")
"""A number right behind a capitalised word belongs to it (Order 14352)."""
_AROUND_NAME = re.compile(r"^(?:The|Der|Die|Das)\s|\.[a-z]{2,4}$")
_PART_END = re.compile(r"[;:,]\s")
_CITED = frozenset("laut citing zufolge page site seite blog".split())
_BEFORE = frozenset("the der die dem des analyst agentur".split())
_TOLD = re.compile(r",\s(?P<word>[^\W\d_]+)\s[^,;:]{1,60}\s(?:am|im|vom)\s$")
_SUBORDINATE = re.compile(
    r"(?:Nachdem|Obwohl|Obgleich|Weil|Als|Da|Wenn|Während|Um|Bevor|Ehe|Seit|Seitdem|Damit|Falls|Sobald|Solange|Indem|Ob|Dass|"
    r"Wie|Statt|Ohne)\b"
)
"""What a sentence begins with whose main verb comes behind a comma."""
_CITED_BY = frozenset("so bei nach by to at from von in after gegenüber beim".split())
_JOINED = re.compile(r"\s(?:of|and|und|von|aus|at|bei)\s(?:the\s)?|\s[^\W\d_]+\s(?:of|von)\s")
_ON = re.compile(r"(?:\.\w{2,4})?,?\s(?:on|of|am|vom)\s")
T = TypeVar("T")
_NONE: frozenset[str] = frozenset()
_DATING = frozenset("dates dated datiert datierte dating".split())


class Figure(NamedTuple):
    """A value with what stands nearest to it in its clause, else in its sentence: measures, places, owner, date.

    `manner` holds what makes a figure another one: grown by, planned, denied or without; `reach` is the range that the
    value is an end of, else the value twice.
    """

    value: Value
    measures: frozenset[str]
    places: frozenset[str]
    owner: str
    date: Value | None
    manner: frozenset[str]
    reach: tuple[float, float]


@dataclass(frozen=True)
class Saying:
    """What a sentence says.

    `stems` are those of its content words beside values and names; `content` leaves out words of reporting. `names` stand
    in order; `actors` are those that do not only report. `tags` are the meanings of its words in index/lexicon.toml,
    `clauses` its figures, `dates` the dates of what is said and `events` the same with how they are joined to it.
    `signs` are the opposites that it states, each as +1 or -1 and turned round by a denial beside it, `predicates` the
    stems beside its one denial, `deniers` the names beside a verb of denying, `scoped` the
    stems behind a word for the whole, `holders` the actors beside a word for a role, `asks` the stems of a question that it
    calls open, `numbered` the numbers right behind names, `denied` the stems of the clause that says what somebody denies,
    `hedged` the opposites that it states only for the most part, `instead` the stems of what it states in place of what it
    denies and `replaced` those of that.
    """

    language: str
    stems: frozenset[str]
    content: frozenset[str]
    values: tuple[Value, ...]
    names: tuple[str, ...]
    actors: tuple[str, ...]
    denies: bool
    tags: frozenset[str]
    clauses: tuple[tuple[Figure, ...], ...]
    dates: tuple[Value, ...]
    signs: Mapping[str, int]
    predicates: frozenset[str]
    events: tuple[tuple[Value, str], ...]
    deniers: frozenset[str]
    scoped: frozenset[str]
    holders: frozenset[str]
    asks: frozenset[str] = _NONE
    numbered: frozenset[str] = _NONE
    denied: frozenset[str] = _NONE
    hedged: frozenset[str] = _NONE
    instead: frozenset[str] = _NONE
    replaced: frozenset[str] = _NONE
    published: PartialDate | None = None

    @cached_property
    def words(self) -> frozenset[str]:
        """The stems of what is said, names included."""
        return self.content | {stem(part, self.language) for name in self.names for part in name.split()}

    @cached_property
    def reporters(self) -> frozenset[str]:
        """The names of those who only report."""
        return frozenset(self.names) - frozenset(self.actors)

    @cached_property
    def name_words(self) -> frozenset[str]:
        """The words of all names, without a genitive s."""
        return frozenset(word.removesuffix("s") for name in self.names for word in name.split())

    def lacks(self, other: "Saying", names: Iterable[str] | None = None) -> list[str]:
        """The actors of this sentence (or those given) of which no word stands in a name of another sentence."""
        chosen = self.actors if names is None else names
        return [name for name in chosen if not other.knows(name)]

    def knows(self, name: str) -> bool:
        """Whether a name of this sentence has a word of another name, and its numbers (Order 12 is not Order 13)."""
        words = {word.removesuffix("s") for word in name.split()}
        return bool(words & self.name_words) and all(word in self.name_words for word in words if word.isdigit())

    @cached_property
    def times(self) -> tuple[Value, ...]:
        """The dates of what is said, else those of the report of it."""
        return self.dates or tuple(value for value in self.values if value.date)

    @cached_property
    def doubts(self) -> bool:
        """Whether it denies something, by a negation or by a verb."""
        return bool(self.tags & {"no", "-confirm"})

    @cached_property
    def ranks(self) -> frozenset[str]:
        """The ranks that it gives, as "2" for the second-highest."""
        return frozenset(tag[2:] for tag in self.of("r:") | (self.of("o:") if "top" in self.tags else _NONE))

    @cached_property
    def ordinals(self) -> frozenset[str]:
        """Which one of several it speaks of, as "o:2" for the second."""
        return _NONE if "top" in self.tags else self.of("o:")

    def of(self, prefix: str) -> frozenset[str]:
        """The meanings of a class: "h:" for roles, "m:" for measures, "p:" for places, "o:" for ordinals, "r:" for ranks."""
        return self._classes.get(prefix, _NONE)

    @cached_property
    def _classes(self) -> dict[str, frozenset[str]]:
        return {
            prefix: frozenset(tag for tag in self.tags if tag.startswith(prefix)) or _NONE
            for prefix in ("h:", "m:", "p:", "o:", "r:")
        }


def understand(
    text: str,
    language: str,
    aliases: Mapping[str, tuple[str, ...]],
    published: PartialDate | None = None,
    voices: frozenset[str] = _NONE,
) -> Saying:
    """What a text says; `published` is the date of its article, `voices` the folded names of those who only report."""
    found = values(text, language)
    named = resolve(names(text, language, aliases))
    stems = frozenset(terms(masked(text, [*found, *named]), language))
    words = list(_TOKEN.finditer(text))
    meanings = tagged([word[0].lower() for word in words])
    reporting = _reporting(text, language, named, words, meanings, voices)
    for name in named:
        if not _is_place(name):  # Cube Asia is no place and Digital Services Act no service
            for i, word in enumerate(words):
                if name.start <= word.start() < name.end:
                    meanings[i] = _NONE
    actors = [name for name in named if name not in reporting and not _is_place(name)]
    cited = [name.end for name in reporting]
    dates = tuple(value for value in found if value.date and not _reported_on(text, value, words, meanings, cited))
    return Saying(
        language,
        stems,
        frozenset(term for term in stems if "says" not in tags(term)) - _said_stems(words, meanings, language),
        found,
        _distinct([name for name in named if not _is_place(name)]),
        _distinct(actors),
        len(_DENIAL.findall(text)) % 2 == 1,
        frozenset().union(*meanings),
        _clauses(text, found, words, meanings, actors, dates or tuple(value for value in found if value.date)),
        dates,
        _signs(text, words, meanings),
        _denied(text, words, meanings, language) or _NONE,
        tuple((value, _link(value, words, language)) for value in dates),
        _deniers(named, words, meanings) or _NONE,
        _scoped(words, meanings, language) or _NONE,
        _holders(actors, words, meanings) or _NONE,
        _asks(text, words, language) or _NONE,
        _numbered(text, found) or _NONE,
        _denied_clause(text, words, meanings, language) or _NONE,
        _hedged(words, meanings) or _NONE,
        *_instead(text, words, meanings, language),
        published,
    )


def voiced(names: Iterable[str]) -> frozenset[str]:
    """The folded forms in which the names of those who only report stand in sentences."""
    return frozenset(fold(_AROUND_NAME.sub("", name)) for name in names)


def _numbered(text: str, found: Sequence[Value]) -> frozenset[str]:
    """The numbers right behind capitalised words."""
    bare = [value for value in found if _BARE.fullmatch(text, value.start, value.end)]
    return frozenset(text[value.start : value.end] for value in bare if _NUMBERED.search(text, 0, value.start))


def _said_stems(words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]], language: str) -> frozenset[str]:
    return frozenset(stem(fold(word[0]), language) for word, meaning in zip(words, meanings, strict=True) if "says" in meaning)


def _distinct(named: Sequence[Name]) -> tuple[str, ...]:
    """The canonical names in order of first appearance."""
    order: list[str] = []
    for name in named:
        if not any(same_name(name.canonical, other) for other in order):
            order.append(name.canonical)
    return tuple(order)


def _is_place(name: Name) -> bool:
    parts = name.canonical.split()
    return all(any(tag.startswith("p:") for tag in tags(part)) or part in ("united", "states", "kingdom") for part in parts)


def _reporting(
    text: str,
    language: str,
    named: Sequence[Name],
    words: Sequence[re.Match[str]],
    meanings: Sequence[frozenset[str]],
    voices: frozenset[str],
) -> list[Name]:
    """The names of those who only report: known for it, cited, beside a verb of reporting, or joined to one who is."""
    found: list[Name] = []
    starts = [word.start() for word in words]
    for i, name in enumerate(named):
        at, end = bisect_left(starts, name.start), bisect_left(starts, name.end)
        before, after = range(max(0, at - 4), at), range(end, min(end + 2, len(words)))
        near = [words[j][0].lower() for j in before]
        while near and near[-1] in _BEFORE:
            near.pop()
        cited = name.canonical in voices or (bool(near) and (near[-1] in _CITED or near[-2:] == ["according", "to"]))
        follows = any("says" in meanings[j] and text[name.end : words[j].start()].strip() != "," for j in after)
        verb = bool(near) and language == "de" and "says" in meanings[before[-1]]
        stated = bool(near) and near[-1] in _CITED_BY and any("says" in tags(word) or word in _COUNTS for word in near[:-1])
        joined = bool(i) and named[i - 1] in found and bool(_JOINED.fullmatch(text, named[i - 1].end, name.start))
        if cited or follows or verb or stated or joined:
            found.append(name)
    return found


_COUNTS = frozenset("figures count counts estimate estimates survey study zahlen schätzung zählung umfrage studie".split())


def _reported_on(
    text: str, value: Value, words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]], cited: Sequence[int]
) -> bool:
    """Whether a date is the day of a report: right behind a verb of reporting or a cited name, with a small word between."""
    told = _TOLD.search(text, 0, value.start)
    inverted = told and "says" in tags(told["word"]) and " und " not in told[0] and not _SUBORDINATE.match(text)
    if told and (told["word"] == "so" or inverted):
        return True
    if any(_ON.fullmatch(text, end, value.start) for end in cited if end < value.start):
        return True
    before = [j for j, word in enumerate(words) if word.end() <= value.start][-3:]
    for j in reversed(before):
        if "says" in meanings[j]:
            return words[j][0].lower() not in _DATING
        if not re.fullmatch(r"on|in|of|am|im|vom|von|the|of|also|already|bereits|schon", words[j][0].lower()):
            break
    return False


def _clauses(
    text: str,
    found: Sequence[Value],
    words: Sequence[re.Match[str]],
    meanings: Sequence[frozenset[str]],
    actors: Sequence[Name],
    dates: Sequence[Value],
) -> tuple[tuple[Figure, ...], ...]:
    """The figures of each part of a sentence that has some."""
    figures = [value for value in found if not value.date]
    if not figures:
        return ()
    marks = [(word.start(), meaning) for word, meaning in zip(words, meanings, strict=True) if meaning]
    owners = [(name.start, name.canonical) for name in actors]
    days = [(date.start, date) for date in dates]
    cuts = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    clauses = []
    for start, end in pairwise(cuts):
        own = [value for value in figures if start <= value.start < end]
        here = frozenset().union(*(meaning for place, meaning in marks if start <= place < end))
        edges = [start, *(value.start for value in own), end]
        if own:
            clauses.append(
                tuple(
                    _figure(value, marks, owners, days, ((edges[i], edges[i + 2]), (start, end)), here, own, text)
                    for i, value in enumerate(own)
                )
            )
    return tuple(clauses)


Reaches = tuple[tuple[int, int], tuple[int, int]]


def _figure(
    value: Value,
    marks: Sequence[tuple[int, frozenset[str]]],
    owners: Sequence[tuple[int, str]],
    days: Sequence[tuple[int, Value]],
    reaches: Reaches,
    here: frozenset[str],
    found: Sequence[Value],
    text: str,
) -> Figure:
    def classed(prefix: str) -> frozenset[str]:
        own = [(place, frozenset(tag for tag in tags if tag.startswith(prefix))) for place, tags in marks]
        return _closest(value, [mark for mark in own if mark[1]], reaches) or _NONE

    manner = (
        (here & _MANNERS) - (_DAILY if _AVERAGE.search(text) else _NONE)
        | _growth(value, text, here)
        | (_PAST if _BEFORE_IT.search(text, 0, value.start) else _NONE)
    )
    manner |= _DAILY if _PER_DAY.match(text, value.end) else _NONE
    manner |= _narrowed(value, text)
    manner |= _PART if text.startswith(("Of ", "Von den ", "Von der ")) else _NONE
    manner = manner or _NONE  # each empty frozenset takes 216 bytes of its own, and most are
    before = [mark for mark in owners if mark[0] <= value.end + 6]  # the owner of a figure is named first, or right behind it
    owner = _closest(value, before or owners, reaches) or ""
    return Figure(
        value, classed("m:"), classed("p:"), owner, _closest(value, days, reaches), manner, _reach(value, found, text)
    )


_RANGE = re.compile(r"\s?[–—-]\s?|\s(?:to|bis)\s")
_AND = re.compile(r"\s(?:and|und)\s")
_BETWEEN = re.compile(r"\b(?:between|zwischen)\s(?:about\s|etwa\s)?$", re.IGNORECASE)


def _reach(value: Value, found: Sequence[Value], text: str) -> tuple[float, float]:
    """The ends of the range that a value belongs to (40 to 50, between 7 and 8)."""
    amount = value.amount or 0.0
    for less, more in pairwise(found):
        if value in (less, more) and (less.kind, less.unit) == (more.kind, more.unit) and less.amount and more.amount:
            between = _AND.fullmatch(text, less.end, more.start) and _BETWEEN.search(text, 0, less.start)
            if between or _RANGE.fullmatch(text, less.end, more.start):
                return min(less.amount, more.amount), max(less.amount, more.amount)
    return amount, amount


_MANNERS = frozenset({"no", "plan", "daily", "ads"})
_GROWN = re.compile(
    r"\b(?:up|plus|by|more than|growth|increase|above|down|minus|um|zuwachs|über)\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"^\s?(?:more|higher|lower|less|fewer|above|below|mehr|weniger|höher|über|zu\b)")
_DAILY, _AVERAGE = frozenset({"daily"}), re.compile(r"\bdaily average|tagesschnitt", re.IGNORECASE)
_PER_DAY = re.compile(r"\s?(?:[^\W\d_]+\s)?(?:(?:a|per|each)\sday|(?:am|pro|je)\sTag|täglich)\b")
_ON_WHAT = re.compile(r"\s?(?:%|[^\W\d_]+)?\s?(?:on|auf|from|for|von|für)\s(?:all\s|alle\s)?(?P<what>[^\W\d_]+)")
_GROWTH, _PAST, _PART = frozenset({"grown"}), frozenset({"past"}), frozenset({"part"})
_BEFORE_IT = re.compile(r"\b(?:(?:up|down) from|previously|zuvor|nach zuvor)\s(?:about\s|etwa\s)?$", re.IGNORECASE)


def _narrowed(value: Value, text: str) -> frozenset[str]:
    """What a percentage is narrowed to (7 percent on electronics), if anything."""
    found = _ON_WHAT.match(text, value.end) if value.kind == "percent" else None
    return frozenset({f"on {found['what'].lower()}"}) if found and not is_stop_word(found["what"].lower()) else _NONE


def _growth(value: Value, text: str, here: frozenset[str]) -> frozenset[str]:
    """Whether a percentage says by how much something grew or shrank, and not which part something is."""
    if value.kind != "percent":
        return _NONE
    grown = (value.amount or 0) > 100 or here & {"+rise", "-rise"} or _GROWN.search(text, max(0, value.start - 22), value.start)
    return _GROWTH if grown or _MORE.match(text[value.end : value.end + 12]) else _NONE


def _closest(value: Value, marks: Sequence[tuple[int, T]], reaches: Reaches) -> T | None:
    """What stands nearest to a value: between its neighbours first, then in its clause, then anywhere."""

    def gap(mark: tuple[int, T]) -> int:
        after = mark[0] - value.end
        return value.start - mark[0] if after < 0 else after

    for start, end in reaches:
        own = [mark for mark in marks if start <= mark[0] < end]
        if own:
            return min(own, key=gap)[1]
    return min(marks, key=gap)[1] if marks else None


_SINCE = frozenset("since seit ab".split())
_UNTIL = frozenset("until till by bis".split())
_ENDS = frozenset("ended ends expired expires out endete endeten endet auslief ablief".split())
_SMALL = frozenset("the dem den der evening abend morning morgen of am end ende early anfang late mitte mid".split())


def _link(value: Value, words: Sequence[re.Match[str]], language: str) -> str:
    """How a date is joined: "since", "until", "on", or the stem of the noun that it belongs to (the order of 5 May)."""
    before = [word for word in words if word.end() <= value.start][-4:]
    while len(before) > 1 and before[-1][0].lower() in _SMALL - {"of"}:
        before.pop()
    last = before[-1][0].lower() if before else ""
    if any(word[0].lower() in _ENDS for word in before):
        return "until"
    if last in _SINCE:
        return "since"
    if last in _UNTIL:
        return "until"
    if last in ("of", "vom", "von") and len(before) > 1:
        return stem(fold(before[-2][0]), language)
    return "on"


_HEDGES = frozenset("largely mostly partly partially weitgehend größtenteils überwiegend teilweise teils".split())
_QUALITIES = frozenset({"lawful", "known", "true", "reason"})


def _signs(text: str, words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]]) -> dict[str, int]:
    """The opposites that a sentence states; a denial beside it turns one round, and both signs are none."""
    found: dict[str, int] = {}
    doubted = any("-confirm" in meaning for meaning in meanings)
    part = [sum(text.count(mark, 0, word.start()) for mark in ";:") for word in words]
    for at, meaning in enumerate(meanings):
        for tag in meaning:
            if tag[0] in "+-":
                before, after = (2, 0) if tag[1:] in _QUALITIES else (18, 5)
                near = range(max(0, at - before), min(at + after + 1, len(words)))
                denials = sum("no" in meanings[i] for i in near if part[i] == part[at])
                sign = (1 if tag[0] == "+" else -1) * (-1) ** denials
                sign *= -1 if doubted and tag[1:] != "confirm" else 1
                found[tag[1:]] = sign if found.get(tag[1:], sign) == sign else 0
    return {axis: sign for axis, sign in found.items() if sign}


def _denied(text: str, words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]], language: str) -> frozenset[str]:
    """The stems of the words up to three beside the one denial of a sentence's first part; empty where there are more."""
    at = [i for i, meaning in enumerate(meanings) if "no" in meaning]
    first = _PART_END.search(text)
    if len(at) != 1 or (first and words[at[0]].start() > first.start()):
        return frozenset()
    near = words[max(0, at[0] - 3) : at[0] + 4]
    return frozenset(stem(fold(word[0]), language) for word in near if len(word[0]) > 2)


def _deniers(named: Sequence[Name], words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]]) -> frozenset[str]:
    """The words of the names within 20 characters of a verb of denying."""
    at = [word.start() for word, meaning in zip(words, meanings, strict=True) if "-confirm" in meaning]
    near = [name.canonical for name in named if any(abs(name.start - place) <= 20 for place in at)]
    return frozenset(word.removesuffix("s") for name in near for word in name.split())


def _hedged(words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]]) -> frozenset[str]:
    """The opposites with a word such as "largely" beside them."""
    near = [
        meanings[i] for at, word in enumerate(words) if word[0].lower() in _HEDGES for i in range(at, at + 4) if i < len(words)
    ]
    return frozenset(tag[1:] for meaning in near for tag in meaning if tag[0] in "+-")


_THAT = re.compile(r",?\s(?:that|dass)\s")


def _denied_clause(
    text: str, words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]], language: str
) -> frozenset[str]:
    """The stems of the content words of the clause behind "denied that", up to its end."""
    for word, meaning in zip(words, meanings, strict=True):
        that = _THAT.match(text, word.end()) if "-confirm" in meaning else None
        if that:
            end = _PART_END.search(text, that.end())
            last = end.start() if end else len(text)
            told = [other[0] for other in words if that.end() <= other.start() < last and not is_stop_word(other[0])]
            return frozenset(stem(fold(other), language) for other in told)
    return _NONE


_BUT = re.compile(r",\s(?:but|sondern)\s")


def _instead(
    text: str, words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]], language: str
) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the content words behind ", but" up to the end of that part, and of those that it replaces, from the denial
    before it on (not a tenant, but the owner)."""
    but = _BUT.search(text)
    denial = [word.end() for word, meaning in zip(words, meanings, strict=True) if "no" in meaning]
    if not but or not denial or denial[0] > but.start():
        return _NONE, _NONE
    end = _PART_END.search(text, but.end())

    def stems(start: int, stop: int) -> frozenset[str]:
        inside = [word[0] for word in words if start <= word.start() < stop and not is_stop_word(word[0])]
        return frozenset(stem(fold(word), language) for word in inside if not word.isdigit())

    return stems(but.end(), end.start() if end else len(text)) or _NONE, stems(denial[0], but.start()) or _NONE


_TIME = re.compile("(?:day|week|month|quarter|year|time|tag|woche|monat|quartal|jahr|zeit)", re.IGNORECASE)


def _scoped(words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]], language: str) -> frozenset[str]:
    """The stem of the first content word behind each word for the whole, where no number comes first."""
    found: set[str] = set()
    for at, meaning in enumerate(meanings):
        if "whole" in meaning:
            following = next((word[0] for word in words[at + 1 : at + 4] if not is_stop_word(word[0])), "0")
            found |= {stem(fold(following), language)} if following[0].isalpha() and not _TIME.match(following) else set()
    return frozenset(found)


def _holders(actors: Sequence[Name], words: Sequence[re.Match[str]], meanings: Sequence[frozenset[str]]) -> frozenset[str]:
    """The actors beside a word for a role: up to 30 characters before it, or 45 behind."""
    roles = [
        word.start() for word, meaning in zip(words, meanings, strict=True) if any(tag.startswith("h:") for tag in meaning)
    ]
    return frozenset(name.canonical for name in actors if any(-30 <= name.start - role <= 45 for role in roles))


_OPEN = re.compile(
    r"\b(?:open|unclear|unknown|undecided|unsettled|not (?:known|decided|settled|clear)|offen\w*|unklar|unbekannt|ungeklärt|"
    r"nicht (?:bekannt|entschieden|geklärt|klar))[,\s]+(?:question\s|for \w+\s)?(?=(?:who|whose|what|how|why|where|when|"
    r"whether|wer|wessen|wem|was|wie|warum|wo|wann|ob|worin)\b)(?P<after>[^,;:.]*)|"
    r"^(?P<before>(?:Who|Whose|What|How|Why|Where|When|Whether|Wer|Wessen|Wem|Was|Wie|Warum|Wo|Wann|Ob)\b[^;:.]*?),?\s"
    r"(?:was|is|were|remains|remained|ist|war|bleibt|blieb)\b[^;:.]*?\b(?:open|unclear|unknown|undecided|offen|unklar|"
    r"unbekannt|ungeklärt)\b"
)


def _asks(text: str, words: Sequence[re.Match[str]], language: str) -> frozenset[str]:
    """The stems of the content words of a question that a sentence calls open, if there are two."""
    found = _OPEN.search(text)
    if not found:
        return _NONE
    start, end = found.span("after" if found["after"] else "before")
    asked = [word[0] for word in words if start <= word.start() < end and not is_stop_word(word[0])]
    stems = frozenset(stem(fold(word), language) for word in asked)
    return stems if len(stems) > 1 else _NONE
