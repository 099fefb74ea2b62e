"""Look at the jobs that run soon."""

from __future__ import annotations

from datetime import timedelta

from ..domain.job import Job
from .argument_checks import find_range_problem, refuse
from .ports import Clock, JobGateway

MINUTES_LIMIT = 1440


async def list_due_jobs(gateway: JobGateway, clock: Clock, *, minutes: int = 60) -> tuple[Job, ...]:
    """Return the jobs whose next run is at most `minutes` (1-1440) away, the soonest first.

    Raises:
        InvalidArguments: `minutes` is out of range; and what `JobGateway.list` raises.
    """
    refuse(find_range_problem("minutes", minutes, 1, MINUTES_LIMIT))
    until = clock.now() + timedelta(minutes=minutes)
    due = [
        (job.next_run_at, job) for job in await gateway.list() if job.next_run_at and job.next_run_at <= until
    ]
    return tuple(job for _, job in sorted(due, key=lambda pair: pair[0]))
