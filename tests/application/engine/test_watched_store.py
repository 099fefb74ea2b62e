"""What is told of an engine's work: what is written, once, and nothing that is not."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.application.watched_store import WatchedStore
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from tests.application.engine.world import MINUTELY, answer, at_once, forever

pytestmark = pytest.mark.anyio


class Account:
    """The `EngineWatch` port, written down."""

    def __init__(self):
        self.claims, self.runs, self.events, self.lapsed = [], [], [], 0

    def note_claims(self, count):
        self.claims.append(count)

    def note_ended(self, runs):
        self.runs += runs

    def note_events(self, events):
        self.events += [event.kind.value for event in events]

    def note_lapsed(self, count):
        self.lapsed += count

    @property
    def states(self):
        return Counter(run.state.value for run in self.runs)


@pytest.fixture
def account():
    return Account()


@pytest.fixture
def watched(world, account):
    return WatchedStore(world.store, account)


async def test_runs_are_told_when_they_have_ended_with_what_came_of_them(world, account, watched):
    await world.add(MINUTELY)
    await world.add(MINUTELY, "job-2")
    world.targets.behave(at_once(answer(), answer(500)))

    async with world.running(world.engine(watched)):
        await asyncio.sleep(61)

    assert account.claims == [2]
    assert account.states == {"success": 1, "failed": 1}
    assert sorted(account.events) == ["run_failed", "run_succeeded"]
    assert all(run.outcome.attempts == 1 and run.lateness == timedelta() for run in account.runs)


async def test_a_stretch_that_was_missed_is_told_as_one_with_its_count(world, account, watched):
    await world.add(MINUTELY)
    world.clock.step(timedelta(hours=5))

    async with world.running(world.engine(watched)):
        await asyncio.sleep(1)

    (missed,) = [run for run in account.runs if run.state.value == "missed"]
    assert missed.count > 200
    assert account.events.count("runs_missed") == 1


async def test_what_is_taken_over_from_an_engine_that_died_is_told_by_the_one_that_does(
    world, account, watched
):
    await world.add(MINUTELY)
    world.targets.behave(forever)
    async with world.killed():
        await asyncio.sleep(61)
    world.targets.behave(at_once(answer()))

    async with world.running(world.engine(watched)):
        await asyncio.sleep(40)

    assert account.lapsed == 1
    assert account.states["interrupted"] == 1
    assert account.events.count("run_interrupted") == 1


class Refusing(MemoryEngineStore):
    """Settles, and then cannot write, as long as it is `broken`."""

    broken = True

    async def finish(self, results, settle):
        def settle_in_vain(job, run):
            settle(job, run)
            raise StoreUnavailable("the disk is full", "Free it.")

        return await super().finish(results, settle_in_vain if self.broken else settle)


async def test_what_could_not_be_written_is_told_only_when_it_is(world, account):
    world.store = store = Refusing()
    await world.add(MINUTELY)

    async with world.running(world.engine(WatchedStore(store, account))):
        await asyncio.sleep(61)
        while_broken = list(account.runs)
        store.broken = False
        await asyncio.sleep(50)

    assert while_broken == []
    assert account.states == {"success": 1}


class Overtaken(MemoryEngineStore):
    """Settles, finds in its second try that another engine has taken the run over, and says so."""

    async def finish(self, results, settle):
        def settle_in_vain(job, run):
            settle(job, run)
            raise LookupError

        with pytest.raises(LookupError):
            await super().finish(results, settle_in_vain)
        return frozenset(result.lease for result in results)


async def test_what_was_settled_under_a_lost_lease_is_not_told(world, account):
    world.store = store = Overtaken()
    await world.add(MINUTELY)

    async with world.running(world.engine(WatchedStore(store, account))):
        await asyncio.sleep(61)

    assert account.claims == [1]
    assert account.runs == account.events == []
