"""The tool ``list_due_analyses``."""

from __future__ import annotations

from ....application.adaptive.list_due_analyses import (
    DEFAULT_LIMIT,
    PAGE_LIMIT,
    DueAnalysis,
    list_due_analyses,
)
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..run_schema import view_instant
from ..schema import COUNT, INSTANT, TEXT, answer, described, nullable, record
from ..tool import Call, Payload, Tool


async def handle(call: Call) -> Payload:
    """List what is due."""
    due = await list_due_analyses(call.services.analyses, **call.arguments)
    return {"jobs": [_view(each) for each in due], "count": len(due)}


def _view(due: DueAnalysis) -> Payload:
    job = due.job
    return {
        "job_id": job.job_id,
        "name": job.spec.name,
        "due_since": due.due_at.isoformat(),
        "reason": due.reason,
        "failures": job.failures,
        "paused_until": view_instant(job.paused_until),
        "status": job.status.value,
    }


TOOL = Tool(
    name="list_due_analyses",
    title="List jobs due for an analysis",
    description=(
        "List the jobs that are due for an analysis, the longest due first, and why: never analysed, the "
        "time chosen last has come, or the state changed since (failures, a recovery, the end of a hint or a "
        "pause). Call start_analysis for one at a time."
    ),
    toolset=Toolset.ADAPTIVE,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        optional=(
            Argument(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT, "default": DEFAULT_LIMIT},
                str(DEFAULT_LIMIT),
            ),
        )
    ),
    answer=answer(
        {
            "jobs": {
                "type": "array",
                "items": record(
                    {
                        "job_id": TEXT,
                        "name": TEXT,
                        "due_since": INSTANT,
                        "reason": TEXT,
                        "failures": described(COUNT, "In a row"),
                        "paused_until": nullable(INSTANT),
                        "status": TEXT,
                    }
                ),
            },
            "count": COUNT,
        }
    ),
    handle=handle,
)
