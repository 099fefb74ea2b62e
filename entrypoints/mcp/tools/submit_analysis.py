"""The tool ``submit_analysis``."""

from __future__ import annotations

from ....application.adaptive.submit_analysis import submit_analysis
from ....domain.adaptive.session import Confidence
from ...toolset import Toolset
from ..analysis_arguments import SESSION_ID
from ..analysis_schema import CALLS_LEFT
from ..analysis_views import view_answer
from ..argument import Argument, Arguments
from ..schema import COUNT, FLAG, INSTANT, TEXT, TEXTS, answer, described, one_of
from ..tool import Call, Payload, Tool


async def handle(call: Call) -> Payload:
    """End the session."""
    given = dict(call.arguments)
    if "confidence" in given:
        given["confidence"] = Confidence(given["confidence"])
    return view_answer(await submit_analysis(call.services.analyses, **given))


TOOL = Tool(
    name="submit_analysis",
    title="End an analysis",
    description=(
        "End an analysis: say what you found and why, also where you changed nothing. next_analysis_in_ms: "
        "300000 (5 min) in an incident, 1800000 (30 min) recovering, 7200000 (2 h) stable, 86400000 (24 h) "
        "very stable or daily; what lies outside 5 min to 24 h is clamped. Left out: with the next baseline "
        "run."
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
                "reasoning", described(TEXT, "What you found, and why you acted or not"), "All is healthy."
            ),
        ),
        optional=(
            Argument("next_analysis_in_ms", {"type": "integer"}, "7200000"),
            Argument("actions_taken", TEXTS, '["propose_interval"]'),
            Argument("confidence", one_of(tuple(Confidence)), "high"),
        ),
    ),
    answer=answer(
        {
            "status": {"const": "analysis_complete"},
            "reasoning": TEXT,
            "actions_taken": TEXTS,
            "confidence": {"type": ["string", "null"]},
            "next_analysis_at": INSTANT,
            "next_analysis_in_ms": COUNT,
            "clamped": described(FLAG, "true: brought within 300000 to 86400000"),
            "message": TEXT,
            "calls_left": CALLS_LEFT,
        }
    ),
    handle=handle,
)
