"""The session around an analysis: its budget, its end, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS
from cronlytic_mcp.entrypoints.toolset import DEFAULT_TOOLSETS, Toolset
from tests.clock import NOON
from tests.mcp.adaptive.test_acts import at, begin
from tests.mcp.assistant import fields_of

pytestmark = pytest.mark.anyio

IN_SESSION = {
    "propose_interval": {"interval_ms": 60_000},
    "propose_next_time": {"next_run_at": at(5)},
    "pause_until": {"until": None},
    "clear_hints": {"reason": "None is needed."},
    "get_latest_response": {},
    "get_response_history": {},
    "get_sibling_latest_responses": {},
    "submit_analysis": {"reasoning": "Nothing to do."},
}
READING = ["list_due_analyses", "list_analysis_sessions", "get_analysis_session"]


async def test_fifteen_calls_are_taken_and_the_sixteenth_is_refused(connect):
    async with connect() as assistant:
        job_id, session = await begin(assistant)
        left = [
            (await assistant.call("get_latest_response", session_id=session))["calls_left"] for _ in range(15)
        ]
        error = await assistant.refuse("propose_interval", session_id=session, interval_ms=60_000)
        again = await assistant.refuse("submit_analysis", session_id=session, reasoning="Too late.")
        job = (await assistant.call("get_job", job_id=job_id))["job"]
        record = await assistant.call("get_analysis_session", session_id=session)

    assert left == list(range(14, -1, -1))
    assert error["code"] == again["code"] == "analysis_limit_reached"
    assert "hints" not in job
    assert record["session"]["state"] == "limit-reached"
    assert "without submit_analysis" in record["session"]["warnings"][0]
    assert len(record["calls"]) == 15


async def test_a_refused_call_counts_and_is_kept(connect):
    async with connect() as assistant:
        _, session = await begin(assistant)
        await assistant.refuse("propose_next_time", session_id=session, next_run_at=at(-1))
        answer = await assistant.call("get_latest_response", session_id=session)
        record = await assistant.call("get_analysis_session", session_id=session)

    assert answer["calls_left"] == 13
    assert [call["refused"] for call in record["calls"]] == [True, False]
    assert record["calls"][0]["untrusted_result"]["error"]["code"] == "invalid_arguments"


@pytest.mark.parametrize("tool", IN_SESSION)
async def test_outside_a_session_a_call_is_refused_with_the_way_in(connect, tool):
    async with connect() as assistant:
        without = await assistant.refuse(tool, **IN_SESSION[tool])
        unknown = await assistant.refuse(tool, session_id="f" * 32, **IN_SESSION[tool])
        _, session = await begin(assistant)
        await assistant.call("submit_analysis", session_id=session, reasoning="Done.")
        ended = await assistant.refuse(tool, session_id=session, **IN_SESSION[tool])

    assert fields_of(without) == [("session_id", "required")]
    assert (unknown["code"], ended["code"]) == ("analysis_not_found", "analysis_closed")
    for error in (without, unknown, ended):
        assert "start_analysis" in error["message"]


async def test_a_job_has_one_session_at_a_time_and_an_idle_one_makes_room(connect, clock):
    async with connect() as assistant:
        job_id, session = await begin(assistant)
        second = await assistant.refuse("start_analysis", job_id=job_id)
        clock.advance(timedelta(minutes=15))
        await assistant.call("start_analysis", job_id=job_id)
        late = await assistant.refuse("get_latest_response", session_id=session)
        states = [each["state"] for each in (await assistant.call("list_analysis_sessions"))["sessions"]]

    assert (second["code"], second["session_id"]) == ("analysis_already_open", session)
    assert late["code"] == "analysis_closed"
    assert states == ["open", "abandoned"]


@pytest.mark.parametrize(
    ("asked", "delay", "clamped"),
    [(1, 300_000, True), (10**12, 86_400_000, True), (1_800_000, 1_800_000, False), (None, 3_600_000, False)],
)
async def test_the_next_analysis_is_kept_between_five_minutes_and_a_day(connect, asked, delay, clamped):
    more = {} if asked is None else {"next_analysis_in_ms": asked}
    async with connect() as assistant:
        _, session = await begin(assistant)
        answer = await assistant.call("submit_analysis", session_id=session, reasoning="All is well.", **more)

    assert answer["status"] == "analysis_complete"
    assert (answer["next_analysis_in_ms"], answer["clamped"]) == (delay, clamped)
    assert answer["next_analysis_at"] == (NOON + timedelta(milliseconds=delay)).isoformat()
    assert ("brought within" in answer["message"]) == clamped
    assert (answer["reasoning"], answer["actions_taken"], answer["confidence"]) == ("All is well.", [], None)


async def test_a_job_is_due_until_it_is_analysed_and_again_when_it_fails(connect, clock, run_due):
    async with connect() as assistant:
        job = await assistant.create(cron_expression="*/5 * * * *")
        never = await assistant.call("list_due_analyses")
        session = (await assistant.call("start_analysis", job_id=job["job_id"]))["session_id"]
        while_open = await assistant.call("list_due_analyses")
        await assistant.call(
            "submit_analysis", session_id=session, reasoning="Calm.", next_analysis_in_ms=86_400_000
        )
        after = await assistant.call("list_due_analyses")
        clock.advance(300)
        await run_due(status=503)
        clock.advance(1)
        failing = await assistant.call("list_due_analyses")

    assert [(each["name"], each["reason"]) for each in never["jobs"]] == [
        ("backup", "It was never analysed.")
    ]
    assert while_open["jobs"] == after["jobs"] == []
    assert "1 in a row" in failing["jobs"][0]["reason"]


async def test_sessions_are_listed_in_pages_and_shown_with_their_calls(connect, clock):
    async with connect() as assistant:
        job_id, first = await begin(assistant)
        await assistant.call("propose_interval", session_id=first, interval_ms=60_000, reason="It grows.")
        await assistant.call(
            "submit_analysis",
            session_id=first,
            reasoning="The queue grew.",
            actions_taken=["propose_interval"],
            confidence="high",
        )
        for _ in range(2):
            clock.advance(60)
            session = (await assistant.call("start_analysis", job_id=job_id))["session_id"]
            await assistant.call("submit_analysis", session_id=session, reasoning="Calm.")
        page = await assistant.call("list_analysis_sessions", job_id=job_id, limit=2)
        rest = await assistant.call("list_analysis_sessions", job_id=job_id, cursor=page["next_cursor"])
        strange = await assistant.refuse("list_analysis_sessions", cursor=page["next_cursor"])
        record = await assistant.call("get_analysis_session", session_id=first)

    assert [each["session_id"] for each in rest["sessions"]] == [first]
    assert (len(page["sessions"]), rest["next_cursor"]) == (2, None)
    assert fields_of(strange) == [("cursor", "cursor")], "it was one of a job's list"
    assert record["job_name"] == "backup"
    assert [call["tool"] for call in record["calls"]] == ["propose_interval", "submit_analysis"]
    assert record["calls"][0]["untrusted_result"]["source"] == "hint-interval"
    assert record["session"]["untrusted_reasoning"] == "The queue grew."
    assert (record["session"]["confidence"], record["session"]["calls"]) == ("high", 2)


async def test_a_record_of_long_answers_still_fits_in_an_answer(connect, clock, run_due):
    async with connect() as assistant:
        _, session = await begin(assistant, cron_expression="* * * * *")
        for number in range(10):
            clock.advance(60)
            await run_due(f"{number} " + "\u20ac" * 5000)
        for _ in range(15):
            await assistant.call("get_response_history", session_id=session)
        record = await assistant.call("get_analysis_session", session_id=session)

    assert len(record["calls"]) == 15
    shown = record["calls"][0]["untrusted_result"]["responses"]
    assert "of 10 shown" in shown[-1]


async def test_the_toolset_is_offered_on_request_and_only_its_lists_where_nothing_may_change(
    connect, services
):
    offered = [tool.name for tool in ALL_TOOLS if tool.toolset is Toolset.ADAPTIVE]
    async with connect() as assistant:
        assert [name for name in assistant.tools if name in offered] == offered
        for name in offered:
            tool = assistant.tools[name]
            assert len(tool.description) <= 350
            assert tool.annotations.destructive_hint is False
            assert tool.annotations.read_only_hint == (name in READING)
    services.read_only = True
    async with connect() as assistant:
        assert [name for name in assistant.tools if name in offered] == READING

    assert Toolset.ADAPTIVE not in DEFAULT_TOOLSETS
