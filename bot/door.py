"""The way in to the opened index: each question gets the newest one, and an old one is closed behind its last question."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from bot.settings import Settings
from corpus.errors import BriefingError
from index.generation import Store


class Opened(Protocol):
    """What can be closed, over the generation of that name."""

    @property
    def generation(self) -> str:
        """The name of the generation."""

    def close(self) -> None:
        """Closes it."""


T = TypeVar("T", bound=Opened)
Stamp = tuple[int, int, int]


class Missing(BriefingError):
    """The newest state has nothing to open: better no answer than one from what was removed."""


class Door(Generic[T]):
    """What was opened, and how to open it anew when the index has moved on; safe from many threads.

    Moved on is what the pointer file's inode, size and time say: a look costs microseconds. Where the new one cannot be
    opened the old one goes on, and the next question tries again.
    """

    def __init__(self, first: T, settings: Settings, reopen: Callable[[T], T]) -> None:
        self._store = settings.build.store
        self._reopen = reopen
        self._lock = threading.Lock()
        self._inside: Counter[int] = Counter()
        self._now = first
        self._closed = False
        stamp = _stamp(self._store)
        self._stamp = stamp if _is_at(self._store, first.generation) else None

    @property
    def now(self) -> T:
        """The newest one, which a later question may close."""
        with self._lock:
            self._look()
            return self._now

    @contextmanager
    def entered(self) -> Iterator[T]:
        """The newest one, open until the end of the `with`."""
        with self._lock:
            self._look()
            opened = self._now
            self._inside[id(opened)] += 1
        try:
            yield opened
        finally:
            with self._lock:
                self._inside[id(opened)] -= 1
                self._leave(opened)

    def close(self) -> None:
        """Closes what is open, behind the last question."""
        with self._lock:
            self._closed = True
            self._leave(self._now)

    def _look(self) -> None:
        stamp = _stamp(self._store)
        if self._closed or stamp is None or stamp == self._stamp:
            return
        try:
            new = self._reopen(self._now)
        except Missing:
            raise
        except BriefingError:
            return
        old, self._now = self._now, new
        # A switch between the two looks leaves no stamp, so that the next question looks again.
        self._stamp = stamp if stamp == _stamp(self._store) else None
        self._leave(old)

    def _leave(self, opened: T) -> None:
        """Closes one that nobody is inside of and that nobody will enter."""
        if (self._closed or opened is not self._now) and not self._inside[id(opened)]:
            del self._inside[id(opened)]
            opened.close()


def _stamp(store: Store) -> Stamp | None:
    try:
        about = (store.folder / "current").stat()
    except OSError:
        return None
    return about.st_ino, about.st_size, about.st_mtime_ns


def _is_at(store: Store, generation: str) -> bool:
    try:
        return store.pointer() == generation
    except BriefingError:
        return False
