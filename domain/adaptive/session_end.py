"""How an analysis ends that is not submitted: kept, with a warning."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from ..engine.change import Change
from ..engine.event import Event, EventData, EventKind
from ..engine.planned_job import JobView
from .analysis_step import AnalysisStep
from .session import CALL_LIMIT, AnalysisSession, SessionState

_ENDINGS = {
    SessionState.LIMIT_REACHED: f"It made more than {CALL_LIMIT} calls",
    SessionState.ABANDONED: "It was left alone for too long",
    SessionState.FAILED: "Its analyst broke off",
}


def close_session(
    session: AnalysisSession, view: JobView, state: SessionState, now: datetime, warning: str = ""
) -> AnalysisStep:
    """Return a session that ends in another way than it should, and the event of that."""
    ended = end_session(session, state, now, warning)
    return AnalysisStep(ended, Change(view.job, events=(tell_session_end(ended, now),)))


def end_session(
    session: AnalysisSession, state: SessionState, now: datetime, warning: str = ""
) -> AnalysisSession:
    """Return a session ended without `submit_analysis`, with a warning that says so."""
    warnings = [f"{_ENDINGS[state]}; it ended without submit_analysis."] + ([warning] if warning else [])
    return evolve(session, state=state, ended_at=now, warnings=(*session.warnings, *warnings))


def tell_session_end(session: AnalysisSession, now: datetime) -> Event:
    """Return the event that a session ended."""
    data: dict[str, EventData] = {
        "session_id": session.session_id,
        "analyst": session.analyst,
        "shadow": session.shadow,
        "state": session.state.value,
        "calls": session.call_count,
    }
    return Event(EventKind.ANALYSIS_ENDED, session.job_id, now, data)
