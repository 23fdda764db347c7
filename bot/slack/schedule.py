"""Briefings that were asked for in advance: when they are due, kept in the store so that a restart changes nothing."""

import json
import re
import sqlite3
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.slack.inbox import Inbox
from bot.slack.incoming import Place
from bot.store import Store
from bot.wording import say
from corpus.errors import BriefingError

DAYS = (
    ("monday", "montag"),
    ("tuesday", "dienstag"),
    ("wednesday", "mittwoch"),
    ("thursday", "donnerstag"),
    ("friday", "freitag"),
    ("saturday", "samstag", "sonnabend"),
    ("sunday", "sonntag"),
)
MAX_IN_CHANNEL = 5
_FORM = re.compile(
    r"(?:(?P<daily>daily|täglich)|(?:weekly|wöchentlich) (?P<day>[a-zäöü]+)) (?:at |um )?(?P<hour>\d{1,2})[:.](?P<minute>\d\d)"
    r"(?: uhr)?(?P<always> (?:always|immer))?",
    re.IGNORECASE,
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS slack_subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, team TEXT NOT NULL, channel TEXT NOT NULL, user TEXT NOT NULL,
    language TEXT NOT NULL, day INTEGER, hour INTEGER NOT NULL, minute INTEGER NOT NULL, always INTEGER NOT NULL,
    due REAL NOT NULL, told TEXT NOT NULL
)
"""
_COLUMNS = "id, team, channel, user, language, day, hour, minute, always, due, told"


class ScheduleError(BriefingError):
    """A schedule that cannot be read."""


@dataclass(frozen=True, slots=True)
class When:
    """A time of each day, or of one day of the week (Monday is 0); `always` also where nothing changed."""

    day: int | None
    hour: int
    minute: int
    always: bool = False

    @classmethod
    def parse(cls, text: str, language: str) -> "When":
        """Reads "weekly monday 9:00" or "daily 18:30", each with "always" behind it; ScheduleError shows the form."""
        found = _FORM.fullmatch(" ".join(text.split()))
        days = {name: number for number, names in enumerate(DAYS) for name in names}
        if found and int(found["hour"]) < 24 and int(found["minute"]) < 60:
            day = None if found["daily"] else days.get(found["day"].casefold())
            if found["daily"] or day is not None:
                return cls(day, int(found["hour"]), int(found["minute"]), bool(found["always"]))
        raise ScheduleError(say("slack_schedule_form", language, text=text))

    def after(self, moment: float, zone: ZoneInfo) -> float:
        """The first time behind a moment, both in seconds since the epoch; the clock is that of the zone."""
        start = datetime.fromtimestamp(moment, zone)
        for days in range(9):
            on = (start + timedelta(days=days)).replace(hour=self.hour, minute=self.minute, second=0, microsecond=0, fold=0)
            if on.timestamp() > moment and self.day in (None, on.weekday()):
                return on.timestamp()
        raise AssertionError("a week has seven days")

    def __str__(self) -> str:
        day = "daily" if self.day is None else f"weekly {DAYS[self.day][0]}"
        return f"{day} {self.hour}:{self.minute:02d}{' always' if self.always else ''}"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A briefing for a channel; `told` holds the digests of what it has told already."""

    id: int
    team: str
    channel: str
    user: str
    language: str
    when: When
    due: float
    told: frozenset[str]


class Schedule:
    """The subscriptions of a store, by the clock of a zone."""

    def __init__(self, store: Store, zone: ZoneInfo, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.zone = zone
        self.clock = clock
        store.prepare(_SCHEMA)

    def add(self, team: str, channel: str, user: str, language: str, when: When, told: Collection[str]) -> Subscription:
        """Keeps a subscription; ScheduleError where the channel has many."""
        if len(self.of(team, channel)) >= MAX_IN_CHANNEL:
            raise ScheduleError(say("slack_schedule_many", language, limit=MAX_IN_CHANNEL))
        due = when.after(self.clock(), self.zone)
        row = (team, channel, user, language, when.day, when.hour, when.minute, when.always, due, json.dumps(sorted(told)))

        def add(connection: sqlite3.Connection) -> int:
            columns = _COLUMNS.removeprefix("id, ")
            inserted = connection.execute(f"INSERT INTO slack_subscriptions ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?)", row)
            return inserted.lastrowid or 0

        return Subscription(self.store.run(add), team, channel, user, language, when, due, frozenset(told))

    def of(self, team: str, channel: str) -> list[Subscription]:
        """The subscriptions of a channel."""
        return self._select("team = ? AND channel = ?", team, channel)

    def get(self, id: int) -> Subscription | None:
        """The subscription of a number."""
        return next(iter(self._select("id = ?", id)), None)

    def cancel(self, team: str, channel: str, id: int) -> bool:
        """Ends a subscription of a channel; says whether there was one."""
        delete = "DELETE FROM slack_subscriptions WHERE team = ? AND channel = ? AND id = ?"
        return self.store.run(lambda connection: connection.execute(delete, (team, channel, id)).rowcount) == 1

    def drop(self, team: str, channel: str | None = None) -> None:
        """Ends those of a workspace or of a channel."""
        delete = "DELETE FROM slack_subscriptions WHERE team = ? AND (? IS NULL OR channel = ?)"
        self.store.run(lambda connection: connection.execute(delete, (team, channel, channel)).rowcount)

    def tell(self, id: int, told: Collection[str]) -> None:
        """Remembers what a subscription has told."""
        self._update("told", json.dumps(sorted(told)), id)

    def hand_out(self, inbox: Inbox, teams: Collection[str]) -> int:
        """Puts each briefing that is due into the inbox, once, and sets its next time; gives how many."""
        now, count = self.clock(), 0
        for one in self._select("due <= ?", now):
            if one.team not in teams:
                continue
            place = Place(one.team, one.channel, "")
            ids = [f"schedule:{one.id}:{one.due:.0f}"]
            count += inbox.receive(place, f"{now:.6f}", "scheduled", {"subscription": one.id}, ids)
            self._update("due", one.when.after(now, self.zone), one.id)
        return count

    def _update(self, column: str, value: object, id: int) -> None:
        update = f"UPDATE slack_subscriptions SET {column} = ? WHERE id = ?"
        self.store.run(lambda connection: connection.execute(update, (value, id)).rowcount)

    def _select(self, where: str, *values: object) -> list[Subscription]:
        select = f"SELECT {_COLUMNS} FROM slack_subscriptions WHERE {where} ORDER BY id"
        rows = self.store.run(lambda connection: connection.execute(select, values).fetchall())
        return [_subscription(*row) for row in rows]


def _subscription(
    id: int,
    team: str,
    channel: str,
    user: str,
    language: str,
    day: int | None,
    hour: int,
    minute: int,
    always: int,
    due: float,
    told: str,
) -> Subscription:
    return Subscription(
        id, team, channel, user, language, When(day, hour, minute, bool(always)), due, frozenset(json.loads(told))
    )
