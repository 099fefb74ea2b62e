"""An engine dies without a word: in the midst of a request, at every commit, or anywhere else."""

from __future__ import annotations

import asyncio
import random

import pytest

from cronlytic_mcp.domain.engine.run import RunState
from tests.engine_faults.moments import Moment

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

MOMENTS = [
    Moment("claim_due", within=True),
    Moment("claim_due", within=False),  # leaves claimed runs to those that reclaim
    Moment("reclaim_lapsed", within=True),
    Moment("reclaim_lapsed", within=False),
    Moment("start", within=False),
    Moment("finish", within=True),
    Moment("finish", within=False),
]


@pytest.mark.parametrize(("rerun", "ends_as"), [(False, RunState.INTERRUPTED), (True, RunState.SUCCESS)])
async def test_a_run_that_was_in_flight_is_told_and_sent_again_only_if_the_job_says_so(town, rerun, ends_as):
    town.lease = 1.0
    town.sink.hold()
    await town.add("job", rerun_interrupted=rerun)
    host = await town.start()
    await town.sink.until_more(1)
    await host.kill()
    [arrival] = town.sink.arrivals
    town.sink.release()

    account = await town.close_books(await town.start())

    run = await town.store.get_run(arrival.key)
    assert run.state is ends_as
    assert town.sink.keys("job").count(arrival.key) == (2 if rerun else 1)
    assert account[RunState.INTERRUPTED] == (0 if rerun else 1)


async def test_at_whatever_commit_an_engine_is_killed_every_occurrence_is_accounted_for(town):
    town.lease = 1.0
    await town.add_many(5)
    for moment in MOMENTS:
        await (await town.start(moment=moment)).until_dead()

    account = await town.close_books(await town.start())

    # After a kill between a start and its request, nothing has arrived of what is told as interrupted.
    arrived = {arrival.key for arrival in town.sink.arrivals}
    assert account[RunState.INTERRUPTED] > 0
    assert await town.interrupted() - arrived


@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
async def test_whenever_an_engine_is_killed_every_occurrence_is_accounted_for(town, kills):
    moments = random.Random(kills)
    await town.add_many(20)
    host = await town.start()
    for _ in range(kills):
        await town.sink.until_more(moments.randrange(1, 15))
        await asyncio.sleep(moments.uniform(0, 0.05))
        await host.kill()
        host = await town.start()

    account = await town.close_books(host)

    assert account[RunState.SUCCESS] > kills
