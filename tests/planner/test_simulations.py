"""A flash sale and an outage: engine, planner with the rules and the SQL store together, on a fake clock."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from cronlytic_mcp.domain.adaptive.session import SessionState
from cronlytic_mcp.domain.engine.run import RunSource
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.application.engine.world import MINUTELY, answer, every
from tests.planner.scene import saying, sql_scene

pytestmark = pytest.mark.anyio

QUIET, BUSY = saying(demand="normal", orders=3), saying(demand="high", orders=900)


async def pass_minutes(count: float) -> None:
    await asyncio.sleep(count * 60 - 10)


def tell_by_minute(scene, *answers):
    """Have the target give the last of the answers whose minute has come."""

    async def behave(_request):
        minute = scene.clock.monotonic() / 60
        return next(outcome for begin, outcome in reversed(answers) if begin <= minute)

    scene.targets.behave(behave)


def count_runs(scene, *minutes) -> list[int]:
    """How many runs there were from each of the minutes to the next one."""
    return [scene.runs_between(*phase) for phase in pairwise(minutes)]


async def sources(scene) -> Counter:
    return Counter(run.source for run in await scene.runs())


async def assert_whole(scene) -> None:
    """Every occurrence ran once, every session ended as it should within ten calls, and nobody complained."""
    runs, sessions = await scene.runs(), await scene.sessions()
    assert len({run.fire_at for run in runs}) == len(runs) == len(set(scene.targets.keys))
    assert {session.state for session in sessions} == {SessionState.SUBMITTED}
    assert max(session.call_count for session in sessions) <= 10
    assert (scene.told, scene.notices) == ([], [])


async def test_a_flash_sale_is_followed_as_closely_as_its_person_allows_and_the_baseline_returns(tmp_path):
    async with sql_scene(tmp_path) as scene:
        tell_by_minute(scene, (0, QUIET), (30, BUSY), (70, QUIET))
        await scene.add(every(300), min_interval_seconds=30)
        async with scene.at_work():
            await pass_minutes(120)

        before, seen, sale, seen_over, after = count_runs(scene, 0, 30, 40, 70, 80, 120)
        assert before == 5  # every 5 minutes
        assert 2 < seen < 20
        assert sale == 60  # every 30 seconds
        assert 2 <= seen_over < 20
        assert after == 8
        assert await scene.rules() == ["no-data", "reporting", "high-demand", "back-to-normal", "reporting"]
        assert (await scene.store.get_job("job-1")).hints.in_force(scene.clock.now()).all == ()
        await assert_whole(scene)


async def test_without_the_leave_of_its_person_no_sale_makes_a_job_run_more_often(tmp_path):
    async with sql_scene(tmp_path) as scene:
        tell_by_minute(scene, (0, QUIET), (30, BUSY), (70, QUIET))
        await scene.add(every(300))
        async with scene.at_work():
            await pass_minutes(120)

        assert await sources(scene) == {RunSource.BASELINE_INTERVAL: 24}
        assert "high-demand" in await scene.rules()
        await assert_whole(scene)


@pytest.mark.parametrize("schedule", [every(60), MINUTELY])
async def test_an_outage_is_probed_ever_less_often_and_the_baseline_returns_after_it(tmp_path, schedule):
    async with sql_scene(tmp_path) as scene:
        tell_by_minute(scene, (0, answer()), (30, answer(503)), (270, answer()))
        await scene.add(schedule)
        async with scene.at_work():
            await pass_minutes(330)

        before, seen, incident, outage, back, after = count_runs(scene, 10, 30, 45, 85, 270, 290, 330)
        assert before == 20
        assert seen <= 15
        assert 6 <= incident <= 10  # about every 5 minutes
        assert 11 <= outage <= 16  # about every 15
        assert back >= 4  # the outage ends unseen for 15 minutes at most
        assert after == 40
        assert await scene.rules() == [
            *("no-data", "stable", "first-failures", "incident", "outage", "recovered", "stable")
        ]
        await assert_whole(scene)


async def test_an_outage_is_seen_to_end_far_sooner_than_backoff_alone_would(tmp_path):
    """The interval would have grown to 160 minutes."""
    async with sql_scene(tmp_path) as scene:
        tell_by_minute(scene, (0, answer()), (60, answer(503)), (300, answer()))
        await scene.add(every(300))
        async with scene.at_work():
            await pass_minutes(400)

        assert count_runs(scene, 320, 400) == [16]
        longest = max(later - earlier for earlier, later in pairwise(scene.targets.times))
        assert longest <= timedelta(minutes=20)
        await assert_whole(scene)


async def test_a_cron_job_with_hours_of_its_own_skips_times_of_its_baseline_and_keeps_its_hours(tmp_path):
    async with sql_scene(tmp_path) as scene:
        tell_by_minute(scene, (0, answer(503)))
        await scene.add(CronSchedule("*/2 12-13 * * *"))
        async with scene.at_work():
            await pass_minutes(300)

        times = scene.targets.times
        assert {(time.hour, time.minute % 2, time.second) for time in times} <= {(12, 0, 0), (13, 0, 0)}
        assert 5 <= len(times) <= 40  # of 59
        await assert_whole(scene)


async def test_in_shadow_mode_the_same_outage_changes_nothing(tmp_path):
    async with sql_scene(tmp_path) as scene:
        tell_by_minute(scene, (0, answer()), (60, answer(503)))
        await scene.add(MINUTELY)
        async with scene.at_work(shadow=True):
            await pass_minutes(180)

        assert await sources(scene) == {RunSource.BASELINE_CRON: 180}
        sessions = await scene.sessions()
        proposed = [session for session in sessions if "propose_interval" in session.actions_taken]
        assert proposed
        assert all(session.shadow for session in sessions)
        await assert_whole(scene)
