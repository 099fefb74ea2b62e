"""Reads analyses: one, the newest, those that were left alone, the jobs that are due for one, and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, or_, select

from ...domain.adaptive.errors import AnalysisNotFound
from ...domain.adaptive.session import IDLE_LIMIT, AnalysisSession, SessionPosition, ToolCall
from ...domain.engine.planned_job import PlannedJob
from ...domain.engine.run import Run, RunState
from .job_queries import in_chunks
from .job_rows import read_job
from .run_queries import list_runs
from .run_rows import read_run
from .schema import BODIES, CALLS, JOBS, RUNS, SESSIONS, is_open
from .session_rows import read_call, read_session

_ANSWERED = frozenset({RunState.SUCCESS, RunState.FAILED})
_ONE = select(SESSIONS).where(SESSIONS.c.session_id == bindparam("session_id"))
_OPEN = select(SESSIONS).where(SESSIONS.c.job_id == bindparam("of_job"), is_open(SESSIONS))
_CALLS = select(CALLS).where(CALLS.c.session_id == bindparam("session_id")).order_by(CALLS.c.number)
_NEWEST = select(SESSIONS).order_by(SESSIONS.c.started_at.desc(), SESSIONS.c.session_id.desc())
_IDLE = (
    select(SESSIONS)
    .where(is_open(SESSIONS), SESSIONS.c.last_call_at <= bindparam("left_at"))
    .order_by(SESSIONS.c.last_call_at, SESSIONS.c.session_id)
    .limit(bindparam("limit"))
)
_DUE = (
    select(JOBS)
    .where(
        JOBS.c.analysis_due_at <= bindparam("now"),
        ~exists().where(
            SESSIONS.c.job_id == JOBS.c.job_id,
            is_open(SESSIONS),
            SESSIONS.c.last_call_at > bindparam("left_at"),
        ),
    )
    .order_by(JOBS.c.analysis_due_at, JOBS.c.job_id)
    .limit(bindparam("limit"))
)
_TOKENS = select(func.sum(SESSIONS.c.tokens)).where(
    SESSIONS.c.started_at >= bindparam("since"), SESSIONS.c.started_at < bindparam("until")
)
_GROUP = (
    select(JOBS)
    .where(JOBS.c.group_name == bindparam("group"), JOBS.c.group_name.is_not(None))
    .order_by(JOBS.c.name_key, JOBS.c.job_id)
)
_BODIES = (
    select(RUNS, BODIES.c.body)
    .outerjoin(BODIES, BODIES.c.run_id == RUNS.c.run_id)
    .where(RUNS.c.run_id.in_(bindparam("run_ids", expanding=True)))
)


def find_session(connection: Connection, session_id: str) -> AnalysisSession:
    """Return one session.

    Raises:
        AnalysisNotFound: there is none.
    """
    row = connection.execute(_ONE, {"session_id": session_id}).first()
    if row is None:
        raise AnalysisNotFound(session_id)
    return read_session(row)


def find_open_session(connection: Connection, job_id: str) -> AnalysisSession | None:
    """Return the open session of a job."""
    row = connection.execute(_OPEN, {"of_job": job_id}).first()
    return None if row is None else read_session(row)


def list_calls(connection: Connection, session_id: str) -> Sequence[ToolCall]:
    """Return the calls of a session, by number; raises as `find_session` does."""
    find_session(connection, session_id)
    return [read_call(row) for row in connection.execute(_CALLS, {"session_id": session_id})]


def list_sessions(
    connection: Connection, limit: int, job_id: str | None, before: SessionPosition | None
) -> Sequence[AnalysisSession]:
    """Return sessions, the newest first."""
    found = _NEWEST.limit(limit)
    if job_id is not None:
        found = found.where(SESSIONS.c.job_id == job_id)
    if before is not None:
        started, session_id = SESSIONS.c.started_at, SESSIONS.c.session_id
        earlier = or_(started < before.started_at, session_id < before.session_id)
        # The first condition says again what the second one does, in a form that an index can follow.
        found = found.where(started <= before.started_at, earlier)
    return [read_session(row) for row in connection.execute(found)]


def list_idle_sessions(connection: Connection, now: datetime, limit: int) -> Sequence[AnalysisSession]:
    """Return open sessions that were left alone for too long."""
    rows = connection.execute(_IDLE, {"left_at": now - IDLE_LIMIT, "limit": limit})
    return [read_session(row) for row in rows]


def list_due_analyses(connection: Connection, now: datetime, limit: int) -> Sequence[PlannedJob]:
    """Return jobs that are due for an analysis and have none at work."""
    rows = connection.execute(_DUE, {"now": now, "left_at": now - IDLE_LIMIT, "limit": limit})
    return [read_job(row) for row in rows]


def sum_tokens(connection: Connection, since: datetime, until: datetime) -> int:
    """Return the tokens of the sessions that started in a time."""
    return int(connection.scalar(_TOKENS, {"since": since, "until": until}) or 0)


def list_responses(connection: Connection, job_id: str, limit: int, offset: int) -> Sequence[Run]:
    """Return runs that ended by themselves, the newest first, with bodies."""
    runs = list_runs(connection, job_id, offset + limit, None, _ANSWERED)[offset:]
    whole = {}
    for chunk in in_chunks(run.run_id for run in runs):
        for row in connection.execute(_BODIES, {"run_ids": chunk}):
            whole[row.run_id] = read_run(row, row.body)
    return [whole[run.run_id] for run in runs]


def list_group(connection: Connection, group: str) -> Sequence[PlannedJob]:
    """Return the jobs of a group."""
    return [read_job(row) for row in connection.execute(_GROUP, {"group": group})]
