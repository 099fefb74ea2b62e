"""Pages of jobs that a gateway can find itself, without a list of all the others."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Protocol

from ..domain.engine.job_query import JobListing, JobOrder, JobPosition, JobQuery
from ..domain.job import Job
from .cursor import InvalidCursor, SortKey
from .ports import JobGateway


class JobPages(Protocol):
    """Answers a `JobQuery`; raises what the calls of the gateway raise."""

    async def page_jobs(self, query: JobQuery) -> JobListing:
        """Return the jobs that a query asks for, without reading all the others."""


def find_pages(gateway: JobGateway) -> JobPages | None:
    """Return how a gateway finds pages; None where all jobs must be read.

    A gateway that can has a property ``pages``, and one around it passes that on.
    """
    pages: JobPages | None = getattr(gateway, "pages", None)
    return pages


def sort_key(job: Job, order: JobOrder) -> SortKey:
    """Return what decides about a job's place in an order; of equal ones the smaller id comes first."""
    match order:
        case JobOrder.NAME:
            return False, job.spec.name.casefold()
        case JobOrder.STATUS:
            return False, job.status.value
        case JobOrder.NEXT_RUN_AT:
            return _instant_key(job.next_run_at, 1)
        case JobOrder.LAST_RUN_AT:
            return _instant_key(job.last_run_at, -1)


def read_position(key: SortKey, job_id: str, order: JobOrder) -> JobPosition:
    """Return the place of a job with this sort key.

    Raises:
        InvalidCursor: no job has such a key.
    """
    missing, value = key
    if order in (JobOrder.NAME, JobOrder.STATUS):
        if missing or not isinstance(value, str):
            raise InvalidCursor
        return JobPosition(value, job_id)
    if isinstance(value, str) or not math.isfinite(value):
        raise InvalidCursor
    if missing:
        return JobPosition(None, job_id)
    seconds = -value if order is JobOrder.LAST_RUN_AT else value
    try:
        return JobPosition(datetime.fromtimestamp(seconds, UTC), job_id)
    except (OverflowError, OSError, ValueError):
        raise InvalidCursor from None


def _instant_key(instant: datetime | None, direction: int) -> SortKey:
    return (True, 0.0) if instant is None else (False, direction * instant.timestamp())
