"""The tool ``get_job``."""

from __future__ import annotations

from ....application.get_job import get_job
from ...toolset import Toolset
from ..argument import Arguments
from ..job_arguments import JOB_ID
from ..job_schema import JOB
from ..schema import answer
from ..tool import Call, Payload, Tool
from ..views import view_job


async def handle(call: Call) -> Payload:
    """Look up the job."""
    return {"job": view_job(await get_job(call.services.gateway, call.arguments["job_id"]))}


TOOL = Tool(
    name="get_job",
    title="Look at a job",
    description=(
        "Answer one job in full: request, schedule, status, last and next run. Secret values are masked. "
        "For what happened in its runs call get_job_logs."
    ),
    toolset=Toolset.CORE,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(required=(JOB_ID,)),
    answer=answer({"job": JOB}, can_be_stale=True),
    handle=handle,
    can_be_stale=True,
)
