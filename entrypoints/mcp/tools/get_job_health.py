"""The tool ``get_job_health``."""

from __future__ import annotations

from typing import Any

from ....application.get_job_health import get_job_health
from ....domain.health.health import HealthWindow
from ....domain.health.verdict import Condition
from ....domain.job import JobStatus
from ....domain.log import RunStatus
from ...toolset import Toolset
from ..argument import Arguments
from ..job_arguments import JOB_ID
from ..schema import COUNT, FLAG, INSTANT, TEXT, answer, described, nullable, one_of, record, shapes
from ..tool import Call, Payload, Tool
from ..views import view

_RATE_DIGITS = 4
_DURATION_DIGITS = 3


async def handle(call: Call) -> Payload:
    """Measure the job's runs."""
    health = await get_job_health(call.services.gateway, call.services.clock, **call.arguments)
    runs = view(health.runs)
    return {
        "job_id": health.job.job_id,
        "name": health.job.spec.name,
        "status": health.job.status.value,
        "verdict": view(health.verdict),
        **runs,
        "windows": [_view_window(window) for window in health.runs.windows],
        "mean_duration": _round(health.runs.mean_duration, _DURATION_DIGITS),
    }


def _view_window(window: HealthWindow) -> dict[str, Any]:
    rate = _round(window.success_rate, _RATE_DIGITS)
    return {**view(window), "success_rate": rate, "missing": window.missing}


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


_NUMBER = {"type": ["number", "null"]}
_WINDOWS = shapes(
    {
        "hours": COUNT,
        "runs": COUNT,
        "successes": COUNT,
        "success_rate": described(_NUMBER, "0 to 1; null without runs"),
        "complete": described(FLAG, "false: more runs than the log holds"),
        "expected": described(nullable(COUNT), "Runs that the schedule asked for"),
        "missing": COUNT,
    }
)

TOOL = Tool(
    name="get_job_health",
    title="Judge a job's health",
    description=(
        "Answer how a job has been doing over the last 1, 4 and 24 hours by its log: runs, success rate, "
        "missing runs, streak, and a verdict in words. Without runs a rate is null, which is not 0. Read "
        "verdict.sentence to the person; for error texts call get_job_logs."
    ),
    toolset=Toolset.INSIGHT,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    can_be_stale=True,
    arguments=Arguments(required=(JOB_ID,)),
    answer=answer(
        {
            "job_id": TEXT,
            "name": TEXT,
            "status": one_of(tuple(JobStatus)),
            "verdict": record({"condition": one_of(tuple(Condition)), "sentence": TEXT}),
            "windows": _WINDOWS,
            "mean_duration": described(_NUMBER, "Seconds, last 24 hours"),
            "streak": described(COUNT, "Newest runs that ended alike"),
            "last_status": {"type": ["string", "null"], "enum": [*map(str, RunStatus), None]},
            "newest_run_at": nullable(INSTANT),
            "known_runs": described(COUNT, "Runs in the log"),
            "whole": described(FLAG, "The log holds every run there was"),
        },
        can_be_stale=True,
    ),
    handle=handle,
)
