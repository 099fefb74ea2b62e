"""Engines that stop, die, hang and lose their store: every run is accounted for, none is sent under two ids."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.application.engine_notices import LeaseLost, RunBroken, StoreFailed
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.event import Event, EventKind
from cronlytic_mcp.domain.engine.run import RunSource, RunState
from cronlytic_mcp.domain.schedule import OneShot
from tests.application.engine.world import HOURLY, World, after, answer, at, at_once, every, forever

pytestmark = pytest.mark.anyio


class FaultyStore:
    """A store whose calls fail as long as their names are in `failing`.

    before: what another process does just before a call, by the call's name.
    """

    def __init__(self, store: MemoryEngineStore) -> None:
        self._store = store
        self.failing: dict[str, Exception] = {}
        self.before: dict[str, Callable[[], Awaitable[object]]] = {}
        self.calls: list[tuple[str, tuple]] = []

    def __getattr__(self, name):
        async def call(*args, **kwargs):
            self.calls.append((name, args))
            if name in self.before:
                await self.before.pop(name)()
            if name in self.failing:
                raise self.failing[name]
            return await getattr(self._store, name)(*args, **kwargs)

        return call


@pytest.fixture
def faulty(world) -> FaultyStore:
    return FaultyStore(world.store)


DOWN = StoreUnavailable("it is locked", "Try again.")


# Stopping


async def test_a_stopped_engine_lets_its_runs_end_and_begins_no_more(world):
    world.targets.behave(after(10))
    for number in range(20):
        await world.add(HOURLY, f"job-{number}")
    await world.add(every(3605), "later")
    async with world.running():
        await asyncio.sleep(3602)

    assert world.clock.now() == at(60, 10)
    assert len(world.targets.sent) == 20
    for number in range(20):
        assert await world.states(f"job-{number}") == [RunState.SUCCESS]
    assert await world.states("later") == []


async def test_what_does_not_end_within_the_grace_is_left_to_its_lease(world):
    world.targets.behave(forever)
    await world.add(HOURLY)
    async with world.running(stop_grace=timedelta(seconds=20)):
        await asyncio.sleep(3602)

    assert world.clock.now() == at(60, 22)
    assert world.targets.in_flight == 0
    assert await world.states() == [RunState.RUNNING]


async def test_a_stop_ends_the_wait_for_the_next_attempt(world):
    world.targets.behave(at_once(answer(503)))
    await world.add(HOURLY, retries=5, retry_delay_seconds=600)
    async with world.running():
        await asyncio.sleep(3602)

    assert world.clock.now() == at(60, 2)
    (run,) = await world.runs()
    assert (run.state, run.outcome.attempts) == (RunState.FAILED, 1)
    assert run.outcome.error.endswith("No further attempt was made, because the engine stopped.")


async def test_a_stopped_engine_without_runs_returns_at_once(world):
    async with world.running():
        await asyncio.sleep(1)

    assert world.clock.now() == at(seconds=1)


# Dying


async def test_a_run_that_died_with_its_engine_is_interrupted_and_not_sent_again(world):
    world.targets.behave(forever)
    await world.add(HOURLY)
    async with world.killed():
        await asyncio.sleep(3602)
    async with world.running():
        await asyncio.sleep(60)

    (run,) = await world.runs()
    assert (run.state, run.finished_at - at(60)) == (RunState.INTERRUPTED, timedelta(seconds=32))
    assert len(world.targets.sent) == 1
    assert (await world.kinds())[-1] == "run_interrupted"


async def test_a_run_that_died_is_sent_again_under_its_id_where_the_job_says_so(world):
    world.targets.behave(forever)
    await world.add(HOURLY, rerun_interrupted=True)
    async with world.killed():
        await asyncio.sleep(3602)
    world.targets.behave(at_once(answer()))
    async with world.running():
        await asyncio.sleep(60)

    (run,) = await world.runs()
    assert run.state is RunState.SUCCESS
    assert world.targets.keys == [run.run_id] * 2


async def test_a_run_that_was_claimed_and_not_sent_is_sent_by_another_engine_under_its_id(world, faulty):
    faulty.failing["start"] = DOWN
    await world.add(HOURLY)
    async with world.killed(world.engine(faulty)):
        await asyncio.sleep(3602)
    assert (world.targets.sent, await world.states()) == ([], [RunState.CLAIMED])
    async with world.running():
        await asyncio.sleep(60)

    (run,) = await world.runs()
    assert (run.state, world.targets.keys) == (RunState.SUCCESS, [run.run_id])
    assert run.lateness == timedelta(seconds=32)


async def test_however_many_runs_an_engine_leaves_they_are_taken_over_as_there_is_room(world, faulty):
    faulty.failing["start"] = DOWN
    for number in range(30):
        await world.add(HOURLY, f"job-{number}")
    async with world.killed(world.engine(faulty)):
        await asyncio.sleep(3602)
    async with world.running(concurrency=5):
        await asyncio.sleep(60)

    assert len(world.targets.keys) == len(set(world.targets.keys)) == 30
    assert world.targets.most_in_flight <= 5


async def test_leases_are_renewed_as_long_as_a_run_takes(world):
    world.targets.behave(after(600))
    await world.add(HOURLY)
    async with world.running(), world.running():
        await asyncio.sleep(3600 + 700)

    assert await world.states() == [RunState.SUCCESS]
    assert len(world.targets.sent) == 1
    assert world.notices == []


async def test_two_engines_share_the_work_and_never_do_it_twice(world):
    world.targets.behave(after(1))
    for number in range(50):
        await world.add(every(30), f"job-{number}")
    async with world.running(concurrency=10), world.running(concurrency=10):
        await asyncio.sleep(150.5)

    assert len(world.targets.keys) == len(set(world.targets.keys)) == 250


# Losing a lease


async def test_an_engine_that_lost_a_run_to_another_stops_it_and_writes_nothing(world, faulty):
    world.targets.behave(forever)
    await world.add(HOURLY, rerun_interrupted=True)
    frozen, notices = world.engine(faulty), world.notices
    async with world.killed(frozen):
        await asyncio.sleep(3602)
        faulty.failing |= {"renew": DOWN, "reclaim_lapsed": DOWN}
        await asyncio.sleep(60)
        async with world.running() as other:
            await asyncio.sleep(2)
            assert world.targets.in_flight == 2
            del faulty.failing["renew"]
            await asyncio.sleep(20)
            assert world.targets.in_flight == 1
            world.targets.behave(at_once(answer()))
            await world.store.delete_job("job-1", Event(EventKind.JOB_DELETED, "job-1", world.clock.now()))
            other.stop()
            await asyncio.sleep(21)

    assert LeaseLost(world.targets.keys[0]) in notices
    assert len(set(world.targets.keys)) == 1


async def test_a_deleted_job_ends_its_run_within_a_heartbeat(world):
    world.targets.behave(forever)
    await world.add(HOURLY)
    async with world.running():
        await asyncio.sleep(3601)
        await world.store.delete_job("job-1", Event(EventKind.JOB_DELETED, "job-1", world.clock.now()))
        await asyncio.sleep(11)
        in_flight = world.targets.in_flight

    assert in_flight == 0
    assert [type(notice) for notice in world.notices] == [LeaseLost]


@pytest.mark.parametrize(("moment", "sent"), [("start", 0), ("finish", 1)])
async def test_a_run_whose_job_is_deleted_under_it_is_lost_and_that_is_all(world, faulty, moment, sent):
    gone = Event(EventKind.JOB_DELETED, "job-1", at(60))
    faulty.before[moment] = lambda: world.store.delete_job("job-1", gone)
    await world.add(HOURLY)
    async with world.running(world.engine(faulty)):
        await asyncio.sleep(3601)

    assert len(world.targets.sent) == sent
    assert [type(notice) for notice in world.notices] == [LeaseLost]
    assert list(await world.store.list_jobs()) == []


# Setting the clock

FORTH = [timedelta(hours=1), timedelta(hours=25)]
BACK = [timedelta(hours=-1), timedelta(hours=-25)]


@pytest.mark.parametrize("step", FORTH + BACK)
async def test_however_the_clock_is_set_engines_let_each_others_runs_live(world, step):
    world.targets.behave(after(100))
    for number in range(10):
        await world.add(HOURLY, f"job-{number}", overlap="allow", max_parallel=9)
    async with world.running(concurrency=3), world.running(concurrency=3):
        await asyncio.sleep(3601)
        world.clock.step(step)
        await asyncio.sleep(250)

    assert "run_interrupted" not in await world.kinds()
    assert len(world.targets.keys) == len(set(world.targets.keys)) >= 6
    assert world.notices == []


@pytest.mark.parametrize("step", FORTH + BACK)
@pytest.mark.parametrize("moment", ["renew", "reclaim_lapsed"])
async def test_a_clock_that_is_set_while_an_engine_looks_for_dead_ones_kills_no_run(
    world, faulty, moment, step
):
    async def set_clock() -> None:
        world.clock.step(step)

    world.targets.behave(after(100))
    await world.add(HOURLY)
    async with world.running(world.engine(faulty)):
        await asyncio.sleep(3601)
        faulty.before[moment] = set_clock
        await asyncio.sleep(150)

    assert (await world.states())[0] is RunState.SUCCESS
    assert world.notices == []


async def test_a_clock_that_is_set_back_while_an_engine_looks_for_dead_ones_kills_no_run_of_another(
    world, faulty
):
    async def set_clock() -> None:
        world.clock.step(timedelta(hours=-25))
        await asyncio.sleep(20)  # in which the other one renews its leases

    world.targets.behave(after(100))
    await world.add(HOURLY)
    async with world.running() as busy:
        await asyncio.sleep(3601)
        async with world.running(world.engine(faulty)):
            await asyncio.sleep(1)
            faulty.before["reclaim_lapsed"] = set_clock
            await asyncio.sleep(60)
        await asyncio.sleep(60)
        busy.stop()

    assert await world.states() == [RunState.SUCCESS]
    assert world.notices == []


async def test_a_clock_that_is_set_back_and_forth_while_an_engine_claims_kills_no_run_of_another(
    world, faulty
):
    async def set_back() -> None:
        world.clock.step(timedelta(hours=-25))
        await asyncio.sleep(20)  # in which the other one renews its leases
        await world.add(OneShot(world.clock.now() + timedelta(seconds=1)), "job-2")
        faulty.before["claim_due"] = set_forth

    async def set_forth() -> None:
        world.clock.step(timedelta(hours=51))

    world.targets.behave(after(100))
    await world.add(HOURLY)
    async with world.running():
        await asyncio.sleep(3601)
        async with world.running(world.engine(faulty)):
            await asyncio.sleep(1)
            faulty.before["claim_due"] = set_back
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    assert (await world.states())[0] is RunState.SUCCESS
    assert "run_interrupted" not in await world.kinds()


@pytest.mark.parametrize("step", BACK)
async def test_a_clock_that_is_set_back_while_an_engine_claims_makes_nothing_late(world, faulty, step):
    async def set_clock_and_add() -> None:
        world.clock.step(step)
        await world.add(OneShot(world.clock.now() + timedelta(seconds=2)))

    async with world.running(world.engine(faulty)):
        await asyncio.sleep(2)
        faulty.before["claim_due"] = set_clock_and_add
        await asyncio.sleep(10)

    (run,) = await world.runs()
    assert (run.state, run.source, run.lateness) == (RunState.SUCCESS, RunSource.ONE_SHOT, timedelta())
    assert world.targets.times == [run.fire_at]
    assert world.notices == []


async def test_an_engine_that_stood_still_while_it_looked_for_dead_ones_kills_no_run_of_its_own(
    world, faulty
):
    async def stand_still() -> None:
        faulty.failing["renew"] = DOWN  # a process that stands still gives no sign of life, either
        await asyncio.sleep(120)
        del faulty.failing["renew"]

    world.targets.behave(after(150))
    await world.add(HOURLY)
    async with world.running(world.engine(faulty)):
        await asyncio.sleep(3601)
        faulty.before["renew"] = stand_still
        await asyncio.sleep(170)

    assert await world.states() == [RunState.SUCCESS]


async def test_after_an_outage_longer_than_a_lease_nobody_takes_another_engine_for_dead(world):
    stores = [FaultyStore(world.store), FaultyStore(world.store)]
    world.targets.behave(after(300))
    for number in range(10):
        await world.add(HOURLY, f"job-{number}")
    async with (
        world.running(world.engine(stores[0], concurrency=3)),
        world.running(world.engine(stores[1], concurrency=3)),
    ):
        await asyncio.sleep(3601)
        for store in stores:
            store.failing |= dict.fromkeys(("renew", "claim_due", "reclaim_lapsed"), DOWN)
        await asyncio.sleep(120)
        for store in stores:
            store.failing.clear()
        await asyncio.sleep(1000)

    assert "run_interrupted" not in await world.kinds()
    assert {type(notice) for notice in world.notices} == {StoreFailed}


async def test_who_died_during_an_outage_is_told_within_two_leases_of_its_end(world):
    store = FaultyStore(world.store)
    world.targets.behave(forever)
    await world.add(HOURLY)
    doomed = asyncio.create_task(world.engine().run())
    await asyncio.sleep(3601)
    async with world.running(world.engine(store)):
        await asyncio.sleep(1)
        store.failing |= dict.fromkeys(("renew", "claim_due", "reclaim_lapsed"), DOWN)
        doomed.cancel()
        await asyncio.sleep(120)
        store.failing.clear()
        await asyncio.sleep(61)
        first, *_ = await world.states()

    assert first is RunState.INTERRUPTED


@pytest.mark.parametrize("step", FORTH)
async def test_what_died_just_before_the_clock_was_set_forth_is_told_within_two_leases(world, step):
    world.targets.behave(forever)
    await world.add(HOURLY)
    doomed = asyncio.create_task(world.engine().run())
    await asyncio.sleep(3601)
    async with world.running():
        await asyncio.sleep(1)
        doomed.cancel()
        world.clock.step(step)
        await asyncio.sleep(61)
        first, *_ = await world.states()

    assert first is RunState.INTERRUPTED


# Losing the store


@pytest.mark.parametrize("operation", ["claim_due", "next_due_at", "reclaim_lapsed"])
async def test_an_engine_outlives_an_outage_of_its_store(world, faulty, operation):
    await world.add(every(60))
    async with world.running(world.engine(faulty)):
        await asyncio.sleep(90)
        faulty.failing[operation] = DOWN
        await asyncio.sleep(60)
        del faulty.failing[operation]
        await asyncio.sleep(60.5)

    assert world.targets.times[0] == at(1)
    assert world.targets.times[-1] == at(3)
    assert {type(notice) for notice in world.notices} == {StoreFailed}
    assert {notice.operation for notice in world.notices} == {"tick"}


async def test_a_result_is_kept_until_the_store_takes_it(world, faulty):
    await world.add(HOURLY)
    async with world.running(world.engine(faulty)):
        await asyncio.sleep(3599)
        faulty.failing["finish"] = DOWN
        await asyncio.sleep(120)
        before = await world.states()
        del faulty.failing["finish"]
        await asyncio.sleep(6)

    assert before == [RunState.RUNNING]
    (run,) = await world.runs()
    assert (run.state, run.finished_at) == (RunState.SUCCESS, at(60))
    assert len(world.targets.sent) == 1
    assert {notice.operation for notice in world.notices} == {"finish"}


async def test_a_failing_heartbeat_is_tried_again(world, faulty):
    world.targets.behave(after(60))
    await world.add(HOURLY)
    async with world.running(world.engine(faulty)):
        await asyncio.sleep(3601)
        faulty.failing["renew"] = DOWN
        await asyncio.sleep(15)
        del faulty.failing["renew"]
        await asyncio.sleep(60)

    assert await world.states() == [RunState.SUCCESS]
    assert {notice.operation for notice in world.notices} == {"renew", "tick"}


async def test_a_result_that_the_store_chokes_on_is_that_runs_own_trouble(world):
    class Choosy(FaultyStore):
        def __getattr__(self, name):
            call = super().__getattr__(name)

            async def checked(*args):
                if name == "finish" and any("bad" in str(result.outcome.body) for result in args[0]):
                    raise ValueError("cannot be written")
                return await call(*args)

            return checked

    world.targets.behave(at_once(answer(200, "bad")), "https://example.com/bad")
    await world.add(HOURLY, "bad", "https://example.com/bad")
    await world.add(HOURLY, "good-1")
    await world.add(HOURLY, "good-2")
    async with world.running(world.engine(Choosy(world.store))):
        await asyncio.sleep(3601)

    assert await world.states("good-1") == await world.states("good-2") == [RunState.SUCCESS]
    assert await world.states("bad") == [RunState.RUNNING]
    assert [type(notice) for notice in world.notices] == [RunBroken]


# Grouping


async def test_writes_of_runs_that_go_together_are_grouped(world, faulty):
    for number in range(60):
        await world.add(HOURLY, f"job-{number}")
    async with world.running(world.engine(faulty)):
        await asyncio.sleep(3601)

    sizes = {
        name: [len(args[0]) for called, args in faulty.calls if called == name]
        for name in ("start", "finish")
    }
    assert sizes == {"start": [60], "finish": [60]}


async def test_an_idle_engine_asks_the_store_once_a_tick(faulty, world: World):
    await world.add(HOURLY)
    async with world.running(world.engine(faulty), tick=timedelta(seconds=5)):
        await asyncio.sleep(100.5)

    names = [name for name, _ in faulty.calls]
    assert names.count("claim_due") == names.count("next_due_at") == 21
    assert "renew" not in names
