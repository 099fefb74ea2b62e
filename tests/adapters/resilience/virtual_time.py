"""An event loop whose time jumps to the next timer, so that waits cost nothing and are exact."""

from __future__ import annotations

import asyncio
import selectors
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


class _JumpingSelector(selectors.DefaultSelector):
    """Where the loop would wait for its next timer, it lets that time have passed."""

    time = 0.0

    def select(self, timeout=None):
        if timeout is None:  # no timer: only a thread or a socket can go on
            return super().select(None)
        self.time += max(timeout, 0)
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """To be given to a runner as its loop factory."""

    def __init__(self):
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self):
        return self._jumping.time


class LoopClock:
    """The `Clock` port on the running loop's time."""

    def now(self):
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self):
        return asyncio.get_running_loop().time()

    def local(self, instant):
        return instant.astimezone(UTC)


def elapsed():
    """Return the virtual seconds since the loop was made."""
    return asyncio.get_running_loop().time()
