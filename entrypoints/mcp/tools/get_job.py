"""The tool ``get_job``."""

from __future__ import annotations

from contextlib import suppress

from ....application.get_job import get_job
from ....domain.engine.errors import StoreUnavailable
from ...toolset import Toolset
from ..argument import Arguments
from ..job_arguments import JOB_ID
from ..job_schema import JOB
from ..schema import answer, described
from ..tool import Call, Payload, Tool
from ..views import view_job


async def handle(call: Call) -> Payload:
    """Look up the job."""
    services, job_id = call.services, call.arguments["job_id"]
    payload: Payload = {"job": view_job(await get_job(services.gateway, job_id))}
    if services.hints_on:
        from ....application.cloud_hints.list_hints import read_hints

        with suppress(StoreUnavailable):  # the job itself is known all the same
            if hints := await read_hints(services.cloud_hints.ports, job_id):
                adapted = {name: hints.pop(name) for name in ("hints", "paused_until")}
                payload["job"] |= {name: value for name, value in adapted.items() if value}
                payload["temporary"] = hints
    return payload


_TEMPORARY = described({"type": "object"}, "On the cloud: what hints made of it, and what returns")

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
    answer=answer({"job": JOB, "temporary": _TEMPORARY}, optional=["temporary"], can_be_stale=True),
    handle=handle,
    can_be_stale=True,
)
