"""An engine dies without a word, in the midst of a request or anywhere else."""

from __future__ import annotations

import asyncio
import random

import pytest

from cronlytic_mcp.domain.engine.run import RunState

# Real processes against real clocks: a busy machine delays them beyond what a gate may depend on.
pytestmark = [pytest.mark.anyio, pytest.mark.soak]


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


@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
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
