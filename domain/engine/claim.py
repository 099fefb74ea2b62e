"""What becomes of a job that is due: which occurrence runs, what is recorded, and when it is due again."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from ..adaptive.pause import Pause
from ..execution_policy import ExecutionPolicy, Missed, Overlap
from .change import Change
from .course import Course, follow, meet_turns
from .event import Event, EventKind
from .governor import is_used_up, spread
from .planned_job import JobView, PlannedJob
from .reckoning import reckon, stretch_of
from .run import Run, RunSource, RunState, make_run_id
from .stretch import MOMENT, tell_pause_end, tell_stretch

ON_TIME = timedelta(seconds=60)
"""How late a run may start and still be the planned one: a busy engine is late, a missing one misses."""

POSTPONEMENT = timedelta(minutes=1)
"""When a job is looked at again whose decision failed."""

_PAUSE = "The job was paused until a time."


def decide_due(view: JobView, now: datetime) -> Change:
    """Return what becomes of a job whose plan is due at `now`, or one of whose hints has ended.

    At most one run: of the newest occurrence that has come, where it is on time, or missed no longer ago
    than the policy allows to catch up with. All that came before it is one stretch of missed ones. Every
    occurrence up to the newest has a row then, and the next plan lies after `now`.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    job, made, told = view.job, list[Run](), list[Event]()
    if job.plan is None:
        raise ValueError("a job without a plan is never due")
    if job.pause is not None:
        job = _end_pause(job, job.pause, now, made, told)
    course = _find_come(job, now)
    job, told = course.job, [*told, *course.tell(now)]
    if course.count:
        rows = _make_rows(view, course, now)
        started = rows[-1].state in (RunState.CLAIMED, RunState.QUEUED)
        job = evolve(job, starts=job.starts + started)
        job = evolve(job, plan=None) if is_used_up(job) else job
        told += _tell(job, rows, now)
        made += rows
    if job.plan is None:
        told.append(Event(EventKind.JOB_ENDED, job.job_id, now, {"name": job.spec.name}))
    return Change(job, tuple(made), tuple(told))


def postpone(view: JobView, now: datetime) -> Change:
    """Return the change that leaves a job as it is and has it looked at again a little later."""
    job = evolve(view.job, hints=view.job.hints.in_force(now))  # an ended one would have it due again at once
    later = None if job.plan is None else evolve(job.plan, due_at=now + POSTPONEMENT)
    return Change(evolve(job, plan=later))


def is_too_late(run: Run, policy: ExecutionPolicy, now: datetime) -> bool:
    """Return whether a claimed run has waited so long that sending it now would surprise.

    That is past the grace for missed ones; a run that was asked for by hand is waited for.
    """
    return run.source is not RunSource.MANUAL and now - run.fire_at >= max(_grace(policy), ON_TIME)


def _grace(policy: ExecutionPolicy) -> timedelta:
    return timedelta(seconds=policy.grace_seconds)


def _end_pause(
    job: PlannedJob, pause: Pause, now: datetime, made: list[Run], told: list[Event]
) -> PlannedJob:
    """Return a job whose pause has ended, and add what passed meanwhile."""
    found = reckon(job, RunState.PAUSED, pause.until - MOMENT, now, _PAUSE)
    made += found.runs
    told += [tell_pause_end(job, pause, now), *found.events]
    return evolve(found.job, analysis=found.job.analysis.changed(pause.until))


def _find_come(job: PlannedJob, now: datetime) -> Course:
    """Return the occurrences that have come, without one that waits for its jitter to end."""
    course = follow(job, now)
    if course.count and _starts_at(job, course) > now:
        # It is the next one to be planned; a hint may end at the very moment of it.
        course = follow(job, course.newest - MOMENT)
        return meet_turns(course.job, now).after(course)
    return course


def _starts_at(job: PlannedJob, course: Course) -> datetime:
    if job.plan is not None and job.plan.at == course.newest:
        return job.plan.due_at
    return spread(course.pieces[-1].job, course.newest)


def _make_rows(view: JobView, course: Course, now: datetime) -> list[Run]:
    policy, newest = view.job.spec.policy, course.newest
    late = now - spread(course.pieces[-1].job, newest) > ON_TIME
    runs = not late or (policy.missed is Missed.CATCH_UP and now - newest < _grace(policy))
    made: list[Run] = []
    if missed := course.count - runs:
        last = course.last_but_one if runs else newest
        reason = _describe_missed(policy, caught_up=runs)
        made.append(stretch_of(course, RunState.MISSED, now, last=last, count=missed, reason=reason))
    if runs:
        source = RunSource.CATCH_UP if late else course.source
        made.append(_make_run(view, newest, source, now))
    return made


def _make_run(view: JobView, fire_at: datetime, source: RunSource, now: datetime) -> Run:
    policy, job_id = view.job.spec.policy, view.job.job_id
    state, reason = RunState.CLAIMED, ""
    if view.active >= policy.parallel_limit:
        waits = policy.overlap is Overlap.QUEUE and view.queued is None
        state = RunState.QUEUED if waits else RunState.SKIPPED
        reason = "" if waits else _describe_overlap(view)
    run_id = make_run_id(job_id, fire_at, source)
    return Run(run_id, job_id, fire_at, source, state, recorded_at=now, reason=reason)


def _describe_missed(policy: ExecutionPolicy, *, caught_up: bool) -> str:
    if caught_up:
        return "No engine ran them in time; only the newest of what was due then was run."
    if policy.missed is Missed.SKIP:
        return f"No engine ran them in time; missed is {Missed.SKIP}."
    return f"No engine ran them in time; the newest was older than the grace of {policy.grace_seconds} s."


def _describe_overlap(view: JobView) -> str:
    going = "an earlier run was" if view.active == 1 else f"{view.active} earlier runs were"
    waiting = " and another one waited" if view.queued else ""
    return f"{going} still going{waiting}; overlap is {view.job.spec.policy.overlap}".capitalize() + "."


def _tell(job: PlannedJob, made: list[Run], now: datetime) -> list[Event]:
    events = []
    for run in made:
        if run.state is RunState.SKIPPED:
            events.append(Event(EventKind.RUN_SKIPPED, job.job_id, now, {"run_id": run.run_id}))
        elif run.state is RunState.MISSED:
            events.append(tell_stretch(run, now))
    return events
