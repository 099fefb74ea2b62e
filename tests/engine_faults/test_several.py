"""Several engines on one store, of which one is killed and one sleeps through its lease."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from pathlib import Path

import pytest

from cronlytic_mcp.domain.engine.run import RunState
from tests.adapters.sql.files import writing
from tests.engine_faults.town import until

# Real processes against real clocks: a busy machine delays them beyond what a gate may depend on.
pytestmark = [pytest.mark.anyio, pytest.mark.soak]


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
async def test_of_five_engines_one_dies_and_one_sleeps_past_its_lease(town, rounds):
    await town.add_many(20)
    others = await asyncio.gather(*(town.start() for _ in range(3)))
    for _ in range(rounds):
        doomed, sleepy = await asyncio.gather(town.start(), town.start())
        town.sink.hold()
        await town.sink.until(lambda: town.sink.unanswered >= 20)
        await put_to_sleep(town, sleepy)
        await doomed.kill()
        held = {arrival.key for arrival in town.sink.arrivals} & await town.in_flight()
        town.sink.release()
        await until(lambda held=held: lapsed(town, held))
        sleepy.send(signal.SIGCONT)
        await town.sink.until_more(40)
        assert await sleepy.stop() == 0

    for host in others[1:]:
        assert await host.stop() == 0
    account = await town.close_books(others[0])
    assert account[RunState.SUCCESS] > 40


async def put_to_sleep(town, host) -> None:
    """Stop a process, but not within a transaction: there it would keep the store from everybody."""
    host.send(signal.SIGSTOP)
    while not await asyncio.to_thread(is_writable, town.path):
        host.send(signal.SIGCONT)
        host.send(signal.SIGSTOP)


def is_writable(path: Path) -> bool:
    try:
        with writing(path):
            return True
    except sqlite3.OperationalError:
        return False


async def lapsed(town, run_ids) -> bool:
    return not run_ids & await town.in_flight()


async def test_an_engine_that_slept_past_its_lease_writes_nothing_about_what_it_held(town):
    town.sink.hold()
    await town.add("job")
    sleepy = await town.start()
    await town.sink.until_more(1)
    await put_to_sleep(town, sleepy)
    other = await town.start()
    [arrival] = town.sink.arrivals
    await until(lambda: lapsed(town, {arrival.key}))
    town.sink.release()
    sleepy.send(signal.SIGCONT)
    await sleepy.until_told("LeaseLost")

    assert await sleepy.stop() == 0
    await town.close_books(other)
    assert (await town.store.get_run(arrival.key)).state is RunState.INTERRUPTED
