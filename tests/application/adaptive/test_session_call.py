"""Calls within a session, whoever the analyst is: felt at once, recorded, and only watched in shadow mode."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cronlytic_mcp.application.adaptive.clear_hints import clear_hints
from cronlytic_mcp.application.adaptive.get_analysis_session import get_analysis_session
from cronlytic_mcp.application.adaptive.get_latest_response import get_latest_response
from cronlytic_mcp.application.adaptive.get_response_history import get_response_history
from cronlytic_mcp.application.adaptive.get_sibling_latest_responses import get_sibling_latest_responses
from cronlytic_mcp.application.adaptive.pause_until import pause_until
from cronlytic_mcp.application.adaptive.propose_interval import propose_interval
from cronlytic_mcp.application.adaptive.propose_next_time import propose_next_time
from cronlytic_mcp.application.adaptive.session_call import NO_REASON
from cronlytic_mcp.application.adaptive.start_analysis import start_analysis
from cronlytic_mcp.domain.adaptive.errors import AnalysisNotFound
from cronlytic_mcp.domain.errors import InvalidArguments
from tests.clock import NOON

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(ports, add_job, wakes) -> str:
    return (await start_analysis(ports, await add_job())).session.session_id


async def test_whatever_changes_the_job_wakes_the_engine_and_looking_does_not(ports, session, wakes):
    for look in (get_latest_response, get_response_history, get_sibling_latest_responses):
        await look(ports, session)
    assert wakes == []
    await propose_interval(ports, session, interval_ms=60_000)
    await propose_next_time(ports, session, next_run_at=NOON + timedelta(minutes=5))
    await pause_until(ports, session, until=NOON + timedelta(hours=5))
    await pause_until(ports, session, until=None)
    await clear_hints(ports, session, reason="All is well.")
    assert len(wakes) == 5


async def test_a_session_in_shadow_mode_records_what_it_would_do(ports, add_job, wakes):
    job_id = await add_job()
    session = (await start_analysis(ports, job_id, analyst="llm", shadow=True)).session.session_id
    answer = await propose_interval(ports, session, interval_ms=60_000, reason="It grows.")
    record = await get_analysis_session(ports, session)

    assert answer.result["source"] == "hint-interval", "what would be"
    assert (await ports.store.get_job(job_id)).plan.at == NOON + timedelta(hours=1)
    assert wakes == []
    assert [(call.tool, call.applied) for call in record.calls] == [("propose_interval", False)]
    assert (record.session.analyst, record.session.shadow) == ("llm", True)


async def test_a_call_is_recorded_with_its_arguments_and_its_answer(ports, session):
    answer = await propose_interval(ports, session, interval_ms=60_000)
    (call,) = (await get_analysis_session(ports, session)).calls

    assert call.arguments == {"interval_ms": 60_000, "ttl_minutes": 60, "reason": NO_REASON}
    assert call.result == answer.result
    assert answer.session.calls_left == 14


async def test_a_long_argument_is_recorded_cut(ports, session):
    await clear_hints(ports, session, reason="because " * 10_000)
    (call,) = (await get_analysis_session(ports, session)).calls
    assert len(call.arguments["reason"]) == 1_000


async def test_no_session_is_no_session_and_what_cannot_be_an_id_is_said(ports):
    with pytest.raises(AnalysisNotFound, match="start_analysis"):
        await get_latest_response(ports, "f" * 32)
    with pytest.raises(InvalidArguments, match="session_id"):
        await get_latest_response(ports, "no session")
