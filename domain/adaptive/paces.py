"""How often a job may run when nobody is there to ask: the bounds that the rules keep to."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from ..engine.planned_job import PlannedJob
from ..schedule import CronSchedule, IntervalSchedule
from .signals import PACE_LIMIT

_EVEN = 1.001
"""A mean gap beyond the smallest one by no more than this comes of rounding."""


@frozen
class Paces:
    """The paces of a job.

    usual: the smallest gap between two runs of the baseline. even: whether all of its gaps are alike, so
    that an interval can stand in for it; where they are not, it has hours or days that were chosen.
    fastest: never more often than the baseline, unless its person has set a shorter min_interval_seconds.
    slowest: max_interval_seconds, else a day, or the baseline's own gap where that is longer.
    """

    usual: timedelta
    even: bool
    fastest: timedelta
    slowest: timedelta

    def within(self, wanted: timedelta) -> timedelta:
        """Return the pace closest to a wanted one that is allowed."""
        return min(max(wanted, self.fastest), self.slowest)


def read_paces(job: PlannedJob, now: datetime) -> Paces:
    """Return the paces of a job with a schedule that repeats.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    usual, even = _measure(job, now)
    policy = job.spec.policy
    shortest = timedelta(seconds=policy.min_interval_seconds or 0)
    longest = policy.max_interval_seconds
    usual = max(usual, shortest)
    slowest = max(usual, PACE_LIMIT) if longest is None else timedelta(seconds=longest)
    usual = min(usual, slowest)
    return Paces(usual, even, shortest if shortest and even else usual, slowest)


def _measure(job: PlannedJob, now: datetime) -> tuple[timedelta, bool]:
    schedule = job.spec.schedule
    if isinstance(schedule, IntervalSchedule):
        return timedelta(seconds=schedule.seconds), True
    if isinstance(schedule, CronSchedule):
        frequency = schedule.frequency(now)
        return frequency.smallest_gap, frequency.mean_gap <= frequency.smallest_gap * _EVEN
    return PACE_LIMIT, False
