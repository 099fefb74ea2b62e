"""Hints on the cloud: in place at once, gone when they end, whatever they hold together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.application.cloud_hints.list_hints import list_hints, read_hints
from cronlytic_mcp.application.cloud_hints.propose_hints import (
    clear_hints,
    pause_until,
    propose_interval,
    propose_next_time,
)
from cronlytic_mcp.application.update_job import update_job
from cronlytic_mcp.domain.adaptive.errors import NotAdaptable
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.application.cloud_hints.conftest import BASELINE, SPEC

pytestmark = pytest.mark.anyio

FIVE_MINUTES, HOUR = 300_000, timedelta(hours=1)


async def test_an_interval_is_in_place_until_it_ends_and_the_rest_of_the_job_stays(cloud):
    answer = await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES, reason="It fails.")

    assert answer["applied"]
    assert await cloud.look() == ("*/5 * * * *", False)
    assert answer["original"] == {"cron_expression": BASELINE, "paused": False}
    cloud.clock.advance(HOUR - timedelta(seconds=1))
    await cloud.keeper.look_once()
    assert await cloud.look() == ("*/5 * * * *", False)
    cloud.clock.advance(1)
    await cloud.keeper.look_once()
    assert (await cloud.jobs.get(cloud.job_id)).spec == SPEC
    assert not cloud.told
    assert not await list_hints(cloud.ports)


async def test_an_interval_without_even_steps_says_which_coarser_one_it_becomes(cloud):
    answer = await propose_interval(cloud.ports, cloud.job_id, interval_ms=7 * 60_000)

    assert answer["cron_expression"] == "*/10 * * * *"
    assert "next coarser" in answer["why"]


async def test_a_dated_run_is_followed_by_the_baseline(cloud):
    at = cloud.clock.now() + timedelta(minutes=10, seconds=20)
    await propose_next_time(cloud.ports, cloud.job_id, next_run_at=at)

    assert await cloud.look() == ("11 12 15 1 *", False)
    minute = (await cloud.jobs.get(cloud.job_id)).next_run_at
    cloud.clock.advance(timedelta(minutes=11, seconds=5))
    await cloud.keeper.look_once()
    assert await cloud.look() == ("11 12 15 1 *", False)  # it has not run yet
    cloud.jobs.record_run(cloud.job_id, LogEntry(minute, RunStatus.SUCCESS, 200, 0.1, ""))
    cloud.clock.advance(30)
    await cloud.keeper.look_once()
    assert await cloud.look() == (BASELINE, False)


async def test_a_pause_wins_and_a_next_run_goes_before_an_interval(cloud):
    ports, job_id, now = cloud.ports, cloud.job_id, cloud.clock.now()
    await propose_interval(ports, job_id, interval_ms=FIVE_MINUTES, ttl_minutes=600)
    await propose_next_time(ports, job_id, next_run_at=now + timedelta(minutes=10))
    assert await cloud.look() == ("10 12 15 1 *", False)
    await pause_until(ports, job_id, until=now + HOUR)
    assert await cloud.look() == ("10 12 15 1 *", True)
    cloud.clock.advance(timedelta(minutes=20))
    await cloud.keeper.look_once()
    assert await cloud.look() == ("*/5 * * * *", True)
    cloud.clock.advance(HOUR)
    await cloud.keeper.look_once()
    assert await cloud.look() == ("*/5 * * * *", False)
    await clear_hints(ports, job_id, reason="It has recovered.")
    assert await cloud.look() == (BASELINE, False)


async def test_resuming_ends_a_pause_and_what_is_wrong_changes_nothing(cloud):
    ports, job_id = cloud.ports, cloud.job_id
    await pause_until(ports, job_id, until=cloud.clock.now() + HOUR)
    with pytest.raises(InvalidArguments):
        await pause_until(ports, job_id, until=cloud.clock.now() - HOUR)
    assert await cloud.look() == (BASELINE, True)
    await pause_until(ports, job_id, until=None)
    assert await cloud.look() == (BASELINE, False)


async def test_a_job_that_a_person_has_paused_is_left_alone(cloud):
    await cloud.jobs.pause(cloud.job_id)

    with pytest.raises(NotAdaptable, match="resume_job"):
        await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    assert await cloud.look() == (BASELINE, True)


async def test_what_somebody_changes_elsewhere_stays_and_is_told(cloud):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    edited = evolve(SPEC, schedule=CronSchedule("0 6 * * *"), url="https://example.com/other")
    await cloud.jobs.update(cloud.job_id, edited)
    cloud.clock.advance(HOUR)
    await cloud.keeper.look_once()

    assert (await cloud.jobs.get(cloud.job_id)).spec == edited
    assert "'0 6 * * *'" in cloud.told[0]
    report = (await read_hints(cloud.ports, cloud.job_id))["report"]
    assert report["text"] == cloud.told[0]


async def test_another_part_of_the_job_changed_elsewhere_stays_while_the_schedule_returns(cloud):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    hinted = (await cloud.jobs.get(cloud.job_id)).spec
    await cloud.jobs.update(cloud.job_id, evolve(hinted, url="https://example.com/other"))
    cloud.clock.advance(HOUR)
    await cloud.keeper.look_once()

    assert (await cloud.jobs.get(cloud.job_id)).spec == evolve(SPEC, url="https://example.com/other")


async def test_a_pause_by_hand_during_an_interval_stays_and_the_schedule_returns(cloud):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    await cloud.jobs.pause(cloud.job_id)
    cloud.clock.advance(HOUR)
    await cloud.keeper.look_once()

    assert await cloud.look() == (BASELINE, True)
    assert "paused" in cloud.told[0]


@pytest.mark.parametrize("expression", ["0 6 * * *", "*/5 * * * *"])
async def test_a_schedule_set_through_this_server_is_the_original_from_then_on(cloud, expression):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    await update_job(cloud.person, cloud.clock, cloud.job_id, {"cron_expression": expression})
    cloud.clock.advance(HOUR)
    await cloud.keeper.look_once()

    assert await cloud.look() == (expression, False)
    assert "ended its hints: the interval" in cloud.told[0]


async def test_another_change_through_this_server_leaves_the_hint_in_force(cloud):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    await update_job(cloud.person, cloud.clock, cloud.job_id, {"name": "renamed"})
    assert await cloud.look() == ("*/5 * * * *", False)
    cloud.clock.advance(HOUR)
    await cloud.keeper.look_once()

    assert (await cloud.jobs.get(cloud.job_id)).spec == evolve(SPEC, name="renamed")


async def test_a_person_who_pauses_through_this_server_gets_the_own_schedule_back_at_once(cloud):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    await cloud.person.pause(cloud.job_id)

    assert await cloud.look() == (BASELINE, True)
    await cloud.person.resume(cloud.job_id)
    assert await cloud.look() == (BASELINE, False)


async def test_a_job_that_is_deleted_takes_its_hints_with_it(cloud):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    await cloud.person.delete(cloud.job_id)

    assert not await list_hints(cloud.ports)
    assert not await cloud.keeper.look_once()


async def test_a_job_that_is_deleted_elsewhere_is_told_when_its_hint_ends(cloud):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    await cloud.jobs.delete(cloud.job_id)
    cloud.clock.advance(HOUR)
    await cloud.keeper.look_once()

    assert "deleted" in cloud.told[0]
    assert not await cloud.keeper.look_once()
    assert not cloud.failed


@pytest.mark.parametrize("step", [timedelta(days=2), -timedelta(days=2)])
async def test_a_clock_that_is_set_leaves_no_hint_behind(cloud, step):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    await pause_until(cloud.ports, cloud.job_id, until=cloud.clock.now() + HOUR)
    cloud.clock.advance(step)
    await cloud.keeper.look_once()

    assert await cloud.look() == (BASELINE, False)


async def test_no_secret_of_the_job_is_kept_with_its_hints(cloud):
    reason = "The token abcdef0123456789 was refused."
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES, reason=reason)
    (note,) = await cloud.notes.read_notes("cloud-hints")

    assert "refused" in note.text
    assert "abcdef0123456789" not in note.text
    assert "hunter2" not in note.text
