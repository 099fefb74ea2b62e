"""What a backend can do, so that what it cannot is refused with the alternative named."""

from __future__ import annotations

from attrs import frozen

from .errors import NotSupported
from .execution_policy import ExecutionPolicy
from .job import JobSpec
from .schedule import CronSchedule, IntervalSchedule, OneShot

_LOCAL = "the local backend (CRONLYTIC_BACKEND=local) does"


@frozen
class Capabilities:
    """What a gateway's backend can do.

    backend: the name users configure (``cronlytic``, ``local``, ``memory``).
    time_zones: a schedule may have a zone other than UTC.
    executes: the jobs really run.
    durable: jobs outlive the process.
    needs_credentials: calls carry credentials that can be wrong.
    intervals, one_shots: schedules may be of that kind besides cron.
    descriptions: a job may have a description and a group.
    options: a job may have an execution policy other than the default.
    """

    backend: str
    time_zones: bool
    executes: bool
    durable: bool
    needs_credentials: bool
    intervals: bool = False
    one_shots: bool = False
    descriptions: bool = False
    options: bool = False


def refuse_unsupported(spec: JobSpec, capabilities: Capabilities) -> None:
    """Return if a backend with these capabilities can keep all of a job.

    Raises:
        NotSupported: it cannot; with what to do instead.
    """
    schedule = spec.schedule
    if isinstance(schedule, IntervalSchedule) and not capabilities.intervals:
        raise NotSupported(
            "interval schedules", f"Give a cron_expression such as '*/5 * * * *', in UTC; {_LOCAL}."
        )
    if isinstance(schedule, OneShot) and not capabilities.one_shots:
        alternative = f"Give a cron_expression for that date, and delete the job after its run; {_LOCAL}."
        raise NotSupported("schedules that run once", alternative)
    if isinstance(schedule, CronSchedule) and schedule.timezone != "UTC" and not capabilities.time_zones:
        raise NotSupported(
            "schedules other than cron expressions in UTC",
            "Give a cron_expression whose hours are in UTC, and no timezone.",
        )
    if (spec.description or spec.group is not None) and not capabilities.descriptions:
        raise NotSupported("descriptions and groups", f"Leave both out, and say it in the name; {_LOCAL}.")
    if spec.policy != ExecutionPolicy() and not capabilities.options:
        raise NotSupported(
            "options for the execution of a job", f"Leave options out to take what it does anyway; {_LOCAL}."
        )
