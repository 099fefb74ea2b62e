"""Pages of jobs in memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ...domain.engine.job_query import JobListing, JobOrder, JobPosition, JobQuery, position_of
from ...domain.engine.planned_job import PlannedJob

_Key = tuple[bool, str | float, str]


def select_page(jobs: Iterable[PlannedJob], query: JobQuery) -> JobListing:
    """Return the jobs that a query asks for, out of all of them."""
    matching = sorted(
        ((_key(position_of(job, query.order), query.order), job) for job in jobs if _matches(job, query)),
        key=lambda entry: entry[0],
    )
    after = None if query.after is None else _key(query.after, query.order)
    page = [job for key, job in matching if after is None or key > after]
    return JobListing(tuple(page[: query.limit]), len(matching))


def _matches(job: PlannedJob, query: JobQuery) -> bool:
    return query.name_part in job.spec.name.lower() and query.status in (None, job.status)


def _key(position: JobPosition, order: JobOrder) -> _Key:
    value = position.value
    if value is None:
        return True, "", position.job_id
    if isinstance(value, datetime):
        newest_first = order is JobOrder.LAST_RUN_AT
        return False, -value.timestamp() if newest_first else value.timestamp(), position.job_id
    return False, value, position.job_id
