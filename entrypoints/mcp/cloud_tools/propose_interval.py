"""The tool ``propose_interval``, on jobs of the cloud."""

from __future__ import annotations

from ....application.adaptive.propose_interval import DEFAULT_TTL_MINUTES
from ....application.cloud_hints.propose_hints import propose_interval
from ...toolset import Toolset
from ..analysis_arguments import REASON, ttl_minutes
from ..argument import Argument, Arguments
from ..job_arguments import JOB_ID
from ..tool import Call, Payload, Tool
from .cloud_schema import CLOUD_ANSWER, tell_change


async def handle(call: Call) -> Payload:
    """Propose the interval."""
    services = call.services
    return tell_change(services, await propose_interval(services.cloud_hints.ports, **call.arguments))


TOOL = Tool(
    name="propose_interval",
    title="Propose an interval",
    description=(
        "Have a job run at another interval for a while, tighter or looser; its own schedule returns when "
        "the hint ends. Cronlytic keeps whole minutes in UTC: where cron has no even steps, the next coarser "
        "ones are taken, and the answer says so. Look at get_job_health first."
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
                "interval_ms",
                {"type": "integer", "exclusiveMinimum": 0, "description": "Milliseconds between runs"},
                "300000",
            ),
        ),
        optional=(ttl_minutes(DEFAULT_TTL_MINUTES), REASON),
    ),
    answer=CLOUD_ANSWER,
    handle=handle,
)
