"""The workers: a bounded number of threads that take jobs from the inbox, one at a time from each thread of Slack."""

import logging
import time
from collections.abc import Callable, Collection
from threading import Condition, Thread

from bot.slack.inbox import Inbox, Job
from bot.slack.incoming import Place
from bot.store import StoreError

LOOK_AGAIN = 2.0
"""Seconds after which a waiting worker looks for jobs that have become due."""
_log = logging.getLogger(__name__)


class Workers:
    """Threads that do jobs; `do` must not raise."""

    def __init__(self, inbox: Inbox, teams: Collection[str], do: Callable[[Job], None], count: int) -> None:
        self._inbox = inbox
        self._teams = teams
        self._do = do
        self._busy: set[Place] = set()
        self._changed = Condition()
        self._ending = False
        self._threads = [Thread(target=self._work, name=f"slack-{number}", daemon=True) for number in range(count)]

    def start(self) -> None:
        """Begins with what an earlier run left."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Says that there is something to do."""
        with self._changed:
            self._changed.notify()

    def stop(self, seconds: float) -> list[Job]:
        """Lets the workers finish what is there, for so long; gives what is left."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self._changed:
                if not self._busy and self._inbox.claim(self._teams, ()) is None:
                    break
                self._changed.wait(0.05)
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return self._inbox.waiting(self._teams)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._do(job)
            except Exception:
                _log.exception("a job of Slack was not done")
                time.sleep(1)  # the store cannot be written; the job is still there
            finally:
                with self._changed:
                    self._busy.discard(job.place)
                    self._changed.notify_all()

    def _next(self) -> Job | None:
        with self._changed:
            while not self._ending:
                try:
                    job = self._inbox.claim(self._teams, self._busy)
                except StoreError as error:
                    _log.error("%s", error)
                    job = None
                if job is not None:
                    self._busy.add(job.place)
                    return job
                self._changed.wait(LOOK_AGAIN)
        return None
