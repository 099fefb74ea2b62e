"""What is kept of analyses, in the database of their jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve
from sqlalchemy import Connection, delete, insert, select, update

from ...application.wake_ports import Signal
from ...domain.adaptive.analysis_step import AnalysisStep, AnalysisView, Decision
from ...domain.adaptive.session import AnalysisSession, SessionPosition, ToolCall, check_session_id
from ...domain.engine.planned_job import JobView, PlannedJob
from ...domain.engine.run import Run
from ...domain.job import check_job_id
from . import session_queries
from .changes import Decided, write_changes
from .database import Database
from .job_queries import check_job_exists, find_job, view_jobs
from .schema import CALLS, SESSIONS
from .session_rows import write_call, write_session


class SqlAnalysisStore:
    """The `AnalysisStore` port. Whoever changes a session holds its job, so that they take turns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_session(self, job_id: str, decide: Decision) -> AnalysisStep:
        """Write a new session of a job."""
        check_job_id(job_id)
        return await self._database.write(lambda connection: _open(connection, job_id, decide), Signal.WORK)

    async def change_session(self, session_id: str, decide: Decision) -> AnalysisStep:
        """Write what `decide` makes of a session."""
        check_session_id(session_id)
        return await self._database.write(
            lambda connection: _change(connection, session_id, decide), Signal.WORK
        )

    async def get_session(self, session_id: str) -> AnalysisSession:
        """Return one session."""
        check_session_id(session_id)
        return await self._database.read(
            lambda connection: session_queries.find_session(connection, session_id)
        )

    async def list_calls(self, session_id: str) -> Sequence[ToolCall]:
        """Return the calls of a session."""
        check_session_id(session_id)
        return await self._database.read(
            lambda connection: session_queries.list_calls(connection, session_id)
        )

    async def list_sessions(
        self, limit: int, *, job_id: str | None = None, before: SessionPosition | None = None
    ) -> Sequence[AnalysisSession]:
        """Return sessions, the newest first."""

        def read(connection: Connection) -> Sequence[AnalysisSession]:
            if job_id is not None:
                check_job_exists(connection, check_job_id(job_id))
            return session_queries.list_sessions(connection, limit, job_id, before)

        return await self._database.read(read)

    async def list_idle_sessions(self, now: datetime, limit: int) -> Sequence[AnalysisSession]:
        """Return open sessions that are idle."""
        return await self._database.read(
            lambda connection: session_queries.list_idle_sessions(connection, now, limit)
        )

    async def list_due_analyses(self, now: datetime, limit: int) -> Sequence[PlannedJob]:
        """Return jobs that are due."""
        return await self._database.read(
            lambda connection: session_queries.list_due_analyses(connection, now, limit)
        )

    async def sum_tokens(self, since: datetime, until: datetime) -> int:
        """Return the tokens of sessions."""
        return await self._database.read(
            lambda connection: session_queries.sum_tokens(connection, since, until)
        )

    async def list_responses(self, job_id: str, limit: int, *, offset: int = 0) -> Sequence[Run]:
        """Return a job's newest answers."""
        check_job_id(job_id)

        def read(connection: Connection) -> Sequence[Run]:
            check_job_exists(connection, job_id)
            return session_queries.list_responses(connection, job_id, limit, offset)

        return await self._database.read(read)

    async def list_group(self, group: str) -> Sequence[PlannedJob]:
        """Return the jobs of a group."""
        return await self._database.read(lambda connection: session_queries.list_group(connection, group))

    async def forget_sessions(self, before: datetime, limit: int) -> int:
        """Delete old sessions."""
        ended_at = SESSIONS.c.ended_at
        old = select(SESSIONS.c.session_id).where(ended_at < before).order_by(ended_at).limit(limit)
        forget = delete(SESSIONS).where(SESSIONS.c.session_id.in_(old))
        return await self._database.write(lambda connection: connection.execute(forget).rowcount)


def _open(connection: Connection, job_id: str, decide: Decision) -> AnalysisStep:
    [view] = view_jobs(connection, [find_job(connection, job_id, lock=True)])
    session = session_queries.find_open_session(connection, job_id)
    return _write(connection, view, decide(AnalysisView(view, session)))


def _change(connection: Connection, session_id: str, decide: Decision) -> AnalysisStep:
    job_id = session_queries.find_session(connection, session_id).job_id
    [view] = view_jobs(connection, [find_job(connection, job_id, lock=True)])
    session = session_queries.find_session(connection, session_id)  # as it is now that its job is held
    return _write(connection, view, decide(AnalysisView(view, session)), stored=session)


def _write(
    connection: Connection, view: JobView, step: AnalysisStep, stored: AnalysisSession | None = None
) -> AnalysisStep:
    if step.change is not None:
        decided = Decided(step.change, view.job)
        write_changes(connection, [decided])
        step = evolve(step, change=evolve(step.change, job=decided.job))
    if step.ended is not None:
        _replace(connection, step.ended)
    if stored is None:
        connection.execute(insert(SESSIONS), write_session(step.session))
    elif step.session != stored:
        _replace(connection, step.session)
    if step.calls:
        connection.execute(insert(CALLS), [write_call(call) for call in step.calls])
    return step


def _replace(connection: Connection, session: AnalysisSession) -> None:
    place = SESSIONS.c.session_id == session.session_id
    connection.execute(update(SESSIONS).where(place), write_session(session))
