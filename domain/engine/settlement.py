"""What the end of a run does to its job: failures are counted first, then the next run is planned."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from ..job import JobStatus
from ..schedule import IntervalSchedule
from .change import Change
from .claim import is_too_late
from .event import Event, EventData, EventKind
from .governor import plan_next
from .plan import Plan
from .planned_job import PlannedJob
from .run import Run, RunSource, RunState
from .stretch import tell_stretch

_INTERRUPTED = "The engine that ran it stopped; whether the request arrived is unknown."


def settle(job: PlannedJob, run: Run) -> Change:
    """Return what a finished run, with state and outcome, makes of its job.

    A run that was asked for by hand shows in the job, but has no effect on failures and plan. A run without
    any attempt was missed.
    """
    outcome, now = run.outcome, run.finished_at
    if outcome is None or now is None:
        raise ValueError("a run is settled when it has ended")
    if not outcome.attempts:
        missed = evolve(run, state=RunState.MISSED, outcome=None, reason=outcome.error)
        return Change(job, (missed,), (tell_stretch(missed, now),))
    by_hand, failed = run.source is RunSource.MANUAL, run.state is RunState.FAILED
    failures = job.failures if by_hand else (job.failures + 1 if failed else 0)
    settled = _note_failures(_show(evolve(job, failures=failures), run), job.failures, now)
    if not by_hand:
        settled = evolve(settled, plan=_replan(settled, run, job.failures, now))
    data: dict[str, EventData] = {
        "run_id": run.run_id,
        "source": run.source.value,
        "attempts": outcome.attempts,
        "status": outcome.status,
        "failures": failures,
    }
    events = [Event(EventKind.RUN_FAILED if failed else EventKind.RUN_SUCCEEDED, job.job_id, now, data)]
    if job.failures and not failures:
        recovery: dict[str, EventData] = {"run_id": run.run_id, "failures": job.failures}
        events.append(Event(EventKind.JOB_RECOVERED, job.job_id, now, recovery))
    if job.plan is not None and settled.plan is None:
        events.append(Event(EventKind.JOB_ENDED, job.job_id, now, {"name": job.spec.name}))
    return Change(settled, (run,), tuple(events))


def reclaim(job: PlannedJob, run: Run, now: datetime) -> Change:
    """Return what becomes of a run in flight whose engine is gone.

    One that has sent nothing is claimed again. Another was interrupted, and is claimed again only if the
    job says so and it is not too late for that; whether the first request arrived is unknown, so neither
    failures nor plan change.
    """
    if run.state is RunState.CLAIMED:
        return Change(job, (run,))
    policy = job.spec.policy
    again = policy.rerun_interrupted and not is_too_late(run, policy, now)
    event = Event(EventKind.RUN_INTERRUPTED, job.job_id, now, {"run_id": run.run_id, "rerun": again})
    if again:
        return Change(job, (evolve(run, state=RunState.CLAIMED, started_at=None),), (event,))
    ended = evolve(run, state=RunState.INTERRUPTED, finished_at=now, reason=_INTERRUPTED)
    return Change(job, (ended,), (event,))


def _show(job: PlannedJob, run: Run) -> PlannedJob:
    started = run.started_at or run.fire_at
    if job.last_run_at is not None and started < job.last_run_at:
        return job
    status = JobStatus.FAILED if run.state is RunState.FAILED else JobStatus.SUCCESS
    return evolve(job, last_run_at=started, status=JobStatus.PAUSED if job.paused else status)


def _note_failures(job: PlannedJob, before: int, now: datetime) -> PlannedJob:
    """Return a job that is due for an analysis where its failures grew since the last one, or are over."""
    grew, recovered = job.failures > job.analysis.failures, bool(before and not job.failures)
    return evolve(job, analysis=job.analysis.changed(now)) if grew or recovered else job


def _replan(job: PlannedJob, run: Run, failures_before: int, now: datetime) -> Plan | None:
    """Return the plan that holds after a run: another one only for intervals that back off or just did.

    While failing, the next run counts from the end of this one; afterwards from its planned time again, as
    far as that is not over. A plan that has come due meanwhile stands, because its occurrences have come.
    """
    plan = job.plan
    if not isinstance(job.spec.schedule, IntervalSchedule) or plan is None or plan.at <= now:
        return plan
    if job.hints or job.pause is not None:
        return plan  # failures do not touch what a hint decides
    base = max(now, job.accounted_until)
    if job.failures:
        return plan_next(job, base, now, failures=job.failures)
    if not failures_before:
        return plan
    regular = plan_next(job, max(run.fire_at, job.accounted_until), now)
    return regular if regular is None or regular.at > now else plan_next(job, base, now)
