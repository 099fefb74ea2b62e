"""Hints on jobs of the cloud, in one process: what the tools work with, and what undoes them in time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .logging import Log

if TYPE_CHECKING:  # a start does not need them
    from ..application.cloud_hints.keeper import HintKeeper
    from ..application.cloud_hints.ports import CloudHintPorts

OFF = "hints on jobs of Cronlytic while they are switched off"
HOW_TO_SWITCH_ON = (
    "A hint changes the job in the account for a while, and a process of this program has to undo that, so "
    "the person decides: CRONLYTIC_CLOUD_HINTS=on where this server is configured, then a restart. "
    "Without it, update_job changes the schedule for good, and pause_job pauses until resume_job."
)
_STOP_SECONDS = 0.2


class CloudHints:
    """The ports of the use-cases, and a keeper that rests until it is started."""

    def __init__(self, ports: CloudHintPorts, keeper: HintKeeper) -> None:
        self.ports, self._keeper = ports, keeper
        self._work: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Have hints undone in the background, until `close`."""
        if self._work is None:
            self._work = asyncio.create_task(self._keeper.run(), name="cloud hints")

    def stop(self) -> None:
        """Have nothing more begun."""
        self._keeper.stop()

    async def wait(self) -> None:
        """Return when it has ended: after `stop` or, where hints are switched off, when none is left."""
        if self._work is not None:
            await asyncio.shield(self._work)

    async def close(self) -> None:
        """End the work; what it has under way another process finds out and ends."""
        if self._work is None:
            return
        self.stop()
        _, working = await asyncio.wait([self._work], timeout=_STOP_SECONDS)
        for task in working:
            task.cancel()
        await asyncio.gather(self._work, return_exceptions=True)


class FailureLog:
    """Writes what failed, once for as long as it is the same."""

    def __init__(self, log: Log) -> None:
        self._log, self._told = log, ""

    def observe(self, error: Exception) -> None:
        """Write a failure."""
        from ..domain.errors import CronlyticError

        text = repr(error)
        if text == self._told:
            return
        self._told = text
        if isinstance(error, CronlyticError):
            words = "hints could not be looked after; this is tried again"
            self._log.write("warning", words, problem=str(error))
        else:
            self._log.write("error", "internal error in looking after hints", exc_info=error)
