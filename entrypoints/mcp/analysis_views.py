"""Analyses as the JSON that tools answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from ...application.adaptive.session_call import Answer
from ...domain.adaptive.session import AnalysisSession, ToolCall
from ...domain.untrusted import clean_text
from .prompts.plain_data import make_plain
from .run_schema import view_instant
from .tool import Payload

_LISTED_REASONING, _WHOLE_REASONING = 300, 3_000
_ACTIONS, _ACTION_LIMIT = 10, 200
_CALLS_LIMIT, _RESULT_LIMIT, _ARGUMENTS_LIMIT, _REST = 20_500, 3_500, 300, 300
"""Characters: of all calls together, of a result, of arguments, and of them with what else a call has."""


def view_answer(answered: Answer) -> Payload:
    """Return what a call answered, with the calls that are left."""
    return {**answered.result, "calls_left": answered.session.calls_left}


def view_listed_session(session: AnalysisSession) -> Payload:
    """Return what a list tells of a session."""
    return _view(session, _LISTED_REASONING)


def view_session(session: AnalysisSession) -> Payload:
    """Return a session in full, without its calls."""
    return {
        **_view(session, _WHOLE_REASONING),
        "untrusted_actions_taken": [
            clean_text(action, _ACTION_LIMIT) for action in session.actions_taken[:_ACTIONS]
        ],
        "warnings": list(session.warnings),
    }


def view_calls(calls: Sequence[ToolCall]) -> list[Payload]:
    """Return calls, of which each is cut so that all of them fit in an answer."""
    limit = min(_RESULT_LIMIT, _CALLS_LIMIT // max(1, len(calls)) - _REST)
    return [_view_call(call, limit) for call in calls]


def _view_call(call: ToolCall, limit: int) -> Payload:
    return {
        "number": call.number,
        "tool": call.tool,
        "at": call.at.isoformat(),
        "refused": call.refused,
        "applied": call.applied,
        "untrusted_arguments": _fit(call.arguments, _ARGUMENTS_LIMIT),
        "untrusted_result": _fit(call.result, limit),
    }


def _view(session: AnalysisSession, reasoning_limit: int) -> Payload:
    duration = session.duration
    return {
        "session_id": session.session_id,
        "job_id": session.job_id,
        "analyst": session.analyst,
        "state": session.state.value,
        "shadow": session.shadow,
        "started_at": session.started_at.isoformat(),
        "ended_at": view_instant(session.ended_at),
        "duration_ms": None if duration is None else duration // timedelta(milliseconds=1),
        "calls": session.call_count,
        "failures": session.failures,
        "confidence": None if session.confidence is None else session.confidence.value,
        "next_analysis_at": view_instant(session.next_analysis_at),
        "tokens": session.tokens,
        "untrusted_reasoning": clean_text(session.reasoning, reasoning_limit),
    }


def _fit(values: Mapping[str, object], limit: int) -> Payload:
    plain = make_plain(values, limit)
    return plain if isinstance(plain, dict) else {"cut": plain}
