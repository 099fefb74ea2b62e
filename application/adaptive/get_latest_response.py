"""Look at what a job's target answered last, within an analysis."""

from __future__ import annotations

from .hint_answer import Shown
from .ports import AnalysisPorts
from .response_answer import show_response
from .session_call import Answer, read_in_session, read_session_job

BODY_LIMIT = 4_000
"""Characters of the body that are shown."""


async def get_latest_response(ports: AnalysisPorts, session_id: str) -> Answer:
    """Return the newest finished response of the session's job, or that there is none.

    Raises:
        CronlyticError: as `call_in_session`.
    """
    found = await read_session_job(ports, session_id)
    newest = await ports.analyses.list_responses(found.job.job_id, 1)
    result: Shown = {"found": bool(newest)}
    if newest:
        result |= show_response(newest[0], found.secrets, BODY_LIMIT)
    return await read_in_session(ports, session_id, "get_latest_response", result)
