"""How a job is scheduled, in words and figures, for an analyst."""

from __future__ import annotations

from datetime import datetime

from ...domain.engine.outlook import describe_schedule, look_ahead
from ...domain.engine.planned_job import PlannedJob
from ...domain.errors import InvalidArguments
from ...domain.schedule import CronSchedule
from .hint_answer import Shown, show_instant


def describe_baseline(job: PlannedJob) -> str:
    """Return what a person set, in words."""
    schedule, words = job.spec.schedule, describe_schedule(job)
    if not isinstance(schedule, CronSchedule):
        return words
    try:
        return f"{words} ({schedule.description})"
    except InvalidArguments:
        return f"{words}, which cannot be read"


def show_schedule(job: PlannedJob, now: datetime) -> Shown:
    """Return the baseline, and where the job stands with it."""
    outlook = look_ahead(job, now)
    paused_until = job.paused_until if job.paused_until and job.paused_until > now else None
    return {
        "baseline": describe_baseline(job),
        "next_run_at": show_instant(outlook.at),
        "source": None if outlook.source is None else outlook.source.value,
        "last_run_at": show_instant(job.last_run_at),
        "is_paused": job.paused or paused_until is not None,
        "paused_until": show_instant(paused_until),
        "failures": job.failures,
    }
