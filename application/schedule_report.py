"""What a schedule means: its words, its next runs and what is surprising about it."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ..domain.schedule import CronSchedule
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


def report_schedule(schedule: CronSchedule, clock: Clock, count: int = 5) -> ScheduleReport:
    """Return what `schedule` means from now on, with its next `count` runs.

    Raises:
        InvalidArguments: its text cannot be read.
    """
    return report_runs(schedule, clock, clock.now(), count)


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
