"""An engine is asked to end while its requests are in flight."""

from __future__ import annotations

import signal

import pytest

from cronlytic_mcp.domain.engine.run import RunState

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


@pytest.mark.parametrize("times", [1, pytest.param(30, marks=[pytest.mark.soak, pytest.mark.timeout(300)])])
async def test_what_is_in_flight_may_end_and_nothing_new_begins(town, times):
    town.lease = town.grace = 20.0
    await town.add_many(20)
    for _ in range(times):
        town.sink.hold()
        host = await town.start()
        await town.sink.until(lambda: town.sink.unanswered == 20)
        held = list(town.sink.arrivals)
        host.send(signal.SIGTERM)
        await host.until_told("stopping")
        town.sink.release()
        assert await host.stop() == 0
        assert town.sink.arrivals == held

    account = await town.close_books(await town.start())
    assert account[RunState.SUCCESS] >= 20 * times
    assert account[RunState.INTERRUPTED] == 0


async def test_what_does_not_end_within_the_grace_is_told_by_the_next_engine(town):
    town.grace, town.lease = 0.2, 1.0
    town.sink.hold()
    await town.add_many(20)
    host = await town.start()
    await town.sink.until(lambda: town.sink.unanswered >= 20)
    assert await host.stop() == 0
    left = {arrival.key for arrival in town.sink.arrivals}
    town.sink.release()
    town.grace = 5.0

    await town.close_books(await town.start())

    for key in left:
        assert (await town.store.get_run(key)).state is RunState.INTERRUPTED
