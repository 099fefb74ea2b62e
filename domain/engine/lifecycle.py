"""What a person's acts do to a job of the engine: each plans anew, and accounts for what came before it."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, fields

from ..job import JobSpec, JobStatus
from .change import Change
from .event import Event, EventKind
from .governor import plan_anew
from .planned_job import JobView, PlannedJob
from .reckoning import reckon
from .run import Run, RunState

_CHANGED = "It was due at the moment when the schedule was changed."
_PAUSED = "The job was paused."


def create(job_id: str, spec: JobSpec, now: datetime) -> Change:
    """Return a new job, planned from `now` on.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    job = PlannedJob(job_id, spec, JobStatus.PENDING, created_at=now, accounted_until=now)
    job = plan_anew(job, now, now)
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
    redefined = Change(evolve(job, spec=spec), events=(event,))
    if not {"schedule", "policy"} & set(changed) and not job.failures:
        return redefined
    if job.plan is not None and job.plan.at <= now < job.plan.due_at and not job.paused:
        return redefined
    return _plan_anew(evolve(job, spec=spec), job, now, _CHANGED, event)


def pause(view: JobView, now: datetime) -> Change:
    """Return the job stopped, and a run that waits skipped. Pausing a paused job changes nothing.

    The plan is kept, and says from when on occurrences pass.
    """
    job = view.job
    if job.paused:
        return Change(job)
    runs, skips = skip_queued(view, now)
    paused = evolve(job, status=JobStatus.PAUSED, starts=job.starts - len(runs))
    return Change(paused, runs, (_tell(EventKind.JOB_PAUSED, job, now), *skips))


def skip_queued(view: JobView, now: datetime) -> tuple[tuple[Run, ...], tuple[Event, ...]]:
    """Return the run that waits as skipped because of a pause, if there is one, and the event of that."""
    if view.queued is None:
        return (), ()
    run = evolve(view.queued, state=RunState.SKIPPED, finished_at=now, reason=_PAUSED)
    return (run,), (Event(EventKind.RUN_SKIPPED, run.job_id, now, {"run_id": run.run_id}),)


def resume(view: JobView, now: datetime) -> Change:
    """Return the job ``pending`` and planned from `now` on, without backoff; hints in force have their say.

    What passed while it was paused is one stretch. A pause that would have ended by itself is over, too.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    job = view.job
    stopped = job.paused or job.pause is not None
    resumed = evolve(job, status=JobStatus.PENDING, pause=None)
    if not stopped and job.plan is not None and job.plan.at <= now:
        return Change(resumed)  # it is about to run, and what it missed is told then
    events = (_tell(EventKind.JOB_RESUMED, job, now),) if stopped else ()
    return _plan_anew(resumed, job, now, _PAUSED, *events)


def _plan_anew(after: PlannedJob, before: PlannedJob, now: datetime, reason: str, *events: Event) -> Change:
    """Return the job planned from `now` on, and what came until then under its definition before."""
    stopped = before.paused or before.pause is not None
    passed = reckon(before, RunState.PAUSED if stopped else RunState.MISSED, now, now, reason)
    # Where the clock was set back, what lies before the newest occurrence has had its turn.
    base = max(now, before.accounted_until)
    after = evolve(after, accounted_until=base, hints=passed.job.hints, analysis=passed.job.analysis)
    if before.pause is not None and after.pause is None:
        after = evolve(after, analysis=after.analysis.changed(now))
    return Change(plan_anew(after, base, now), passed.runs, (*events, *passed.events))


def _tell(kind: EventKind, job: PlannedJob, now: datetime) -> Event:
    return Event(kind, job.job_id, now, {"name": job.spec.name})
