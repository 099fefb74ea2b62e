"""Look at one analysis with its calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from ...domain.adaptive.session import AnalysisSession, ToolCall, check_session_id
from ...domain.engine.planned_job import PlannedJob
from ...domain.secrets.masking import scrub, secrets_of
from .ports import AnalysisPorts


@frozen
class SessionRecord:
    """A session, its job as it is now, and its calls by number; without secrets of the job."""

    session: AnalysisSession
    job: PlannedJob
    calls: tuple[ToolCall, ...]


async def get_analysis_session(ports: AnalysisPorts, session_id: str) -> SessionRecord:
    """Return a session with its calls.

    Raises:
        InvalidArguments: `session_id` cannot be an id.
        AnalysisNotFound: no session has it (any more).
        StoreUnavailable: the store cannot be read.
    """
    session = await ports.analyses.get_session(check_session_id(session_id))
    job, calls = await ports.store.get_job(session.job_id), await ports.analyses.list_calls(session_id)
    secrets = tuple(value for _, value in secrets_of(job.spec))
    if secrets:
        calls = [
            evolve(call, arguments=_scrub(call.arguments, secrets), result=_scrub(call.result, secrets))
            for call in calls
        ]
        session = evolve(
            session,
            reasoning=scrub(session.reasoning, secrets),
            actions_taken=tuple(scrub(action, secrets) for action in session.actions_taken),
        )
    return SessionRecord(session, job, tuple(calls))


def _scrub(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        return scrub(value, secrets)
    if isinstance(value, Mapping):
        return {name: _scrub(entry, secrets) for name, entry in value.items()}
    if isinstance(value, Sequence):
        return [_scrub(entry, secrets) for entry in value]
    return value
