"""What a call that changes a job answers: when the job runs next, what decided that, and why."""

from __future__ import annotations

from datetime import datetime

from ...domain.engine.change import Change
from ...domain.engine.outlook import find_baseline, look_ahead
from ...domain.engine.planned_job import PlannedJob
from .hint_answer import Shown, show_hints, show_instant


def answer_change(change: Change, now: datetime) -> tuple[Change, Shown]:
    """Return a change with what the call that makes it answers."""
    return change, show_plan(change.job, now)


def show_plan(job: PlannedJob, now: datetime) -> Shown:
    """Return how a job stands now that it is planned anew."""
    outlook, baseline = look_ahead(job, now), find_baseline(job, now)
    return {
        "next_run_at": show_instant(outlook.at),
        "source": None if outlook.source is None else outlook.source.value,
        "why": outlook.reasons[0],
        "baseline_next_run_at": None if baseline is None else show_instant(baseline.at),
        "paused_until": show_instant(job.paused_until),
        "hints": show_hints(job.hints.in_force(now)),
    }
