"""How many questions one client may ask in a minute."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

WINDOW = 60.0
MAX_CLIENTS = 10_000


@dataclass
class Limiter:
    """Counts the questions of each client over the last minute; `allowed` is 0 for no limit."""

    allowed: int
    clock: Callable[[], float] = time.monotonic
    _asked: dict[str, deque[float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def admits(self, client: str) -> bool:
        """Whether the client may ask now; if so the question counts."""
        if not self.allowed:
            return True
        now = self.clock()
        with self._lock:
            times = self._asked.pop(client, deque())
            while times and times[0] <= now - WINDOW:
                times.popleft()
            # Put back last, so that the client that was silent longest is the first to be forgotten.
            self._asked[client] = times
            if len(self._asked) > MAX_CLIENTS:
                self._asked.pop(next(iter(self._asked)))
            if len(times) >= self.allowed:
                return False
            times.append(now)
            return True
