"""The tool ``propose_next_time``, on jobs of the cloud."""

from __future__ import annotations

from ....application.adaptive.propose_next_time import DEFAULT_TTL_MINUTES
from ....application.cloud_hints.propose_hints import propose_next_time
from ...toolset import Toolset
from ..analysis_arguments import REASON, ttl_minutes
from ..argument import Argument, Arguments
from ..argument_check import parse_instant
from ..job_arguments import JOB_ID
from ..schema import INSTANT, described
from ..tool import Call, Payload, Tool
from .cloud_schema import CLOUD_ANSWER, tell_change


async def handle(call: Call) -> Payload:
    """Propose the time."""
    services, at = call.services, parse_instant(call.arguments["next_run_at"])
    given = {**call.arguments, "next_run_at": at}
    return tell_change(services, await propose_next_time(services.cloud_hints.ports, **given))


TOOL = Tool(
    name="propose_next_time",
    title="Propose the next run",
    description=(
        "Have the one next run of a job come at another time, earlier or later; no other run comes before "
        "it, and after it the schedule returns. The time lies in the future and within ttl_minutes; the full "
        "minute counts. Good when the target says when to come back."
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
                "next_run_at",
                described(INSTANT, "ISO 8601 with offset, in the future"),
                "2027-03-28T09:00:00+02:00",
            ),
        ),
        optional=(ttl_minutes(DEFAULT_TTL_MINUTES), REASON),
    ),
    answer=CLOUD_ANSWER,
    handle=handle,
)
