"""The tool ``list_hints``, on jobs of the cloud."""

from __future__ import annotations

from ....application.cloud_hints.list_hints import list_hints
from ...toolset import Toolset
from ..argument import Arguments
from ..schema import COUNT, TEXT, answer, record
from ..tool import Call, Payload, Tool
from .cloud_schema import IN_FORCE


async def handle(call: Call) -> Payload:
    """List what is in force."""
    jobs = await list_hints(call.services.cloud_hints.ports)
    return {"jobs": jobs, "count": len(jobs)}


TOOL = Tool(
    name="list_hints",
    title="List hints in force",
    description=(
        "List the jobs that hints change at the moment: by what they run, until when and why, and what "
        "returns then; also hints of the last week that ended because somebody changed the job."
    ),
    toolset=Toolset.ADAPTIVE,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=False,
    arguments=Arguments(),
    answer=answer(
        {
            "jobs": {
                "type": "array",
                "items": record({"job_id": TEXT, "name": TEXT, **IN_FORCE}, optional=["report"]),
            },
            "count": COUNT,
        }
    ),
    handle=handle,
)
