"""Look at the other jobs of a job's group, within an analysis."""

from __future__ import annotations

from datetime import datetime

from ...domain.engine.planned_job import PlannedJob
from ...domain.engine.run import Run
from ...domain.secrets.masking import secrets_of
from ...domain.untrusted import clean_text
from .group_note import read_group_description
from .hint_answer import Shown, show_hints
from .ports import AnalysisPorts
from .response_answer import show_response
from .schedule_answer import show_schedule
from .session_call import Answer, read_in_session, read_session_job

BODY_LIMIT, ALL_BODIES_LIMIT, SHORTEST_BODY = 1_000, 9_000, 60
"""Characters of a body that are shown, of all of them together, and of one where there are many."""
_DESCRIPTION_LIMIT = 500
_NO_GROUP = "The job is in no group, so it has no siblings. update_job with group puts it into one."
_ALONE = "The job is the only one of its group."
_FOUND = "Every job of the group is here, also those that are paused or have not run yet."


async def get_sibling_latest_responses(ports: AnalysisPorts, session_id: str) -> Answer:
    """Return every other job of the group with its last response, how it is scheduled, and its hints.

    Raises:
        CronlyticError: as `call_in_session`.
    """
    job = (await read_session_job(ports, session_id)).job
    result = await _read(ports, job, ports.clock.now())
    return await read_in_session(ports, session_id, "get_sibling_latest_responses", result)


async def _read(ports: AnalysisPorts, job: PlannedJob, now: datetime) -> Shown:
    group = job.spec.group
    if group is None:
        return {"group": None, "group_description": "", "siblings": [], "count": 0, "message": _NO_GROUP}
    siblings = [other for other in await ports.analyses.list_group(group) if other.job_id != job.job_id]
    limit = max(SHORTEST_BODY, min(BODY_LIMIT, ALL_BODIES_LIMIT // max(1, len(siblings))))
    shown = []
    for sibling in siblings:
        newest = await ports.analyses.list_responses(sibling.job_id, 1)
        shown.append(_show(sibling, newest[0] if newest else None, now, limit))
    return {
        "group": group,
        "group_description": clean_text(await read_group_description(ports.notes, group), _DESCRIPTION_LIMIT),
        "siblings": shown,
        "count": len(shown),
        "message": _FOUND if shown else _ALONE,
    }


def _show(job: PlannedJob, newest: Run | None, now: datetime, body_limit: int) -> Shown:
    secrets = tuple(value for _, value in secrets_of(job.spec))
    return {
        "job_id": job.job_id,
        "name": job.spec.name,
        "last_response": None if newest is None else show_response(newest, secrets, body_limit),
        "schedule": show_schedule(job, now),
        "hints": show_hints(job.hints.in_force(now)),
    }
