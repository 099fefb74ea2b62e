"""Tell how a job has been doing over the last hour, four hours and day."""

from __future__ import annotations

from attrs import frozen

from ..domain.health.health import RunHealth, measure_health
from ..domain.health.verdict import Verdict, judge
from ..domain.job import Job, JobStatus, check_job_id
from .get_job_logs import LOG_LIMIT
from .ports import Clock, JobGateway


@frozen
class JobHealth:
    """A job, the health of its runs as far as the log reaches, and the verdict on it."""

    job: Job
    runs: RunHealth
    verdict: Verdict


async def get_job_health(gateway: JobGateway, clock: Clock, job_id: str) -> JobHealth:
    """Return a job's health by its log, the newest 50 runs.

    Raises:
        InvalidArguments: `job_id` cannot be an id.
        JobNotFound: no job has it.
        CronlyticError: whatever else the gateway raises.
    """
    job = await gateway.get(check_job_id(job_id))
    entries = await gateway.logs(job_id)
    paused = job.status is JobStatus.PAUSED
    runs = measure_health(entries, clock.now(), kept=LOG_LIMIT, schedule=job.spec.schedule)
    return JobHealth(job, runs, judge(runs, paused=paused))
