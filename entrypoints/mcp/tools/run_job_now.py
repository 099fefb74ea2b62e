"""The tool ``run_job_now``."""

from __future__ import annotations

from ....application.run_job_now import WAIT_LIMIT, run_job_now
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..firing import warn_of_rest
from ..job_arguments import JOB_ID
from ..run_schema import RUN, view_run
from ..schema import FLAG, TEXT, answer, described
from ..tool import Call, Payload, Tool

_FOLLOW = "It has not ended yet. Call get_run with its run_id to see how it goes on."


async def handle(call: Call) -> Payload:
    """Have the job run, and answer its run as it stands."""
    services = call.services
    asked = await run_job_now(
        services.engine.store, services.clock, **call.arguments, wake=services.engine.wake
    )
    payload: Payload = {"run": view_run(asked.run), "finished": asked.finished}
    if asked.finished:
        return payload
    if notices := await warn_of_rest(services, now_only=True):
        payload["notices"] = notices
    return {**payload, "message": _FOLLOW}


TOOL = Tool(
    name="run_job_now",
    title="Run a job now",
    description=(
        "Send a job's request at once, also of a paused job; its schedule stays as it is. Answers run_id to "
        "follow with get_run, or the finished run if it ends within wait_seconds. It really calls the "
        "target: ask the person first."
    ),
    toolset=Toolset.ENGINE,
    writes=True,
    destructive=False,
    idempotent=False,
    calls_backend=True,
    arguments=Arguments(
        required=(JOB_ID,),
        optional=(
            Argument(
                "wait_seconds",
                {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": int(WAIT_LIMIT),
                    "description": "How long to wait for its end; default 0",
                },
                "10",
            ),
        ),
    ),
    answer=answer(
        {"run": RUN, "finished": FLAG, "message": described(TEXT, "How to follow it")}, optional=["message"]
    ),
    handle=handle,
)
