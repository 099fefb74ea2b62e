"""Propose another interval for a while, within an analysis."""

from __future__ import annotations

from datetime import datetime

from ...domain.adaptive import acts
from ...domain.engine.change import Change
from ...domain.engine.planned_job import JobView
from .hint_answer import Shown
from .plan_answer import answer_change
from .ports import AnalysisPorts
from .session_call import NO_REASON, Answer, call_in_session, read_session_job
from .times import read_milliseconds, read_minutes

DEFAULT_TTL_MINUTES = 60


async def propose_interval(
    ports: AnalysisPorts,
    session_id: str,
    *,
    interval_ms: float,
    ttl_minutes: float = DEFAULT_TTL_MINUTES,
    reason: str = NO_REASON,
) -> Answer:
    """Have the job of a session run at an interval until that hint ends; it replaces an earlier one.

    Raises:
        InvalidArguments: the interval or its time to live is outside the limits.
        NotAdaptable: the job has nothing that a hint could change.
        CronlyticError: as `call_in_session`.
    """
    why = (await read_session_job(ports, session_id)).mask(reason)

    def act(view: JobView, now: datetime) -> tuple[Change, Shown]:
        interval = read_milliseconds("interval_ms", interval_ms)
        ttl = read_minutes("ttl_minutes", ttl_minutes)
        return answer_change(acts.propose_interval(view, interval, ttl, why, now), now)

    arguments = {"interval_ms": interval_ms, "ttl_minutes": ttl_minutes, "reason": why}
    return await call_in_session(ports, session_id, "propose_interval", arguments, act)
