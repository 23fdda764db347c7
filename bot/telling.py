"""What every sentence of a corpus tells: when, of whom, how much, and whose reporting it rests on."""

import gc
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ContextDecorator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from threading import Lock

from bot.extractive import eligible, leans
from bot.moments import Moment, moments
from corpus.library import Library
from index.claims import ClaimMaker, Saying
from index.dates import masked
from index.lexical import shared_terms
from index.search import SearchResult
from index.values import Value

_DENIES = re.compile(
    r"\b(?:not|no|never|nobody|none|neither|nor|nothing|nicht|kein\w*|nie|niemals|niemand|weder|nichts)\b|n't\b", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"[;:]\s|,\s(?:and|but|while|whereas|because|which|who|after|although|according|as|so|with|und|doch|aber|während|weil|nachdem|"
    r"obwohl|der|die|das|wie|sodass|laut|so|(?:on )?the (?:same )?day|am (?:selben |gleichen )?Tag|dem Tag)\b|"
    r"\b(?:said|says|reported|wrote|recalled|announced|noted|added|recorded)\b[^,;]{,60}?\bthat\b"
)
_COUNTED = re.compile(
    r",\s(?!(?:am|an|im|in|on|the|that|dem)\b)(?:[\w-]+\s){1,2}(?:days?|weeks?|months?|Tage?n?|Wochen?|Monate?n?)\b[^,;:]*"
    r"(?:,|(?=[.;:]|$))"
)
"""What only counts the time from another event (", two days before the ban")."""
_DENIAL_ENDS = re.compile(r"[;:]\s|,\s|\b(?:that|dass|because|weil|to|zu|sondern)\b|\bnot to\b")
_RELATIVE = re.compile(
    r",\s(?:(?:[\w-]+\s){0,3}(?:which|who|whom|whose|where|when)|die|der|das|den|dem|wo|als|deren|dessen)\s[^,;:]*$"
)
UNKNOWN = re.compile(
    r"\b(?:not (?:been )?(?:known|said|disclosed|published|proven|decided|confirmed|settled)|unknown|unclear|unexplained|"
    r"remains? open|does not say|no (?:report|source|statement|result|ruling|decision|reaction|figure|price)s?|nobody|"
    r"none of the (?:reports|sources|pages)|(?:nicht |un)(?:bekannt|geklärt|belegt|entschieden)|unklar|unerklärt|bleibt offen|"
    r"offen bleibt|offengeblieben|sagt nicht|keine der|kein\w* (?:bericht|quelle|aussage|urteil|entscheidung|reaktion|angabe|"
    r"zahl|preis)\w*)\b",
    re.IGNORECASE,
)
"""Words of a sentence that says what is not known."""
LEAST_CORE = 7
"""Words from which a clause stands for its sentence."""


Nearness = Callable[[SearchResult, SearchResult], float]
"""How near two sentences are by token vectors."""


@dataclass(frozen=True, eq=False)
class Told:
    """A sentence with its dates, main one first, what it says, and whose reporting it rests on.

    `core` is what the clause of its main date says, without who reports it.
    """

    result: SearchResult
    moments: tuple[Moment, ...]
    saying: Saying
    core: Saying
    origins: tuple[str, ...]
    denies: bool

    @property
    def language(self) -> str:
        """The language of the sentence."""
        return self.result.article.source.language

    @property
    def dossier(self) -> bool:
        """Whether it stands in a dossier."""
        return self.result.article.source.kind == "dossier"

    @property
    def moment(self) -> Moment:
        """Its main date."""
        return self.moments[0]

    @cached_property
    def opens_denying(self) -> bool:
        """Whether the clause that it begins with says that something was not so."""
        return bool(_DENIES.search(_DENIAL_ENDS.split(self.result.text)[0]))

    @cached_property
    def aside(self) -> bool:
        """Whether its main date stands in a relative clause."""
        return bool(_RELATIVE.search(self.result.text[: self.moment.start]))

    @property
    def names(self) -> frozenset[str]:
        """The folded names that it holds."""
        return frozenset(self.saying.names)

    @cached_property
    def marks(self) -> frozenset[str]:
        """What it tells of its main date, as words that can be counted: stems, names by their last word, and values."""
        return _interned(self.core.stems | last_words(self.core.names) | _amounts(self.core.values))

    @property
    def topics(self) -> frozenset[str]:
        """What it is about: stems and whole names of the clause of its main date."""
        return self.core.stems | frozenset(self.core.names)

    @cached_property
    def shared(self) -> frozenset[str]:
        """The part of it that two languages can share: names, values and words that are written alike."""
        dated = masked(self.result.text, [value for value in self.saying.values if value.date])
        alike = {term for term in shared_terms(dated) if not term.isdigit()}
        return _interned(_words_of(self.saying.names) | _amounts(self.saying.values) | alike)


def _interned(marks: Iterable[str]) -> frozenset[str]:
    """Marks as one string each for the whole process: what is equal is compared by address, and lies in memory once."""
    return frozenset(map(sys.intern, marks))


def last_words(names: Iterable[str]) -> frozenset[str]:
    """The last words of names: one names a person as well as the whole does, and a long name counts once."""
    return frozenset(name.split()[-1] for name in names)


def _words_of(names: Iterable[str]) -> frozenset[str]:
    """The words of names."""
    return frozenset(word for name in names for word in name.split())


def _amounts(values: Iterable[Value]) -> frozenset[str]:
    return frozenset(f"{value.unit}{value.amount:g}" for value in values if value.amount is not None and not value.date)


class Weights:
    """How rare a mark is among the sentences of a language: ln(N / n)."""

    def __init__(self, told: Iterable[frozenset[str]]) -> None:
        found = list(told)
        total = len(found) + 1
        self._of = {mark: math.log(total / count) for mark, count in Counter(chain.from_iterable(found)).items()}
        self._of_none = math.log(total)
        self._wholes: dict[frozenset[str], float] = {}

    def of(self, mark: str) -> float:
        """The weight of a mark."""
        return self._of.get(mark, self._of_none)

    def sum(self, marks: Iterable[str]) -> float:
        """The weight of several."""
        return math.fsum(map(self.of, marks))  # the same in whatever order a set gives them

    def whole(self, marks: frozenset[str]) -> float:
        """The weight of all marks of a sentence, which is asked for again and again."""
        if marks not in self._wholes:
            self._wholes[marks] = self.sum(marks)
        return self._wholes[marks]


class _Uncollected(ContextDecorator):
    """The process's garbage collector rests while any thread is inside.

    It would look through all that is being made again and again, and all of it is kept.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._collects = False

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._collects = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._collects:
                gc.enable()


uncollected = _Uncollected()


@uncollected
def tell(results: Iterable[SearchResult], library: Library, maker: ClaimMaker) -> list[Told]:
    """The sentences that can be shown by themselves, each text once."""
    voices = _voices(library)
    found: dict[tuple[str, str], Told] = {}
    for result in results:
        source = result.article.source
        if not eligible(result, best=False) or leans(result.text):
            continue
        key = source.language, " ".join(result.text.split())
        if key in found:
            continue
        dated = moments(result.text, source.language, source.published, voices)
        first = dated[0] if dated else None
        core = maker.understand(_core(result.text, first, voices), source.language)
        denies = _denied(result.text, first)
        found[key] = Told(result, tuple(dated), maker.saying(result), core, origins(result, library), denies)
    return list(found.values())


def _denied(text: str, moment: Moment | None) -> bool:
    """Whether the clause around a date says that something was not so, or only belongs to one that says it."""
    if moment and _RELATIVE.search(text[: moment.start]) and _DENIES.search(re.split(r"[,:;]\s", text)[0]):
        return True
    at = moment.start if moment else 0
    cuts = [0, *(match.end() for match in _DENIAL_ENDS.finditer(text))]
    first = max(cut for cut in cuts if cut <= at)
    last = next((match.start() for match in _DENIAL_ENDS.finditer(text, moment.stop if moment else 0)), len(text))
    return bool(_DENIES.search(text[first:last]))


def _core(text: str, moment: Moment | None, voices: re.Pattern[str] | None) -> str:
    """The clause in which a date stands, or the whole sentence where that is short, without what counts the time from another
    event and the names of those who report."""
    if moment is not None and moment.role not in ("news", "report"):
        counted = next((found for found in _COUNTED.finditer(text) if found.start() <= moment.start < found.end()), None)
        text = text if counted else _COUNTED.sub(lambda found: " " * len(found[0]), text)
        cuts = [0, *(match.end() for match in _CLAUSE.finditer(text)), *(counted.span() if counted else ()), len(text)]
        first = max(cut for cut in cuts if cut <= moment.start)
        ends = [cut for cut in cuts if not text[:cut].endswith("that")]  # what is said belongs to the day on which it is
        last = min(cut for cut in ends if cut > moment.start or cut == len(text))
        if len(text[first:last].split()) >= LEAST_CORE:
            text = text[first:last]
    return voices.sub(" ", text) if voices else text


def origins(result: SearchResult, library: Library) -> tuple[str, ...]:
    """Whose reporting a sentence rests on; of a dossier its notes."""
    if result.article.source.kind != "dossier":
        return (library.origin(result.article),)
    noted = dict.fromkeys(library.origin_of(source) for source in result.references)
    return tuple(noted) or (library.origin(result.article),)


def _voices(library: Library) -> re.Pattern[str] | None:
    """Finds the names of those who only report."""
    voices = sorted(library.voices, key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, voices))})(?!\w)") if voices else None
