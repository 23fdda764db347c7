"""Articles of the user's own: brought in, listed, removed and fetched again; the index follows at once.

What is not found of an article is asked for where somebody can answer, and reported otherwise; nothing is guessed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bot.given import Ask, Given
from bot.outcome import Outcome
from bot.settings import Settings
from corpus.acquire import Acquirer, Draft, Refused, written
from corpus.article import Article
from corpus.duplicates import Known, Match
from corpus.extract import Unreadable
from corpus.library import Library
from corpus.markdown import COPY_OF, FETCHED_FROM
from corpus.shelf import PREFIX, Shelf, ShelfError, named
from index.build import Builder, BuildError

PASTED = "pasted text"


class _There:
    """What is there already, kept up with what other processes add meanwhile."""

    def __init__(self, library: Library, known: Known) -> None:
        self.articles = {article.id: article for article in library}
        self.known = known
        self._places = {said[FETCHED_FROM]: id for id, said in library.remarks.items() if FETCHED_FROM in said}
        self._copies = {id: said[COPY_OF] for id, said in library.remarks.items() if COPY_OF in said}
        self._changed = 0

    def add(self, article: Article, said: Mapping[str, str]) -> None:
        """From now on the article is there."""
        self.articles[article.id] = article
        self.known.add(article)
        if FETCHED_FROM in said:
            self._places[said[FETCHED_FROM]] = article.id
        self._copies.pop(article.id, None)
        if COPY_OF in said:
            self._copies[article.id] = said[COPY_OF]

    def keep_up(self, shelf: Shelf) -> None:
        """Takes in what lies on the shelf by now."""
        changed, self._changed = self._changed, shelf.changed()
        for id in shelf.ids() if changed != self._changed else ():
            if id not in self.articles:
                with suppress(ShelfError):  # a broken file is told of by lint and doctor
                    self.add(*shelf.read(id))

    def before(self, article: Article, place: str) -> Article | None:
        """The original that has the article's address or came from the same place; a digest of it is another text."""
        at = self.known.at(article.source.url)
        if at and at.source.kind == "original":
            return at
        return self.articles.get(self._places.get(_origin_place(place) or "", ""))

    def came_from(self, article: Article, place: str) -> bool:
        """Whether the article was read at that place."""
        return self._places.get(_origin_place(place) or "") == article.id

    def original_of(self, article: Article, match: Match | None) -> Article | None:
        """The article that this one is a copy of, with what `copy_of` found; None where that is a copy of this one."""
        # A digest of the same address retells this very report: both rest on one origin.
        first = match.article if match else self.known.at(article.source.url)
        of, seen = first.id if first else None, set[str]()
        while of and of != article.id and of not in seen:
            seen.add(of)
            of = self._copies.get(of)
        return None if of == article.id else first


@dataclass
class Adder:
    """Brings articles in for one corpus; `settle` brings the index up to them."""

    settings: Settings
    given: Given = field(default_factory=Given)
    dry_run: bool = False
    quiet: bool = False
    ask: Ask = lambda draft, name: None
    acquirer: Acquirer = field(default_factory=Acquirer)
    changed: bool = False
    _builder: Builder | None = None

    def add(self, whats: Iterable[str]) -> Iterator[Outcome]:
        """One outcome for each article that an address, a file, a folder or a feed holds; all are tried."""
        with self.acquirer as acquirer:
            yield from self._bring_in(found for what in whats for found in acquirer.read(what))

    def add_text(self, text: str) -> Iterator[Outcome]:
        """The one outcome for a text that was typed or pasted."""
        try:
            drafts: list[Draft | Refused] = [written(text, PASTED, None, markdown=True)]
        except Unreadable as error:
            drafts = [Refused(PASTED, str(error))]
        return self._bring_in(drafts)

    def _bring_in(self, drafts: Iterable[Draft | Refused]) -> Iterator[Outcome]:
        self._prepare()
        library = self.settings.build.load()
        there = _There(library, self.settings.build.known(library))
        single = self.given.title or self.given.url
        for number, found in enumerate(drafts):
            if isinstance(found, Refused):
                yield Outcome(found.place, "refused", reason=found.reason)
            elif single and number:
                yield Outcome(found.place, "refused", reason="a title or address can be given for one article only")
            else:
                yield self._add(found, there)

    def _add(self, draft: Draft, there: _There) -> Outcome:
        draft, remarks = _today(self.given.completed(draft, self.ask))
        missing, doubts = draft.missing, (*draft.doubts, *remarks)
        if not draft.title:
            draft = replace(draft, title=Path(draft.place.rstrip("/")).stem or draft.place)
        try:
            article = draft.to_article("draft")
            with nullcontext() if self.dry_run else self.settings.build.shelf.locked():
                return self._keep(article, draft.place, there, missing, doubts)
        except (ValueError, ShelfError) as error:
            return Outcome(draft.place, "refused", reason=str(error))

    def _keep(self, article: Article, place: str, there: _There, missing: tuple[str, ...], doubts: tuple[str, ...]) -> Outcome:
        """Writes the article if it is not there, under an id of its own; in a dry run it only gets that."""
        shelf = self.settings.build.shelf
        there.keep_up(shelf)
        before = there.before(article, place)
        if before:
            # Where it did not come from there, `refresh` would not see the other text.
            changed = "its text has changed since" if there.came_from(before, place) else "its text there is another"
            return Outcome(place, "known", before, before.id, reason="" if before.text == article.text else changed)
        match = there.known.copy_of(article)
        if match and match.how == "text" and _same_publication(article, match.article):
            return Outcome(place, "known", match.article, match.article.id)
        first = there.original_of(article, match)
        of = first.id if first else None
        source = _origin_place(place)
        said = {key: value for key, value in ((FETCHED_FROM, source), (COPY_OF, of)) if value}
        article = named(article, shelf.new_id(article, there.articles.__contains__))
        if not self.dry_run:
            shelf.write(article, said)
            self.changed = True
        there.add(article, said)
        return Outcome(place, "copy" if of else "added", article, of, missing, doubts)

    def refresh(self, ids: Sequence[str] = ()) -> Iterator[Outcome]:
        """Reads added articles again where they came from, all of them if no ids are given; the old versions are kept."""
        self._prepare()
        shelf = self.settings.build.shelf
        library = self.settings.build.load()
        there = _There(library, self.settings.build.known(library))
        with self.acquirer as acquirer:
            for id in ids or [article.id for article in added(library)]:
                try:
                    article, said = shelf.read(id)
                except ShelfError as error:
                    yield Outcome(id, "refused", reason=str(error))
                    continue
                place = said.get(FETCHED_FROM)
                if place is None:
                    yield Outcome(id, "refused", article, reason="its file does not say where it came from")
                    continue
                found = next(iter(acquirer.read(place)), Refused(place, "nothing is there any more"))
                if isinstance(found, Refused):
                    yield Outcome(place, "refused", article, reason=found.reason)
                else:
                    yield self._refreshed(place, article, said, found, there)

    def _refreshed(self, place: str, before: Article, said: Mapping[str, str], draft: Draft, there: _There) -> Outcome:
        remarks = _described_anew(before, draft)
        if draft.text == before.text:
            return Outcome(place, "unchanged", before, remarks=remarks)
        after = Article(before.source, draft.text, draft.article.notes if draft.article else ())
        first = there.original_of(after, there.known.copy_of(after))
        of = first.id if first else None
        if of != said.get(COPY_OF):
            now = f"it is a copy of {of} now: both count as one origin" if of else f"it is no copy of {said[COPY_OF]} now"
            remarks += (now,)
        said = {**{key: value for key, value in said.items() if key != COPY_OF}, **({COPY_OF: of} if of else {})}
        there.add(after, said)
        if not self.dry_run:
            try:
                with self.settings.build.shelf.locked():
                    self.settings.build.shelf.write(after, said)
            except (ValueError, ShelfError) as error:
                return Outcome(place, "refused", before, reason=str(error))
            self.changed = True
        lines = difflib.unified_diff(
            before.text.splitlines(), after.text.splitlines(), before.sha256[:12], after.sha256[:12], lineterm="", n=1
        )
        return Outcome(place, "changed", after, of, remarks=remarks, difference=tuple(lines))

    def remove(self, ids: Sequence[str]) -> Iterator[Outcome]:
        """Removes added articles with their old versions."""
        self._prepare()
        shelf = self.settings.build.shelf
        for id in ids:
            try:
                path = shelf.path(id)
                with shelf.locked():
                    shelf.remove(id)
            except ShelfError as error:
                yield Outcome(id, "refused", reason=str(error))
            else:
                self.changed = True
                yield Outcome(str(path), "removed", of=id)

    def _prepare(self) -> None:
        """Starts the build's process, which gets ready while articles come in."""
        if not self.dry_run and self._builder is None:
            self._builder = Builder(self.settings.build, quiet=self.quiet)

    def settle(self) -> None:
        """Brings the index up to the articles where any changed. BuildError where that fails: they stay in."""
        builder, self._builder = self._builder, None
        if builder and self.changed:
            try:
                builder.build()
            except BuildError as error:
                raise BuildError(
                    f"{error} The articles themselves are safe; the index follows them at the next start."
                ) from error
        elif builder:
            builder.close()


def _today(draft: Draft) -> tuple[Draft, tuple[str, ...]]:
    """The draft without a date that has not come yet."""
    if draft.published and draft.published.first > date.today():
        return replace(draft, published=None), (f"its date {draft.published} lies in the future and was left out",)
    return draft, ()


def _described_anew(before: Article, draft: Draft) -> tuple[str, ...]:
    """What is told there of the article otherwise than is kept; whether to take it over is the user's to say."""
    kept, found = before.source, []
    if draft.headline and draft.headline != kept.headline:
        found.append(f"its title there is now {draft.headline!r}; the kept one stays")
    if draft.publisher and draft.publisher != kept.publisher:
        found.append(f"its publisher there is now {draft.publisher!r}; the kept one stays")
    if draft.published and draft.published != kept.published:
        found.append(f"its date there is now {draft.published}; the kept one stays")
    return tuple(found)


def _origin_place(place: str) -> str | None:
    """The address, or the path from the root: what `refresh` reads again; None where there is nothing to read."""
    if place == PASTED or not place.isprintable():
        return None
    if "://" in place:
        return None if " " in place else place  # an entry of a feed that has no address of its own
    return str(Path(place).absolute()) if Path(place).is_file() else None


def _same_publication(first: Article, second: Article) -> bool:
    """Whether two equal texts are one publication: nothing that both say of publisher and address differs."""
    pairs = [(first.source.publisher, second.source.publisher), (first.source.url, second.source.url)]
    return all(a is None or b is None or a == b for a, b in pairs)


def added(library: Library) -> list[Article]:
    """The articles that the user added, by id."""
    return [article for article in library if article.id.startswith(PREFIX)]
