"""The tool ``pause_until``, on jobs of the cloud."""

from __future__ import annotations

from ....application.cloud_hints.propose_hints import pause_until
from ...toolset import Toolset
from ..analysis_arguments import REASON
from ..argument import Argument, Arguments
from ..argument_check import parse_instant
from ..job_arguments import JOB_ID
from ..schema import INSTANT, described, nullable
from ..tool import Call, Payload, Tool
from .cloud_schema import CLOUD_ANSWER, tell_change


async def handle(call: Call) -> Payload:
    """Pause or resume."""
    services, until = call.services, call.arguments["until"]
    given = {**call.arguments, "until": None if until is None else parse_instant(until)}
    return tell_change(services, await pause_until(services.cloud_hints.ports, **given))


TOOL = Tool(
    name="pause_until",
    title="Pause until a time",
    description=(
        "Have a job not run before a time, at most 30 days ahead, or end such a pause with null. It ends by "
        "itself while a server or worker of this program runs, and wins over every hint. For a target "
        "that is down. What a person has paused stays so."
    ),
    toolset=Toolset.ADAPTIVE,
    writes=True,
    destructive=False,
    idempotent=False,
    calls_backend=True,
    arguments=Arguments(
        required=(
            JOB_ID,
            Argument(
                "until",
                described(nullable(INSTANT), "ISO 8601 with offset, in the future; null resumes"),
                "2027-03-28T09:00:00+02:00",
            ),
        ),
        optional=(REASON,),
    ),
    answer=CLOUD_ANSWER,
    handle=handle,
)
