"""Stretches: occurrences in a row that nobody ran, as one row with first, last and count."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..adaptive.pause import Pause
from .event import Event, EventData, EventKind
from .plan import Plan
from .planned_job import PlannedJob
from .run import Run, RunState, make_run_id

MOMENT = timedelta(microseconds=1)
"""The shortest time there is."""

_KINDS = {RunState.MISSED: EventKind.RUNS_MISSED, RunState.PAUSED: EventKind.RUNS_PAUSED}


def make_stretch(
    job_id: str,
    plan: Plan,
    state: RunState,
    now: datetime,
    *,
    last: datetime,
    count: int,
    reason: str,
) -> Run:
    """Return the row of the `count` occurrences from the planned one to `last`."""
    return Run(
        run_id=make_run_id(job_id, plan.at, plan.source),
        job_id=job_id,
        fire_at=plan.at,
        source=plan.source,
        state=state,
        recorded_at=now,
        last_at=last,
        count=count,
        reason=reason,
    )


def tell_stretch(stretch: Run, now: datetime) -> Event:
    """Return the event that a stretch was recorded."""
    data: dict[str, EventData] = {
        "run_id": stretch.run_id,
        "first": stretch.fire_at.isoformat(),
        "last": stretch.last_at.isoformat(),
        "count": stretch.count,
    }
    return Event(_KINDS[stretch.state], stretch.job_id, now, data)


def tell_pause_end(job: PlannedJob, pause: Pause, now: datetime, reason: str = "") -> Event:
    """Return the event that a pause ended by itself, or before its time for a reason."""
    data: dict[str, EventData] = {"name": job.spec.name, "until": pause.until.isoformat(), "reason": reason}
    return Event(EventKind.JOB_PAUSE_ENDED, job.job_id, now, data)
