"""Run a job at once, beside its schedule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from attrs import frozen

from ..domain.engine.errors import RunNotFound
from ..domain.engine.run import UNFINISHED, Run, RunSource, RunState
from ..domain.errors import InvalidArguments, Problem, RateLimited
from ..domain.job import check_job_id
from .engine_ports import EngineStore
from .ports import Clock

WAIT_LIMIT = 20.0
"""Seconds; a client that waits for a tool's answer gives up at about 60."""

WAITING_LIMIT = 5
"""How many runs of a job that were asked for by hand may wait at once."""

_FIRST_LOOK, _LONGEST_PAUSE = 0.05, 0.5


@frozen
class ManualRun:
    """A run that was asked for, as it stands."""

    run: Run

    @property
    def finished(self) -> bool:
        """Whether it has ended."""
        return self.run.state not in UNFINISHED


async def run_job_now(
    store: EngineStore,
    clock: Clock,
    job_id: str,
    *,
    wait_seconds: float = 0.0,
    wake: Callable[[], None] | None = None,
) -> ManualRun:
    """Have an engine run a job at once, also a paused one; its schedule and its failures stay as they are.

    Return when the run has ended, at the latest after `wait_seconds`. `wake` tells an engine of this process
    to look; another one looks within its tick.

    Raises:
        InvalidArguments: `job_id` cannot be an id, or `wait_seconds` lies outside 0-20.
        JobNotFound: no job has it.
        RateLimited: five runs of this job wait already.
        StoreUnavailable: the store cannot be written.
    """
    _check_wait(wait_seconds)
    waiting = await store.list_runs(check_job_id(job_id), 2 * WAITING_LIMIT, states={RunState.QUEUED})
    if sum(run.source is RunSource.MANUAL for run in waiting) >= WAITING_LIMIT:
        raise RateLimited(limit=f"{WAITING_LIMIT} runs of this job that were asked for by hand wait already")
    run = await store.add_manual_run(job_id, clock.now())
    if wake is not None:
        wake()
    return ManualRun(await _follow(store, clock, run, wait_seconds))


def _check_wait(seconds: float) -> None:
    # Written so that NaN is refused too.
    if not 0 <= seconds <= WAIT_LIMIT:
        message = f"must be 0 to {WAIT_LIMIT:g}; it is {seconds:g}."
        raise InvalidArguments([Problem("wait_seconds", "range", message, "10")])


async def _follow(store: EngineStore, clock: Clock, run: Run, seconds: float) -> Run:
    give_up_at, pause = clock.monotonic() + seconds, _FIRST_LOOK
    while run.state in UNFINISHED and (left := give_up_at - clock.monotonic()) > 0:
        await asyncio.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
        found = await store.get_run(run.run_id)
        if found is None:
            raise RunNotFound(run.run_id)  # its job was deleted meanwhile
        run = found
    return run
