"""The tool ``pause_until``."""

from __future__ import annotations

from ....application.adaptive.pause_until import pause_until
from ...toolset import Toolset
from ..analysis_arguments import REASON, SESSION_ID
from ..analysis_schema import PLAN_ANSWER
from ..analysis_views import view_answer
from ..argument import Argument, Arguments
from ..argument_check import parse_instant
from ..schema import INSTANT, described, nullable
from ..tool import Call, Payload, Tool


async def handle(call: Call) -> Payload:
    """Pause or resume."""
    until = call.arguments["until"]
    given = {**call.arguments, "until": None if until is None else parse_instant(until)}
    return view_answer(await pause_until(call.services.analyses, **given))


TOOL = Tool(
    name="pause_until",
    title="Pause until a time",
    description=(
        "Within an analysis: have the job not run before a time, at most 30 days ahead, or resume it with "
        "null. The pause ends by itself and wins over every hint. For a target that is down or in "
        "maintenance. What a person has paused stays so."
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
                "until",
                described(nullable(INSTANT), "ISO 8601 with offset, in the future; null resumes"),
                "2027-03-28T09:00:00+02:00",
            ),
        ),
        optional=(REASON,),
    ),
    answer=PLAN_ANSWER,
    handle=handle,
)
