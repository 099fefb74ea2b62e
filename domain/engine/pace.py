"""The pace at which occurrences come: an interval hint's while one is in force, else the schedule's."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..adaptive.hints import IntervalHint
from ..cron.passed import Passed
from ..execution_policy import ExecutionPolicy
from ..schedule import IntervalSchedule
from .baseline import next_occurrence, passed_occurrences
from .planned_job import PlannedJob
from .run import RunSource


def hint_in_force(job: PlannedJob, at: datetime) -> IntervalHint | None:
    """Return the interval hint that sets the pace at an instant."""
    hint = job.hints.interval
    return hint if hint is not None and hint.in_force(at) else None


def next_at_pace(
    job: PlannedJob, base: datetime, after: datetime, now: datetime, *, failures: int = 0
) -> tuple[datetime, RunSource] | None:
    """Return the first occurrence after `after`, at the pace that holds at `now`; None where none comes.

    base: the last occurrence, not after `after`; intervals keep their step from it. Failures lengthen the
    interval of a schedule, and nothing else.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    if hint := hint_in_force(job, now):
        step, source = _bound(hint, job.spec.policy)
        return _first_after(base, step, after), source
    if not isinstance(job.spec.schedule, IntervalSchedule):
        return next_occurrence(job.spec, after)
    following = next_occurrence(job.spec, base, failures=failures)
    return following and (_first_after(base, following[0] - base, after), following[1])


def passed_at_pace(job: PlannedJob, after: datetime, until: datetime, now: datetime) -> Passed:
    """Return how many occurrences come after `after`, itself one, and up to and with `until`, and the last.

    All at the pace that holds at `now`, and none after the end that the policy sets.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    hint = hint_in_force(job, now)
    if hint is None:
        return passed_occurrences(job.spec, after, until)
    if job.spec.policy.end_at is not None:
        until = min(until, job.spec.policy.end_at)
    step, _ = _bound(hint, job.spec.policy)
    count = max(0, (until - after) // step)
    return Passed(count, after + count * step if count else None)


def _bound(hint: IntervalHint, policy: ExecutionPolicy) -> tuple[timedelta, RunSource]:
    """Return the step of a hint within the policy's bounds, which may have changed since it was proposed."""
    shortest, longest = policy.min_interval_seconds, policy.max_interval_seconds
    if shortest is not None and hint.interval < timedelta(seconds=shortest):
        return timedelta(seconds=shortest), RunSource.CLAMPED_MIN
    if longest is not None and hint.interval > timedelta(seconds=longest):
        return timedelta(seconds=longest), RunSource.CLAMPED_MAX
    return hint.interval, RunSource.HINT_INTERVAL


def _first_after(base: datetime, step: timedelta, after: datetime) -> datetime:
    return base + step * max(1, (after - base) // step + 1)
