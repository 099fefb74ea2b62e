"""What is kept of analyses, in memory, beside the jobs of a `MemoryEngineStore`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from attrs import evolve

from ...domain.adaptive.analysis_due import analysis_due_at
from ...domain.adaptive.analysis_step import AnalysisStep, AnalysisView, Decision
from ...domain.adaptive.errors import AnalysisNotFound
from ...domain.adaptive.session import AnalysisSession, SessionPosition, ToolCall, check_session_id
from ...domain.engine.change import Change
from ...domain.engine.planned_job import PlannedJob
from ...domain.engine.run import Run, RunState
from ...domain.errors import JobNotFound
from ...domain.job import check_job_id
from .run_rows import RunRows

_ANSWERED = frozenset({RunState.SUCCESS, RunState.FAILED})


class MemoryAnalysisStore:
    """The `AnalysisStore` port. No call waits for anything, so that each is one transaction by itself.

    jobs, runs: those of the engine's store, which `write` changes.
    """

    def __init__(
        self, jobs: Mapping[str, PlannedJob], runs: RunRows, write: Callable[[Change], PlannedJob]
    ) -> None:
        self._jobs, self._runs, self._write_change = jobs, runs, write
        self._sessions: dict[str, AnalysisSession] = {}
        self._calls: dict[str, list[ToolCall]] = {}

    async def open_session(self, job_id: str, decide: Decision) -> AnalysisStep:
        """Write a new session of a job."""
        job = self._find_job(job_id)
        mine = (session for session in self._kept() if session.job_id == job_id and session.is_open)
        return self._write(decide(AnalysisView(self._runs.view(job), next(mine, None))))

    async def change_session(self, session_id: str, decide: Decision) -> AnalysisStep:
        """Write what `decide` makes of a session."""
        session = self._find(session_id)
        return self._write(decide(AnalysisView(self._runs.view(self._jobs[session.job_id]), session)))

    async def get_session(self, session_id: str) -> AnalysisSession:
        """Return one session."""
        return self._find(session_id)

    async def list_calls(self, session_id: str) -> tuple[ToolCall, ...]:
        """Return the calls of a session."""
        return tuple(self._calls.get(self._find(session_id).session_id, ()))

    async def list_sessions(
        self, limit: int, *, job_id: str | None = None, before: SessionPosition | None = None
    ) -> tuple[AnalysisSession, ...]:
        """Return sessions, the newest first."""
        if job_id is not None:
            self._find_job(job_id)
        found = [session for session in self._kept() if job_id in (None, session.job_id)]
        found.sort(key=_place, reverse=True)
        if before is not None:
            found = [session for session in found if _place(session) < (before.started_at, before.session_id)]
        return tuple(found[:limit])

    async def list_idle_sessions(self, now: datetime, limit: int) -> tuple[AnalysisSession, ...]:
        """Return open sessions that are idle."""
        idle = [session for session in self._kept() if session.is_idle(now)]
        return tuple(sorted(idle, key=lambda session: (session.last_call_at, session.session_id))[:limit])

    async def list_due_analyses(self, now: datetime, limit: int) -> tuple[PlannedJob, ...]:
        """Return jobs that are due."""
        busy = {session.job_id for session in self._kept() if session.is_open and not session.is_idle(now)}
        due = [(analysis_due_at(job), job.job_id) for job in self._jobs.values() if job.job_id not in busy]
        found = sorted((at, job_id) for at, job_id in due if at is not None and at <= now)
        return tuple(self._jobs[job_id] for _, job_id in found[:limit])

    async def sum_tokens(self, since: datetime, until: datetime) -> int:
        """Return the tokens of sessions."""
        return sum(session.tokens for session in self._kept() if since <= session.started_at < until)

    async def list_responses(self, job_id: str, limit: int, *, offset: int = 0) -> tuple[Run, ...]:
        """Return a job's newest answers."""
        runs = self._runs.of_job(self._find_job(job_id).job_id, None, _ANSWERED)
        return tuple(islice(runs, offset, offset + limit))

    async def list_group(self, group: str) -> tuple[PlannedJob, ...]:
        """Return the jobs of a group."""
        found = (job for job in self._jobs.values() if job.spec.group == group)
        return tuple(sorted(found, key=lambda job: (job.spec.name.lower(), job.job_id)))

    async def forget_sessions(self, before: datetime, limit: int) -> int:
        """Delete old sessions."""
        old = [
            (session.ended_at, session.session_id)
            for session in self._kept()
            if session.ended_at is not None and session.ended_at < before
        ]
        forgotten = sorted(old)[:limit]
        for _, session_id in forgotten:
            del self._sessions[session_id]
            self._calls.pop(session_id, None)
        return len(forgotten)

    def _kept(self) -> Iterator[AnalysisSession]:
        """Yield the sessions of jobs that are still there."""
        return (session for session in self._sessions.values() if session.job_id in self._jobs)

    def _find(self, session_id: str) -> AnalysisSession:
        session = self._sessions.get(session_id)
        if session is None or session.job_id not in self._jobs:
            raise AnalysisNotFound(check_session_id(session_id))
        return session

    def _find_job(self, job_id: str) -> PlannedJob:
        job = self._jobs.get(job_id)
        if job is None:
            raise JobNotFound(check_job_id(job_id))
        return job

    def _write(self, step: AnalysisStep) -> AnalysisStep:
        if step.change is not None:
            step = evolve(step, change=evolve(step.change, job=self._write_change(step.change)))
        for session in (step.ended, step.session):
            if session is not None:
                self._sessions[session.session_id] = session
        for call in step.calls:
            self._calls.setdefault(call.session_id, []).append(call)
        return step


def _place(session: AnalysisSession) -> tuple[datetime, str]:
    return session.started_at, session.session_id
