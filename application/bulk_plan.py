"""What a bulk change would do to each job, before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from attrs import frozen

from ..domain.errors import InvalidArguments
from ..domain.job import Job, JobStatus
from ..domain.schedule import CronSchedule, IntervalSchedule, Schedule

BULK_LIMIT = 100
"""Jobs that one call changes; it says how many more there are, and calling it again goes on."""


class BulkAction(StrEnum):
    """What is done to every job."""

    PAUSE = "pause"
    RESUME = "resume"
    RESCHEDULE = "reschedule"


@frozen
class BulkChange:
    """A job as it is, and what about it changes: its status, or its schedule to `schedule`."""

    job: Job
    before: str
    after: str
    schedule: CronSchedule | None = None


@frozen
class JobLeftAlone:
    """A job to which nothing is done, and why."""

    job: Job
    reason: str


@frozen
class BulkPlan:
    """The first `BULK_LIMIT` changes by name, how many follow, and the jobs that stay as they are."""

    changes: tuple[BulkChange, ...]
    remaining: int
    left_alone: tuple[JobLeftAlone, ...]


PlanJob = Callable[[Job], BulkChange | JobLeftAlone]
FitSchedule = Callable[[CronSchedule], CronSchedule]


def make_plan(jobs: Iterable[Job], plan_job: PlanJob) -> BulkPlan:
    """Return what `plan_job` says of each job."""
    ordered = sorted(jobs, key=lambda job: (job.spec.name.casefold(), job.job_id))
    planned = [plan_job(job) for job in ordered]
    changes = [entry for entry in planned if isinstance(entry, BulkChange)]
    left_alone = tuple(entry for entry in planned if isinstance(entry, JobLeftAlone))
    return BulkPlan(tuple(changes[:BULK_LIMIT]), max(0, len(changes) - BULK_LIMIT), left_alone)


def plan_pause(job: Job) -> BulkChange | JobLeftAlone:
    """Return the pause of a job that is active."""
    if job.status is JobStatus.PAUSED:
        return JobLeftAlone(job, "is paused already")
    return BulkChange(job, job.status, JobStatus.PAUSED)


def plan_resume(job: Job) -> BulkChange | JobLeftAlone:
    """Return the resumption of a job that is paused."""
    if job.status is not JobStatus.PAUSED:
        return JobLeftAlone(job, "is not paused")
    return BulkChange(job, job.status, JobStatus.PENDING)


def plan_reschedule(
    job: Job, expression: str | None, timezone: str | None, fit: FitSchedule
) -> BulkChange | JobLeftAlone:
    """Return the change of a job's schedule to the given parts, which can be read; it keeps the others.

    `fit` makes a schedule one that the backend takes; what it raises, this does.
    """
    schedule = job.spec.schedule
    current = schedule if isinstance(schedule, CronSchedule) else None
    if expression is None and current is None:
        return JobLeftAlone(job, "has no cron expression that a timezone could apply to")
    kept_expression, kept_timezone = (current.expression, current.timezone) if current else ("", "UTC")
    try:
        wanted = CronSchedule.parse(expression or kept_expression, timezone or kept_timezone)
    except InvalidArguments as error:
        reason = f"keeps a part of its schedule that cannot be read: {error.problems[0].message}"
        return JobLeftAlone(job, reason)
    wanted = fit(wanted)
    if current and wanted == _normalized(current):
        return JobLeftAlone(job, "has this schedule already")
    return BulkChange(job, _write_schedule(schedule), _write_schedule(wanted), wanted)


def _normalized(schedule: CronSchedule) -> CronSchedule | None:
    try:
        return CronSchedule.parse(schedule.expression, schedule.timezone)
    except InvalidArguments:
        return None


def _write_schedule(schedule: Schedule) -> str:
    """Return a schedule in short, with its zone unless that is UTC."""
    if isinstance(schedule, CronSchedule):
        zone = "" if schedule.timezone == "UTC" else f" ({schedule.timezone})"
        return f"{schedule.expression}{zone}"
    if isinstance(schedule, IntervalSchedule):
        return f"every {schedule.seconds} s"
    return f"once at {schedule.at.isoformat()}"
