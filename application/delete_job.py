"""Delete a job, once somebody has confirmed what is lost."""

from __future__ import annotations

from attrs import frozen

from ..domain.job import Job, check_job_id
from .confirmation import Confirmations
from .job_content import write_content
from .ports import JobGateway

OPERATION = "delete_job"


@frozen
class Deletion:
    """The job as it is or was, and, while it is not deleted, the token that confirms its deletion."""

    job: Job
    deleted: bool
    confirmation_token: str | None


async def delete_job(
    gateway: JobGateway,
    confirmations: Confirmations,
    job_id: str,
    *,
    confirmation_token: str | None = None,
) -> Deletion:
    """Without a token, return the job and a token; with it, delete the job and its logs.

    The token is bound to the job's id and content, so that what is deleted is what was shown.

    Raises:
        InvalidArguments: `job_id` cannot be an id.
        JobNotFound: no job has it.
        ConfirmationInvalid: the token is expired or forged, or the job has changed since.
        CronlyticError: whatever else the gateway raises.
    """
    job = await gateway.get(check_job_id(job_id))
    if confirmation_token is None:
        return Deletion(
            job, deleted=False, confirmation_token=confirmations.issue(OPERATION, write_content(job))
        )
    confirmations.check(OPERATION, write_content(job), confirmation_token)
    await gateway.delete(job_id)
    return Deletion(job, deleted=True, confirmation_token=None)
