"""Forget what a store need not keep any longer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from attrs import frozen

from ..domain.adaptive.quota import month_of
from ..domain.engine.retention import Retention
from .analysis_ports import AnalysisStore
from .engine_ports import EngineStore
from .ports import Clock

CHUNK = 500
"""Rows of one transaction: few enough that nobody waits for it."""

_PAUSE = 0.05
"""Seconds between two transactions, so that the writes of engines come in between."""


@frozen
class Swept:
    """How many rows a sweep forgot, and how many bodies it dropped."""

    runs: int
    bodies: int
    events: int
    sessions: int = 0


async def sweep_store(
    store: EngineStore, analyses: AnalysisStore, clock: Clock, retention: Retention
) -> Swept:
    """Forget everything that is older, or more, than the retention says, in chunks.

    Analyses go as runs do, but none of this month, because its tokens are counted. Several may sweep at
    once. A sweep that is broken off is made up for by the next one.

    Raises:
        StoreUnavailable: the store cannot be written.
    """
    now = clock.now()
    oldest, oldest_body = now - retention.runs_for, now - retention.bodies_for
    bodies = await _repeat(lambda: store.forget_bodies(oldest_body, CHUNK))
    runs = await _repeat(lambda: store.forget_runs(oldest, CHUNK))
    runs += await _repeat(lambda: store.forget_excess_runs(retention.runs_per_job, CHUNK))
    events = await _repeat(lambda: store.forget_events(oldest, CHUNK))
    oldest_session = min(oldest, month_of(now)[0])
    sessions = await _repeat(lambda: analyses.forget_sessions(oldest_session, CHUNK))
    return Swept(runs, bodies, events, sessions)


async def _repeat(forget: Callable[[], Awaitable[int]]) -> int:
    total = 0
    while forgotten := await forget():
        total += forgotten
        await asyncio.sleep(_PAUSE)
    return total
