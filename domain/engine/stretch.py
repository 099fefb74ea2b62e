"""Stretches: occurrences in a row that nobody ran, as one row with first, last and count."""

from __future__ import annotations

from datetime import datetime, timedelta

from .baseline import passed_occurrences
from .event import Event, EventData, EventKind
from .plan import Plan
from .planned_job import PlannedJob
from .run import Run, RunState, make_run_id

MOMENT = timedelta(microseconds=1)
"""The shortest time there is."""

_KINDS = {RunState.MISSED: EventKind.RUNS_MISSED, RunState.PAUSED: EventKind.RUNS_PAUSED}


def make_stretch(
    job: PlannedJob, plan: Plan, state: RunState, now: datetime, *, last: datetime, count: int, reason: str
) -> Run:
    """Return the row of the `count` occurrences from the planned one to `last`."""
    return Run(
        run_id=make_run_id(job.job_id, plan.at, plan.source),
        job_id=job.job_id,
        fire_at=plan.at,
        source=plan.source,
        state=state,
        recorded_at=now,
        last_at=last,
        count=count,
        reason=reason,
    )


def overdue_stretch(job: PlannedJob, state: RunState, now: datetime, reason: str) -> Run | None:
    """Return the row of all occurrences from the planned one up to `now`, None where there are none.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    if job.plan is None or job.plan.at > now:
        return None
    passed = passed_occurrences(job.spec, job.plan.at, now)
    last, count = passed.last or job.plan.at, passed.count + 1
    return make_stretch(job, job.plan, state, now, last=last, count=count, reason=reason)


def tell_stretch(stretch: Run, now: datetime) -> Event:
    """Return the event that a stretch was recorded."""
    data: dict[str, EventData] = {
        "run_id": stretch.run_id,
        "first": stretch.fire_at.isoformat(),
        "last": stretch.last_at.isoformat(),
        "count": stretch.count,
    }
    return Event(_KINDS[stretch.state], stretch.job_id, now, data)
