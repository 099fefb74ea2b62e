"""Schedules on backends that know only UTC: refused with the expression that fits now."""

from __future__ import annotations

from ..domain.errors import NotSupported
from ..domain.schedule import CronSchedule
from .ports import Clock, JobGateway

_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"})


def fit_to_backend(schedule: CronSchedule, gateway: JobGateway, clock: Clock) -> CronSchedule:
    """Return `schedule` as the backend takes it.

    Raises:
        NotSupported: it has a zone and the backend knows only UTC; the error names the UTC
            expression that has the same runs now, and the date on which it stops to.
    """
    if gateway.capabilities.time_zones:
        return schedule
    if schedule.timezone in _UTC_NAMES:
        return CronSchedule(schedule.expression)
    equivalent = schedule.utc_equivalent(clock.now())
    if equivalent is None:
        raise NotSupported(
            f"the time zone {schedule.timezone}",
            f"No single UTC expression has the same runs as {schedule.expression!r} in {schedule.timezone}: "
            "leave timezone out and give a cron_expression in UTC, or split it into several jobs; "
            "validate_cron shows the runs of each.",
        )
    until = equivalent.valid_until.date().isoformat() if equivalent.valid_until else None
    ending = f" until {until}, when the zone's clocks change; update the job then" if until else ""
    raise NotSupported(
        f"the time zone {schedule.timezone}",
        f"Its schedules are in UTC. Call again with cron_expression {equivalent.expression!r} and without "
        f"timezone: it has the same runs{ending}.",
        details={"cron_expression": equivalent.expression, "valid_until": until},
    )
