"""What creating or updating a job answers, and the checks that both make of the result."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime

from attrs import evolve, frozen

from ..domain.errors import CronlyticError, InvalidArguments
from ..domain.job import Job, JobStatus
from ..domain.schedule import CronSchedule, OneShot
from .ports import Clock, JobGateway
from .schedule_report import ScheduleReport, report_schedule

# The change is made by then, so the look at the other jobs must not hold back the answer for long.
NAME_CHECK_SECONDS = 2.0


@frozen
class JobChange:
    """A job as the backend now has it.

    schedule: what its schedule means; None where the stored expression is none that we can read.
    normalized: what was written differently from what was given, e.g. ``method: get -> GET``.
    warnings: what a person should know although the change was made.
    """

    job: Job
    schedule: ScheduleReport | None
    normalized: tuple[str, ...]
    warnings: tuple[str, ...]


async def report_change(
    gateway: JobGateway, clock: Clock, job: Job, given: Mapping[str, object]
) -> JobChange:
    """Return what was changed: `job` as the backend answered it, `given` as the caller wrote it."""
    timezone = given.get("timezone")
    schedule, warnings = _report_schedule(job, clock, timezone if isinstance(timezone, str) else "UTC")
    warnings += _find_request_warnings(job)
    if "name" in given:
        warnings += await _find_namesakes(gateway, job)
    return JobChange(job, schedule, _find_normalized(job, given), warnings)


def _report_schedule(job: Job, clock: Clock, zone: str) -> tuple[ScheduleReport | None, tuple[str, ...]]:
    """Return what the schedule means, in a zone where it has none, within the limits of the policy."""
    policy = job.spec.policy
    try:
        report = report_schedule(job.spec.schedule, clock, next_run=job.next_run_at, timezone=zone)
    except InvalidArguments as error:
        return None, (f"The stored schedule cannot be read: {error}",)
    warnings = tuple(_find_run_warnings(job, report))
    kept = [run for run in report.next_runs if policy.end_at is None or run <= policy.end_at]
    count = len(kept) if policy.max_runs is None else min(len(kept), policy.max_runs)
    report = evolve(
        report, next_runs=report.next_runs[:count], next_runs_local=report.next_runs_local[:count]
    )
    return report, warnings


def _find_run_warnings(job: Job, report: ScheduleReport) -> Iterator[str]:
    policy, cron = job.spec.policy, isinstance(job.spec.schedule, CronSchedule)
    ends = isinstance(job.spec.schedule, OneShot) or policy.max_runs or policy.end_at
    if job.status is JobStatus.PAUSED:
        return
    if policy.min_interval_seconds or policy.max_interval_seconds:
        yield (
            "min_interval_seconds and max_interval_seconds may move runs away from next_runs; next_run_at is "
            "the next one."
        )
    elif cron and job.next_run_at is not None:
        yield from _compare_next_run(job.next_run_at, report)
    if ends and job.next_run_at is None:
        yield "Nothing is planned any more: run_at, options.end_at or options.max_runs is reached."


def _compare_next_run(next_run_at: datetime, report: ScheduleReport) -> Iterator[str]:
    # Two runs, because one may come due between the backend's clock and ours.
    if next_run_at not in report.next_runs[:2]:
        theirs = next_run_at.isoformat(timespec="seconds")
        ours = report.next_runs[0].isoformat(timespec="seconds")
        yield (
            f"The backend says the next run is at {theirs}, but by the expression it is at {ours}. "
            "Ask the person which is meant before relying on this job."
        )


def _find_request_warnings(job: Job) -> tuple[str, ...]:
    if job.spec.body and job.spec.method in ("GET", "HEAD"):
        return (f"Many servers ignore the body of a {job.spec.method} request; POST sends one reliably.",)
    return ()


def _find_normalized(job: Job, given: Mapping[str, object]) -> tuple[str, ...]:
    schedule = job.spec.schedule
    written = {"method": job.spec.method}
    if isinstance(schedule, CronSchedule):
        written["cron_expression"] = schedule.expression
    if isinstance(schedule, OneShot):
        written["run_at"] = schedule.at.isoformat()
    return tuple(
        f"{field}: {given[field]} -> {value}"
        for field, value in written.items()
        if field in given and given[field] != value
    )


async def _find_namesakes(gateway: JobGateway, job: Job) -> tuple[str, ...]:
    try:
        jobs = await asyncio.wait_for(gateway.list(), NAME_CHECK_SECONDS)
    except (CronlyticError, TimeoutError):
        return ("The change was made, but whether another job has this name could not be checked.",)
    namesakes = [other.job_id for other in jobs if other.spec.name == job.spec.name]
    others = [job_id for job_id in namesakes if job_id != job.job_id]
    if not others:
        return ()
    ids = ", ".join(others[:3]) + (", ..." if len(others) > 3 else "")
    warning = (
        f"{len(others)} other job(s) have the name {job.spec.name!r} too: {ids}. If this one was made by "
        "mistake, delete it with delete_job."
    )
    return (warning,)
