"""The tool ``list_analysis_sessions``."""

from __future__ import annotations

from ....application.adaptive.list_analysis_sessions import (
    DEFAULT_LIMIT,
    PAGE_LIMIT,
    list_analysis_sessions,
)
from ...toolset import Toolset
from ..analysis_schema import SESSION
from ..analysis_views import view_listed_session
from ..argument import Argument, Arguments
from ..job_arguments import JOB_ID
from ..schema import TEXT, answer, described, nullable, record
from ..tool import Call, Payload, Tool


async def handle(call: Call) -> Payload:
    """List a page of sessions."""
    page = await list_analysis_sessions(call.services.analyses, **call.arguments)
    return {
        "sessions": [view_listed_session(session) for session in page.sessions],
        "next_cursor": page.next_cursor,
    }


TOOL = Tool(
    name="list_analysis_sessions",
    title="List analyses",
    description=(
        "List analyses, the newest first, of all jobs or of one: by whom, how they ended, and their "
        "reasoning in short. Call it when a schedule changed unexpectedly, then get_analysis_session for the "
        "calls of one."
    ),
    toolset=Toolset.ADAPTIVE,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        optional=(
            JOB_ID,
            Argument(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT, "default": DEFAULT_LIMIT},
                str(DEFAULT_LIMIT),
            ),
            Argument(
                "cursor",
                described(TEXT, "next_cursor of the answer before"),
                "next_cursor of the answer before",
            ),
        )
    ),
    answer=answer({"sessions": {"type": "array", "items": record(SESSION)}, "next_cursor": nullable(TEXT)}),
    handle=handle,
)
