"""What a backend can do, so that what it cannot is refused with the alternative named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from .errors import NotSupported
from .execution_policy import ExecutionPolicy
from .job import JobSpec
from .schedule import CronSchedule, IntervalSchedule, OneShot, Schedule

_LOCAL = "The local backend (CRONLYTIC_BACKEND=local) takes all of a job."


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


@frozen
class Unsupported:
    """Something of a job that a backend cannot do, what to do instead, and that as facts.

    local: whether the local backend can.
    """

    feature: str
    alternative: str
    details: Mapping[str, object] = field(factory=dict, hash=False)
    local: bool = True


def find_unsupported(spec: JobSpec, capabilities: Capabilities) -> Iterator[Unsupported]:
    """Yield everything of a job that a backend with these capabilities cannot keep."""
    yield from _find_schedule(spec.schedule, capabilities)
    if spec.description and not capabilities.descriptions:
        yield Unsupported("description", "Leave description out, and say it in name.")
    if spec.group is not None and not capabilities.descriptions:
        yield Unsupported("group", "Leave group out; a common beginning of name lets list_jobs find a group.")
    if spec.policy != ExecutionPolicy() and not capabilities.options:
        yield Unsupported("options", "Leave options out to take what it does anyway.")


def refusal_of(unsupported: Sequence[Unsupported]) -> NotSupported:
    """Return the error that names everything unsupported, at least one thing, and what to do instead."""
    *others, last = [each.feature for each in unsupported]
    alternatives = [each.alternative for each in unsupported]
    if any(each.local for each in unsupported):
        alternatives.append(_LOCAL)
    return NotSupported(
        f"{', '.join(others)} and {last}" if others else last,
        " ".join(alternatives),
        details={name: value for each in unsupported for name, value in each.details.items()},
    )


def refuse_unsupported(spec: JobSpec, capabilities: Capabilities) -> None:
    """Return if a backend with these capabilities can keep all of a job.

    Raises:
        NotSupported: it cannot; with what to do instead.
    """
    if unsupported := tuple(find_unsupported(spec, capabilities)):
        raise refusal_of(unsupported)


def _find_schedule(schedule: Schedule, capabilities: Capabilities) -> Iterator[Unsupported]:
    if isinstance(schedule, IntervalSchedule) and not capabilities.intervals:
        from .cron.nearest import nearest_to_interval

        nearest = nearest_to_interval(schedule.seconds)
        alternative = f"Of cron expressions, cron_expression {nearest!r} is the nearest."
        yield Unsupported("interval_seconds", alternative, {"cron_expression": nearest})
    if isinstance(schedule, OneShot) and not capabilities.one_shots:
        from .cron.nearest import nearest_to_instant

        nearest = nearest_to_instant(schedule.at)
        alternative = (
            f"The nearest is cron_expression {nearest!r}, in UTC: it comes every year, so delete or pause "
            "the job after its run."
        )
        yield Unsupported("run_at", alternative, {"cron_expression": nearest})
    if isinstance(schedule, CronSchedule) and schedule.timezone != "UTC" and not capabilities.time_zones:
        alternative = "Give a cron_expression whose hours are in UTC, and no timezone."
        yield Unsupported("schedules other than cron expressions in UTC", alternative)
