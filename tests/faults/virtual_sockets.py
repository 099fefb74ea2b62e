"""Virtual time for code that talks over loopback: time jumps only where nothing is on its way."""

from __future__ import annotations

import asyncio
import selectors

# What one end of a loopback connection sends is there for the other at once; this is room for the kernel.
SETTLING_SECONDS = 0.003


class _JumpingSelector(selectors.DefaultSelector):
    """Where the loop would wait for its next timer and no socket has news, it lets that time have passed."""

    time = 0.0
    threads = 0

    def select(self, timeout=None):
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        news = super().select(min(timeout, SETTLING_SECONDS))
        if not news and not self.threads:
            self.time += timeout
        return news


class LoopbackTimeLoop(asyncio.SelectorEventLoop):
    """To be given to a runner as its loop factory; both ends of each connection must be in it."""

    def __init__(self):
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self):
        return self._jumping.time

    def run_in_executor(self, executor, func, *args):
        """Time stands still while a thread works."""
        future = super().run_in_executor(executor, func, *args)
        self._jumping.threads += 1
        future.add_done_callback(self._note_end_of_thread)
        return future

    def _note_end_of_thread(self, _):
        self._jumping.threads -= 1
