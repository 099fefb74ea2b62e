"""Decides when a job runs next. Whatever is to have a say in that has it here."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from ..execution_policy import ExecutionPolicy
from .baseline import next_occurrence
from .plan import Plan
from .planned_job import PlannedJob
from .run import RunSource


def plan_next(job: PlannedJob, base: datetime, now: datetime, *, failures: int = 0) -> Plan | None:
    """Return the next run of a job after `base`, None where its schedule or its policy has no more.

    base: the occurrence that was accounted for last, or the instant from which a new definition holds.
    failures: how many runs failed in a row, the latest included; they space out intervals only.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    policy = job.spec.policy
    if policy.max_runs is not None and job.starts >= policy.max_runs:
        return None
    following = next_occurrence(job.spec, base, failures=failures)
    if following is None:
        return None
    at, source = _clamp(*following, policy, base, now)
    if policy.end_at is not None and at > policy.end_at:
        return None
    return Plan(at, source, spread(job, at))


def spread(job: PlannedJob, at: datetime) -> datetime:
    """Return when the occurrence at `at` starts: later by its share of the jitter.

    The share follows from the job's id and the time, so that it is the same however often it is computed. It
    ends before the next occurrence, so that no two of them change places.
    """
    room = timedelta(seconds=job.spec.policy.jitter_seconds)
    following = next_occurrence(job.spec, at) if room else None
    if following is not None:
        room = min(room, following[0] - at)
    if job.spec.policy.max_interval_seconds is not None:
        room = min(room, timedelta(seconds=job.spec.policy.max_interval_seconds))
    digest = hashlib.sha256(f"{job.job_id} {at.isoformat()}".encode()).digest()
    return at + room * (int.from_bytes(digest[:4]) / 2**32)


def _clamp(
    at: datetime, source: RunSource, policy: ExecutionPolicy, base: datetime, now: datetime
) -> tuple[datetime, RunSource]:
    """Return a time within the policy's bounds after `base`.

    A base so long ago that the bound has passed is none to count from: then it is now.
    """
    if source is not RunSource.BASELINE_CRON:
        return at, source  # an interval is within them already, a single time has nothing before it
    if policy.min_interval_seconds is not None:
        earliest = base + timedelta(seconds=policy.min_interval_seconds)
        if at < earliest:
            return earliest, RunSource.CLAMPED_MIN
    if policy.max_interval_seconds is not None:
        room = timedelta(seconds=policy.max_interval_seconds)
        latest = base + room if base + room > now else now + room
        if at > latest:
            return latest, RunSource.CLAMPED_MAX
    return at, source
