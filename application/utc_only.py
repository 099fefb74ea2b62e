"""Jobs that a backend cannot keep as they are: refused with what it can do, such as the UTC expression."""

from __future__ import annotations

from attrs import evolve

from ..domain.capabilities import Unsupported, find_unsupported, refusal_of
from ..domain.job import JobSpec
from ..domain.schedule import CronSchedule
from .ports import Clock, JobGateway

_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"})


def fit_spec(spec: JobSpec, gateway: JobGateway, clock: Clock) -> JobSpec:
    """Return a job as the backend takes it.

    Raises:
        NotSupported: it has no place for a part of it; the error names each, and what to do instead.
    """
    unsupported: list[Unsupported] = []
    if isinstance(spec.schedule, CronSchedule):
        fitted = _fit(spec.schedule, gateway, clock)
        if isinstance(fitted, Unsupported):
            unsupported.append(fitted)
            fitted = CronSchedule(spec.schedule.expression)
        spec = evolve(spec, schedule=fitted)
    if unsupported := [*unsupported, *find_unsupported(spec, gateway.capabilities)]:
        raise refusal_of(unsupported)
    return spec


def fit_to_backend(schedule: CronSchedule, gateway: JobGateway, clock: Clock) -> CronSchedule:
    """Return `schedule` as the backend takes it.

    Raises:
        NotSupported: it has a zone and the backend knows only UTC; the error names the UTC
            expression that has the same runs now, and the date on which it stops to.
    """
    fitted = _fit(schedule, gateway, clock)
    if isinstance(fitted, Unsupported):
        raise refusal_of([fitted])
    return fitted


def _fit(schedule: CronSchedule, gateway: JobGateway, clock: Clock) -> CronSchedule | Unsupported:
    if gateway.capabilities.time_zones:
        return schedule
    if schedule.timezone in _UTC_NAMES:
        return CronSchedule(schedule.expression)
    feature = f"the time zone {schedule.timezone}"
    equivalent = schedule.utc_equivalent(clock.now())
    if equivalent is None:
        return Unsupported(
            feature,
            f"No single UTC expression has the same runs as {schedule.expression!r} in {schedule.timezone}: "
            "leave timezone out and give a cron_expression in UTC, or split it into several jobs; "
            "validate_cron shows the runs of each.",
        )
    until = equivalent.valid_until.date().isoformat() if equivalent.valid_until else None
    ending = f" until {until}, when the zone's clocks change; update the job then" if until else ""
    return Unsupported(
        feature,
        f"Its schedules are in UTC. Call again with cron_expression {equivalent.expression!r} and without "
        f"timezone: it has the same runs{ending}.",
        {"cron_expression": equivalent.expression, "valid_until": until},
    )
