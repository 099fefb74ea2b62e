"""How a process that works for good ends: on the first signal in order, on the second at once."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Protocol

from .logging import Log


class Stoppable(Protocol):
    """Something at work."""

    def stop(self) -> None:
        """Begin nothing more, and end."""


class Stopping:
    """Ends what is at work, and then, by force after so many seconds, the process. `code`: of it then.

    A disk that hangs cannot be waited for, which is why there is force.
    """

    def __init__(self, works: Sequence[Stoppable], log: Log, sentence: str, force_seconds: float) -> None:
        self._works, self._log, self._sentence = works, log, sentence
        self.code = 0
        self._watchdog = threading.Timer(force_seconds, self._force)
        self._watchdog.daemon = True

    def handle_signals(self) -> None:
        """Take over SIGINT and SIGTERM; to be called within the running event loop."""
        loop = asyncio.get_running_loop()

        def on_signal(number: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._stop, 128 + number)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, on_signal)

    def finish(self) -> None:
        """Note that everything has ended in time."""
        self._watchdog.cancel()

    def _stop(self, code: int) -> None:
        if self.code:
            os._exit(code)
        self.code = code
        self._log.say(self._sentence)
        self._watchdog.start()
        for work in self._works:
            work.stop()

    def _force(self) -> None:
        os._exit(self.code)
