"""A question for some of the jobs, in an order that can be followed page by page."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from ..job import JobStatus
from .planned_job import PlannedJob


class JobOrder(StrEnum):
    """By what jobs are ordered: names in lower case, the soonest next run first, the latest last run first.

    Of equals the smaller id comes first; jobs without a value come last.
    """

    NAME = "name"
    STATUS = "status"
    NEXT_RUN_AT = "next_run_at"
    LAST_RUN_AT = "last_run_at"


@frozen
class JobPosition:
    """A place in an order: the value that decides there (None for none), and the job's id."""

    value: str | datetime | None
    job_id: str


@frozen
class JobQuery:
    """Up to `limit` jobs after a place, with a status and a part of the name where they are given.

    name_part: in lower case. `next_run_at` is the one that a person sees: a paused job has none.
    """

    limit: int
    order: JobOrder = JobOrder.NAME
    status: JobStatus | None = None
    name_part: str = ""
    after: JobPosition | None = None


@frozen
class JobListing:
    """The jobs asked for, in order, and how many there are in all, whatever limit and place."""

    jobs: tuple[PlannedJob, ...]
    total: int


def position_of(job: PlannedJob, order: JobOrder) -> JobPosition:
    """Return a job's place in an order."""
    shown = job.job
    values = {
        JobOrder.NAME: shown.spec.name.lower(),
        JobOrder.STATUS: shown.status.value,
        JobOrder.NEXT_RUN_AT: shown.next_run_at,
        JobOrder.LAST_RUN_AT: shown.last_run_at,
    }
    return JobPosition(values[order], job.job_id)
