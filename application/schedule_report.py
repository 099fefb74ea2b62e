"""What a schedule means: its words, its next runs and what is surprising about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from ..domain.schedule import CronSchedule, IntervalSchedule, Schedule
from .ports import Clock


@frozen
class ScheduleReport:
    """A schedule explained.

    next_runs: aware, in the schedule's zone. next_runs_local: the same instants in the machine's zone.
    """

    normalized: str
    description: str
    timezone: str
    next_runs: tuple[datetime, ...]
    next_runs_local: tuple[datetime, ...]
    warnings: tuple[str, ...]


def report_schedule(
    schedule: Schedule,
    clock: Clock,
    count: int = 5,
    *,
    next_run: datetime | None = None,
    timezone: str = "UTC",
) -> ScheduleReport:
    """Return what `schedule` means from now on, with its next `count` runs.

    `next_run` is what an interval counts from, its length from now where that is not known. `timezone` is
    for schedules without one.

    Raises:
        InvalidArguments: its text, or the zone, cannot be read.
    """
    from ..domain.cron.zones import load_zone

    if isinstance(schedule, CronSchedule):
        return report_runs(schedule, clock, clock.now(), count)
    if isinstance(schedule, IntervalSchedule):
        pace = timedelta(seconds=schedule.seconds)
        first = next_run or clock.now() + pace
        normalized, runs = f"every {schedule.seconds} s", [first + pace * number for number in range(count)]
    else:
        normalized = f"once at {schedule.at.isoformat()}"
        runs = [schedule.at] if schedule.at > clock.now() else []
    zone = load_zone(timezone)
    return ScheduleReport(
        normalized=normalized,
        description=schedule.description,
        timezone=timezone,
        next_runs=tuple(run.astimezone(zone) for run in runs),
        next_runs_local=tuple(clock.local(run) for run in runs),
        warnings=(),
    )


def report_runs(schedule: CronSchedule, clock: Clock, after: datetime, count: int) -> ScheduleReport:
    """Return what `schedule` means from an instant on, with the first `count` runs strictly after it.

    Raises:
        InvalidArguments: its text cannot be read, or `after` lies outside the years that are served.
    """
    runs = schedule.next_runs(after, count)
    zone = schedule.zone()
    return ScheduleReport(
        normalized=schedule.normalized,
        description=schedule.description,
        timezone=schedule.timezone,
        next_runs=tuple(run.astimezone(zone) for run in runs),
        next_runs_local=tuple(clock.local(run) for run in runs),
        warnings=schedule.warnings + schedule.clock_warnings(after, runs),
    )
