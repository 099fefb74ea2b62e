"""Lost answers, an API that is down, others at the same job: the original returns and edits stay."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from attrs import evolve

from cronlytic_mcp.application.cloud_hints.claim import claim_hints
from cronlytic_mcp.application.cloud_hints.keeper import HintKeeper
from cronlytic_mcp.application.cloud_hints.list_hints import read_hints
from cronlytic_mcp.application.cloud_hints.person_edits import HintedGateway
from cronlytic_mcp.application.cloud_hints.ports import CloudHintPorts
from cronlytic_mcp.application.cloud_hints.propose_hints import (
    clear_hints,
    pause_until,
    propose_interval,
    propose_next_time,
)
from cronlytic_mcp.application.cloud_hints.reconcile import reconcile
from cronlytic_mcp.domain.cloud_hints.errors import HintsBusy
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.errors import NotPermitted
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.application.cloud_hints.conftest import BASELINE, SPEC
from tests.application.cloud_hints.wire import Wire

pytestmark = pytest.mark.anyio

FIVE_MINUTES, HOUR = 300_000, timedelta(hours=1)
HINTED, PERSONS = "*/5 * * * *", "0 6 * * *"
WRITES = (4, 8)
"""Which calls of proposing and clearing an interval are writes; each comes right after a read."""


@pytest.fixture
def wire(cloud) -> Wire:
    wire = Wire(cloud.jobs)
    cloud.ports = CloudHintPorts(wire, cloud.notes, cloud.clock, cloud.ports.tell)
    cloud.keeper = HintKeeper(cloud.ports, cloud.failed.append)
    return wire


async def set_by_person(cloud) -> None:
    job = await cloud.jobs.get(cloud.job_id)
    await cloud.jobs.update(cloud.job_id, evolve(job.spec, schedule=CronSchedule(PERSONS)))


async def look_for(cloud, hours: float) -> None:
    """Let the keeper look every half minute for so long."""
    for _ in range(int(hours * 120)):
        cloud.clock.advance(30)
        await cloud.keeper.look_once()


@pytest.mark.parametrize("lose", ["before", "after"])
async def test_what_a_lost_answer_did_is_found_by_looking(cloud, wire, lose):
    wire.lose = lose
    answer = await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    assert not answer["applied"]
    wire.lose = ""
    await look_for(cloud, 0.1)
    assert await cloud.look() == (HINTED, False)
    wire.lose = lose
    await look_for(cloud, 1)
    wire.lose = ""
    await look_for(cloud, 0.5)
    assert await cloud.look() == (BASELINE, False)
    assert not await cloud.keeper.look_once()
    assert not cloud.told


async def test_a_write_that_is_carried_out_minutes_after_it_was_given_up_is_undone(cloud, wire):
    wire.lose = "before"
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    wire.lose = ""
    await clear_hints(cloud.ports, cloud.job_id, reason="It has recovered.")
    assert await cloud.look() == (BASELINE, False)
    cloud.clock.advance(timedelta(minutes=10))
    await cloud.jobs.update(cloud.job_id, evolve(SPEC, schedule=CronSchedule(HINTED)))  # now it comes
    await cloud.keeper.look_once()

    assert await cloud.look() == (BASELINE, False)
    assert not cloud.told


async def test_an_api_that_is_down_for_a_day_is_waited_for(cloud, wire):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    await pause_until(cloud.ports, cloud.job_id, until=cloud.clock.now() + HOUR)
    wire.down, wire.calls = True, 0
    await look_for(cloud, 24)
    assert await cloud.look() == (HINTED, True)
    assert wire.calls < 24 * 15, "it is asked too often while it is down"
    wire.down = False
    await look_for(cloud, 0.5)
    assert await cloud.look() == (BASELINE, False)


async def test_a_hint_that_never_got_through_leaves_nothing_when_it_ends(cloud, wire):
    wire.lose = "before"
    at = cloud.clock.now() + timedelta(minutes=10)
    await propose_next_time(cloud.ports, cloud.job_id, next_run_at=at)
    await look_for(cloud, 1)
    wire.lose = ""
    await look_for(cloud, 0.5)

    assert await cloud.look() == (BASELINE, False)
    assert not await cloud.keeper.look_once()


async def test_what_a_person_sets_before_any_read_of_ours_stays(cloud, wire):
    """Only between the last read and the write after it is nothing to be done: the API has no condition."""
    for number in count(1):
        await cloud.jobs.update(cloud.job_id, SPEC)
        wire.calls, wire.before_call = 0, {number: lambda: set_by_person(cloud)}
        await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
        await clear_hints(cloud.ports, cloud.job_id, reason="It has recovered.")
        if wire.calls < number:
            break
        if number not in WRITES:
            assert await cloud.look() == (PERSONS, False), f"before call {number} of {wire.calls}"
    assert number > 8


async def test_of_two_keepers_one_acts(cloud, wire):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    cloud.clock.advance(HOUR)
    writes = wire.writes
    other = HintKeeper(cloud.ports, cloud.failed.append)
    await asyncio.gather(cloud.keeper.look_once(), other.look_once())

    assert await cloud.look() == (BASELINE, False)
    assert wire.writes == writes + 1
    assert not cloud.failed


async def test_a_claim_of_a_process_that_is_lost_ends_and_its_later_write_is_refused(cloud, wire):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    lost = await claim_hints(cloud.ports, cloud.job_id)
    cloud.clock.advance(HOUR)  # its claim has lapsed long since
    with pytest.raises(HintsBusy):
        lost.check()
    await reconcile(cloud.ports, cloud.job_id)
    with pytest.raises(HintsBusy):
        await lost.save(lost.record)
    assert await cloud.look() == (BASELINE, False)


async def test_a_claim_that_is_held_keeps_others_off(cloud, wire):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    await claim_hints(cloud.ports, cloud.job_id)
    with pytest.raises(HintsBusy, match="call again"):
        await reconcile(cloud.ports, cloud.job_id)


class BrokenNotes:
    """A store that cannot be used."""

    async def read_notes(self, topic):
        raise StoreUnavailable("the disk is full", "Free some space.")

    write_note = read_notes


async def test_without_a_store_no_hint_is_set_and_a_person_still_pauses_the_job(cloud, wire):
    ports = CloudHintPorts(wire, BrokenNotes(), cloud.clock)
    with pytest.raises(StoreUnavailable):
        await propose_interval(ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    assert not wire.writes
    await HintedGateway(ports).pause(cloud.job_id)
    assert await cloud.look() == (BASELINE, True)


async def test_switched_off_every_hint_ends_at_once(cloud, wire):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    keeper = HintKeeper(cloud.ports, cloud.failed.append, end_all=True, look_seconds=0)
    await keeper.run()

    assert await cloud.look() == (BASELINE, False)
    assert not cloud.failed


async def test_what_the_backend_refuses_leaves_the_hints_as_they_were(cloud, wire):
    await propose_interval(cloud.ports, cloud.job_id, interval_ms=FIVE_MINUTES)
    wire.refuse = True
    with pytest.raises(NotPermitted):
        await propose_interval(cloud.ports, cloud.job_id, interval_ms=2 * FIVE_MINUTES)
    wire.refuse = False
    await cloud.keeper.look_once()

    assert await cloud.look() == (HINTED, False)
    assert (await read_hints(cloud.ports, cloud.job_id))["cron_expression"] == HINTED
