"""Let a paused job run again."""

from __future__ import annotations

from ..domain.job import Job, check_job_id
from .ports import JobGateway


async def resume_job(gateway: JobGateway, job_id: str) -> Job:
    """Resume a job and return it, with its new next run.

    Raises:
        InvalidArguments: `job_id` cannot be an id.
        JobNotFound: no job has it.
        CronlyticError: whatever else the gateway raises.
    """
    return await gateway.resume(check_job_id(job_id))
