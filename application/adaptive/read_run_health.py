"""Read how the runs of a job of the engine have been going."""

from __future__ import annotations

from ...domain.adaptive.run_health import measure_run_health
from ...domain.engine.run import RunState
from ...domain.health.health import RunHealth
from ..engine_ports import EngineStore
from ..ports import Clock

RUNS_READ = 2_000
"""More than a day of a job that runs every minute; of one that runs more often it is the newest part."""

_ENDED = frozenset({RunState.SUCCESS, RunState.FAILED})


async def read_run_health(store: EngineStore, clock: Clock, job_id: str) -> RunHealth:
    """Return a job's health over 1, 4 and 24 hours, by its newest 2,000 runs that ended.

    Raises:
        InvalidArguments: `job_id` cannot be an id.
        JobNotFound: no job has it.
        StoreUnavailable: the store cannot be read.
    """
    runs = await store.list_runs(job_id, RUNS_READ, states=_ENDED)
    return measure_run_health(runs, clock.now(), kept=RUNS_READ)
