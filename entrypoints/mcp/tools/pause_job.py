"""The tool ``pause_job``."""

from __future__ import annotations

from ....application.pause_job import pause_job
from ...toolset import Toolset
from ..argument import Arguments
from ..job_arguments import JOB_ID
from ..job_schema import JOB_ANSWER
from ..tool import Call, Payload, Tool
from ..views import view_job


async def handle(call: Call) -> Payload:
    """Pause the job."""
    return {"job": view_job(await pause_job(call.services.gateway, call.arguments["job_id"]))}


TOOL = Tool(
    name="pause_job",
    title="Pause a job",
    description=(
        "Stop a job from running until resume_job; pausing a paused job changes nothing. The job stays and "
        "counts towards the plan's limit."
    ),
    toolset=Toolset.CORE,
    writes=True,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(required=(JOB_ID,)),
    answer=JOB_ANSWER,
    handle=handle,
)
