"""How the check of generated sentences does: `dealbrief eval support`.

A set: [{"id", "kind", "language", "statement", "quotes": [{"text", "language", "published"}], "actors", "split"}]; kind is
paraphrase (faithful, by hand) or what is false about the statement; actors are the persons, organisations and laws that it
names (2 for more), sources and places left out. To it come false statements made by rule out of the corpus's sentences, of
the faithful statements and of files in SQuAD's form; across languages out of sentences that mirror each other (the same
values and names, which no other pair has). A statement is stopped if it would not be shown: the quote in its place counts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

from bot.check import Checker, Quote, Verdict
from bot.evaluation.falsify import KINDS, Falsifier
from bot.evaluation.squad import DataError, read
from bot.evaluation.table import Table, share
from corpus.article import Article, PartialDate
from corpus.library import Library
from index.lexical import fold
from index.roles import parties
from index.sentences import sentence_spans
from index.values import values

MOST = 400
"""False statements of a kind and a language pair, drawn evenly from all that can be made."""
WORDS = (7, 45)
"""The shortest and the longest sentence that is changed."""

Actors = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Case:
    """A statement with its quotes and what is known about it."""

    id: str
    kind: str
    language: str
    statement: str
    quotes: tuple[Quote, ...]
    actors: int
    split: str

    @property
    def pair(self) -> str:
        """The language of statement and quotes, or across."""
        return self.language if all(quote.language == self.language for quote in self.quotes) else "across"


def support(library: Library, files: Sequence[Path], *, verbose: bool = False) -> Table:
    """Checks every statement of the sets and of the rules; `verbose` lists the wrong ones."""
    sets = [path for path in files if isinstance(_json(path), list)]
    cases = [case for path in sets for case in read_cases(path)]
    made = [*made_of(library.articles, library.story.actors), *mirrored(library)]
    rows, remarks = _rows("corpus by rule", made, Checker(library.story.actors))
    for path in files:
        if path not in sets:
            more, said = _rows(f"{path.name} by rule", made_of(read(path).articles, {}), Checker({}))
            rows, remarks = rows + more, remarks + said
    checker = Checker(library.story.actors)
    changed = _changed(cases, Falsifier(library.story.actors, _pool(_sentences(library.articles), library.story.actors)))
    more, said = _rows("paraphrases by rule", changed, checker)
    rows, remarks = rows + more, remarks + said
    for split in dict.fromkeys(case.split for case in cases):
        own = [case for case in cases if case.split == split]
        more, said = _rows(f"by hand, {split}", [case for case in own if case.kind != "paraphrase"], checker)
        rows, remarks = rows + more, remarks + said
        more, said = _paraphrases(split, [case for case in own if case.kind == "paraphrase"], checker)
        rows, remarks = rows + more, remarks + said
    return Table("The check of generated sentences, without a support model", rows, remarks if verbose else ())


def _rows(title: str, cases: Iterable[Case], checker: Checker) -> tuple[list[dict[str, Any]], list[str]]:
    """A row for each kind and language pair of false statements, and the ones that were not stopped."""
    rows, remarks = [], []
    groups: dict[tuple[str, str], list[tuple[Case, Verdict]]] = {}
    for case in cases:
        groups.setdefault((case.kind, case.pair), []).append((case, checker.check(case.statement, case.quotes, case.language)))
    for (kind, pair), checked in sorted(
        groups.items(), key=lambda item: (KINDS.index(item[0][0]), item[0][1] == "across", item[0])
    ):
        stopped = [verdict.check.verdict == "unsupported" for _, verdict in checked]
        ruled = [verdict.check.verdict == "unsupported" and verdict.check.reasons != ("two_actors",) for _, verdict in checked]
        name = f"false {kind}, {pair}, {title} ({len(checked)})"
        rows.append({"statements": name, "stopped": share(stopped), "by a rule of their own": share(ruled)})
        remarks += [_line(case, verdict) for (case, verdict), held in zip(checked, stopped, strict=True) if not held]
    return rows, remarks


def _paraphrases(split: str, cases: Sequence[Case], checker: Checker) -> tuple[list[dict[str, Any]], list[str]]:
    """A row for each language pair: what became of faithful statements, with fewer than two actors and with two."""
    rows, remarks = [], []
    checked = [(case, checker.check(case.statement, case.quotes, case.language)) for case in cases]
    for pair in ("en", "de", "across", "all"):
        row: dict[str, Any] = {
            "statements": f"faithful, {pair}, {split} ({sum(case.pair in {pair} or pair == 'all' for case in cases)})"
        }
        for two, name in ((False, "fewer than two actors"), (True, "two actors")):
            own = [verdict for case, verdict in checked if (case.actors > 1) == two and pair in {case.pair, "all"}]
            row[f"{name}: lost"] = share([verdict.check.verdict == "unsupported" for verdict in own])
            row[f"{name}: quote"] = share([verdict.quote_instead for verdict in own])
        rows.append(row)
    remarks += [_line(case, verdict) for case, verdict in checked if verdict.check.verdict == "unsupported"]
    return rows, remarks


def _line(case: Case, verdict: Verdict) -> str:
    quotes = " | ".join(quote.text for quote in case.quotes)
    reasons = ", ".join(verdict.check.reasons)
    said = f"{case.id} {case.kind}, {case.pair}, {case.actors}: {verdict.check.verdict} {reasons}"
    return f"{said}\n    {case.statement}\n    {quotes}"


def made_of(articles: Iterable[Article], actors: Actors) -> Iterator[Case]:
    """False statements out of the sentences of articles, at most MOST of a kind and language."""
    sentences = _sentences(articles)
    falsifier = Falsifier(actors, _pool(sentences, actors))
    for kind in KINDS:
        for language in sorted({quote.language for _, quote in sentences}):
            own = [(id, quote) for id, quote in sentences if quote.language == language]
            false = (
                Case(f"{id}:{kind}", kind, language, changed, (quote,), 2, "rule")
                for id, quote in own
                if (changed := falsifier.false(kind, quote.text, language, id))
            )
            yield from islice(false, MOST)


def mirrored(library: Library) -> Iterator[Case]:
    """False statements across languages, each out of a sentence whose mirror in the other language is the quote."""
    actors = library.story.actors
    sentences = _sentences(library.articles)
    falsifier = Falsifier(actors, _pool(sentences, actors))
    pairs = list(_mirrors(sentences, actors))
    for kind in KINDS:
        false = (
            Case(f"{id}:{kind}", kind, said.language, changed, (quote,), 2, "rule")
            for id, one, two in pairs
            for said, quote in ((one, two), (two, one))
            if (changed := falsifier.false(kind, said.text, said.language, id))
        )
        yield from islice(false, MOST)


def _changed(cases: Sequence[Case], falsifier: Falsifier) -> Iterator[Case]:
    """False statements out of faithful ones, which are worded unlike their quotes."""
    for kind in KINDS:
        for case in cases:
            changed = falsifier.false(kind, case.statement, case.language, case.id) if case.kind == "paraphrase" else None
            if changed:
                yield replace(case, id=f"{case.id}:{kind}", kind=kind, statement=changed)


def _mirrors(sentences: Sequence[tuple[str, Quote]], actors: Actors) -> Iterator[tuple[str, Quote, Quote]]:
    """Pairs of an English and a German sentence with the same values and names, where no other sentence has these."""
    known = {fold(actor) for actor in actors}
    by: dict[tuple[object, ...], dict[str, list[tuple[str, Quote]]]] = {}
    for id, quote in sentences:
        found = values(quote.text, quote.language)
        named = {party.key for party in parties(quote.text, quote.language, actors)} & known
        key = (frozenset((v.amount, v.unit, v.date, v.until) for v in found), frozenset(named))
        if len(found) > 1 and named:
            by.setdefault(key, {}).setdefault(quote.language, []).append((id, quote))
    for found_by in by.values():
        if all(len(found_by.get(language, ())) == 1 for language in ("en", "de")):
            (id, english), (_, german) = found_by["en"][0], found_by["de"][0]
            yield id, english, german


def _sentences(articles: Iterable[Article]) -> list[tuple[str, Quote]]:
    """The sentences that are changed, with an id each, in an order that has nothing to do with the articles'."""
    found = []
    for article in articles:
        language = article.source.language
        for span in sentence_spans(article.text, language):
            text = span.of(article.text)
            if WORDS[0] <= len(text.split()) <= WORDS[1] and "\n" not in text and text.endswith("."):
                found.append((f"{article.id}:{span.start}", Quote(text, language, article.source.published)))
    return sorted(found, key=lambda entry: crc32(entry[0].encode()))


def _pool(sentences: Sequence[tuple[str, Quote]], actors: Actors) -> dict[str, list[str]]:
    """The names of the sentences by language, each once."""
    pool: dict[str, dict[str, None]] = {}
    for _, quote in sentences:
        own = pool.setdefault(quote.language, {})
        own.update((p.text, None) for p in parties(quote.text, quote.language, actors) if not p.key.startswith("place: "))
    return {language: list(names) for language, names in pool.items()}


def read_cases(path: Path) -> list[Case]:
    """The statements of a set. DataError names the entry and the field at fault."""
    where = "the list"
    try:
        cases = []
        for number, entry in enumerate(_json(path)):
            where = f"entry {number}"
            if entry["kind"] not in ("paraphrase", *KINDS):
                raise ValueError(f"there is no kind {entry['kind']!r}")
            quotes = tuple(
                Quote(str(q["text"]), str(q["language"]), PartialDate.parse(q["published"]) if q.get("published") else None)
                for q in entry["quotes"]
            )
            texts = (str(entry["id"]), str(entry["kind"]), str(entry["language"]), str(entry["statement"]))
            cases.append(Case(*texts, quotes, int(entry["actors"]), str(entry["split"])))
        return cases
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is not in the form of statements: {where}: {type(error).__name__} {error}.") from error


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as JSON: {error}.") from error
