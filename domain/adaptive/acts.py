"""What an analyst's acts do to a job: each plans anew at once, and all but the pause end by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from ..engine.change import Change
from ..engine.course import meet_turns
from ..engine.event import Event, EventData, EventKind
from ..engine.governor import clamp_hint, hold, plan_anew
from ..engine.lifecycle import skip_queued
from ..engine.planned_job import JobView, PlannedJob
from ..engine.reckoning import reckon, without_pause
from ..engine.run import RunState
from ..engine.stretch import tell_pause_end
from ..errors import InvalidArguments
from ..schedule import OneShot
from .errors import NotAdaptable
from .hints import NO_HINTS, Hint, IntervalHint, NextRunHint, kind_of_hint
from .limits import check_interval_hint, check_next_run_hint, check_pause, check_reason, past_ttl
from .pause import Pause

_RESUMED = "The job was paused until a time, and resumed before it."


def propose_interval(
    view: JobView, interval: timedelta, ttl: timedelta, reason: str, now: datetime
) -> Change:
    """Return the job at another interval, for as long as the hint is in force.

    It counts from the last occurrence, so that a hint that is proposed again and again puts nothing off.

    Raises:
        InvalidArguments: the interval or its time to live is outside the limits, or there is no reason.
        NotAdaptable: the job has nothing that a hint could change.
    """
    job = check_adaptable(view.job)
    check_interval_hint(interval, ttl, job.spec.policy)
    hint = IntervalHint(interval, now, now + ttl, check_reason(reason))
    data: dict[str, EventData] = {"interval_ms": interval // timedelta(milliseconds=1)}
    return _propose(job, hint, now, data)


def propose_next_time(view: JobView, at: datetime, ttl: timedelta, reason: str, now: datetime) -> Change:
    """Return the job with its one next run at another time, earlier or later.

    Raises:
        InvalidArguments: the time is not in the future or lies past its time to live, also once it is within
            the job's bounds; the time to live is outside the limits; there is no reason.
        NotAdaptable: the job has nothing that a hint could change.
    """
    job = check_adaptable(view.job)
    check_next_run_hint(at, ttl, now)
    hint = NextRunHint(at, now, now + ttl, check_reason(reason))
    clamped, _ = clamp_hint(hint, job.spec.policy, now)
    if clamped > hint.expires_at:
        raise InvalidArguments([past_ttl(clamped, now, ttl)])
    return _propose(job, hint, now, {"next_run_at": at.isoformat()})


def clear_hints(view: JobView, reason: str, now: datetime) -> Change:
    """Return the job without hints, planned by its baseline at once. Without hints nothing changes.

    Raises:
        InvalidArguments: there is no reason, or the cron expression cannot be read.
    """
    reason = check_reason(reason)
    free, told = _meet_turns(view.job, now)
    if not free.hints:
        return Change(_put_back(view.job, free), events=told)
    data: dict[str, EventData] = {
        "hints": ",".join(kind_of_hint(hint) for hint in free.hints.all),
        "reason": reason,
    }
    event = Event(EventKind.HINTS_CLEARED, free.job_id, now, data)
    if _has_come(free, now):
        free = evolve(free, hints=free.hints.ended(now))  # what came until now came by them
    else:
        free = _plan(evolve(free, hints=NO_HINTS), now)
    return Change(_put_back(view.job, free), events=(*told, event))


def pause_until(view: JobView, until: datetime | None, reason: str, now: datetime) -> Change:
    """Return the job without runs until an instant, or resumed with None.

    A run that waits is skipped. Resumed, the job goes on at its pace; what passed is one stretch. A person's
    pause stands whatever an analyst does, and resuming a job without a pause of this kind changes nothing.

    Raises:
        InvalidArguments: the instant is not in the future or too far ahead, or there is no reason.
        NotAdaptable: the job has nothing that a pause could hold back.
    """
    reason = check_reason(reason)
    if until is None:
        return _resume(view.job, reason, now)
    job = check_adaptable(view.job)
    check_pause(until, now)
    earlier = job.pause
    since, held = (now, job.plan) if earlier is None else (earlier.since, earlier.held)
    skipped, skips = skip_queued(view, now)
    job = hold(evolve(job, starts=job.starts - len(skipped)), Pause(until, since, reason, held))
    data: dict[str, EventData] = {"name": job.spec.name, "until": until.isoformat(), "reason": reason}
    event = Event(EventKind.JOB_PAUSED_UNTIL, job.job_id, now, data)
    return Change(job, skipped, (event, *skips))


def check_adaptable(job: PlannedJob) -> PlannedJob:
    """Return a job that hints and pauses can change.

    Raises:
        NotAdaptable: it runs once, or not any more.
    """
    if isinstance(job.spec.schedule, OneShot):
        raise NotAdaptable(job.job_id, "it runs once, at a time that a person has set")
    if job.plan is None:
        raise NotAdaptable(job.job_id, "nothing more is planned for it")
    return job


def _propose(job: PlannedJob, hint: Hint, now: datetime, data: dict[str, EventData]) -> Change:
    free, told = _meet_turns(job, now)
    free = evolve(free, hints=free.hints.with_hint(hint))
    if not _has_come(free, now):
        free = _plan(free, now)
    data |= {"hint": kind_of_hint(hint), "expires_at": hint.expires_at.isoformat(), "reason": hint.reason}
    event = Event(EventKind.HINT_PROPOSED, job.job_id, now, data)
    return Change(_put_back(job, free), events=(*told, event))


def _resume(job: PlannedJob, reason: str, now: datetime) -> Change:
    pause = job.pause
    if pause is None or pause.until <= now:
        return Change(job)  # if it is over, an engine is about to see that
    passed = reckon(job, RunState.PAUSED, now, now, _RESUMED)
    resumed = evolve(passed.job, analysis=passed.job.analysis.changed(now))
    event = tell_pause_end(job, pause, now, reason)
    return Change(resumed, passed.runs, (event, *passed.events))


def _meet_turns(job: PlannedJob, now: datetime) -> tuple[PlannedJob, tuple[Event, ...]]:
    """Return a job without its pause, and without the hints that ended before its plan."""
    course = meet_turns(without_pause(job), now)
    return course.job, tuple(course.tell(now))


def _has_come(job: PlannedJob, now: datetime) -> bool:
    """Return whether the planned occurrence has come: it is about to run, and plans what follows it."""
    return job.plan is not None and job.plan.at <= now


def _plan(job: PlannedJob, now: datetime) -> PlannedJob:
    after = max(now, job.accounted_until)
    return plan_anew(job, job.accounted_until, now, failures=job.failures, after=after)


def _put_back(before: PlannedJob, free: PlannedJob) -> PlannedJob:
    """Return a job with the pause that it had, which holds back its new plan."""
    return free if before.pause is None else hold(free, evolve(before.pause, held=free.plan))
