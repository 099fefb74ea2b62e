"""Take back all hints of a job, within an analysis."""

from __future__ import annotations

from datetime import datetime

from ...domain.adaptive import acts
from ...domain.engine.change import Change
from ...domain.engine.planned_job import JobView
from .hint_answer import Shown
from .plan_answer import answer_change
from .ports import AnalysisPorts
from .session_call import Answer, call_in_session, read_session_job


async def clear_hints(ports: AnalysisPorts, session_id: str, *, reason: str) -> Answer:
    """Have the job of a session run by its baseline at once; a pause stays.

    Raises:
        InvalidArguments: there is no reason.
        CronlyticError: as `call_in_session`.
    """
    why = (await read_session_job(ports, session_id)).mask(reason)

    def act(view: JobView, now: datetime) -> tuple[Change, Shown]:
        return answer_change(acts.clear_hints(view, why, now), now)

    return await call_in_session(ports, session_id, "clear_hints", {"reason": why}, act)
