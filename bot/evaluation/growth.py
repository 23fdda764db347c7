"""How the time of the briefings grows with the corpus, on made-up articles: `dealbrief bench --growth`."""

import random
import time
from collections.abc import Sequence
from pathlib import Path

from bot.chronicle import timeline
from bot.disagreement import disputes
from bot.draft import Draft
from bot.evaluation.table import Table
from bot.knowledge import Knowledge
from bot.overview import sections
from bot.telling import Weights, tell
from bot.wording import month_name
from corpus.article import Article, PartialDate, Source
from corpus.library import Library
from corpus.story import Story
from index.claims import ClaimMaker
from index.passages import passages
from index.search import SearchResult

SIZES = (100, 1_000, 10_000)
RUNS = 3
"""Runs of each size: beside other virtual machines one run may take half as long again as the next."""
_ACTS = {
    "en": "bought sold leased opened closed sued praised warned visited merged".split(),
    "de": "kaufte verkaufte mietete öffnete schloss verklagte lobte warnte besuchte übernahm".split(),
}
_THINGS = {
    "en": "the ferry line,the harbour,a shipyard,the night route,a warehouse,the terminal,a tug,the museum".split(","),
    "de": "die Fährlinie,den Hafen,eine Werft,die Nachtlinie,ein Lager,den Anleger,einen Schlepper,das Museum".split(","),
}
_WRITTEN = {
    "en": "{firm} {act} {thing} of {other} on {day} {month} {year} for {price} million euros.",
    "de": "{firm} {act} {thing} von {other} am {day}. {month} {year} für {price} Millionen Euro.",
}


def growth(sizes: Sequence[int] = SIZES) -> Table:
    """Processor seconds for all that the briefings need, from sentences to pages, the least of three runs, and how they grow
    from size to size."""
    rows, before = [], None
    for size in sizes:
        found = _articles(size)
        library = Library(Path(), found, (), Story(title={"en": "The harbours"}, as_of=PartialDate(2024, 12, 31)))
        runs = [_briefed(library) for _ in range(RUNS)]
        seconds, events = min(runs)
        times = f"{seconds / before[0] / (size / before[1]):.2f}" if before else ""
        rows.append({"articles": size, "events": events, "seconds": f"{seconds:.1f}", "times the size": times})
        before = seconds, size
    return Table("Growth of the briefings, made-up articles of three sentences", rows, ["1 would be linear."])


def _briefed(library: Library) -> tuple[float, int]:
    """The processor seconds of one run, and how many events it found."""
    started = time.process_time()
    known = _Made(library, ClaimMaker({}, library.origin), _results(library.articles))
    entries = timeline(known, "en")
    sections(Draft(known, "en", "The harbours", None), "page")
    disputes(known.disputed, library, "en")
    return time.process_time() - started, len(entries)


class _Made(Knowledge):
    """Knowledge of sentences without an index."""

    def __init__(self, library: Library, claims: ClaimMaker, results: Sequence[SearchResult]) -> None:
        told = tuple(tell(results, library, claims))
        weights = {name: Weights(one.marks | one.topics for one in told if one.language == name) for name in ("en", "de")}
        vars(self).update(library=library, claims=claims, told=told, weights=weights)


def _articles(count: int) -> tuple[Article, ...]:
    """So many articles of three dated sentences, half of them German, about as many firms as a tenth of them."""
    drawn = random.Random(0)
    found = []
    for number in range(count):
        language = ("en", "de")[number % 2]
        sentences = [_sentence(drawn, language, max(count // 10, 10)) for _ in range(3)]
        source = Source(f"a{number:05}", f"Paper {number} on the harbours", f"Paper {number}", language, "digest")
        found.append(Article(source, " ".join(sentences)))
    return tuple(found)


def _sentence(drawn: random.Random, language: str, firms: int) -> str:
    return _WRITTEN[language].format(
        firm=f"Firm{drawn.randrange(firms)} Lines",
        other=f"Firm{drawn.randrange(firms)} Lines",
        act=drawn.choice(_ACTS[language]),
        thing=drawn.choice(_THINGS[language]),
        day=drawn.randint(1, 28),
        month=month_name(drawn.randint(1, 12), language),
        year=drawn.randint(2000, 2024),
        price=drawn.randint(1, 900),
    )


def _results(found: Sequence[Article]) -> list[SearchResult]:
    results = []
    for one in found:
        for passage in passages(one.text, one.source.language):
            results += [SearchResult(one, span.start, span.end, None, *passage.span, 0.0, {}) for span in passage.sentences]
    return results
