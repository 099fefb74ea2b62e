"""Stop a job from running until it is resumed."""

from __future__ import annotations

from ..domain.job import Job, check_job_id
from .ports import JobGateway


async def pause_job(gateway: JobGateway, job_id: str) -> Job:
    """Pause a job and return it; pausing a paused job changes nothing.

    Raises:
        InvalidArguments: `job_id` cannot be an id.
        JobNotFound: no job has it.
        CronlyticError: whatever else the gateway raises.
    """
    return await gateway.pause(check_job_id(job_id))
