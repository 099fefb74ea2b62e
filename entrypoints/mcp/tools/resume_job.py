"""The tool ``resume_job``."""

from __future__ import annotations

from ....application.resume_job import resume_job
from ...toolset import Toolset
from ..argument import Arguments
from ..job_arguments import JOB_ID
from ..job_schema import JOB_ANSWER
from ..tool import Call, Payload, Tool
from ..views import view_job


async def handle(call: Call) -> Payload:
    """Let the job run again."""
    return {"job": view_job(await resume_job(call.services.gateway, call.arguments["job_id"]))}


TOOL = Tool(
    name="resume_job",
    title="Resume a job",
    description="Let a paused job run again, from its next scheduled time on; missed runs are not repeated.",
    toolset=Toolset.CORE,
    writes=True,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(required=(JOB_ID,)),
    answer=JOB_ANSWER,
    handle=handle,
)
