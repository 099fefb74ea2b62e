"""The tools that tell how jobs are doing and when they run, as a client of either era sees them."""

from __future__ import annotations

import json

import pytest

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.application.preview_schedule import COLLISION_LIMIT, MOVE_LIMIT
from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.schedule import IntervalSchedule
from tests.mcp.backends import FixedGateway
from tests.mcp.snapshot import check_snapshot
from tests.mcp.toolset_story import job, run
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("tool", ["get_job_health", "preview_schedule"])
async def test_a_tool_is_shown_as_its_snapshot_says(connect, tool):
    async with connect() as assistant:
        check_snapshot(assistant.tools[tool])


async def test_both_read_only_and_describe_themselves_within_their_budget(connect):
    async with connect() as assistant:
        for name in ("get_job_health", "preview_schedule"):
            tool = assistant.tools[name]
            hints = tool.annotations
            assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint) == (
                True,
                False,
                True,
            )
            assert hints.open_world_hint
            assert len(tool.description) <= 350


# --- get_job_health ------------------------------------------------------------------------------


async def test_the_health_of_a_job_is_told_in_windows_and_in_words(connect, gateway, clock):
    async with connect() as assistant:
        created = await assistant.create(cron_expression="0 * * * *")
        for hours in range(1, 10):
            gateway.record_run(
                created["job_id"],
                run(clock.now(), hours=hours - 0.5, failed=hours in (1, 2, 6), seconds=1 / 3),
            )
        answer = await assistant.call("get_job_health", job_id=created["job_id"])
    assert (answer["job_id"], answer["name"], answer["status"]) == (created["job_id"], "backup", "failed")
    assert answer["verdict"]["condition"] == "failing"
    assert "the newest 2 runs failed" in answer["verdict"]["sentence"]
    windows = {window["hours"]: window for window in answer["windows"]}
    assert [(hours, window["runs"], window["success_rate"]) for hours, window in windows.items()] == [
        (1, 1, 0.0),
        (4, 4, 0.5),
        (24, 9, 0.6667),
    ]
    assert answer["mean_duration"] == 0.333
    assert (answer["streak"], answer["last_status"], answer["known_runs"]) == (2, "failed", 9)


async def test_no_runs_are_no_rate_and_not_zero_percent(connect):
    async with connect() as assistant:
        created = await assistant.create()
        answer = await assistant.call("get_job_health", job_id=created["job_id"])
    assert answer["verdict"]["condition"] == "no_data"
    assert [window["success_rate"] for window in answer["windows"]] == [None] * 3
    assert (answer["mean_duration"], answer["newest_run_at"]) == (None, None)


async def test_the_health_of_a_job_that_does_not_exist_is_refused(connect):
    async with connect() as assistant:
        assert (await assistant.refuse("get_job_health", job_id="missing"))["code"] == "job_not_found"
        assert (await assistant.refuse("get_job_health", job_id="../x"))["code"] == "invalid_arguments"


# --- preview_schedule ----------------------------------------------------------------------------


async def test_the_coming_week_is_told_by_hour_and_minute_with_what_meets_and_where_there_is_room(connect):
    async with connect() as assistant:
        for name in ("a", "b", "c"):
            await assistant.create(name=name)
        paused = await assistant.create(name="paused")
        await assistant.call("pause_job", job_id=paused["job_id"])
        answer = await assistant.call("preview_schedule")
    assert (answer["active"], answer["paused"], answer["runs"], answer["crowded_minutes"]) == (3, 1, 21, 7)
    assert list(answer["by_hour"]) == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]
    assert answer["by_hour"]["Monday"][3] == 3
    assert sum(map(sum, answer["by_hour"].values())) == sum(answer["by_minute"]) == 21
    (collision,) = answer["collisions"]
    assert ([each["name"] for each in collision["jobs"]], collision["job_count"], collision["times"]) == (
        ["a", "b", "c"],
        3,
        7,
    )
    assert collision["next_starts"][0] == "2026-01-16T03:00:00+00:00"
    assert all(move["cron_expression"].endswith(" 3 * * *") for move in answer["moves"])
    assert "omitted" not in answer


async def test_a_move_can_be_given_to_update_job_and_then_nothing_meets(connect):
    async with connect() as assistant:
        for name in ("a", "b", "c"):
            await assistant.create(name=name)
        for move in (await assistant.call("preview_schedule"))["moves"]:
            await assistant.call("update_job", job_id=move["job_id"], cron_expression=move["cron_expression"])
        answer = await assistant.call("preview_schedule")
    assert (answer["collisions"], answer["moves"], answer["crowded_minutes"]) == ([], [], 0)


async def test_one_job_is_told_its_own_move_or_that_there_is_none(connect):
    async with connect() as assistant:
        first, second = await assistant.create(name="a"), await assistant.create(name="b")
        (move,) = (await assistant.call("preview_schedule", job_id=second["job_id"]))["moves"]
        assert move["job_id"] == second["job_id"]
        await assistant.call("update_job", job_id=first["job_id"], cron_expression="30 4 * * *")
        assert (await assistant.call("preview_schedule", job_id=second["job_id"]))["moves"] == []
        assert (await assistant.refuse("preview_schedule", job_id="missing"))["code"] == "job_not_found"


class TestWhileTheApiIsDown:
    @pytest.fixture
    async def stub(self):
        async with StubApi() as stub:
            yield stub

    @pytest.fixture
    async def gateway(self, stub, clock):
        policy = ResiliencePolicy(attempts=1, breaker_failures=100, cache_time=0)
        async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as http:
            yield resilient(http, clock, policy)

    async def test_both_answer_what_was_known_and_say_so(self, connect, stub, clock):
        async with connect() as assistant:
            job_id = (await assistant.create())["job_id"]
            calls = {"get_job_health": {"job_id": job_id}, "preview_schedule": {}}
            known = {tool: await assistant.call(tool, **arguments) for tool, arguments in calls.items()}
            as_of = clock.now().isoformat()
            stub.faults.add(Fault.answer(503).permanent())
            for tool, arguments in calls.items():
                stale = await assistant.call(tool, **arguments)
                assert stale == known[tool] | {"stale": True, "as_of": as_of}


class TestTooMuch:
    @pytest.fixture
    def gateway(self):
        return FixedGateway()

    async def test_what_is_left_out_is_counted_and_the_way_to_it_told(self, connect, gateway):
        gateway.jobs = [
            job(number, cron_expression=f"{number % 30} {number % 24} * * *") for number in range(3000)
        ]
        gateway.jobs += [job(5000 + number, cron_expression="no cron at all") for number in range(40)]
        every_hour = Job(
            "every", JobSpec("every", "https://example.com/", IntervalSchedule(3600)), JobStatus.PENDING
        )
        gateway.jobs.append(every_hour)
        async with connect() as assistant:
            answer = await assistant.call("preview_schedule")
        assert (answer["active"], answer["unplaced_count"]) == (3041, 41)
        assert len(answer["collisions"]) == COLLISION_LIMIT
        assert answer["collisions"][0]["job_count"] > len(answer["collisions"][0]["jobs"]) == 8
        assert len(answer["moves"]) == MOVE_LIMIT
        assert len(answer["unplaced"]) == 15
        said = " ".join(answer["omitted"])
        for left_out in ("collisions.jobs: ", "collisions: ", "moves: ", "unplaced: 15 of 41"):
            assert left_out in said
        assert "list_jobs" in said

    async def test_long_names_and_schedules_keep_the_answer_within_its_limit(self, connect, gateway):
        gateway.jobs = [job(number, name="n" * 3000) for number in range(50)]
        async with connect() as assistant:
            answer = await assistant.call("preview_schedule")
        assert len(json.dumps(answer)) < 26_000
        assert any("characters shown" in said for said in answer["omitted"])
