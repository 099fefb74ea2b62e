"""Analyses and their calls as rows of tables, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from ...domain.adaptive.session import AnalysisSession, Confidence, SessionState, ToolCall
from .documents import read_lines, read_mapping, write_lines, write_mapping
from .faults import unreadable_row


def write_session(session: AnalysisSession) -> dict[str, object]:
    """Return all columns of a session."""
    return {
        "session_id": session.session_id,
        "job_id": session.job_id,
        "analyst": session.analyst,
        "shadow": session.shadow,
        "state": session.state.value,
        "started_at": session.started_at,
        "last_call_at": session.last_call_at,
        "ended_at": session.ended_at,
        "call_count": session.call_count,
        "failures": session.failures,
        "reasoning": session.reasoning,
        "actions_taken": write_lines(session.actions_taken),
        "confidence": session.confidence and session.confidence.value,
        "tokens": session.tokens,
        "next_analysis_at": session.next_analysis_at,
        "warnings": write_lines(session.warnings),
    }


def read_session(row: Row[Any]) -> AnalysisSession:
    """Return the session of a row.

    Raises:
        StoreUnavailable: nothing of ours wrote this row.
    """
    try:
        return _read_session(row)
    except Exception as error:
        raise unreadable_row(f"the analysis {row.session_id}") from error


def write_call(call: ToolCall) -> dict[str, object]:
    """Return all columns of a call."""
    return {
        "session_id": call.session_id,
        "number": call.number,
        "tool": call.tool,
        "at": call.at,
        "arguments": write_mapping(call.arguments),
        "result": write_mapping(call.result),
        "refused": call.refused,
        "applied": call.applied,
    }


def read_call(row: Row[Any]) -> ToolCall:
    """Return the call of a row; raises as `read_session` does."""
    try:
        return ToolCall(
            session_id=row.session_id,
            number=row.number,
            tool=row.tool,
            at=row.at,
            arguments=read_mapping(row.arguments),
            result=read_mapping(row.result),
            refused=row.refused,
            applied=row.applied,
        )
    except Exception as error:
        raise unreadable_row(f"a call of the analysis {row.session_id}") from error


def _read_session(row: Row[Any]) -> AnalysisSession:
    return AnalysisSession(
        session_id=row.session_id,
        job_id=row.job_id,
        analyst=row.analyst,
        started_at=row.started_at,
        last_call_at=row.last_call_at,
        state=SessionState(row.state),
        shadow=row.shadow,
        call_count=row.call_count,
        failures=row.failures,
        ended_at=row.ended_at,
        reasoning=row.reasoning,
        actions_taken=read_lines(row.actions_taken),
        confidence=None if row.confidence is None else Confidence(row.confidence),
        tokens=row.tokens,
        next_analysis_at=row.next_analysis_at,
        warnings=read_lines(row.warnings),
    )
