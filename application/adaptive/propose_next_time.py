"""Propose when the one next run comes, within an analysis."""

from __future__ import annotations

from datetime import datetime

from ...domain.adaptive import acts
from ...domain.engine.change import Change
from ...domain.engine.planned_job import JobView
from .hint_answer import Shown
from .plan_answer import answer_change
from .ports import AnalysisPorts
from .session_call import NO_REASON, Answer, call_in_session, read_session_job
from .times import read_instant, read_minutes

DEFAULT_TTL_MINUTES = 30


async def propose_next_time(
    ports: AnalysisPorts,
    session_id: str,
    *,
    next_run_at: datetime,
    ttl_minutes: float = DEFAULT_TTL_MINUTES,
    reason: str = NO_REASON,
) -> Answer:
    """Have the job of a session run next at an instant (aware), earlier or later than it would.

    Raises:
        InvalidArguments: the instant is not in the future, or lies past the time to live.
        NotAdaptable: the job has nothing that a hint could change.
        CronlyticError: as `call_in_session`.
    """
    why = (await read_session_job(ports, session_id)).mask(reason)

    def act(view: JobView, now: datetime) -> tuple[Change, Shown]:
        at, ttl = read_instant("next_run_at", next_run_at), read_minutes("ttl_minutes", ttl_minutes)
        return answer_change(acts.propose_next_time(view, at, ttl, why, now), now)

    arguments = {"next_run_at": next_run_at.isoformat(), "ttl_minutes": ttl_minutes, "reason": why}
    return await call_in_session(ports, session_id, "propose_next_time", arguments, act)
