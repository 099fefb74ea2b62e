"""What becomes of a job that is due: which occurrence runs, what is recorded, and when it is due again."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from ..execution_policy import ExecutionPolicy, Missed, Overlap
from .baseline import next_occurrence, passed_occurrences
from .change import Change
from .event import Event, EventKind
from .governor import plan_next, spread
from .plan import Plan
from .planned_job import JobView, PlannedJob
from .run import Run, RunSource, RunState, make_run_id
from .stretch import MOMENT, make_stretch, tell_stretch

ON_TIME = timedelta(seconds=60)
"""How late a run may start and still be the planned one: a busy engine is late, a missing one misses."""

POSTPONEMENT = timedelta(minutes=1)
"""When a job is looked at again whose decision failed."""


@frozen
class _Due:
    """The occurrences that have come: from the planned one to `newest`, which starts at `start_at`."""

    newest: datetime
    source: RunSource
    start_at: datetime
    count: int


def decide_due(view: JobView, now: datetime) -> Change:
    """Return what becomes of a job whose plan is due at `now`.

    At most one run: of the newest occurrence that has come, where it is on time, or missed no longer ago
    than the policy allows to catch up with. All that came before it is one stretch of missed ones. Every
    occurrence up to the newest has a row then, and the next plan lies after `now`.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    job, plan = view.job, view.job.plan
    if plan is None:
        raise ValueError("a job without a plan is never due")
    due = _find_due(job, plan, now)
    policy = job.spec.policy
    late = now - due.start_at > ON_TIME
    runs = not late or (policy.missed is Missed.CATCH_UP and now - due.newest < _grace(policy))
    made: list[Run] = []
    if missed := due.count - runs:
        last = _last_before(job, plan.at, due.newest) if runs else due.newest
        reason = _describe_missed(policy, caught_up=runs)
        made.append(make_stretch(job, plan, RunState.MISSED, now, last=last, count=missed, reason=reason))
    if runs:
        source = RunSource.CATCH_UP if late else due.source
        made.append(_make_run(view, due.newest, source, now))
    started = made[-1].state in (RunState.CLAIMED, RunState.QUEUED)
    job = evolve(job, accounted_until=due.newest, starts=job.starts + started)
    job = evolve(job, plan=plan_next(job, due.newest, now, failures=job.failures))
    return Change(job, tuple(made), tuple(_tell(job, made, now)))


def postpone(view: JobView, now: datetime) -> Change:
    """Return the change that leaves a job as it is and has it looked at again a little later."""
    plan = view.job.plan
    later = None if plan is None else evolve(plan, due_at=now + POSTPONEMENT)
    return Change(evolve(view.job, plan=later))


def is_too_late(run: Run, policy: ExecutionPolicy, now: datetime) -> bool:
    """Return whether a claimed run has waited so long that sending it now would surprise.

    That is past the grace for missed ones; a run that was asked for by hand is waited for.
    """
    return run.source is not RunSource.MANUAL and now - run.fire_at >= max(_grace(policy), ON_TIME)


def _grace(policy: ExecutionPolicy) -> timedelta:
    return timedelta(seconds=policy.grace_seconds)


def _find_due(job: PlannedJob, plan: Plan, now: datetime) -> _Due:
    passed = passed_occurrences(job.spec, plan.at, now)
    if passed.last is not None and spread(job, passed.last) > now:
        # The newest one has come and waits for its jitter to end: it is the next one to be planned.
        passed = passed_occurrences(job.spec, plan.at, passed.last - MOMENT)
    if passed.last is None:
        return _Due(plan.at, plan.source, spread(job, plan.at), 1)
    following = next_occurrence(job.spec, passed.last - MOMENT)
    source = plan.source if following is None else following[1]
    return _Due(passed.last, source, spread(job, passed.last), passed.count + 1)


def _last_before(job: PlannedJob, first: datetime, newest: datetime) -> datetime:
    return passed_occurrences(job.spec, first, newest - MOMENT).last or first


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
    if job.plan is None:
        events.append(Event(EventKind.JOB_ENDED, job.job_id, now, {"name": job.spec.name}))
    return events
