"""List the analyses that are kept."""

from __future__ import annotations

from attrs import frozen

from ...domain.adaptive.session import AnalysisSession
from ...domain.job import check_job_id
from ..argument_checks import find_range_problem, refuse
from .ports import AnalysisPorts
from .session_cursor import read_session_cursor, write_session_cursor

DEFAULT_LIMIT, PAGE_LIMIT = 10, 50


@frozen
class SessionPage:
    """Some sessions, the newest first, and where to go on; None where there are no more."""

    sessions: tuple[AnalysisSession, ...]
    next_cursor: str | None


async def list_analysis_sessions(
    ports: AnalysisPorts, *, job_id: str | None = None, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> SessionPage:
    """Return sessions of all jobs or of one, the newest first.

    Raises:
        InvalidArguments: `job_id` cannot be an id, `limit` lies outside 1-50, or the cursor is none.
        JobNotFound: no job has the id.
        StoreUnavailable: the store cannot be read.
    """
    refuse(find_range_problem("limit", limit, 1, PAGE_LIMIT))
    if job_id is not None:
        await ports.store.get_job(check_job_id(job_id))
    before = None if cursor is None else read_session_cursor(cursor, job_id)
    found = await ports.analyses.list_sessions(limit + 1, job_id=job_id, before=before)
    sessions = tuple(found[:limit])
    more = len(found) > limit
    return SessionPage(sessions, write_session_cursor(sessions[-1].position, job_id) if more else None)
