"""The command ``cronlytic-mcp worker``: an engine that runs the jobs of a store for good."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from contextlib import AsyncExitStack
from types import FrameType

from .bad_configuration import BadConfiguration
from .engine_wiring import open_worker
from .local_engine import LocalEngine
from .logging import LibraryHandler, Log
from .settings import Settings

STORE_UNUSABLE = 1
STOP_SECONDS = 20.0
"""How long runs in flight may take to end; what has not ended then is left to its lease."""

_FORCE_SECONDS = STOP_SECONDS + 8.0
"""When the process ends by force: a disk that hangs cannot be waited for."""


def run_worker(settings: Settings) -> int:
    """Run an engine until a signal ends it, and return the exit code: 130 or 143; 1 where no store is.

    Raises:
        BadConfiguration: the backend is none that a worker could serve.
    """
    if settings.backend != "local":
        raise BadConfiguration(
            f"A worker runs the jobs of the local backend, and the backend is {settings.backend}; "
            "set CRONLYTIC_BACKEND=local."
        )
    log = Log(sys.stderr, settings.log_level, settings.secrets)
    logging.getLogger().addHandler(LibraryHandler(log))
    for warning in settings.warnings:
        log.say(f"warning: {warning}", "warning")
    return asyncio.run(_work(settings, log))


async def _work(settings: Settings, log: Log) -> int:
    from ..domain.engine.errors import StoreUnavailable

    async with AsyncExitStack() as to_close:
        engine = open_worker(settings, log, to_close, stop_seconds=STOP_SECONDS)
        stopping = Stopping(engine, log)
        stopping.handle_signals()
        try:
            started = await _describe_start(engine)
        except StoreUnavailable as error:
            log.say(str(error), "error")
            return STORE_UNUSABLE
        engine.start()
        log.say(started)
        await engine.wait()
        log.say("worker stopped.")
        stopping.finish()
    return stopping.code


async def _describe_start(engine: LocalEngine) -> str:
    from ..domain.engine.job_query import JobQuery

    total = (await engine.store.page_jobs(JobQuery(limit=1))).total
    due_at = await engine.store.next_due_at()
    upcoming = f"the next run is at {due_at.isoformat(timespec='seconds')}" if due_at else "no run is planned"
    return f"worker started: {total} jobs, {upcoming}; SIGTERM or Ctrl-C ends it."


class Stopping:
    """Ends an engine on the first signal in order, on the second at once. `code`: of the process then."""

    def __init__(self, engine: LocalEngine, log: Log) -> None:
        self._engine, self._log = engine, log
        self.code = 0
        self._watchdog = threading.Timer(_FORCE_SECONDS, self._force)
        self._watchdog.daemon = True

    def handle_signals(self) -> None:
        """Take over SIGINT and SIGTERM; to be called within the running event loop."""
        loop = asyncio.get_running_loop()

        def on_signal(number: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._stop, 128 + number)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, on_signal)

    def _stop(self, code: int) -> None:
        if self.code:
            os._exit(code)
        self.code = code
        self._log.say(
            f"worker stopping: runs in flight have {STOP_SECONDS:g} s to end; again ends it at once."
        )
        self._watchdog.start()
        self._engine.stop()

    def finish(self) -> None:
        """Note that the engine has ended in time."""
        self._watchdog.cancel()

    def _force(self) -> None:
        os._exit(self.code)
