"""The steps of an analysis: its budget, its ends, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.domain.adaptive.acts import propose_interval
from cronlytic_mcp.domain.adaptive.analysis import (
    abandon_analysis,
    call_tool,
    fail_analysis,
    spend_tokens,
    start_analysis,
    submit_analysis,
)
from cronlytic_mcp.domain.adaptive.analysis_step import AnalysisView
from cronlytic_mcp.domain.adaptive.errors import (
    AnalysisAlreadyOpen,
    AnalysisClosed,
    AnalysisLimitReached,
    AnalysisNotOpen,
    NotAdaptable,
)
from cronlytic_mcp.domain.adaptive.session import CALL_LIMIT, IDLE_LIMIT, Confidence, SessionState
from cronlytic_mcp.domain.engine.planned_job import JobView
from cronlytic_mcp.domain.engine.run import RunSource
from tests.domain.planned import HOURLY, NOON, a_job, at, every, kinds, once

MINUTE = timedelta(minutes=1)


def started(job=None, **options):
    view = JobView(job or a_job(HOURLY))
    step = start_analysis(AnalysisView(view), "session-1", "assistant", NOON, **options)
    return AnalysisView(JobView(step.change.job), step.session)


def carry_on(found, step):
    job = found.view.job if step.change is None else step.change.job
    return AnalysisView(JobView(job), step.session)


def look(found, now=NOON):
    return call_tool(found, "get_latest_response", {}, now, lambda _: (None, {"found": False}))


def tighten(found, now=NOON, length=MINUTE):
    def act(view):
        change = propose_interval(view, length, 60 * MINUTE, "an incident", now)
        return change, {"next_run_at": change.job.plan.at.isoformat()}

    return call_tool(found, "propose_interval", {"interval_ms": 60_000}, now, act)


def used_up():
    found = started()
    for _ in range(CALL_LIMIT):
        found = carry_on(found, look(found))
    return found


def test_a_session_starts_with_all_its_calls():
    step = start_analysis(AnalysisView(JobView(evolve(a_job(), failures=3))), "session-1", "rules", NOON)

    assert (step.session.state, step.session.calls_left) == (SessionState.OPEN, 15)
    assert (step.session.failures, step.change.job.analysis.failures) == (3, 3)
    assert kinds(step.change) == ["analysis_started"]
    assert step.change.job.analysis.last_at == NOON


def test_a_call_is_counted_recorded_and_done_at_once():
    found = started()

    step = tighten(found, at(1))

    (call,) = step.calls
    assert (call.number, call.tool, call.at, call.arguments) == (
        1,
        "propose_interval",
        at(1),
        {"interval_ms": 60_000},
    )
    assert call.result == {"next_run_at": at(2).isoformat()}
    assert (call.refused, call.applied) == (False, True)
    assert (step.session.call_count, step.session.calls_left, step.session.last_call_at) == (1, 14, at(1))
    assert step.change.job.plan.source is RunSource.HINT_INTERVAL


def test_a_call_that_is_refused_counts_too_and_changes_nothing():
    step = tighten(started(), length=timedelta(0))

    assert step.refusal.code == "invalid_arguments"
    assert step.change is None
    assert (step.session.call_count, step.calls[0].refused, step.calls[0].applied) == (1, True, False)
    assert step.calls[0].result["error"]["code"] == "invalid_arguments"


def test_in_shadow_mode_a_call_is_recorded_and_changes_nothing():
    step = tighten(started(shadow=True))

    assert step.change is None
    assert (step.calls[0].applied, step.calls[0].refused) == (False, False)
    assert step.calls[0].result == {"next_run_at": at(1).isoformat()}


def test_the_sixteenth_call_is_refused_and_ends_the_session():
    found = used_up()

    step = tighten(found)

    assert isinstance(step.refusal, AnalysisLimitReached)
    assert "start_analysis" in str(step.refusal)
    assert (step.session.state, step.session.call_count) == (SessionState.LIMIT_REACHED, 15)
    assert (step.calls, step.session.calls_left) == ((), 0)
    assert "without submit_analysis" in step.session.warnings[0]
    assert step.change.job == found.view.job
    assert kinds(step.change) == ["analysis_ended"]


def test_submitting_is_one_of_the_calls():
    found = started()
    for _ in range(CALL_LIMIT - 1):
        found = carry_on(found, look(found))

    assert submit_analysis(found, "done", NOON).session.state is SessionState.SUBMITTED
    assert submit_analysis(used_up(), "late", NOON).session.state is SessionState.LIMIT_REACHED


def test_submitting_ends_the_session_and_says_what_was_recorded():
    found = started()

    step = submit_analysis(
        found,
        "All is\u202e well",
        at(2),
        next_analysis_in_ms=7_200_000,
        actions_taken=["none"],
        confidence=Confidence.HIGH,
    )

    session = step.session
    assert (session.state, session.ended_at, session.duration) == (SessionState.SUBMITTED, at(2), 2 * MINUTE)
    assert (session.reasoning, session.actions_taken, session.confidence) == (
        "All is well",
        ("none",),
        "high",
    )
    assert session.next_analysis_at == step.change.job.analysis.next_at == at(122)
    assert step.calls[0].result == {
        "status": "analysis_complete",
        "reasoning": "All is well",
        "actions_taken": ["none"],
        "confidence": "high",
        "next_analysis_at": at(122).isoformat(),
        "next_analysis_in_ms": 7_200_000,
        "clamped": False,
    }
    assert session.warnings == ()
    assert kinds(step.change) == ["analysis_ended"]


@pytest.mark.parametrize(
    ("schedule", "asked", "delay"),
    [
        (HOURLY, 1, 300_000),
        (HOURLY, -5, 300_000),
        (HOURLY, 300_000, 300_000),
        (HOURLY, 10**15, 86_400_000),
        (HOURLY, None, 3_600_000),
        (every(10), None, 300_000),
        (every(7 * 86_400), None, 86_400_000),
    ],
)
def test_the_next_analysis_comes_between_five_minutes_and_a_day_later(schedule, asked, delay):
    step = submit_analysis(started(a_job(schedule)), "done", NOON, next_analysis_in_ms=asked)

    assert step.calls[0].result["next_analysis_in_ms"] == delay
    assert step.calls[0].result["clamped"] == (
        asked not in (None, 300_000) or (delay != 3_600_000 and asked is None)
    )
    assert step.session.next_analysis_at == NOON + timedelta(milliseconds=delay)


def test_a_session_that_is_left_alone_is_abandoned_at_its_next_call():
    found = carry_on(found := started(), look(found, at(1)))

    assert look(found, at(1) + IDLE_LIMIT - timedelta(microseconds=1)).refusal is None
    step = tighten(found, at(1) + IDLE_LIMIT)

    assert isinstance(step.refusal, AnalysisClosed)
    assert (step.session.state, step.refusal.state) == (SessionState.ABANDONED, "abandoned")
    assert (step.calls, step.change.job) == ((), found.view.job)


def test_an_idle_session_can_be_ended_and_one_that_is_not_cannot():
    found = started()

    assert abandon_analysis(found, NOON + IDLE_LIMIT).session.state is SessionState.ABANDONED
    assert abandon_analysis(found, at(14)).session == found.session
    assert abandon_analysis(found, at(14)).change is None


def test_an_analyst_that_breaks_off_leaves_a_session_with_a_warning():
    found = started()

    step = fail_analysis(found, "The model did not answer.", at(1))

    assert step.session.state is SessionState.FAILED
    assert step.session.warnings == (
        "Its analyst broke off; it ended without submit_analysis.",
        "The model did not answer.",
    )
    assert fail_analysis(carry_on(found, step), "again", at(2)).session == step.session


def test_a_session_that_has_ended_takes_no_more_calls():
    found = started()
    found = carry_on(found, submit_analysis(found, "done", NOON))

    step = tighten(found)

    assert isinstance(step.refusal, AnalysisClosed)
    assert "start_analysis" in str(step.refusal)
    assert (step.session, step.change, step.calls) == (found.session, None, ())


def test_a_call_outside_a_session_is_refused_with_the_way_in():
    with pytest.raises(AnalysisNotOpen, match="start_analysis"):
        look(AnalysisView(JobView(a_job())))


def test_of_a_job_there_is_one_session_at_a_time():
    found = started()

    with pytest.raises(AnalysisAlreadyOpen) as caught:
        start_analysis(found, "session-2", "rules", at(14))
    step = start_analysis(found, "session-2", "rules", at(15))

    assert caught.value.facts["session_id"] == "session-1"
    assert (step.ended.session_id, step.ended.state) == ("session-1", SessionState.ABANDONED)
    assert step.session.session_id == "session-2"
    assert kinds(step.change) == ["analysis_ended", "analysis_started"]


def test_what_runs_once_is_not_analysed():
    with pytest.raises(NotAdaptable):
        started(a_job(once(at(30))))


def test_tokens_are_added_up_after_the_end_too():
    found = started()
    found = carry_on(found, spend_tokens(found, 1_000))
    found = carry_on(found, fail_analysis(found, "It timed out.", at(1)))

    assert spend_tokens(found, 234).session.tokens == 1_234
