"""The articles of a story: a folder of article files and its story.toml."""

import errno
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from corpus.article import Article, PartialDate, Source
from corpus.markdown import COPY_OF, ArticleError, parse, remarks
from corpus.questions import FILE, with_questions
from corpus.shelf import PREFIX, Shelf
from corpus.story import CorpusError, Story, read_story

BUNDLED = Path(__file__).parent
"""The folder of the story that Dealbrief ships with."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read as an article, the line at fault and the reason."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class Library:
    """The articles of one corpus in the order of their ids, the files that are none, and the story.

    `remarks` has, by id, what the files of added articles say beside their source (`corpus.markdown`); `shelf` is where
    these lie.
    """

    folder: Path
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...] = ()
    story: Story = field(default_factory=Story)
    remarks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shelf: Shelf | None = None

    @cached_property
    def _by_id(self) -> dict[str, Article]:
        return {article.id: article for article in self.articles}

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles)

    def __len__(self) -> int:
        return len(self.articles)

    def get(self, id: str) -> Article | None:
        """The article of that id, or None."""
        return self._by_id.get(id)

    @cached_property
    def as_of(self) -> PartialDate | None:
        """The date up to which the corpus reaches: that of the latest article, or the story's if no added one is later."""
        told = self.story.as_of
        dates = [
            article.source.published
            for article in self.articles
            if article.source.published and (told is None or article.id.startswith(PREFIX))
        ]
        latest = max(dates, key=lambda date: date.last, default=None)
        return latest if latest and (told is None or latest.first > told.last) else told

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, sorted."""
        return tuple(sorted({article.source.language for article in self.articles}))

    def origin(self, article: Article) -> str:
        """Whose reporting an article rests on, as one folded name: the unit in which support is counted."""
        return self.origin_of(self._leaders.get(article.id, article).source)

    def origin_of(self, source: Source) -> str:
        """The same of a source, for those that a dossier's paragraphs rest on."""
        name = source.origin or source.publisher or source.id
        return self._publisher_names.get(name.casefold(), name).casefold()

    @cached_property
    def voices(self) -> frozenset[str]:
        """The names of those who report, unless they also act in the story."""
        sources = [source for article in self for source in (article.source, *(note.source for note in article.notes))]
        names = {name for source in sources for name in (source.publisher, source.origin) if name}
        names |= {name for entry, aliases in self.story.publishers.items() for name in (entry, *aliases)}
        actors = {name.casefold() for entry, aliases in self.story.actors.items() for name in (entry, *aliases)}
        return frozenset(name for name in names if name.casefold() not in actors)

    @cached_property
    def _leaders(self) -> dict[str, Article]:
        """For each article with copies and each copy the one that stands for all of them: the first, else the least id."""
        groups: dict[str, list[str]] = {}
        for id, said in self.remarks.items():
            if COPY_OF in said and id in self._by_id:
                groups.setdefault(self._first(id), []).append(id)
        leaders: dict[str, Article] = {}
        for first, ids in groups.items():
            leader = self._by_id.get(first) or self._by_id[min(ids)]
            leaders |= dict.fromkeys([leader.id, *ids], leader)
        return leaders

    def _first(self, id: str) -> str:
        """The id at the end of a chain of copies."""
        seen = {id}
        while (of := self.remarks.get(id, {}).get(COPY_OF)) and of not in seen:
            seen.add(of)
            id = of
        return id

    def old_versions(self, id: str) -> Sequence[Article]:
        """What an added article was before it was fetched again, latest first."""
        return self.shelf.old_versions(id) if self.shelf else ()

    @cached_property
    def _publisher_names(self) -> dict[str, str]:
        return {alias.casefold(): name for name, aliases in self.story.publishers.items() for alias in aliases}


def corpus_id(folder: Path) -> str:
    """A name for a corpus in file paths: "bundled", or the folder's name with a digest of where it lies."""
    place = folder.resolve()
    if place == BUNDLED.resolve():
        return "bundled"
    slug = re.sub(r"[^a-z0-9]+", "-", place.name.casefold()).strip("-") or "corpus"
    return f"{slug}-{hashlib.sha256(os.fsencode(place)).hexdigest()[:8]}"


def load(folder: Path, shelf: Shelf | None = None) -> Library:
    """Reads every *.md below a folder and what a user added to it; bad files become problems, the good ones still count.

    CorpusError where the folder is missing or unreadable or its story.toml is wrong. An article's id is its path
    below the folder without the ending, that of an added one its file's name behind "added/".
    """
    own = _Reading(folder)
    articles, faults = with_questions(folder, own.articles)
    problems = own.problems + [Problem(folder / FILE, line, reason) for line, reason in faults]
    said: dict[str, Mapping[str, str]] = {}
    if shelf and shelf.articles.is_dir():
        added = _Reading(shelf.articles, PREFIX)
        taken = {article.id for article in articles}
        articles += [article for article in added.articles if article.id not in taken]
        problems += added.problems
        said = added.remarks
    articles.sort(key=lambda article: article.id)
    problems.sort(key=lambda problem: problem.path)
    return Library(folder, tuple(articles), tuple(problems), read_story(folder), said, shelf)


class _Reading:
    """What the *.md files below a folder hold: articles, problems, and for added ones what is said beside the source."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self.articles: list[Article] = []
        self.remarks: dict[str, Mapping[str, str]] = {}
        paths, self.problems = _files(folder)
        for path in paths:
            try:
                str(path.relative_to(folder)).encode()
                if path.exists() and not path.is_file():  # reading a pipe or a device may never end
                    raise OSError(errno.EINVAL, "not a file")
                raw = path.read_bytes().decode()
                article = parse(raw, prefix + path.relative_to(folder).with_suffix("").as_posix())
                self.articles.append(article)
                if prefix:
                    self.remarks[article.id] = remarks(raw)
            except ArticleError as error:
                self.problems.append(Problem(path, error.line, error.reason))
            except UnicodeEncodeError:
                self.problems.append(Problem(_shown(path), 1, "its name is not UTF-8"))
            except UnicodeDecodeError as error:
                line = error.object.count(b"\n", 0, error.start) + 1
                self.problems.append(Problem(path, line, f"byte {error.start} is not UTF-8"))
            except OSError as error:
                self.problems.append(Problem(path, 1, f"cannot be read: {error.strerror}"))


def _files(folder: Path) -> tuple[list[Path], list[Problem]]:
    """The *.md files below a folder, without hidden ones, and a problem for each folder in it that cannot be read."""
    paths: list[Path] = []
    problems: list[Problem] = []

    def unreadable(error: OSError) -> None:
        place = Path(error.filename)
        if place == folder and isinstance(error, FileNotFoundError | NotADirectoryError):
            raise CorpusError(f"There is no corpus folder {folder}. Give one that holds *.md articles with --corpus DIR.")
        if place == folder:
            raise CorpusError(f"The corpus folder {folder} cannot be read: {error.strerror}.")
        problems.append(Problem(_shown(place), 1, f"cannot be read: {error.strerror}"))

    for place, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths += [Path(place) / name for name in sorted(names) if name.endswith(".md") and not name.startswith(".")]
    return paths, problems


def _shown(path: Path) -> Path:
    """The path as it can be printed."""
    return Path(os.fsencode(path).decode(errors="replace"))
