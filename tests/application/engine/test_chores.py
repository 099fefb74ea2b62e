"""What is done again and again beside an engine."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from cronlytic_mcp.application.chores import Chore, run_engine
from cronlytic_mcp.application.engine_notices import StoreFailed
from tests.application.engine.world import at

pytestmark = pytest.mark.anyio


class Diary:
    """Takes down when it is done; fails as often as it is told."""

    def __init__(self, world, failures=0) -> None:
        self._world, self._failures = world, failures
        self.done, self.ended = [], []

    async def do(self) -> None:
        self.done.append(self._world.clock.now())
        if self._failures:
            self._failures -= 1
            raise RuntimeError("as told")

    async def last(self) -> None:
        self.ended.append(self._world.clock.now())


async def run(world, chore, seconds: float) -> None:
    engine = world.engine()
    work = asyncio.create_task(run_engine(engine, [chore], observe=world.notices.append))
    await asyncio.sleep(seconds)
    engine.stop()
    await work


async def test_a_chore_is_done_at_its_pace_and_ended_once(world):
    diary = Diary(world)
    await run(world, Chore("diary", timedelta(seconds=10), diary.do, last=diary.last), 25)

    assert diary.done == [at(), at(seconds=10), at(seconds=20)]
    assert diary.ended == [at(seconds=25)]


async def test_a_chore_may_begin_later_and_need_not_end(world):
    diary = Diary(world)
    await run(world, Chore("diary", timedelta(seconds=10), diary.do, delay=timedelta(seconds=20)), 25)

    assert diary.done == [at(seconds=20)]


async def test_a_chore_that_fails_is_observed_and_done_again_and_the_engine_goes_on(world):
    await world.add()
    diary = Diary(world, failures=1)
    await run(world, Chore("diary", timedelta(seconds=10), diary.do), 65)

    assert len(diary.done) == 7
    (notice,) = world.notices
    assert (type(notice), notice.operation, str(notice.error)) == (StoreFailed, "diary", "as told")
    assert world.targets.times == [at(1)]


async def test_an_engine_that_is_cancelled_ends_its_chores_too(world):
    diary = Diary(world)
    chore = Chore("diary", timedelta(seconds=10), diary.do, last=diary.last)
    work = asyncio.create_task(run_engine(world.engine(), [chore]))
    await asyncio.sleep(5)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await asyncio.sleep(60)

    assert (diary.done, diary.ended) == ([at()], [at(seconds=5)])
