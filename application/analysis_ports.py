"""The port to what is kept of analyses: sessions with their calls, and what an analyst is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ..domain.adaptive.analysis_step import AnalysisStep, Decision
from ..domain.adaptive.session import AnalysisSession, SessionPosition, ToolCall
from ..domain.engine.planned_job import PlannedJob
from ..domain.engine.run import Run


class AnalysisStore(Protocol):
    """Keeps analyses beside the jobs of an `EngineStore`, for any number of processes at once.

    Every call is one transaction, with what `EngineStore` says about these: an exception that a `Decision`
    raises leaves everything as it was and is passed on, and instants come in and go out as aware UTC.

    Writing an `AnalysisStep`: its change as `EngineStore.change_job` writes one, the session that it ends,
    its session, and its calls. Of each job at most one session is open. The sessions of a job go with it.

    Every call may raise `StoreUnavailable`; nothing is changed then, as far as can be known. Calls that name
    a job or a session raise `InvalidArguments` for an id that cannot be one, and `JobNotFound` or
    `AnalysisNotFound` for an unknown one.
    """

    async def open_session(self, job_id: str, decide: Decision) -> AnalysisStep:
        """Write what `decide` makes of a job and of its open session, None without one; return the step.

        The step's session is a new one. Its change holds the job as written.
        """

    async def change_session(self, session_id: str, decide: Decision) -> AnalysisStep:
        """Write what `decide` makes of a session, open or not, and of its job; return the step as written.

        Two changes of one session or job at the same time both happen, one after the other.
        """

    async def get_session(self, session_id: str) -> AnalysisSession:
        """Return one session."""

    async def list_calls(self, session_id: str) -> Sequence[ToolCall]:
        """Return the calls of a session, by number."""

    async def list_sessions(
        self, limit: int, *, job_id: str | None = None, before: SessionPosition | None = None
    ) -> Sequence[AnalysisSession]:
        """Return up to `limit` sessions, of one job where it is given, the newest position first.

        `before` leaves out that position and everything after it.
        """

    async def list_idle_sessions(self, now: datetime, limit: int) -> Sequence[AnalysisSession]:
        """Return up to `limit` open sessions that are idle at `now`, the longest idle first."""

    async def list_due_analyses(self, now: datetime, limit: int) -> Sequence[PlannedJob]:
        """Return up to `limit` jobs that are due for an analysis at `now`, the longest due first, then by id.

        Those that have an open session which is not idle are left out.
        """

    async def sum_tokens(self, since: datetime, until: datetime) -> int:
        """Return the tokens of all sessions that started at or after an instant, and before another one."""

    async def list_responses(self, job_id: str, limit: int, *, offset: int = 0) -> Sequence[Run]:
        """Return up to `limit` runs that succeeded or failed, with bodies, the newest position first.

        `offset` newer ones are left out.
        """

    async def list_group(self, group: str) -> Sequence[PlannedJob]:
        """Return the jobs of a group, by name in lower case, of equals by id."""

    async def forget_sessions(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` sessions that ended before an instant, with their calls; return how many."""
