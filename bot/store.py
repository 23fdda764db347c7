"""One SQLite file in the home for what users leave behind: their feedback, and what the Slack app must remember."""

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any, Literal, TypeVar, get_args

from filelock import FileLock

from corpus.errors import BriefingError

Verdict = Literal["up", "down"]
Reason = Literal["", "wrong source", "wrong fact", "not answered", "other"]
MAX_COMMENT = 2000
VERSION = 1
WAIT = 30.0
"""Seconds for which a writer waits for the others."""

_FEEDBACK = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, given_at TEXT NOT NULL, verdict TEXT NOT NULL,
    reason TEXT NOT NULL, comment TEXT NOT NULL, channel TEXT NOT NULL, answer TEXT NOT NULL
)
"""
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class StoreError(BriefingError):
    """The store cannot be read or written."""


class FeedbackError(BriefingError):
    """Feedback that cannot be kept, or that is not there."""


class _DamagedError(Exception):
    """The file is no database, or one whose pages do not fit together."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said about an answer; `given_at` is ISO in UTC, `answer` the form of --json."""

    id: int
    given_at: str
    verdict: str
    reason: str
    comment: str
    channel: str
    answer: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON."""
        return asdict(self)


class Store:
    """The file `store.sqlite3` of a home; safe from many threads and processes.

    A damaged file is moved aside with a warning in the log and a new one begun. StoreError says why nothing can be kept.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "store.sqlite3"
        self._schemas = [_FEEDBACK]
        self._lock = RLock()
        self._guard = FileLock(f"{self.path}.lock", timeout=WAIT)
        self._open: tuple[sqlite3.Connection, int] | None = None
        self.run(lambda connection: None)

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        with self._lock:
            if self._open:
                self._open[0].close()
            self._open = None

    def prepare(self, schema: str) -> None:
        """Makes the tables of a subject where they are missing; each statement says IF NOT EXISTS."""
        with self._lock:
            self.close()
            self._schemas.append(schema)
            self.run(lambda connection: None)

    def run(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """What `work` gives, done in one transaction that no other writer disturbs: all of it or nothing.

        Where the file turns out to be damaged, `work` is done again on a new one.
        """
        with self._lock:
            try:
                return self._transaction(work)
            except _DamagedError:
                self._set_aside()
            try:
                return self._transaction(work)
            except _DamagedError as error:
                raise self._error(error) from error

    def add_feedback(
        self,
        answer_json: str,
        verdict: Verdict,
        reason: Reason = "",
        comment: str = "",
        channel: str = "",
        key: str | None = None,
    ) -> int:
        """Keeps what a reader said about an answer, given as its JSON, and gives its id; the same `key` replaces.

        FeedbackError for a comment that is too long; ValueError for a verdict, a reason or an answer that is none.
        """
        if verdict not in get_args(Verdict) or reason not in get_args(Reason):
            raise ValueError(f"no feedback is {verdict!r}, {reason!r}")
        if _object(answer_json) is None:
            raise ValueError("the answer is no JSON object")
        if len(comment) > MAX_COMMENT:
            raise FeedbackError(f"A comment has at most {MAX_COMMENT:,} characters; this one has {len(comment):,}.")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        values = (key, now, verdict, reason, comment, channel, answer_json)

        def add(connection: sqlite3.Connection) -> int:
            columns = "key, given_at, verdict, reason, comment, channel, answer"
            inserted = connection.execute(f"INSERT OR REPLACE INTO feedback ({columns}) VALUES (?,?,?,?,?,?,?)", values)
            return inserted.lastrowid or 0

        return self.run(add)

    def feedback(self) -> list[Feedback]:
        """All feedback, oldest first."""
        columns = "id, given_at, verdict, reason, comment, channel, answer"
        rows = self.run(lambda connection: connection.execute(f"SELECT {columns} FROM feedback ORDER BY id").fetchall())
        return [_record(*row) for row in rows]

    def forget(self, ids: Iterable[int] | Literal["all"]) -> int:
        """Removes feedback for good and gives how many there were. FeedbackError names an id that is not there."""
        chosen = None if ids == "all" else sorted({int(id) for id in ids})

        def remove(connection: sqlite3.Connection) -> int:
            if chosen is None:
                return connection.execute("DELETE FROM feedback").rowcount
            for id in chosen:
                if id >= 2**63 or not connection.execute("DELETE FROM feedback WHERE id = ?", (id,)).rowcount:
                    raise FeedbackError(f"There is no feedback {id}. List what there is with: dealbrief feedback list")
            return len(chosen)

        removed = self.run(remove)
        self.shrink()
        return removed

    def shrink(self) -> None:
        """Takes what was removed out of the log of changes too."""
        with self._lock, suppress(sqlite3.DatabaseError):
            self._connected().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _transaction(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            connection = self._connected()
            connection.execute("BEGIN IMMEDIATE")
            try:
                found = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return found
        except sqlite3.DatabaseError as error:
            if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise _DamagedError(str(error)) from error
            if isinstance(error, sqlite3.OperationalError):
                raise self._error(error) from error
            raise
        except (OSError, TimeoutError) as error:
            raise self._error(error) from error

    def _connected(self) -> sqlite3.Connection:
        """The connection to the file that lies at the path now; another process may have moved the former aside."""
        if self._open:
            with suppress(FileNotFoundError):
                if self.path.stat().st_ino == self._open[1]:
                    return self._open[0]
            self.close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._guard:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = self._connect()
            self._open = connection, self.path.stat().st_ino
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        try:
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}")
            if (said := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise _DamagedError(said)
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise StoreError(f"{self.path} was written by a newer Dealbrief. Install that one, or give another --home.")
            for schema in self._schemas:
                connection.executescript(schema)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        """Moves the file away, unless another process has done so and the one there now is sound."""
        self.close()
        with self._guard:
            try:
                with closing(self._connect()):
                    return
            except (sqlite3.DatabaseError, _DamagedError):
                aside = self.path.with_name(f"{self.path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
                for suffix in ("", "-wal", "-shm"):
                    with suppress(FileNotFoundError):
                        os.replace(f"{self.path}{suffix}", f"{aside}{suffix}")
                _log.warning("%s was damaged; it now lies at %s, and a new one was begun.", self.path, aside)

    def _error(self, error: Exception) -> StoreError:
        return StoreError(
            f"{self.path} cannot be used: {error}. Check the folder's rights and free space, or give another --home."
        )


def _record(id: int, given_at: str, verdict: str, reason: str, comment: str, channel: str, answer: str) -> Feedback:
    """A row as a record; a flipped byte that no check of the file can see costs the answer and nothing else."""
    return Feedback(id, str(given_at), str(verdict), str(reason), str(comment), str(channel), _object(str(answer)) or {})


def _object(written: str) -> dict[str, Any] | None:
    try:
        read = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
