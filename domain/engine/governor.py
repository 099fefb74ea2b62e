"""Decides when a job runs next. Whatever is to have a say in that has it here."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from attrs import evolve

from ..adaptive.hints import NextRunHint
from ..adaptive.pause import Pause
from ..execution_policy import ExecutionPolicy
from .pace import next_at_pace
from .plan import Plan
from .planned_job import PlannedJob
from .run import RunSource


def plan_next(
    job: PlannedJob, base: datetime, now: datetime, *, failures: int = 0, after: datetime | None = None
) -> Plan | None:
    """Return the next run of a job after `base`, None where its schedule or its policy has no more.

    A next-run hint decides, earlier or later than what else comes; without one an interval hint replaces the
    schedule; without either the schedule has its say. The policy's bounds come last. See `plan_anew` for
    pauses, which win over all of it.

    base: the occurrence that was accounted for last, or the instant from which a new definition holds.
    failures: how many runs failed in a row, the latest included; they space out a schedule's intervals only.
    after: nothing at or before it is planned, where that is later than `base`.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    policy = job.spec.policy
    if is_used_up(job):
        return None
    after = base if after is None else max(base, after)
    hint = job.hints.next_run
    if hint is not None and hint.in_force(now) and hint.at > after:
        at, source = clamp_hint(hint, policy, now)
    else:
        following = next_at_pace(job, base, after, now, failures=failures)
        if following is None:
            return None
        at, source = _clamp(*following, policy, base, now)
    if policy.end_at is not None and at > policy.end_at and not _is_until_hint_ends(job, at, now):
        return None
    return Plan(at, source, spread(job, at))


def plan_anew(
    job: PlannedJob, base: datetime, now: datetime, *, failures: int = 0, after: datetime | None = None
) -> PlannedJob:
    """Return a job with its next plan, by the rules of `plan_next`; a pause in force holds that back.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    following = plan_next(evolve(job, pause=None), base, now, failures=failures, after=after)
    if job.pause is None or job.pause.until <= now or is_used_up(job):
        return evolve(job, plan=following, pause=None)
    return hold(evolve(job, plan=following, pause=None), evolve(job.pause, held=following))


def hold(job: PlannedJob, pause: Pause) -> PlannedJob:
    """Return a job with a pause, which ends when its plan says."""
    return evolve(job, pause=pause, plan=Plan(pause.until, RunSource.PAUSED))


def is_used_up(job: PlannedJob) -> bool:
    """Return whether a job has had all the runs that its policy allows."""
    most = job.spec.policy.max_runs
    return most is not None and job.starts >= most


def spread(job: PlannedJob, at: datetime) -> datetime:
    """Return when the occurrence at `at` starts: later by its share of the jitter.

    The share follows from the job's id and the time, so that it is the same however often it is computed. It
    ends before the next occurrence, so that no two of them change places.
    """
    room = timedelta(seconds=job.spec.policy.jitter_seconds)
    following = next_at_pace(job, at, at, at) if room else None
    if following is not None:
        room = min(room, following[0] - at)
    if job.spec.policy.max_interval_seconds is not None:
        room = min(room, timedelta(seconds=job.spec.policy.max_interval_seconds))
    digest = hashlib.sha256(f"{job.job_id} {at.isoformat()}".encode()).digest()
    return at + room * (int.from_bytes(digest[:4]) / 2**32)


def clamp_hint(hint: NextRunHint, policy: ExecutionPolicy, now: datetime) -> tuple[datetime, RunSource]:
    """Return the time of a next-run hint within the policy's bounds, counted from when it was proposed.

    So the bounds do not move on each time that the job is planned anew.
    """
    return _keep_between(hint.at, RunSource.HINT_NEXT_RUN, policy, hint.proposed_at, now)


def _is_until_hint_ends(job: PlannedJob, at: datetime, now: datetime) -> bool:
    """Return whether a hint ends before its run, so that the plan is only for as long."""
    return any(hint.in_force(now) and hint.expires_at < at for hint in job.hints.all)


def _clamp(
    at: datetime, source: RunSource, policy: ExecutionPolicy, base: datetime, now: datetime
) -> tuple[datetime, RunSource]:
    """Return a time within the policy's bounds after `base`."""
    if source is not RunSource.BASELINE_CRON:
        return at, source  # an interval is within them already, a single time has nothing before it
    return _keep_between(at, source, policy, base, now)


def _keep_between(
    at: datetime, source: RunSource, policy: ExecutionPolicy, base: datetime, now: datetime
) -> tuple[datetime, RunSource]:
    """A base so long ago that the upper bound has passed is none to count from: then it is now."""
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
