"""The tool ``propose_next_time``."""

from __future__ import annotations

from ....application.adaptive.propose_next_time import DEFAULT_TTL_MINUTES, propose_next_time
from ...toolset import Toolset
from ..analysis_arguments import REASON, SESSION_ID, ttl_minutes
from ..analysis_schema import PLAN_ANSWER
from ..analysis_views import view_answer
from ..argument import Argument, Arguments
from ..argument_check import parse_instant
from ..schema import INSTANT, described
from ..tool import Call, Payload, Tool


async def handle(call: Call) -> Payload:
    """Propose the time."""
    at = parse_instant(call.arguments["next_run_at"])
    given = {**call.arguments, "next_run_at": at}
    return view_answer(await propose_next_time(call.services.analyses, **given))


TOOL = Tool(
    name="propose_next_time",
    title="Propose the next run",
    description=(
        "Within an analysis: have the one next run come at another time, earlier or later; after it the "
        "baseline or an interval hint decides again. The time lies in the future and within ttl_minutes. "
        "Good when a response says when to come back."
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
                "next_run_at",
                described(INSTANT, "ISO 8601 with offset, in the future"),
                "2027-03-28T09:00:00+02:00",
            ),
        ),
        optional=(ttl_minutes(DEFAULT_TTL_MINUTES), REASON),
    ),
    answer=PLAN_ANSWER,
    handle=handle,
)
