"""A limit on the rate of calls, as platforms put before an API."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable


class RateLimit:
    """Lets `calls` pass within any `seconds`, and tells the others how many seconds to wait.

    refused: how often a request was told to wait. early: how often the same request came again sooner.
    """

    def __init__(self, calls: int, seconds: float, now: Callable[[], float]) -> None:
        self._calls, self._seconds, self._now = calls, seconds, now
        self._passed: deque[float] = deque()
        self._not_before: dict[str, float] = {}
        self.refused: Counter[str] = Counter()
        self.early: Counter[str] = Counter()

    def find_wait(self, request: str) -> int | None:
        """Return the seconds that a request, named by method and path, has to wait; None lets it pass."""
        now = self._now()
        self.early[request] += now < self._not_before.pop(request, now)
        while self._passed and self._passed[0] <= now - self._seconds:
            self._passed.popleft()
        if len(self._passed) < self._calls:
            self._passed.append(now)
            return None
        wait = math.ceil(self._passed[0] + self._seconds - now)
        self.refused[request] += 1
        self._not_before[request] = now + wait
        return wait
