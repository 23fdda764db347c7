"""The articles that a user added to a corpus: files as readable as the bundled ones, and their earlier versions.

articles/NAME.md           an article; beside its source the front matter says where it came from and what it copies
versions/NAME/DIGEST.md    what it was before it was fetched again: old answers are checked against it
lock                       held while articles are added, changed or removed
"""

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from corpus.article import Article
from corpus.errors import BriefingError
from corpus.markdown import ArticleError, parse, remarks, render

PREFIX = "added/"
"""What the ids of added articles begin with."""


class ShelfError(BriefingError):
    """An added article that cannot be kept, found or removed."""


@dataclass(frozen=True)
class Shelf:
    """The folder of a corpus in the home."""

    folder: Path

    @property
    def articles(self) -> Path:
        """The folder of the article files."""
        return self.folder / "articles"

    def path(self, id: str) -> Path:
        """The file of an added article. ShelfError for an id that is not one of an added article."""
        name = id.removeprefix(PREFIX)
        if not id.startswith(PREFIX) or not re.fullmatch(r"(?!\.)[^/\\\x00-\x1f]+", name):
            raise ShelfError(f"There is no added article {id!r}. List them with: dealbrief list")
        return self.articles / f"{name}.md"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Held while articles are written or removed. ShelfError where the home cannot be written."""
        from filelock import FileLock

        lock = FileLock(self.folder / "lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except OSError as error:
            raise ShelfError(f"{self.folder} cannot be written: {error.strerror}. Give another with --home DIR.") from error
        try:
            yield
        finally:
            lock.release()

    def changed(self) -> int:
        """A number that is another one after articles were added or removed; 0 where there is no shelf yet."""
        try:
            return self.articles.stat().st_mtime_ns
        except OSError:
            return 0

    def ids(self) -> list[str]:
        """The ids of the added articles that lie there now."""
        try:
            names = os.listdir(self.articles)
        except OSError:
            return []
        return sorted(PREFIX + name[:-3] for name in names if name.endswith(".md") and not name.startswith("."))

    def read(self, id: str) -> tuple[Article, dict[str, str]]:
        """An added article and what its file says beside its source."""
        path = self.path(id)
        try:
            raw = path.read_bytes().decode()
            return parse(raw, id), remarks(raw)
        except FileNotFoundError as error:
            raise ShelfError(f"There is no added article {id!r}. List them with: dealbrief list") from error
        except (OSError, UnicodeDecodeError, ArticleError) as error:
            raise ShelfError(f"{path} cannot be read: {error}. Correct the file or remove it.") from error

    def new_id(self, article: Article, taken: Callable[[str], bool]) -> str:
        """An id for an article that has none yet: date, publisher and title, and a number where that is taken."""
        source = article.source
        words = _slug(" ".join([source.publisher or "", source.title]))[:80].strip("-") or "article"
        name = f"{PREFIX}{source.published or 'undated'}-{words}"
        names = chain([name], (f"{name}-{number}" for number in count(2)))
        return next(id for id in names if not taken(id) and not self.path(id).exists())

    def write(self, article: Article, said: Mapping[str, str]) -> None:
        """Keeps an article, in one step; a version of another text that was there becomes an old one."""
        path = self.path(article.id)
        text = render(article, said)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                before, _ = self.read(article.id)
                if before.text != article.text:
                    _put(self._versions(article.id) / f"{before.sha256[:16]}.md", render(before, said))
            _put(path, text)
        except OSError as error:
            raise ShelfError(f"{path} cannot be written: {error.strerror}. Free space or give --home DIR.") from error

    def remove(self, id: str) -> None:
        """Removes an added article with its old versions."""
        path = self.path(id)
        try:
            path.unlink()
            _sync(path.parent)
            shutil.rmtree(self._versions(id), ignore_errors=True)
        except FileNotFoundError as error:
            raise ShelfError(f"There is no added article {id!r}. List them with: dealbrief list") from error
        except OSError as error:
            raise ShelfError(f"{path} cannot be removed: {error.strerror}.") from error

    def old_versions(self, id: str) -> Sequence[Article]:
        """What an added article was before, latest first; none for an article that was not added."""
        if not id.startswith(PREFIX):
            return ()
        files = sorted(self._versions(id).glob("*.md"), key=lambda path: (-path.stat().st_mtime_ns, path.name))
        found = []
        for path in files:
            try:
                found.append(parse(path.read_bytes().decode(), id))
            except (OSError, UnicodeDecodeError, ArticleError):
                continue  # a broken old version can no longer prove anything
        return tuple(found)

    def _versions(self, id: str) -> Path:
        return self.folder / "versions" / self.path(id).stem


def named(article: Article, id: str) -> Article:
    """The article under another id."""
    return replace(article, source=replace(article.source, id=id))


def _slug(text: str) -> str:
    folded = text.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _put(path: Path, text: str) -> None:
    """Writes a file in one step that survives a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
