"""Several who use one PostgreSQL store at the same time: what they claim, hear, and take for the time."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.sql.database_clock import DatabaseClock
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from cronlytic_mcp.application.wake_ports import Signal
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.run import RunState
from tests.adapters.sql.cut_connection import cutting_proxy
from tests.clock import FakeClock
from tests.contract.engine_store import (
    LEASE,
    NOON,
    a_job,
    an_event,
    claim,
    claim_one,
    move_on,
)

pytestmark = pytest.mark.anyio

CHILD = Path(__file__).with_name("postgres_child.py")
PATIENCE = 30


@pytest.fixture
def place(postgres):
    with postgres.store() as database:
        yield PostgresServer(postgres.url(database))


@pytest.fixture
async def store(place):
    async with SqlEngineStore(place) as store:
        yield store


@pytest.fixture
async def many(place):
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(SqlEngineStore(place, patience=30)) for _ in range(4)]


async def test_no_two_claim_the_same_run(many):
    for number in range(200):
        await many[0].add_job(Change(a_job(f"job-{number}")))

    async def claim_all(store):
        claimed = []
        while batch := (await store.claim_due(NOON, 7, NOON + LEASE, move_on)).examined:
            claimed.append(batch)
        return sum(claimed)

    assert sum(await asyncio.gather(*map(claim_all, many))) == 200
    events = await many[0].events_since(0, 1000)
    assert [event.sequence for event in events] == list(range(1, 201))


async def test_no_two_claim_the_same_queued_run(many):
    for number in range(40):
        await many[0].add_job(Change(a_job(f"job-{number}", due=None)))
        await many[0].add_manual_run(f"job-{number}", NOON)

    claimed = [
        lease
        for batches in await asyncio.gather(*(claim(store, limit=100) for store in many))
        for lease in batches
    ]

    assert len(claimed) == len({one.lease for one in claimed}) == 40


async def test_no_two_take_over_the_same_run(many):
    for number in range(40):
        await many[0].add_job(Change(a_job(f"job-{number}")))
    await claim(many[0])

    def again(job, run):
        return Change(job, (evolve(run, state=RunState.CLAIMED),))

    taken = await asyncio.gather(
        *(store.reclaim_lapsed(NOON + LEASE, 100, NOON + 2 * LEASE, again) for store in many)
    )

    leases = [one.lease for batch in taken for one in batch.claims]
    assert len(leases) == len(set(leases)) == 40


async def test_two_changes_of_one_job_both_happen(many):
    await many[0].add_job(Change(a_job()))

    def count(view):
        return Change(evolve(view.job, starts=view.job.starts + 1))

    await asyncio.gather(*(store.change_job("job-1", count) for store in many * 10))

    assert (await many[0].get_job("job-1")).starts == 40


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "\ue000", "\ue000\x00\ue0000\ue0001"])
async def test_characters_that_the_server_refuses_are_kept(store, text):
    spec = evolve(a_job().spec, body=text, description=text)
    await store.add_job(Change(a_job(spec=spec), (), (an_event(note=text),)))

    assert (await store.get_job("job-1")).spec == spec
    [event] = await store.events_since(0, 10)
    assert event.data == {"note": text}


async def test_text_is_ordered_by_code_point_whatever_the_server_prefers(store, place, postgres):
    database = place.url.rpartition("/")[2]
    by_column = postgres.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE collation_name = 'C'"
        " AND table_schema = 'public'",
        database,
    )

    assert {("jobs", "job_id"), ("jobs", "name_key"), ("runs", "run_id"), ("notes", "key")} <= set(by_column)


@pytest.mark.parametrize("hours", [-25, 25])
async def test_the_clock_is_the_servers_whatever_the_machine_says(place, hours):
    machine = FakeClock(datetime.now(UTC) + timedelta(hours=hours))
    clock = DatabaseClock(machine)
    async with SqlEngineStore(place, clock=clock) as store:
        before = clock.now()
        assert abs(before - datetime.now(UTC)) < timedelta(minutes=1)

        machine.advance(timedelta(seconds=3))
        assert clock.now() - before == timedelta(seconds=3)

        machine.advance(timedelta(hours=1))  # it may have slept; the next call asks the server
        await store.last_sequence()
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


async def test_what_others_write_is_heard_and_what_one_writes_oneself_is_not(place):
    heard: asyncio.Queue[Signal] = asyncio.Queue()
    async with SqlEngineStore(place) as store, SqlEngineStore(place) as other:
        listening = asyncio.create_task(store.make_signals().listen(heard.put_nowait))
        first = [await heard.get(), await heard.get()]

        await store.add_job(Change(a_job("own")))
        await other.add_job(Change(a_job()))
        assert await heard.get() is Signal.WORK
        await other.delete_job("own", an_event("own"))
        assert await heard.get() is Signal.NEWS
        listening.cancel()

    assert first == list(Signal)
    assert heard.empty()


async def test_a_listener_that_was_thrown_out_comes_back_and_looks_again(place, postgres):
    heard: asyncio.Queue[Signal] = asyncio.Queue()
    async with SqlEngineStore(place) as store:
        listening = asyncio.create_task(store.make_signals().listen(heard.put_nowait))
        assert [await heard.get(), await heard.get()] == list(Signal)

        postgres.throw_out(place.url.rpartition("/")[2])

        assert [await heard.get(), await heard.get()] == list(Signal)
        listening.cancel()


async def test_a_connection_that_was_ended_is_replaced(place, postgres, store):
    await store.add_job(Change(a_job()))

    postgres.throw_out(place.url.rpartition("/")[2])

    assert [job.job_id for job in await store.list_jobs()] == ["job-1"]


async def test_a_write_whose_end_is_not_known_is_told_so(place, postgres):
    async with cutting_proxy(postgres.port, b"COMMIT\x00") as (port, cut):
        away = PostgresServer(place.url.replace(f":{postgres.port}/", f":{port}/"))
        async with SqlEngineStore(place) as store, SqlEngineStore(away) as cut_off:
            claimed = await claim_one(store)
            cut.set()
            with pytest.raises(StoreUnavailable, match="may have happened or not") as caught:
                await cut_off.start([claimed.lease], NOON)
            cut.clear()

            assert caught.value.retryable
            assert not await cut_off.start([claimed.lease], NOON)  # done once, however often it is asked for


async def test_a_process_that_is_stopped_within_a_transaction_does_not_keep_the_others_out(many, place):
    [store, *_] = many
    await store.add_job(Change(a_job()))
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(CHILD), place.url, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.to_thread(os.waitid, os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
            await store.change_job("job-1", lambda view: Change(evolve(view.job, starts=view.job.starts + 1)))
            child.send_signal(signal.SIGCONT)
            decided, _ = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()

    assert (int(decided), child.returncode) == (2, 0)  # its first decision came to nothing
    assert (await store.get_job("job-1")).starts == 2
