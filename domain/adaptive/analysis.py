"""The steps of an analysis: each a decision about its session and its job, to be written as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import evolve

from ..engine.change import Change
from ..engine.event import Event, EventData, EventKind
from ..engine.planned_job import JobView
from ..errors import CronlyticError
from ..untrusted import clean_text
from .acts import check_adaptable
from .analysis_state import AnalysisState
from .analysis_step import Act, AnalysisStep, AnalysisView
from .errors import AnalysisAlreadyOpen, AnalysisClosed, AnalysisLimitReached, AnalysisNotOpen
from .next_analysis import NextAnalysis, plan_analysis
from .session import CALL_LIMIT, AnalysisSession, Confidence, SessionState, ToolCall
from .session_end import close_session, end_session, tell_session_end

REASONING_LIMIT = 10_000
"""Characters of a reasoning that are kept."""
_ACTIONS_LIMIT, _ACTION_LIMIT = 50, 500


def start_analysis(
    found: AnalysisView, session_id: str, analyst: str, now: datetime, *, shadow: bool = False
) -> AnalysisStep:
    """Return a new session. An idle one of the job is ended as abandoned.

    The next analysis is planned as if this one left that open, in case it never ends as it should.

    Raises:
        AnalysisAlreadyOpen: the job has one that is not idle.
        NotAdaptable: the job has nothing that an analysis could change.
    """
    job, earlier = check_adaptable(found.view.job), found.session
    ended, events = None, list[Event]()
    if earlier is not None and earlier.is_open:
        if not earlier.is_idle(now):
            raise AnalysisAlreadyOpen(job.job_id, earlier.session_id, earlier.analyst, earlier.idle_at)
        ended = end_session(earlier, SessionState.ABANDONED, now)
        events.append(tell_session_end(ended, now))
    following = plan_analysis(job, now).at
    state = AnalysisState(last_at=now, failures=job.failures, next_at=following)
    session = AnalysisSession(
        session_id,
        job.job_id,
        analyst,
        now,
        now,
        shadow=shadow,
        failures=job.failures,
        next_analysis_at=following,
    )
    data: dict[str, EventData] = {"session_id": session_id, "analyst": analyst, "shadow": shadow}
    events.append(Event(EventKind.ANALYSIS_STARTED, job.job_id, now, data))
    return AnalysisStep(session, Change(evolve(job, analysis=state), events=tuple(events)), ended)


def call_tool(
    found: AnalysisView, tool: str, arguments: Mapping[str, object], now: datetime, act: Act
) -> AnalysisStep:
    """Return a session after another call, and what the call does to the job.

    An error that `act` raises is the call's result, and the step's refusal. In shadow mode what it does is
    recorded and not done. A call too many, or one after the end, only ends the session, if it is open.

    Raises:
        AnalysisNotOpen: there is no session.
    """
    session = _require(found)
    closed = _find_closed(session, found.view, now)
    if closed is not None:
        return closed
    session = evolve(session, call_count=session.call_count + 1, last_call_at=now)
    change, refusal = None, None
    try:
        change, result = act(found.view)
    except CronlyticError as error:
        refusal, result = error, {"error": {"code": error.code, "message": str(error)}}
    call = ToolCall(
        session_id=session.session_id,
        number=session.call_count,
        tool=tool,
        at=now,
        arguments=arguments,
        result=result,
        refused=refusal is not None,
        applied=refusal is None and not session.shadow,
    )
    return AnalysisStep(session, None if session.shadow else change, calls=(call,), refusal=refusal)


def submit_analysis(
    found: AnalysisView,
    reasoning: str,
    now: datetime,
    *,
    next_analysis_in_ms: int | None = None,
    actions_taken: Sequence[str] = (),
    confidence: Confidence | None = None,
) -> AnalysisStep:
    """Return a session that ends as it should, with when the job wants the next one; it counts as a call.

    Raises:
        AnalysisNotOpen: there is no session.
    """
    following = plan_analysis(found.view.job, now, next_analysis_in_ms)
    reasoning = clean_text(reasoning, REASONING_LIMIT)
    actions = tuple(clean_text(action, _ACTION_LIMIT) for action in actions_taken[:_ACTIONS_LIMIT])
    conclusion = {
        "reasoning": reasoning,
        "actions_taken": list(actions),
        "confidence": confidence and confidence.value,
    }
    arguments = {**conclusion, "next_analysis_in_ms": next_analysis_in_ms}
    result = {"status": "analysis_complete", **conclusion, **_tell_next(following)}
    step = call_tool(found, "submit_analysis", arguments, now, lambda _: (None, result))
    if step.refusal is not None:
        return step
    ended = evolve(
        step.session,
        state=SessionState.SUBMITTED,
        ended_at=now,
        reasoning=reasoning,
        actions_taken=actions,
        confidence=confidence,
        next_analysis_at=following.at,
    )
    return _conclude(found, evolve(step, session=ended), now)


def _conclude(found: AnalysisView, step: AnalysisStep, now: datetime) -> AnalysisStep:
    """Return the step of a session that has submitted, which is done in shadow mode too."""
    job = found.view.job
    job = evolve(job, analysis=evolve(job.analysis, next_at=step.session.next_analysis_at))
    calls = tuple(evolve(call, applied=True) for call in step.calls)
    return evolve(step, change=Change(job, events=(tell_session_end(step.session, now),)), calls=calls)


def fail_analysis(found: AnalysisView, warning: str, now: datetime) -> AnalysisStep:
    """Return a session whose analyst broke off; one that has ended stays as it is.

    Raises:
        AnalysisNotOpen: there is no session.
    """
    session = _require(found)
    if not session.is_open:
        return AnalysisStep(session)
    return close_session(session, found.view, SessionState.FAILED, now, clean_text(warning, _ACTION_LIMIT))


def abandon_analysis(found: AnalysisView, now: datetime) -> AnalysisStep:
    """Return an idle session ended; any other one stays as it is.

    Raises:
        AnalysisNotOpen: there is no session.
    """
    session = _require(found)
    if not session.is_idle(now):
        return AnalysisStep(session)
    return close_session(session, found.view, SessionState.ABANDONED, now)


def spend_tokens(found: AnalysisView, tokens: int) -> AnalysisStep:
    """Return a session, open or ended, that used so many tokens more.

    Raises:
        AnalysisNotOpen: there is no session.
    """
    session = _require(found)
    return AnalysisStep(evolve(session, tokens=session.tokens + tokens))


def _require(found: AnalysisView) -> AnalysisSession:
    if found.session is None:
        raise AnalysisNotOpen
    return found.session


def _find_closed(session: AnalysisSession, view: JobView, now: datetime) -> AnalysisStep | None:
    """Return the step of a call that a session takes no more, with the refusal; None if it takes it."""
    if session.state is SessionState.LIMIT_REACHED:
        return AnalysisStep(session, refusal=AnalysisLimitReached(session.session_id, CALL_LIMIT))
    if not session.is_open:
        return AnalysisStep(session, refusal=AnalysisClosed(session.session_id, session.state.value))
    if session.is_idle(now):
        step = close_session(session, view, SessionState.ABANDONED, now)
        return evolve(step, refusal=AnalysisClosed(session.session_id, step.session.state.value))
    if session.call_count >= CALL_LIMIT:
        step = close_session(session, view, SessionState.LIMIT_REACHED, now)
        return evolve(step, refusal=AnalysisLimitReached(session.session_id, CALL_LIMIT))
    return None


def _tell_next(following: NextAnalysis) -> dict[str, object]:
    return {
        "next_analysis_at": following.at.isoformat(),
        "next_analysis_in_ms": following.delay_ms,
        "clamped": following.clamped,
    }
