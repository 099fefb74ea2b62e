"""What an analysis changes: hints and pauses, felt at once, bounded, told, and gone when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clock import NOON
from tests.mcp.assistant import fields_of

pytestmark = pytest.mark.anyio


def at(minutes: float) -> str:
    return (NOON + timedelta(minutes=minutes)).isoformat()


async def begin(assistant, **fields) -> tuple[str, str]:
    """Create a job that runs every hour but for `fields`, and return its id and that of a session."""
    job = await assistant.create(**({"cron_expression": "0 * * * *"} | fields))
    started = await assistant.call("start_analysis", job_id=job["job_id"])
    return job["job_id"], started["session_id"]


async def test_an_interval_is_tighter_at_once_and_the_answer_says_why(connect):
    async with connect() as assistant:
        job_id, session = await begin(assistant)
        answer = await assistant.call(
            "propose_interval", session_id=session, interval_ms=300_000, reason="The queue grows."
        )
        shown = (await assistant.call("get_job", job_id=job_id))["job"]
        (listed,) = (await assistant.call("list_jobs"))["jobs"]

    assert (answer["next_run_at"], answer["source"]) == (at(5), "hint-interval")
    assert "An interval hint decides it" in answer["why"]
    assert answer["baseline_next_run_at"] == at(60)
    hint = {"interval_ms": 300_000, "expires_at": at(60), "reason": "The queue grows."}
    assert answer["hints"] == {"interval": hint}
    assert answer["calls_left"] == 14
    assert shown["next_run_at"] == listed["next_run_at"] == at(5)
    assert shown["hints"] == listed["hints"] == {"interval": hint}


async def test_an_interval_relaxes_too_and_ends_with_its_time_to_live(connect, clock, run_due):
    async with connect() as assistant:
        job_id, session = await begin(assistant, cron_expression="*/5 * * * *")
        await assistant.call("propose_interval", session_id=session, interval_ms=1_800_000, ttl_minutes=40)
        times = []
        for minute in range(5, 61, 5):
            clock.advance(300)
            if await run_due():
                times.append(minute)
        sources = {run["source"] for run in (await assistant.call("get_job_logs", job_id=job_id))["logs"]}

    assert times == [30, 40, 45, 50, 55, 60], "the baseline is back at its end, 40 minutes after noon"
    assert sources == {"hint-interval", "baseline-cron"}


async def test_the_next_run_comes_when_proposed_once(connect, clock, run_due):
    async with connect() as assistant:
        job_id, session = await begin(assistant)
        answer = await assistant.call("propose_next_time", session_id=session, next_run_at=at(10))
        clock.advance(600)
        assert await run_due() == 1
        explained = await assistant.call("explain_job", job_id=job_id)

    assert (answer["next_run_at"], answer["source"]) == (at(10), "hint-next-run")
    assert explained["run"]["source"] == "hint-next-run"
    assert (explained["next"]["at"], explained["next"]["source"]) == (at(60), "baseline-cron")
    assert explained["hints"] is None


async def test_a_job_is_paused_until_a_time_and_resumed_before_it(connect, clock, run_due):
    async with connect() as assistant:
        job_id, session = await begin(assistant)
        paused = await assistant.call(
            "pause_until", session_id=session, until=at(150), reason="Maintenance until half past two."
        )
        shown = (await assistant.call("get_job", job_id=job_id))["job"]
        clock.advance(3600)
        assert await run_due() == 0
        explained = await assistant.call("explain_job", job_id=job_id, at=at(60))
        clock.advance(60)
        fresh = await assistant.call("start_analysis", job_id=job_id)
        resumed = await assistant.call("pause_until", session_id=fresh["session_id"], until=None)

    assert (paused["source"], paused["paused_until"]) == ("paused", at(150))
    assert shown["paused_until"] == at(150)
    assert explained["finding"] == "paused"
    assert at(150) in explained["explanation"]
    assert "Maintenance" in " ".join(explained["next"]["reasons"])
    assert (resumed["next_run_at"], resumed["paused_until"]) == (at(120), None)


async def test_clear_hints_brings_the_baseline_back_at_once(connect):
    async with connect() as assistant:
        _, session = await begin(assistant)
        await assistant.call("propose_interval", session_id=session, interval_ms=60_000)
        await assistant.call("propose_next_time", session_id=session, next_run_at=at(1))
        cleared = await assistant.call("clear_hints", session_id=session, reason="It has recovered.")
        missing = await assistant.refuse("clear_hints", session_id=session)

    assert (cleared["next_run_at"], cleared["source"], cleared["hints"]) == (at(60), "baseline-cron", None)
    assert fields_of(missing) == [("reason", "required")]


async def test_the_limits_of_the_job_are_said_where_they_hold(connect):
    async with connect() as assistant:
        _, session = await begin(assistant, options={"min_interval_seconds": 600})
        refused = await assistant.refuse("propose_interval", session_id=session, interval_ms=60_000)
        clamped = await assistant.call("propose_next_time", session_id=session, next_run_at=at(2))

    assert fields_of(refused) == [("interval_ms", "range")]
    assert "600000" in refused["message"]
    assert (clamped["next_run_at"], clamped["source"]) == (at(10), "clamped-min")
    assert "min_interval_seconds (600)" in clamped["why"]


@pytest.mark.parametrize(
    ("tool", "arguments", "field"),
    [
        ("propose_interval", {"interval_ms": 0}, "interval_ms"),
        ("propose_interval", {"interval_ms": 10**30}, "interval_ms"),
        ("propose_interval", {"interval_ms": 60_000, "ttl_minutes": 1441}, "ttl_minutes"),
        ("propose_interval", {"interval_ms": 60_000, "ttl_minutes": 1e300}, "ttl_minutes"),
        ("propose_next_time", {"next_run_at": at(-1)}, "next_run_at"),
        ("propose_next_time", {"next_run_at": at(31)}, "next_run_at"),
        ("propose_next_time", {"next_run_at": "2026-01-15T12:10:00"}, "next_run_at"),
        ("propose_next_time", {"next_run_at": "0001-01-01T00:00:00+23:00"}, "next_run_at"),
        ("pause_until", {"until": at(-1)}, "until"),
        ("pause_until", {"until": at(31 * 1440)}, "until"),
        ("pause_until", {"until": 5}, "until"),
        ("clear_hints", {"reason": " "}, "reason"),
        ("get_response_history", {"limit": 11}, "limit"),
        ("submit_analysis", {"reasoning": "x", "confidence": "certain"}, "confidence"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_field_and_changes_nothing(connect, tool, arguments, field):
    async with connect() as assistant:
        job_id, session = await begin(assistant)
        error = await assistant.refuse(tool, session_id=session, **arguments)
        shown = (await assistant.call("get_job", job_id=job_id))["job"]

    assert [name for name, _ in fields_of(error)] == [field]
    assert (shown["next_run_at"], "hints" in shown, "paused_until" in shown) == (at(60), False, False)


async def test_what_analyses_do_is_among_the_events_in_sentences(connect, clock, run_due):
    async with connect() as assistant:
        job_id, session = await begin(assistant, cron_expression="*/5 * * * *")
        await assistant.call("propose_interval", session_id=session, interval_ms=60_000, reason="It grows.")
        await assistant.call("propose_next_time", session_id=session, next_run_at=at(0.5))
        clock.advance(30)
        await run_due()
        await assistant.call("pause_until", session_id=session, until=at(20), reason="Rest.")
        await assistant.call("pause_until", session_id=session, until=None, reason="Enough.")
        await assistant.call("clear_hints", session_id=session, reason="All is well.")
        await assistant.call("submit_analysis", session_id=session, reasoning="It grew.")
        events = (await assistant.call("events_since", job_id=job_id))["events"]

    said = {event["kind"]: event["sentence"] for event in events if "sentence" in event}
    assert list(said) == [
        "analysis_started",
        "hint_proposed",
        "hint_consumed",
        "job_paused_until",
        "job_pause_ended",
        "hints_cleared",
        "analysis_ended",
    ]
    assert session in said["analysis_started"]
    assert "\u201cAll is well.\u201d" in said["hints_cleared"]
    assert "submitted" in said["analysis_ended"]


async def test_a_time_to_come_is_explained_by_the_hints_or_the_pause_that_decide_it(connect):
    async with connect() as assistant:
        job_id, session = await begin(assistant)
        await assistant.call("propose_interval", session_id=session, interval_ms=300_000, ttl_minutes=30)
        soon = await assistant.call("explain_job", job_id=job_id, at=at(5))
        later = await assistant.call("explain_job", job_id=job_id, at=at(20))
        await assistant.call("pause_until", session_id=session, until=at(90), reason="Rest.")
        paused = await assistant.call("explain_job", job_id=job_id, at=at(60))

    assert soon["finding"] == "upcoming"
    assert later["finding"] == "not_scheduled"
    for answer in (soon, later):
        assert f"Hints decide until {at(30)}" in answer["explanation"]
    assert paused["finding"] == "not_scheduled"
    assert f"until {at(90)}" in paused["explanation"]
    assert paused["next"]["source"] == "paused"
    assert f"By the baseline alone it would come at {at(60)}" in " ".join(paused["next"]["reasons"])
