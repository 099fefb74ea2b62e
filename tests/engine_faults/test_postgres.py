"""Three engines on one PostgreSQL server, of which one dies, sleeps, or has a wrong clock; or the server goes."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta

import pytest

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from cronlytic_mcp.domain.engine.run import RunState
from tests.engine_faults.set_clock import SetClock
from tests.engine_faults.sink import listening
from tests.engine_faults.town import Town, until
from tests.postgres_server import running_server

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

SHORT_AND_LONG = pytest.mark.parametrize(
    "rounds", [1, pytest.param(20, marks=[pytest.mark.soak, pytest.mark.timeout(900)])]
)


@pytest.fixture(scope="module")
def server():
    """One of this module's own, because it is crashed."""
    with running_server() as server:
        yield server


@pytest.fixture
async def town(server, anyio_backend):
    with server.store() as database:
        place = PostgresServer(server.url(database))
        async with listening() as sink, SqlEngineStore(place, patience=20) as store:
            town = Town(place.url, store, sink)
            town.lease = 3.0
            try:
                yield town
            finally:
                await town.end()


async def start_three(town):
    return await asyncio.gather(*(town.start() for _ in range(3)))


async def end_all_but(town, host, others):
    for other in others:
        assert await other.stop() == 0
    return await town.close_books(host)


async def lapsed(town, keys) -> bool:
    return not keys & await town.in_flight()


def held(town) -> set[str]:
    return {arrival.key for arrival in town.sink.arrivals}


@SHORT_AND_LONG
async def test_an_engine_that_is_killed_leaves_its_runs_to_the_others(town, rounds):
    await town.add_many(20)
    others = await start_three(town)
    for _ in range(rounds):
        town.sink.hold()
        await town.sink.until(lambda: town.sink.unanswered >= 20)
        doomed, *others = others
        left = held(town) & await town.in_flight()
        await doomed.kill()
        town.sink.release()
        await until(lambda left=left: lapsed(town, left))
        await town.sink.until_more(20)
        others.append(await town.start())

    account = await end_all_but(town, others[0], others[1:])
    assert account[RunState.SUCCESS] > 20 * rounds


@SHORT_AND_LONG
async def test_an_engine_that_sleeps_past_its_lease_writes_nothing_about_what_it_held(town, rounds):
    await town.add_many(20)
    sleepy, *others = await start_three(town)
    for _ in range(rounds):
        town.sink.hold()
        await town.sink.until(lambda: town.sink.unanswered >= 20)
        sleepy.send(signal.SIGSTOP)  # wherever it is, within a transaction too
        left = held(town) & await town.in_flight()
        town.sink.release()
        await until(lambda left=left: lapsed(town, left))
        sleepy.send(signal.SIGCONT)
        await town.sink.until_more(40)

    account = await end_all_but(town, others[0], [sleepy, *others[1:]])
    assert account[RunState.SUCCESS] > 20 * rounds


@SHORT_AND_LONG
@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_a_server_that_restarts_is_waited_for(town, server, how, rounds):
    await town.add_many(20)
    hosts = await start_three(town)
    for number in range(rounds):
        town.sink.hold()
        await town.sink.until(lambda: town.sink.unanswered >= 20)
        await asyncio.to_thread(server.stop, how)
        town.sink.release()  # the ends of what is in flight have to wait
        await asyncio.gather(*(host.until_told("StoreFailed", number + 1) for host in hosts))
        await asyncio.to_thread(server.start)
        await town.sink.until_more(40)

    account = await end_all_but(town, hosts[0], hosts[1:])
    assert account[RunState.SUCCESS] > 40 * rounds


@pytest.mark.parametrize("hours", [1, -1])
async def test_an_engine_with_a_wrong_clock_neither_steals_nor_starves(town, tmp_path, hours):
    await town.add_many(20)
    clock = SetClock(tmp_path)
    clock.set_by(timedelta(hours=hours))
    skewed = await town.start(clock.environment)
    await town.sink.until_more(20)  # it does its work at the right time, although alone
    others = await asyncio.gather(town.start(), town.start())
    await town.sink.until_more(60)
    town.sink.hold()
    await town.sink.until(lambda: town.sink.unanswered >= 20)
    clock.set_by(timedelta(hours=-hours))  # a step while it works
    town.sink.release()
    await town.sink.until_more(60)

    account = await end_all_but(town, skewed, others)
    assert account[RunState.SUCCESS] > 100
    assert account[RunState.INTERRUPTED] == 0
    assert account[RunState.MISSED] < 20 * 60  # while it started; an hour would be 20 * 3600
