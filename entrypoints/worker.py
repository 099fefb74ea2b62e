"""The command ``cronlytic-mcp worker``: an engine that runs the jobs of a store for good."""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from .bad_configuration import BadConfiguration
from .engine_wiring import make_metrics, make_store_clock, open_worker
from .hint_worker import start_hint_keeper, work_on_hints
from .listen_address import ListenAddress, read_listen_address
from .local_engine import LocalEngine
from .logging import LibraryHandler, Log
from .planner import describe_analyst
from .planner_options import PlannerKind
from .planner_wiring import find_planner_fault, open_planner
from .settings import Settings
from .sources import Given
from .stopping import Stoppable, Stopping

if TYPE_CHECKING:
    from ..application.adaptive.planner import Planner
    from ..application.ports import Clock

STORE_UNUSABLE = 1
STOP_SECONDS = 20.0
"""How long runs in flight may take to end; what has not ended then is left to its lease."""

_FORCE_SECONDS = STOP_SECONDS + 8.0
_STOPPING = f"worker stopping: runs in flight have {STOP_SECONDS:g} s to end; again ends it at once."


def run_worker(settings: Settings, listen: str | None = None) -> int:
    """Run an engine until a signal ends it, and return the exit code: 130 or 143; 1 where no store is.

    listen: where it answers those who watch it, as the command line has it.

    Raises:
        BadConfiguration: the backend is none that a worker could serve, or it cannot listen there.
    """
    keeps_hints = settings.backend == "cronlytic" and settings.cloud_hints
    if settings.backend != "local" and not keeps_hints:
        raise BadConfiguration(
            f"A worker runs the jobs of the local backend, and the backend is {settings.backend}; "
            "set CRONLYTIC_BACKEND=local."
        )
    log = Log(sys.stderr, settings.log_level, settings.secrets)
    logging.getLogger().addHandler(LibraryHandler(log))
    for warning in settings.warnings:
        log.say(f"warning: {warning}", "warning")
    if keeps_hints:
        return asyncio.run(work_on_hints(settings, log))
    given = None if listen is None else Given(listen.strip(), "--listen")
    return asyncio.run(_work(settings, log, read_listen_address(given) or settings.engine.listen))


async def _work(settings: Settings, log: Log, address: ListenAddress | None) -> int:
    from ..domain.engine.errors import StoreUnavailable

    async with AsyncExitStack() as to_close:
        clock = make_store_clock(settings)
        metrics = make_metrics() if address else None
        engine = open_worker(settings, log, to_close, stop_seconds=STOP_SECONDS, clock=clock, metrics=metrics)
        if address and metrics:
            from .operations.open_endpoint import open_endpoint

            await open_endpoint(address, engine, clock, metrics=metrics, log=log, to_close=to_close)
        planner = _open_planner(settings, engine, clock, log, to_close)
        works: list[Stoppable] = [engine] if planner is None else [engine, planner]
        stopping = Stopping(works, log, _STOPPING, _FORCE_SECONDS)
        stopping.handle_signals()
        try:
            started = await _describe_start(engine)
        except StoreUnavailable as error:
            log.say(str(error), "error")
            return STORE_UNUSABLE
        engine.start()
        log.say(started)
        start_hint_keeper(settings, log, to_close)
        await _wait_for(engine, planner)
        log.say("worker stopped.")
        stopping.finish()
    return stopping.code


async def _describe_start(engine: LocalEngine) -> str:
    from ..domain.engine.job_query import JobQuery

    total = (await engine.store.page_jobs(JobQuery(limit=1))).total
    due_at = await engine.store.next_due_at()
    upcoming = f"the next run is at {due_at.isoformat(timespec='seconds')}" if due_at else "no run is planned"
    return f"worker started: {total} jobs, {upcoming}; SIGTERM or Ctrl-C ends it."


def _open_planner(
    settings: Settings, engine: LocalEngine, clock: Clock, log: Log, to_close: AsyncExitStack
) -> Planner | None:
    """Return the planner beside the engine; None where it is off or cannot work: jobs run in any case."""
    from ..application.adaptive.ports import AnalysisPorts

    options, kind = settings.planner, settings.planner.kind or PlannerKind.OFF
    if kind is PlannerKind.OFF:
        return None
    if fault := find_planner_fault(options, kind):
        log.say(f"warning: jobs run, but the planner does not: {fault}", "warning")
        return None
    log.say(f"the planner is on: {describe_analyst(settings, kind)}.")
    ports = AnalysisPorts(engine.store, engine.analyses, engine.notes, clock, engine.wake)
    return open_planner(settings, kind, ports, log, to_close)


async def _wait_for(engine: LocalEngine, planner: Planner | None) -> None:
    """Return when both have ended, as the engine did."""
    planning = None if planner is None else asyncio.create_task(planner.run(), name="planner")
    try:
        await engine.wait()
    finally:
        if planner is not None and planning is not None:
            planner.stop()
            await asyncio.gather(planning, return_exceptions=True)
