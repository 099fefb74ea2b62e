"""The shape of all jobs together: how many, which fail, when they run and which start at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ....application.ports import Clock, JobGateway
from ....application.preview_schedule import SchedulePreview, preview_schedule
from ....domain.job import Job, JobStatus
from ....domain.load.collisions import Collision
from ....domain.load.moves import Move
from ..views import view, view_listed_job

_SHOWN = 5


def describe_counts(jobs: Sequence[Job]) -> dict[str, Any]:
    """Return how many jobs there are, by status, and the first that fail."""
    failing = [job for job in jobs if job.status is JobStatus.FAILED]
    by_status = Counter(job.status.value for job in jobs)
    return {
        "total": len(jobs),
        "by_status": {status.value: by_status[status.value] for status in JobStatus},
        "failing": [view_listed_job(job) for job in failing[:_SHOWN]],
    }


async def describe_load(gateway: JobGateway, clock: Clock) -> dict[str, Any]:
    """Return the busiest and the quietest minutes of the next seven days, and what starts together."""
    preview = await preview_schedule(gateway, clock)
    load = preview.load
    return {
        "runs_in_7_days": load.runs,
        "busiest_hours_utc": view(load.busiest_hours),
        "busiest_minutes_of_the_hour": view(load.busiest_minutes),
        "quietest_minutes_of_the_hour": view(load.quietest_minutes),
        "minutes_with_several_starts": preview.crowded_minutes,
        "start_together": [_describe_collision(each) for each in preview.collisions[:_SHOWN]],
        "suggested_moves": [_describe_move(each) for each in preview.moves[:_SHOWN]],
        **_describe_unplaced(preview),
    }


def _describe_collision(collision: Collision) -> dict[str, Any]:
    return {
        "jobs": [job.spec.name for job in collision.jobs[:_SHOWN]],
        "job_count": len(collision.jobs),
        "times_in_7_days": collision.times,
        "next_start": collision.next_starts[0].isoformat(),
    }


def _describe_move(move: Move) -> dict[str, Any]:
    return {
        "job_id": move.job.job_id,
        "name": move.job.spec.name,
        "cron_expression": move.schedule.expression,
        "timezone": move.schedule.timezone,
        "together_before": move.together_before,
        "together_after": move.together_after,
    }


def _describe_unplaced(preview: SchedulePreview) -> dict[str, Any]:
    if not preview.unplaced:
        return {}
    return {"not_counted": [{"name": each.job.spec.name, "reason": each.reason} for each in preview.unplaced]}
