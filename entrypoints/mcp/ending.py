"""How the server's process ends: in time, whatever still hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import anyio

# Everything must be over within a second: a client that waits longer kills the process.
PATIENCE_SECONDS = 0.7


def end_process(code: int) -> None:
    """End the process here and now, without waiting for any thread."""
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


class Ending:
    """Ends the process with a code: in order where it can, by force where something holds it up.

    The work runs in `scope`, which a signal cancels. Two things cannot be cancelled: a thread that
    waits for a line on stdin, and one that resolves a host name. So a watchdog calls `end_process`
    when `patience` (seconds) is over.
    """

    def __init__(
        self, end_process: Callable[[int], None] = end_process, patience: float = PATIENCE_SECONDS
    ) -> None:
        self.scope = anyio.CancelScope()
        self._end_process = end_process
        self._patience = patience
        self._code: int | None = None

    def handle_signals(self) -> None:
        """Take over SIGINT and SIGTERM; to be called within the running event loop."""
        loop = asyncio.get_running_loop()

        def on_signal(number: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.stop, 128 + number)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, on_signal)

    def stop(self, code: int) -> None:
        """Stop the work, to end with `code`; only the first call counts."""
        self._watch(code)
        self.scope.cancel()

    def input_ended(self) -> None:
        """Note that the client is gone, which ends the work by itself, with code 0."""
        self._watch(0)

    def finish(self) -> None:
        """End the process if the work was stopped: stdin's thread still waits then, and cannot be told."""
        if self.scope.cancel_called and self._code is not None:
            self._end_process(self._code)

    def _watch(self, code: int) -> None:
        if self._code is None:
            self._code = code
            watchdog = threading.Timer(self._patience, self._end_process, (code,))
            watchdog.daemon = True
            watchdog.start()
