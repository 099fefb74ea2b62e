"""Pause a job until an instant, or resume it, within an analysis."""

from __future__ import annotations

from datetime import datetime

from ...domain.adaptive import acts
from ...domain.engine.change import Change
from ...domain.engine.planned_job import JobView
from .hint_answer import Shown, show_instant
from .plan_answer import answer_change
from .ports import AnalysisPorts
from .session_call import NO_REASON, Answer, call_in_session, read_session_job
from .times import read_instant


async def pause_until(
    ports: AnalysisPorts, session_id: str, *, until: datetime | None, reason: str = NO_REASON
) -> Answer:
    """Have the job of a session not run before an instant (aware), or end such a pause with None.

    Raises:
        InvalidArguments: the instant is not in the future, or more than 30 days ahead.
        NotAdaptable: the job has nothing that a pause could hold back.
        CronlyticError: as `call_in_session`.
    """
    why = (await read_session_job(ports, session_id)).mask(reason)

    def act(view: JobView, now: datetime) -> tuple[Change, Shown]:
        end = None if until is None else read_instant("until", until)
        return answer_change(acts.pause_until(view, end, why, now), now)

    arguments = {"until": show_instant(until), "reason": why}
    return await call_in_session(ports, session_id, "pause_until", arguments, act)
