"""The command ``cronlytic-mcp worker`` where the backend is the cloud: it undoes hints, and runs nothing."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from .cloud_wiring import make_cronlytic_gateway, open_cloud_hints
from .engine_wiring import make_clock
from .logging import Log
from .settings import Settings
from .stopping import Stopping

if TYPE_CHECKING:  # a start does not need them
    from .cloud_hints import CloudHints

_STOPPING = "worker stopping: again ends it at once."
_FORCE_SECONDS = 15.0


async def work_on_hints(settings: Settings, log: Log) -> int:
    """Look after the hints of an account until a signal ends it, and return the exit code."""
    async with AsyncExitStack() as to_close:
        hints = open_hint_keeper(settings, log, to_close)
        if hints is None:
            return 0
        stopping = Stopping([hints], log, _STOPPING, _FORCE_SECONDS)
        stopping.handle_signals()
        hints.start()
        log.say(
            "worker started: it undoes hints on jobs of Cronlytic when they end; SIGTERM or Ctrl-C ends it."
        )
        await hints.wait()
        log.say("worker stopped.")
        stopping.finish()
    return stopping.code


def open_hint_keeper(settings: Settings, log: Log, to_close: AsyncExitStack) -> CloudHints | None:
    """Return what undoes hints of the account that the settings name; None where there is none to look after.

    `to_close` ends it. It is for any process that lasts, also one over the local backend.
    """
    if settings.credentials is None or not settings.cloud_hints:
        return None
    clock = make_clock()
    account = make_cronlytic_gateway(settings, settings.credentials, clock, log, to_close)
    return open_cloud_hints(settings, log, account, clock, to_close)


def start_hint_keeper(settings: Settings, log: Log, to_close: AsyncExitStack) -> None:
    """Have hints undone beside what the process is there for, until `to_close`."""
    hints = open_hint_keeper(settings, log, to_close)
    if hints is not None:
        hints.start()
        log.say("hints on jobs of Cronlytic are undone here, too.")
