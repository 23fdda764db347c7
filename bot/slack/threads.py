"""What was asked and answered in Slack, in the store: by workspace, channel and thread, for some turns and days."""

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.incoming import Place
from bot.store import Store

DAY = 24 * 3600.0
ALONE = "-"
"""The thread of an answer that stands in none: only its asker saw it."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS slack_turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, team TEXT NOT NULL, channel TEXT NOT NULL,
    thread TEXT NOT NULL, ts TEXT NOT NULL, reply TEXT NOT NULL, at REAL NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS slack_turns_place ON slack_turns (team, channel, thread);
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer in the form of --json; `key` is the answer's name in buttons."""

    key: str
    question: str
    answer: dict[str, Any]


class Threads:
    """The turns of a store: the last `turns` of a thread, none older than `days`."""

    def __init__(self, store: Store, turns: int, days: int, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.turns = turns
        self.days = days
        self.clock = clock
        store.prepare(_SCHEMA)

    def add(self, place: Place, ts: str, reply: str, key: str, question: str, answer: str) -> None:
        """Keeps a turn; `ts` and `reply` are the messages of question and answer, `answer` is JSON."""
        values = (key, place.team, place.channel, place.thread, ts, reply, self.clock(), question, answer)

        def add(connection: sqlite3.Connection) -> None:
            columns = "key, team, channel, thread, ts, reply, at, question, answer"
            connection.execute(f"INSERT OR REPLACE INTO slack_turns ({columns}) VALUES (?,?,?,?,?,?,?,?,?)", values)
            if place.thread != ALONE:
                older = "SELECT id FROM slack_turns WHERE team=? AND channel=? AND thread=? ORDER BY id DESC LIMIT -1 OFFSET ?"
                gone = (place.team, place.channel, place.thread, max(self.turns, 1))
                connection.execute(f"DELETE FROM slack_turns WHERE id IN ({older})", gone)

        self.store.run(add)

    def replied(self, team: str, ts: str, reply: str) -> None:
        """Says which message the answer to a message became."""
        update = "UPDATE slack_turns SET reply = ? WHERE team = ? AND ts = ?"
        self.store.run(lambda connection: connection.execute(update, (reply, team, ts)).rowcount)

    def history(self, place: Place, root: bool = False) -> list[Turn]:
        """The last turns of a thread, oldest first; with `root` those of the whole channel, as in a direct talk."""
        where, values = "team=? AND channel=? AND at>=?", [place.team, place.channel, self._oldest()]
        where, values = (
            (f"{where} AND thread<>?", [*values, ALONE]) if root else (f"{where} AND thread=?", [*values, place.thread])
        )
        select = f"SELECT key, question, answer FROM slack_turns WHERE {where} ORDER BY id DESC LIMIT ?"
        rows = self._rows(select, [*values, self.turns])
        return [Turn(key, question, json.loads(answer)) for key, question, answer in reversed(rows)]

    def knows(self, place: Place) -> bool:
        """Whether the app has answered in a thread."""
        select = "SELECT 1 FROM slack_turns WHERE team=? AND channel=? AND thread=? AND at>=? LIMIT 1"
        return bool(self._rows(select, [place.team, place.channel, place.thread, self._oldest()]))

    def get(self, team: str, key: str) -> Turn | None:
        """The turn of a button, if it is of that workspace and still kept."""
        select = "SELECT key, question, answer FROM slack_turns WHERE team=? AND key=? AND at>=?"
        rows = self._rows(select, [team, key, self._oldest()])
        return Turn(rows[0][0], rows[0][1], json.loads(rows[0][2])) if rows else None

    def forget(self, team: str, channel: str | None = None, ts: str | None = None) -> None:
        """Removes the turns of a workspace, of a channel, or those that a message belongs to."""
        where = "team = ? AND (? IS NULL OR channel = ?) AND (? IS NULL OR ts = ? OR reply = ?)"
        values = (team, channel, channel, ts, ts, ts)
        removed = self.store.run(
            lambda connection: connection.execute(f"DELETE FROM slack_turns WHERE {where}", values).rowcount
        )
        if removed:
            self.store.shrink()

    def prune(self) -> None:
        """Removes what is too old."""
        self.store.run(
            lambda connection: connection.execute("DELETE FROM slack_turns WHERE at < ?", (self._oldest(),)).rowcount
        )

    def _oldest(self) -> float:
        return self.clock() - self.days * DAY

    def _rows(self, select: str, values: Sequence[Any]) -> list[Any]:
        return self.store.run(lambda connection: connection.execute(select, values).fetchall())
