"""What a person's acts do to a job of the engine: each plans anew, and accounts for what came before it."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, fields

from ..job import JobSpec, JobStatus
from .change import Change
from .event import Event, EventKind
from .governor import plan_next
from .planned_job import JobView, PlannedJob
from .run import Run, RunState
from .stretch import overdue_stretch, tell_stretch

_CHANGED = "It was due at the moment when the schedule was changed."
_PAUSED = "The job was paused."


def create(job_id: str, spec: JobSpec, now: datetime) -> Change:
    """Return a new job, planned from `now` on.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    job = PlannedJob(job_id, spec, JobStatus.PENDING, created_at=now, accounted_until=now)
    job = evolve(job, plan=plan_next(job, now, now))
    return Change(job, events=(_tell(EventKind.JOB_CREATED, job, now),))


def redefine(view: JobView, spec: JobSpec, now: datetime) -> Change:
    """Return the job with another definition.

    Where schedule and policy stay as they were and nothing failed, so does the plan. Otherwise the job is
    planned from `now` on, without backoff; a paused one stays paused. An occurrence that has come and waits
    for its jitter to end is kept.

    Raises:
        InvalidArguments: a cron expression or its zone cannot be read.
    """
    job = view.job
    changed = [
        part.name for part in fields(JobSpec) if getattr(job.spec, part.name) != getattr(spec, part.name)
    ]
    event = Event(EventKind.JOB_CHANGED, job.job_id, now, {"name": spec.name, "fields": ",".join(changed)})
    redefined = evolve(job, spec=spec)
    if not {"schedule", "policy"} & set(changed) and not job.failures:
        return Change(redefined, events=(event,))
    if job.plan is not None and job.plan.at <= now < job.plan.due_at and not job.paused:
        return Change(redefined, events=(event,))
    return _plan_anew(job, redefined, now, _CHANGED, event)


def pause(view: JobView, now: datetime) -> Change:
    """Return the job stopped, and a run that waits skipped. Pausing a paused job changes nothing.

    The plan is kept, and says from when on occurrences pass.
    """
    job = view.job
    if job.paused:
        return Change(job)
    runs: tuple[Run, ...] = ()
    if view.queued is not None:
        runs = (evolve(view.queued, state=RunState.SKIPPED, finished_at=now, reason=_PAUSED),)
    paused = evolve(job, status=JobStatus.PAUSED, starts=job.starts - len(runs))
    events = [_tell(EventKind.JOB_PAUSED, job, now)]
    events += [Event(EventKind.RUN_SKIPPED, job.job_id, now, {"run_id": run.run_id}) for run in runs]
    return Change(paused, runs, tuple(events))


def resume(view: JobView, now: datetime) -> Change:
    """Return the job ``pending`` and planned from `now` on, without backoff.

    What passed while it was paused is one stretch.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    job = view.job
    resumed = evolve(job, status=JobStatus.PENDING)
    if not job.paused and job.plan is not None and job.plan.at <= now:
        return Change(resumed)  # it is about to run, and what it missed is told then
    events = (_tell(EventKind.JOB_RESUMED, job, now),) if job.paused else ()
    return _plan_anew(job, resumed, now, _PAUSED, *events)


def _plan_anew(before: PlannedJob, after: PlannedJob, now: datetime, reason: str, *events: Event) -> Change:
    """Return the job planned from `now` on, and what came until then under its definition before."""
    state = RunState.PAUSED if before.paused else RunState.MISSED
    stretch = overdue_stretch(before, state, now, reason)
    # Where the clock was set back, what lies before the newest occurrence has had its turn.
    base = max(now, before.accounted_until)
    after = evolve(after, accounted_until=base)
    after = evolve(after, plan=plan_next(after, base, now))
    if stretch is None:
        return Change(after, events=events)
    return Change(after, (stretch,), (*events, tell_stretch(stretch, now)))


def _tell(kind: EventKind, job: PlannedJob, now: datetime) -> Event:
    return Event(kind, job.job_id, now, {"name": job.spec.name})
