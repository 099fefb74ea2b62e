"""The tool ``list_due_jobs``."""

from __future__ import annotations

from ....application.list_due_jobs import MINUTES_LIMIT, list_due_jobs
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..job_schema import LISTED_JOB
from ..schema import answer
from ..tool import Call, Payload, Tool
from ..views import view_listed_job


async def handle(call: Call) -> Payload:
    """List the jobs that run soon."""
    jobs = await list_due_jobs(call.services.gateway, call.services.clock, **call.arguments)
    return {"jobs": [view_listed_job(job) for job in jobs]}


TOOL = Tool(
    name="list_due_jobs",
    title="List jobs that run soon",
    description="List the jobs whose next run is near, the soonest first. Call get_job for one in full.",
    toolset=Toolset.INSIGHT,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        optional=(
            Argument(
                "minutes",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MINUTES_LIMIT,
                    "description": "How near; default 60",
                },
                "60",
            ),
        )
    ),
    answer=answer({"jobs": {"type": "array", "items": LISTED_JOB}}),
    handle=handle,
)
