"""The occurrences that a job's schedule names by itself, before limits and policies have their say."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..cron.expression import read_expression
from ..cron.passed import Passed, count_passed
from ..execution_policy import ExecutionPolicy
from ..job import JobSpec
from ..schedule import CronSchedule, IntervalSchedule, OneShot
from .run import RunSource

BACKOFF_CAP = 5
"""The failures in a row after which an interval grows no more: at 2 ** 5 = 32 times its length."""


def next_occurrence(spec: JobSpec, base: datetime, *, failures: int = 0) -> tuple[datetime, RunSource] | None:
    """Return the first occurrence after `base`, None where none comes.

    An interval counts from `base`, which is therefore the previous occurrence. It grows with the failures
    in a row, and is kept within the policy's bounds; the other kinds know neither.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    schedule = spec.schedule
    if isinstance(schedule, IntervalSchedule):
        return _next_of_interval(schedule, spec.policy, base, failures)
    if isinstance(schedule, OneShot):
        return (schedule.at, RunSource.ONE_SHOT) if schedule.at > base else None
    runs = schedule.next_runs(base, 1)
    return (runs[0], RunSource.BASELINE_CRON) if runs else None


def passed_occurrences(spec: JobSpec, after: datetime, until: datetime) -> Passed:
    """Return how many occurrences come after `after`, itself one, and up to and with `until`, and the last.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    schedule = spec.schedule
    if spec.policy.end_at is not None:
        until = min(until, spec.policy.end_at)
    if until <= after or isinstance(schedule, OneShot):
        return Passed(0, None)
    if isinstance(schedule, CronSchedule):
        return count_passed(read_expression(schedule.expression), schedule.timezone, after, until)
    pace = _next_of_interval(schedule, spec.policy, after, failures=0)[0] - after
    count = (until - after) // pace
    return Passed(count, after + count * pace if count else None)


def _next_of_interval(
    schedule: IntervalSchedule, policy: ExecutionPolicy, base: datetime, failures: int
) -> tuple[datetime, RunSource]:
    seconds = schedule.seconds * 2 ** min(failures, BACKOFF_CAP)
    if policy.min_interval_seconds is not None and seconds < policy.min_interval_seconds:
        return base + timedelta(seconds=policy.min_interval_seconds), RunSource.CLAMPED_MIN
    if policy.max_interval_seconds is not None and seconds > policy.max_interval_seconds:
        return base + timedelta(seconds=policy.max_interval_seconds), RunSource.CLAMPED_MAX
    return base + timedelta(seconds=seconds), RunSource.BASELINE_INTERVAL
