"""The tool ``propose_interval``."""

from __future__ import annotations

from ....application.adaptive.propose_interval import DEFAULT_TTL_MINUTES, propose_interval
from ...toolset import Toolset
from ..analysis_arguments import REASON, SESSION_ID, ttl_minutes
from ..analysis_schema import PLAN_ANSWER
from ..analysis_views import view_answer
from ..argument import Argument, Arguments
from ..tool import Call, Payload, Tool


async def handle(call: Call) -> Payload:
    """Propose the interval."""
    return view_answer(await propose_interval(call.services.analyses, **call.arguments))


TOOL = Tool(
    name="propose_interval",
    title="Propose an interval",
    description=(
        "Within an analysis: have the job run at another interval for a while, tighter or looser than its "
        "baseline, which comes back when the hint ends. Felt within seconds; within the job's limits. For "
        "instance 300000 (5 min) in an incident, 1800000 (30 min) while it recovers."
    ),
    toolset=Toolset.ADAPTIVE,
    writes=True,
    destructive=False,
    idempotent=False,
    calls_backend=True,
    arguments=Arguments(
        required=(
            SESSION_ID,
            Argument(
                "interval_ms",
                {"type": "integer", "exclusiveMinimum": 0, "description": "Milliseconds between runs"},
                "300000",
            ),
        ),
        optional=(ttl_minutes(DEFAULT_TTL_MINUTES), REASON),
    ),
    answer=PLAN_ANSWER,
    handle=handle,
)
