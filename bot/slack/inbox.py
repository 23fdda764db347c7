"""What is still to be done for Slack, in the store: received once, kept until it is done, in order within a thread."""

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.incoming import Place
from bot.store import Store

SEEN_SECONDS = 3 * 24 * 3600
"""How long ids are remembered; Slack delivers again for about an hour."""
LOOKED_AT = 500

_SCHEMA = """
CREATE TABLE IF NOT EXISTS slack_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, team TEXT NOT NULL, channel TEXT NOT NULL, thread TEXT NOT NULL,
    ts TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, received REAL NOT NULL, sending TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS slack_seen (
    team TEXT NOT NULL, id TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (team, id)
) WITHOUT ROWID;
"""
_COLUMNS = "id, team, channel, thread, ts, kind, payload, received, sending, attempts"


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do: an answer, a post; `sending` is what was about to be sent when it was last tried, if it was."""

    id: int
    place: Place
    ts: str
    kind: str
    payload: Mapping[str, Any]
    received: float
    sending: str | None = None
    attempts: int = 0


class Inbox:
    """The jobs of a store; `clock` gives seconds since the epoch."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.clock = clock
        store.prepare(_SCHEMA)

    def receive(self, place: Place, ts: str, kind: str, payload: Mapping[str, Any], ids: Sequence[str]) -> bool:
        """Keeps a job unless one of its ids was seen; says whether it is new."""
        now = self.clock()
        values = (place.team, place.channel, place.thread, ts, kind, json.dumps(payload), now)

        def keep(connection: sqlite3.Connection) -> bool:
            if not _is_new(connection, place.team, ids, now):
                return False
            columns = "team, channel, thread, ts, kind, payload, received"
            connection.execute(f"INSERT INTO slack_jobs ({columns}) VALUES (?,?,?,?,?,?,?)", values)
            return True

        return self.store.run(keep)

    def first_time(self, team: str, *ids: str) -> bool:
        """Whether none of the ids was seen; they are from now on."""
        return self.store.run(lambda connection: _is_new(connection, team, ids, self.clock()))

    def claim(self, teams: Collection[str], busy: Collection[Place]) -> Job | None:
        """The oldest job that is due, of a thread that nobody is busy with."""
        marks = ",".join("?" * len(teams))
        select = f"SELECT {_COLUMNS}, not_before FROM slack_jobs WHERE team IN ({marks}) ORDER BY id LIMIT {LOOKED_AT}"
        taken = set(busy)
        for *row, not_before in self.store.run(lambda connection: connection.execute(select, tuple(teams)).fetchall()):
            job = _job(row)
            if job.place in taken:
                continue
            if not_before <= self.clock():
                return job
            taken.add(job.place)  # what came later in the thread waits with it
        return None

    def mark_sending(self, job: Job, what: str) -> None:
        """Says that something is about to be sent: after a crash it may be there already."""
        self._update("UPDATE slack_jobs SET sending = ? WHERE id = ?", (what, job.id))

    def postpone(self, job: Job, seconds: float) -> None:
        """Leaves a job for later."""
        later = self.clock() + seconds
        self._update("UPDATE slack_jobs SET attempts = attempts + 1, not_before = ? WHERE id = ?", (later, job.id))

    def done(self, job: Job) -> bool:
        """Forgets a job and what it held; its ids stay seen. False where it was dropped meanwhile."""
        delete = "DELETE FROM slack_jobs WHERE id = ?"
        return self.store.run(lambda connection: connection.execute(delete, (job.id,)).rowcount) == 1

    def has(self, place: Place) -> bool:
        """Whether something is still to be done in a thread."""
        select = "SELECT 1 FROM slack_jobs WHERE team = ? AND channel = ? AND thread = ? LIMIT 1"
        values = (place.team, place.channel, place.thread)
        return self.store.run(lambda connection: connection.execute(select, values).fetchone()) is not None

    def drop(self, team: str, channel: str | None = None, ts: str | None = None) -> None:
        """Forgets the jobs of a workspace, of a channel or of a message."""
        where = "team = ? AND (? IS NULL OR channel = ?) AND (? IS NULL OR ts = ?)"
        self._update(f"DELETE FROM slack_jobs WHERE {where}", (team, channel, channel, ts, ts))

    def waiting(self, teams: Collection[str]) -> list[Job]:
        """What is still to be done, oldest first."""
        marks = ",".join("?" * len(teams))
        select = f"SELECT {_COLUMNS} FROM slack_jobs WHERE team IN ({marks}) ORDER BY id"
        return [_job(row) for row in self.store.run(lambda connection: connection.execute(select, tuple(teams)).fetchall())]

    def prune(self) -> None:
        """Forgets ids that Slack will not deliver again."""
        self._update("DELETE FROM slack_seen WHERE at < ?", (self.clock() - SEEN_SECONDS,))

    def _update(self, statement: str, values: Sequence[Any]) -> None:
        self.store.run(lambda connection: connection.execute(statement, values) and None)


def _is_new(connection: sqlite3.Connection, team: str, ids: Sequence[str], now: float) -> bool:
    insert = "INSERT OR IGNORE INTO slack_seen VALUES (?,?,?)"
    marked = [connection.execute(insert, (team, id, now)).rowcount for id in ids]  # each, also behind one that was seen
    return 0 not in marked


def _job(row: Sequence[Any]) -> Job:
    id, team, channel, thread, ts, kind, payload, received, sending, attempts = row
    return Job(id, Place(team, channel, thread), ts, kind, json.loads(payload), received, sending, attempts)
