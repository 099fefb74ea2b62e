"""Several engines on one store, of which one is killed and one stands still, past its lease or with the lock."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.run import RunState
from tests.engine_faults.moments import Moment
from tests.engine_faults.town import until

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
async def test_of_five_engines_one_dies_and_one_stands_still_past_its_lease(town, rounds):
    await town.add_many(20, timeout_seconds=300)  # no answer is held back as long as that
    others = await asyncio.gather(*(town.start() for _ in range(3)))
    for _ in range(rounds):
        doomed, sleepy = await asyncio.gather(town.start(), town.start())
        town.sink.hold()
        await town.sink.until(lambda: town.sink.unanswered >= 20)
        await freeze_outside_of_writes(town, sleepy)
        await doomed.kill()
        held = {arrival.key for arrival in town.sink.arrivals} & await town.in_flight()
        town.sink.release()
        await until(lambda held=held: lapsed(town, held))
        sleepy.send(signal.SIGCONT)
        await town.sink.until_more(20)
        assert await sleepy.stop() == 0

    for host in others[1:]:
        assert await host.stop() == 0
    account = await town.close_books(others[0])
    assert account[RunState.SUCCESS] > 20
    assert account[RunState.FAILED] == 0


async def freeze_outside_of_writes(town, host) -> None:
    """Stop a process, but not within a transaction: there it would keep the store from everybody."""
    await host.freeze()
    while not await asyncio.to_thread(is_writable, town.path):
        host.send(signal.SIGCONT)
        await asyncio.sleep(0.1)  # in which it can end what it writes, though the machine is busy
        await host.freeze()


def is_writable(path: Path) -> bool:
    # Engines that are at work seldom take so long to write, and a frozen one does for ever.
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True


async def lapsed(town, run_ids) -> bool:
    return not run_ids & await town.in_flight()


async def test_an_engine_that_stood_still_past_its_lease_writes_nothing_about_what_it_held(town):
    town.lease = 1.0
    town.sink.hold()
    await town.add("job")
    sleepy = await town.start()
    await town.sink.until_more(1)
    await freeze_outside_of_writes(town, sleepy)
    other = await town.start()
    [arrival] = town.sink.arrivals
    await until(lambda: lapsed(town, {arrival.key}))
    town.sink.release()
    sleepy.send(signal.SIGCONT)
    await sleepy.until_told("LeaseLost")

    assert await sleepy.stop() == 0
    await town.close_books(other)
    assert (await town.store.get_run(arrival.key)).state is RunState.INTERRUPTED


@pytest.mark.parametrize("number", [signal.SIGCONT, signal.SIGKILL])
async def test_while_an_engine_stands_still_with_the_lock_all_is_read_and_nothing_lost(town, number):
    town.lease = 20.0
    town.sink.hold()
    await town.add_many(25, timeout_seconds=300)
    other = await town.start()
    await town.sink.until_more(25)
    sleepy = await town.start(moment=Moment("claim_due", within=True, number=signal.SIGSTOP))
    await sleepy.until_frozen()  # as soon as it decides about a job before the other engine does

    await other.until_told("StoreFailed", other.told.count("StoreFailed") + 3)
    assert len(await town.store.list_jobs()) == 25
    async with SqlEngineStore(SqliteFile(town.path), patience=0.2) as store:
        with pytest.raises(StoreUnavailable, match="another process kept it locked") as told:
            await store.change_job("job-0", lambda view: Change(view.job))
    assert told.value.retryable

    sleepy.send(number)
    town.sink.release()
    await town.sink.until_more(20)
    if number is signal.SIGCONT:
        assert await sleepy.stop() == 0
    account = await town.close_books(other)
    assert account[RunState.INTERRUPTED] == 0
    assert account[RunState.SUCCESS] >= 25
