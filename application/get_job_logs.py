"""Look at a job's newest runs, with figures over them."""

from __future__ import annotations

from itertools import chain

from attrs import frozen

from ..domain.job import check_job_id
from ..domain.log import LogEntry, LogSummary, RunStatus, summarize
from .argument_checks import find_choice_problem, find_range_problem, refuse
from .ports import JobGateway

LOG_LIMIT = 50
DEFAULT_LIMIT = 20


@frozen
class JobLogs:
    """Log entries, newest first, and a summary over *all* entries the backend gave, not only these."""

    entries: tuple[LogEntry, ...]
    summary: LogSummary


async def get_job_logs(
    gateway: JobGateway, job_id: str, *, limit: int = DEFAULT_LIMIT, status: str | None = None
) -> JobLogs:
    """Return up to `limit` (1-50) of the newest entries, only those of `status` where it is given.

    Raises:
        InvalidArguments: an argument is out of its range.
        JobNotFound: no job has this id.
        CronlyticError: whatever else the gateway raises.
    """
    refuse(
        chain(
            find_range_problem("limit", limit, 1, LOG_LIMIT),
            find_choice_problem("status", status, tuple(RunStatus)),
        )
    )
    entries = sorted(
        await gateway.logs(check_job_id(job_id)), key=lambda entry: entry.timestamp, reverse=True
    )
    shown = [entry for entry in entries if status is None or entry.status == status]
    return JobLogs(tuple(shown[:limit]), summarize(entries))
