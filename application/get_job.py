"""Look at one job."""

from __future__ import annotations

from ..domain.job import Job, check_job_id
from .ports import JobGateway


async def get_job(gateway: JobGateway, job_id: str) -> Job:
    """Return the job, secrets included: whoever shows it masks them (`domain.masking`).

    Raises:
        InvalidArguments: `job_id` cannot be an id.
        JobNotFound: no job has it.
        CronlyticError: whatever else the gateway raises.
    """
    return await gateway.get(check_job_id(job_id))
