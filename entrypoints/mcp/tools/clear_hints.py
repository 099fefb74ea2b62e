"""The tool ``clear_hints``."""

from __future__ import annotations

from ....application.adaptive.clear_hints import clear_hints
from ...toolset import Toolset
from ..analysis_arguments import REASON, SESSION_ID
from ..analysis_schema import PLAN_ANSWER
from ..analysis_views import view_answer
from ..argument import Arguments
from ..tool import Call, Payload, Tool


async def handle(call: Call) -> Payload:
    """Take all hints back."""
    return view_answer(await clear_hints(call.services.analyses, **call.arguments))


TOOL = Tool(
    name="clear_hints",
    title="Take all hints back",
    description=(
        "Within an analysis: take back every hint of the job, so that its baseline decides at once, without "
        "waiting for them to end. Good when it has recovered: a healthy last hour counts more than an old "
        "day of failures. A pause stays; pause_until with null ends it."
    ),
    toolset=Toolset.ADAPTIVE,
    writes=True,
    destructive=False,
    idempotent=False,
    calls_backend=True,
    arguments=Arguments(required=(SESSION_ID, REASON)),
    answer=PLAN_ANSWER,
    handle=handle,
)
