"""The tool ``clear_hints``, on jobs of the cloud."""

from __future__ import annotations

from ....application.cloud_hints.propose_hints import clear_hints
from ...toolset import Toolset
from ..analysis_arguments import REASON
from ..argument import Arguments
from ..job_arguments import JOB_ID
from ..tool import Call, Payload, Tool
from .cloud_schema import CLOUD_ANSWER, tell_change


async def handle(call: Call) -> Payload:
    """Take all hints back."""
    services = call.services
    return tell_change(services, await clear_hints(services.cloud_hints.ports, **call.arguments))


TOOL = Tool(
    name="clear_hints",
    title="Take all hints back",
    description=(
        "Take back every hint of a job, so that its own schedule returns at once. Good when the target has "
        "recovered. A pause stays; pause_until with null ends it. list_hints shows what is in force."
    ),
    toolset=Toolset.ADAPTIVE,
    writes=True,
    destructive=False,
    idempotent=False,
    calls_backend=True,
    arguments=Arguments(required=(JOB_ID, REASON)),
    answer=CLOUD_ANSWER,
    handle=handle,
)
