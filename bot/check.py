"""The check of a generated sentence against its quotes: what is certain is compared, what is not is not said.

Numbers, dates, names, negation, direction, attribution and the order of the actors must agree with the quotes. A cosine is
no evidence: swapping two actors hardly moves it. So a sentence that names two actors is supported only by a support
model; without one the quote itself is to be shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answer import Check
from bot.check_facts import Facts, facts, lacking_values, missing_values
from bot.check_names import acting, lacking_names, missing_names
from bot.check_order import reordered
from bot.check_sense import contradictions, in_common
from corpus.article import PartialDate
from corpus.language import language_of
from index.cross_encoder import CrossEncoder
from index.roles import parties
from index.sentences import sentence_spans

ENTAILED = 0.5
"""Probability from which a support model is taken to support."""


@dataclass(frozen=True)
class Quote:
    """An exact quote, its language, the date of its article and the paragraph around it."""

    text: str
    language: str
    published: PartialDate | None
    paragraph: str = ""


@dataclass(frozen=True)
class Widening:
    """A sentence of a quote's paragraph, `paragraph[start:end]`, without which the quote (by its place) does not hold."""

    quote: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Verdict:
    """What the check found; `widen` are the sentences that must be cited too, `quote_instead` says to show the quote."""

    check: Check
    widen: tuple[Widening, ...] = ()
    quote_instead: bool = False


class Checker:
    """Checks sentences of one story, whose actors with their aliases are given; the support model is optional."""

    def __init__(self, actors: Mapping[str, tuple[str, ...]], support: CrossEncoder | None = None) -> None:
        self._actors = actors
        self._support = support

    def check(self, statement: str, quotes: Sequence[Quote], language: str | None = None) -> Verdict:
        """Whether the quotes support a statement, which is in `language` (None: told from the text, else the quotes')."""
        if not quotes:
            return Verdict(Check("unsupported", ("no_quote",)))
        if statement == quotes[0].text:
            return Verdict(Check("verbatim"))
        language = language or _language(statement, quotes)
        cited = self._facts_of(quotes, statement, language)
        named = [party.key for fact in cited for party in fact.parties]
        said = facts(statement, language, None, self._actors, named)
        widen: tuple[Widening, ...] = ()
        if missing_values(said, cited) or missing_names(said, cited):
            widen = self._widened(said, cited, quotes)
            further = [replace(quotes[more.quote], text=more.text) for more in widen]
            cited += self._facts_of(further, statement, language)
        reasons = tuple(
            dict.fromkeys((*missing_values(said, cited), *missing_names(said, cited), *contradictions(said, cited)))
        )
        if not reasons and not in_common(said, cited):
            reasons = ("nothing_shared",)
        if reasons:
            return Verdict(Check("unsupported", reasons))
        return self._judged(statement, said, cited, widen)

    def _judged(self, statement: str, said: Facts, cited: Sequence[Facts], widen: tuple[Widening, ...]) -> Verdict:
        """The verdict on a statement whose facts and sense agree with its quotes."""
        two = len(acting(said, cited)) > 1
        if reordered(said, cited):
            return Verdict(Check("unsupported", ("order",)), widen, quote_instead=two)
        if not two:
            return Verdict(Check("supported"), widen)
        if self._support is None:
            return Verdict(Check("unsupported", ("two_actors",)), widen, quote_instead=True)
        premise = " ".join(fact.text for fact in cited)
        if float(self._support.score([(premise, statement)])[0]) >= ENTAILED:
            return Verdict(Check("supported", ("support_model",)), widen)
        return Verdict(Check("unsupported", ("support_model_denies",)), widen, quote_instead=True)

    def _facts_of(self, quotes: Sequence[Quote], statement: str, language: str) -> list[Facts]:
        named = [party.key for party in parties(statement, language, self._actors)]
        return [facts(quote.text, quote.language, quote.published, self._actors, named) for quote in quotes]

    def _widened(self, said: Facts, cited: Sequence[Facts], quotes: Sequence[Quote]) -> tuple[Widening, ...]:
        """The sentences of the paragraphs that hold what is missing in the quotes, each value or name once."""
        found: list[Widening] = []
        known = list(cited)
        for number, quote in enumerate(quotes):
            for span in sentence_spans(quote.paragraph, quote.language):
                text = span.of(quote.paragraph)
                if not _lacking(said, known):
                    return tuple(found)
                (more,) = self._facts_of([replace(quote, text=text)], said.text, said.language)
                if text not in quote.text and _lacking(said, [*known, more]) < _lacking(said, known):
                    known.append(more)
                    found.append(Widening(number, span.start, span.end, text))
        return tuple(found)


def _lacking(said: Facts, cited: Sequence[Facts]) -> int:
    """How many values and names of a statement stand in no quote."""
    return lacking_values(said, cited) + lacking_names(said, cited)


def _language(statement: str, quotes: Sequence[Quote]) -> str:
    """The language of a statement, where it cannot be told that of its quotes."""
    told = language_of(statement)
    return told if told in {"en", "de"} else quotes[0].language
