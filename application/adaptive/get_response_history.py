"""Look at what a job's target answered lately, within an analysis."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from ...domain.engine.planned_job import JobView
from ...domain.engine.run import Run
from ..argument_checks import find_range_problem, refuse
from .hint_answer import Shown
from .ports import AnalysisPorts
from .response_answer import show_response
from .session_call import Answer, call_in_session, read_session_job

HISTORY_LIMIT = 10
BODY_LIMIT = 1_000
"""Characters of each body that are shown."""
_OFFSET_LIMIT = 100_000
_HINT = "The newest 10 are usually enough to decide; look further back only for something that you can name."


async def get_response_history(
    ports: AnalysisPorts, session_id: str, *, limit: int = HISTORY_LIMIT, offset: int = 0
) -> Answer:
    """Return finished responses of the session's job, the newest first, without `offset` of them.

    A body that a newer one of them has too is not shown again.

    Raises:
        InvalidArguments: `limit` lies outside 1-10, or `offset` outside 0-100,000.
        CronlyticError: as `call_in_session`.
    """
    found = await read_session_job(ports, session_id)
    sound = 1 <= limit <= HISTORY_LIMIT and 0 <= offset <= _OFFSET_LIMIT
    runs = await ports.analyses.list_responses(found.job.job_id, limit + 1, offset=offset) if sound else ()

    def act(view: JobView, now: datetime) -> tuple[None, Shown]:  # noqa: ARG001 - as any act
        refuse(
            [
                *find_range_problem("limit", limit, 1, HISTORY_LIMIT),
                *find_range_problem("offset", offset, 0, _OFFSET_LIMIT),
            ]
        )
        return None, _show(runs, found.secrets, limit, offset)

    arguments = {"limit": limit, "offset": offset}
    return await call_in_session(ports, session_id, "get_response_history", arguments, act)


def _show(runs: Sequence[Run], secrets: Collection[str], limit: int, offset: int) -> Shown:
    more, runs = len(runs) > limit, runs[:limit]
    return {
        "responses": _mark_duplicates(runs, [show_response(run, secrets, BODY_LIMIT) for run in runs]),
        "count": len(runs),
        "pagination": {"limit": limit, "offset": offset, "next_offset": offset + limit if more else None},
        "has_more": more,
        "hint": _HINT,
    }


def _mark_duplicates(runs: Sequence[Run], shown: list[Shown]) -> list[Shown]:
    newest: dict[str, str] = {}
    marked = []
    for run, response in zip(runs, shown, strict=True):
        body = run.outcome.body if run.outcome else None
        newer = newest.setdefault(body, run.run_id) if body else run.run_id
        if newer == run.run_id:
            marked.append({**response, "duplicate_of": None})
        else:
            marked.append({**response, "untrusted_body": None, "duplicate_of": newer})
    return marked
