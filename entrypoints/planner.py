"""The command ``cronlytic-mcp planner``: analyses of the jobs of a store, without running these."""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import AsyncExitStack

from .bad_configuration import BadConfiguration
from .engine_wiring import make_store_clock, open_store
from .hint_worker import start_hint_keeper
from .logging import LibraryHandler, Log
from .planner_options import PlannerKind
from .planner_wiring import find_planner_fault, open_planner
from .settings import Settings
from .stopping import Stopping

STORE_UNUSABLE = 1
_FORCE_SECONDS = 15.0


def run_planner(settings: Settings) -> int:
    """Have jobs analysed until a signal ends it, and return the exit code: 130 or 143; 1 where no store is.

    Raises:
        BadConfiguration: the backend is none whose jobs can be adapted, or the analyst cannot work.
    """
    kind = settings.planner.kind or PlannerKind.RULES
    if settings.backend != "local":
        raise BadConfiguration(
            f"A planner adapts the jobs of the local backend, and the backend is {settings.backend}; "
            "set CRONLYTIC_BACKEND=local."
        )
    if kind is PlannerKind.OFF:
        raise BadConfiguration("CRONLYTIC_PLANNER is off; set it to rules or llm, or leave it out for rules.")
    if fault := find_planner_fault(settings.planner, kind):
        raise BadConfiguration(f"The planner cannot work: {fault}")
    log = Log(sys.stderr, settings.log_level, settings.secrets)
    logging.getLogger().addHandler(LibraryHandler(log))
    for warning in settings.warnings:
        log.say(f"warning: {warning}", "warning")
    return asyncio.run(_work(settings, kind, log))


async def _work(settings: Settings, kind: PlannerKind, log: Log) -> int:
    from ..application.adaptive.ports import AnalysisPorts
    from ..domain.engine.errors import StoreUnavailable

    clock = make_store_clock(settings)
    async with AsyncExitStack() as to_close:
        store = open_store(settings, clock)
        to_close.push_async_callback(store.close)
        ports = AnalysisPorts(store, store.analyses, store.notes, clock)
        planner = open_planner(settings, kind, ports, log, to_close)
        stopping = Stopping([planner], log, "planner stopping: again ends it at once.", _FORCE_SECONDS)
        stopping.handle_signals()
        try:
            await store.open()
        except StoreUnavailable as error:
            log.say(str(error), "error")
            return STORE_UNUSABLE
        log.say(f"planner started: {describe_analyst(settings, kind)}; SIGTERM or Ctrl-C ends it.")
        start_hint_keeper(settings, log, to_close)
        await planner.run()
        log.say("planner stopped.")
        stopping.finish()
    return stopping.code


def describe_analyst(settings: Settings, kind: PlannerKind) -> str:
    """Return who looks at jobs, and whether that changes anything."""
    shadow = settings.planner.is_shadow(kind)
    return f"the analyst is {kind.value}{', in shadow mode: it changes nothing' if shadow else ''}"
