"""Whether an engine works, as it shows to those who ask."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.application.engine_check import EngineCheck
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from tests.application.engine.world import HOURLY, MINUTELY, at, forever

pytestmark = pytest.mark.anyio


class Store(MemoryEngineStore):
    """A store that answers when it may, fails with `error`, and counts how often it was asked."""

    def __init__(self):
        super().__init__()
        self.error, self.asked = None, 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def next_due_at(self):
        self.asked += 1
        await self.may_answer.wait()
        if self.error:
            raise self.error
        return await super().next_due_at()


@pytest.fixture
async def store(world):
    world.store = Store()
    return world.store


def checking(world, engine) -> EngineCheck:
    return EngineCheck(world.store, lambda: engine.pulse, world.clock)


async def test_an_engine_at_work_has_no_problem_and_tells_what_it_holds(world, store):
    await world.add(MINUTELY)
    world.targets.behave(forever)
    async with world.killed() as engine:
        await asyncio.sleep(62)
        health = await checking(world, engine).check()

    assert health.problem is None
    assert (health.under_way, health.late_seconds) == (1, 0)
    assert at(seconds=55) < health.ticked_at <= at(seconds=62)


async def test_one_that_holds_as_many_runs_as_it_can_works_too(world, store):
    for number in range(4):
        await world.add(MINUTELY, f"job-{number}", timeout_seconds=900)
    world.targets.behave(forever)
    async with world.killed(concurrency=1) as engine:
        await asyncio.sleep(500)
        health = await checking(world, engine).check()

    assert health.problem is None
    assert health.under_way == 2
    assert health.late_seconds == pytest.approx(440)


async def test_one_that_has_not_begun_says_so(world, store):
    health = await checking(world, world.engine()).check()

    assert health.problem == "The engine has not begun yet."
    assert health.ticked_at is None


async def test_a_store_that_fails_is_a_problem_until_it_answers_and_its_words_stay_here(world, store):
    async with world.running() as engine:
        await asyncio.sleep(1)
        check = checking(world, engine)
        store.error = StoreUnavailable("s3cret is locked", "Wait.")
        failing = await check.check()
        store.error = None
        await asyncio.sleep(2)
        again = await check.check()

    assert failing.problem == "The store cannot be used; the log says why."
    assert failing.late_seconds is None
    assert again.problem is None


async def test_a_store_that_hangs_is_waited_for_a_moment_and_asked_once_by_all(world, store):
    async with world.killed() as engine:
        await asyncio.sleep(1)
        check = checking(world, engine)
        store.may_answer.clear()
        store.asked = 0
        several = await asyncio.gather(*(check.check() for _ in range(20)), check.check())
        asked = store.asked
        await check.close()

    assert {health.problem for health in several} == {"The store did not answer within 3 s."}
    assert asked == 1


async def test_a_loop_that_hangs_is_a_problem_although_the_store_answers_others(world, store):
    await world.add(HOURLY)
    stuck = Store()
    stuck.may_answer.clear()
    async with world.killed(world.engine(stuck)) as engine:
        engine.wake()
        stuck.may_answer.set()
        await asyncio.sleep(1)
        stuck.may_answer.clear()
        await asyncio.sleep(70)
        health = await checking(world, engine).check()

    assert health.problem.startswith("The engine's loop last came round ")


async def test_however_often_it_is_asked_the_store_is_asked_once_a_second(world, store):
    await world.add(MINUTELY)
    world.clock.step(timedelta(minutes=3))
    check = checking(world, world.engine())
    first = [await check.check() for _ in range(50)]
    asked = store.asked
    await asyncio.sleep(2)
    await check.check()

    assert (asked, store.asked) == (1, 2)
    assert first[0].late_seconds == 120
