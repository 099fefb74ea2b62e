"""The calls of one session for an analyst in this process: the same use-cases, the same limits, no way out."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.application.adaptive.session_tools import TOOL_NAMES, SessionTools
from cronlytic_mcp.application.adaptive.start_analysis import start_analysis
from cronlytic_mcp.application.adaptive.tool_arguments import ToolArguments
from cronlytic_mcp.domain.adaptive.errors import AnalysisClosed, AnalysisLimitReached
from cronlytic_mcp.domain.errors import InvalidArguments, Problem
from tests.application.engine.world import HOURLY, at

pytestmark = pytest.mark.anyio


@pytest.fixture
async def tools(scene) -> SessionTools:
    await scene.add(HOURLY)
    started = await start_analysis(scene.ports, "job-1", analyst="rules")
    return SessionTools(scene.ports, started.session.session_id)


async def calls(scene, tools):
    return await scene.store.analyses.list_calls(tools.session_id)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("propose_interval", {"interval_ms": 60_000}),
        ("propose_interval", {"interval_ms": 60_000.5, "ttl_minutes": 7.5, "reason": "x"}),
        ("propose_next_time", {"next_run_at": "2026-01-15T12:10:00Z", "reason": "x"}),
        ("propose_next_time", {"next_run_at": "2026-01-15T13:30:00+01:00", "ttl_minutes": 40}),
        ("pause_until", {"until": "2026-01-16T12:00:00+00:00", "reason": "x"}),
        ("pause_until", {"until": None, "reason": "x"}),
        ("clear_hints", {"reason": "x"}),
        ("get_latest_response", {}),
        ("get_response_history", {}),
        ("get_response_history", {"limit": 3.0, "offset": 0}),
        ("get_sibling_latest_responses", {}),
        ("submit_analysis", {"reasoning": "x"}),
        (
            "submit_analysis",
            {"reasoning": "x", "next_analysis_in_ms": 1, "actions_taken": ["y"], "confidence": "low"},
        ),
    ],
)
async def test_every_tool_takes_its_arguments_and_is_recorded(scene, tools, tool, arguments):
    answer = await tools.call(tool, arguments)

    assert not answer.refused
    (recorded,) = await calls(scene, tools)
    assert (recorded.tool, recorded.refused) == (tool, False)
    assert dict(answer.result) | dict(recorded.result) == answer.result


async def test_the_tools_are_those_of_a_session(tools):
    answer = await tools.call("no_such_tool", {})

    assert all(name in answer.result["error"]["message"] for name in TOOL_NAMES)


@pytest.mark.parametrize(
    ("tool", "arguments", "field"),
    [
        ("propose_interval", {}, "interval_ms"),
        ("propose_interval", {"interval_ms": True}, "interval_ms"),
        ("propose_interval", {"interval_ms": 0}, "interval_ms"),
        ("propose_interval", {"interval_ms": math.inf}, "interval_ms"),
        ("propose_interval", {"interval_ms": 10**400}, "interval_ms"),
        ("propose_interval", {"interval_ms": 60_000, "ttl_minutes": 1_441}, "ttl_minutes"),
        ("propose_interval", {"interval_ms": 60_000, "reason": 7}, "reason"),
        ("propose_next_time", {"next_run_at": "2026-01-15T12:10:00"}, "next_run_at"),
        ("propose_next_time", {"next_run_at": None}, "next_run_at"),
        ("propose_next_time", {"next_run_at": "2026-01-15T11:00:00Z"}, "next_run_at"),
        ("pause_until", {}, "until"),
        ("pause_until", {"until": "9999-12-31T23:59:59-12:00"}, "until"),
        ("clear_hints", {}, "reason"),
        ("get_response_history", {"limit": 11}, "limit"),
        ("get_response_history", {"limit": "3"}, "limit"),
        ("get_latest_response", {"job_id": "job-2"}, "job_id"),
        ("submit_analysis", {}, "reasoning"),
        ("submit_analysis", {"reasoning": "x", "confidence": "sure"}, "confidence"),
        ("submit_analysis", {"reasoning": "x", "actions_taken": "y"}, "actions_taken"),
        ("drop_table", {}, "tool"),
    ],
)
async def test_what_a_tool_cannot_take_is_refused_with_the_field_counts_and_changes_nothing(
    scene, tools, tool, arguments, field
):
    before = await scene.store.get_job("job-1")
    answer = await tools.call(tool, arguments)

    assert answer.refused
    assert field in [problem["field"] for problem in answer.result["error"]["problems"]]
    (recorded,) = await calls(scene, tools)
    assert recorded.refused
    after = await scene.store.get_job("job-1")
    assert (after.plan, after.hints, after.pause) == (before.plan, before.hints, before.pause)


async def test_what_was_written_in_place_of_arguments_is_kept_cut_and_marked(scene, tools):
    problem = Problem("arguments", "json", "must be one JSON object.", "{}")
    await tools.refuse("propose_interval", "x" * 10_000, problem)

    (recorded,) = await calls(scene, tools)
    assert len(recorded.arguments["untrusted_arguments"]) <= 500


async def test_the_sixteenth_call_is_refused_whatever_it_is_and_then_the_session_is_over(tools):
    for number in range(15):
        await tools.call("get_latest_response" if number % 2 else "no_such_tool", {})
    with pytest.raises(AnalysisLimitReached):
        await tools.call("no_such_tool", {})
    with pytest.raises(AnalysisLimitReached):
        await tools.call("submit_analysis", {"reasoning": "too late"})


async def test_after_submit_no_call_is_taken(scene, tools):
    await tools.call("submit_analysis", {"reasoning": "done"})
    with pytest.raises(AnalysisClosed):
        await tools.call("propose_interval", {"interval_ms": 60_000})
    await tools.spend_tokens(7)

    session = await scene.store.analyses.get_session(tools.session_id)
    assert (session.call_count, session.tokens) == (1, 7)


async def test_what_is_proposed_is_done_at_once(scene, tools):
    answer = await tools.call("propose_interval", {"interval_ms": 60_000})

    job = await scene.store.get_job("job-1")
    assert job.hints.interval.interval == timedelta(minutes=1)
    assert (job.plan.at, answer.result["next_run_at"]) == (at(1), at(1).isoformat())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e", "f", "x"]), JSON))
def test_arguments_of_any_kind_are_read_or_refused(given_arguments):
    arguments = ToolArguments(given_arguments)
    arguments.text("a", "")
    arguments.number("b", 1)
    arguments.whole_number("c")
    arguments.instant("d", optional=True)
    arguments.texts("e")
    arguments.confidence("f")
    try:
        arguments.finish()
    except InvalidArguments as error:
        assert error.problems  # noqa: PT017 - either way it is fine, but nothing else may be raised
    else:
        assert "x" not in given_arguments
