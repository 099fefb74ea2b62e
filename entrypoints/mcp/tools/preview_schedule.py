"""The tool ``preview_schedule``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....application.preview_schedule import COLLISION_LIMIT, MOVE_LIMIT, SchedulePreview, preview_schedule
from ....domain.load.collisions import Collision
from ....domain.load.load import WEEKDAYS
from ....domain.load.moves import Move
from ...toolset import Toolset
from ..argument import Arguments
from ..job_arguments import JOB_ID
from ..schema import INSTANT, INSTANTS, TEXT, answer, described, shapes
from ..tool import Call, Payload, Tool
from ..views import name_job, view

_JOBS_SHOWN = 8
_UNPLACED_SHOWN = 15


async def handle(call: Call) -> Payload:
    """Lay all jobs over the coming week; nothing is changed."""
    preview = await preview_schedule(call.services.gateway, call.services.clock, **call.arguments)
    load = preview.load
    payload: Payload = {
        "start": preview.start.isoformat(),
        "end": preview.end.isoformat(),
        "active": preview.active,
        "paused": preview.paused,
        "runs": load.runs,
        "by_hour": dict(zip(WEEKDAYS, view(load.by_hour), strict=True)),
        "by_minute": view(load.by_minute),
        "busiest_hours": view(load.busiest_hours),
        "busiest_minutes": view(load.busiest_minutes),
        "quietest_minutes": view(load.quietest_minutes),
        "crowded_minutes": preview.crowded_minutes,
        "collisions": [_view_collision(each) for each in preview.collisions],
        "moves": [_view_move(each) for each in preview.moves],
        "unplaced": [
            {**name_job(each.job), "reason": each.reason} for each in preview.unplaced[:_UNPLACED_SHOWN]
        ],
        "unplaced_count": len(preview.unplaced),
    }
    omitted = list(_find_omitted(preview))
    return {**payload, "omitted": omitted} if omitted else payload


def _view_collision(collision: Collision) -> dict[str, Any]:
    return {
        "jobs": [name_job(job) for job in collision.jobs[:_JOBS_SHOWN]],
        "job_count": len(collision.jobs),
        "times": collision.times,
        "next_starts": view(collision.next_starts),
    }


def _view_move(move: Move) -> dict[str, Any]:
    return {
        **name_job(move.job),
        "cron_expression": move.schedule.expression,
        "timezone": move.schedule.timezone,
        "together_before": move.together_before,
        "together_after": move.together_after,
    }


def _find_omitted(preview: SchedulePreview) -> Iterator[str]:
    if any(len(each.jobs) > _JOBS_SHOWN for each in preview.collisions):
        hint = "list_jobs with sort next_run_at shows who starts when"
        yield f"collisions.jobs: at most {_JOBS_SHOWN} jobs of each; job_count counts all; {hint}"
    if len(preview.collisions) == COLLISION_LIMIT:
        hint = "crowded_minutes counts all; move jobs, then call again"
        yield f"collisions: the {COLLISION_LIMIT} largest; {hint}"
    if len(preview.moves) == MOVE_LIMIT:
        yield f"moves: the first {MOVE_LIMIT}; make them, then call again for more"
    if len(preview.unplaced) > _UNPLACED_SHOWN:
        hint = "mend these with update_job, then call again"
        yield f"unplaced: {_UNPLACED_SHOWN} of {len(preview.unplaced)}; {hint}"


_NAMED = {"job_id": TEXT, "name": TEXT}
_COUNT = {"type": "integer"}
_COUNTS = {"type": "array", "items": _COUNT}
_MINUTES = shapes({"minute": _COUNT, "runs": _COUNT, "peak": _COUNT})

TOOL = Tool(
    name="preview_schedule",
    title="Preview the schedule",
    description=(
        "Answer what all active jobs do in the next 7 days, in UTC: runs per hour of the week and minute of "
        "the hour, jobs that start together, and moves: freer minutes, each a cron_expression for "
        "update_job. With job_id, moves has the one for that job, or none if no minute is freer. Changes "
        "nothing."
    ),
    toolset=Toolset.INSIGHT,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    can_be_stale=True,
    arguments=Arguments(optional=(JOB_ID,)),
    answer=answer(
        {
            "start": INSTANT,
            "end": INSTANT,
            "active": described(_COUNT, "Jobs in these figures; paused ones are not"),
            "paused": _COUNT,
            "runs": _COUNT,
            "by_hour": {
                "type": "object",
                "additionalProperties": _COUNTS,
                "description": "24 hours of each weekday, UTC",
            },
            "by_minute": described(_COUNTS, "60 minutes of the hour"),
            "busiest_hours": shapes({"weekday": TEXT, "hour": _COUNT, "runs": _COUNT}),
            "busiest_minutes": described(_MINUTES, "peak: the most that start at once"),
            "quietest_minutes": _MINUTES,
            "crowded_minutes": described(_COUNT, "Minutes of the week in which several jobs start"),
            "collisions": shapes(
                {
                    "jobs": shapes(_NAMED),
                    "job_count": _COUNT,
                    "times": described(_COUNT, "How often in the week"),
                    "next_starts": INSTANTS,
                }
            ),
            "moves": shapes(
                {
                    **_NAMED,
                    "cron_expression": TEXT,
                    "timezone": TEXT,
                    "together_before": _COUNT,
                    "together_after": _COUNT,
                }
            ),
            "unplaced": shapes({**_NAMED, "reason": TEXT}),
            "unplaced_count": described(_COUNT, "Active jobs that are in no figure"),
        },
        can_be_stale=True,
    ),
    handle=handle,
)
