"""How many webhooks may be tested, so that a test is no way to load somebody's server."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from ..domain.errors import RateLimited
from .ports import Clock

_MINUTE = 60.0
_SECONDS_UNTIL_A_PLACE_IS_LIKELY = 5


class WebhookLimiter:
    """Lets `at_once` tests run side by side and `a_minute` begin within any 60 seconds."""

    def __init__(self, clock: Clock, *, at_once: int = 3, a_minute: int = 10) -> None:
        self._clock, self._at_once, self._a_minute = clock, at_once, a_minute
        self._running = 0
        self._starts: deque[float] = deque()

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Count one test for as long as the context lasts.

        Raises:
            RateLimited: a limit is reached; with the seconds after which to try again.
        """
        now = self._clock.monotonic()
        while self._starts and now - self._starts[0] >= _MINUTE:
            self._starts.popleft()
        if self._running >= self._at_once:
            limit = f"This server tests at most {self._at_once} webhooks at once"
            raise RateLimited(_SECONDS_UNTIL_A_PLACE_IS_LIKELY, limit)
        if len(self._starts) >= self._a_minute:
            limit = f"This server tests at most {self._a_minute} webhooks a minute"
            raise RateLimited(math.ceil(self._starts[0] + _MINUTE - now), limit)
        self._starts.append(now)
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
