"""Calls that are cancelled, raise, or are closed upon: each has happened or not, and none is left half done."""

from __future__ import annotations

import asyncio
import threading

import anyio
import pytest
from attrs import evolve

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.errors import JobNotFound
from tests.adapters.sql.files import query, writing
from tests.contract.engine_store import OK, a_job, claim, count, result

pytestmark = pytest.mark.anyio

MOMENTS = range(0, 400, 13)


async def turns(count: int) -> None:
    """Let the event loop turn, to come upon a call at another moment each time."""
    for _ in range(count):
        await asyncio.sleep(0)


async def is_there(store, job_id: str) -> bool:
    try:
        await store.get_job(job_id)
    except JobNotFound:
        return False
    return True


async def cancel_natively(adding, moment: int) -> bool:
    task = asyncio.create_task(adding)
    await turns(moment)
    task.cancel()
    await asyncio.wait([task])
    return task.cancelled()


async def cancel_again_and_again(adding, moment: int) -> bool:
    task = asyncio.create_task(adding)
    await turns(moment)
    while not task.done():
        task.cancel()
        await turns(3)
    return task.cancelled()


async def cancel_with_a_scope(adding, moment: int) -> bool:
    async with anyio.create_task_group() as group:

        async def end_it():
            await turns(moment)
            group.cancel_scope.cancel()

        group.start_soon(end_it)
        await adding
        await anyio.lowlevel.checkpoint()
    return group.cancel_scope.cancelled_caught


@pytest.mark.parametrize("cancel", [cancel_natively, cancel_again_and_again, cancel_with_a_scope])
async def test_a_cancelled_write_has_happened_or_not_and_leaves_the_store_free(place, store, cancel):
    cancelled, found = 0, {}
    async with SqlEngineStore(place, patience=0) as other:
        for moment in MOMENTS:
            job_id = f"job-{moment}"

            cancelled += await cancel(store.add_job(Change(a_job(job_id))), moment)

            found[job_id] = await is_there(other, job_id)
            await other.add_job(Change(a_job(f"other-{moment}")))  # nobody holds the lock
            await store.get_job(f"other-{moment}")  # no connection is in an older transaction

    assert cancelled, "nothing was cancelled, so this shows nothing"
    async with SqlEngineStore(place) as again:
        assert {job_id: await is_there(again, job_id) for job_id in found} == found


async def test_a_cancelled_scope_does_not_keep_the_event_loop_busy(store):
    await store.open()
    with anyio.CancelScope() as scope:
        asyncio.get_running_loop().call_soon(scope.cancel)
        await store.add_job(Change(a_job()))
        times_cancelled = asyncio.current_task().cancelling()

    assert scope.cancel_called
    assert times_cancelled <= 1
    assert await is_there(store, "job-1")


async def test_a_write_that_waits_for_others_can_be_cancelled(place):
    async with SqlEngineStore(place, patience=3600) as patient:
        with writing(place.path):
            first, second = (asyncio.create_task(patient.add_job(Change(a_job(n)))) for n in ("1", "2"))
            await patient.list_jobs()

            for task in (first, second):
                task.cancel()
            await asyncio.wait([first, second])

        assert first.cancelled()
        assert second.cancelled()
        assert list(await patient.list_jobs()) == []


# The thread of a connection that was left behind may find no loop to answer any more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_what_ends_the_event_loop_leaves_the_store_free(place, store):
    def run_and_end(moment: int) -> None:
        async def leave_a_write_behind() -> None:
            left = SqlEngineStore(place)
            task = asyncio.create_task(left.add_job(Change(a_job(f"job-{moment}"))))
            await turns(moment)
            assert task is not None

        asyncio.run(leave_a_write_behind())

    for moment in (10, 100, 200):
        await asyncio.to_thread(run_and_end, moment)
        await store.add_job(Change(a_job(f"other-{moment}")))

    assert query(place.path, "PRAGMA integrity_check") == [("ok",)]


async def test_a_decision_that_raises_leaves_the_connection_usable(store):
    await store.add_job(Change(a_job()))
    for _ in range(20):
        with pytest.raises(ZeroDivisionError):
            await store.change_job("job-1", lambda view: Change(view.job, (1 / 0,)))

    assert (await store.change_job("job-1", lambda view: Change(view.job))).version == 2


async def test_more_reads_than_there_are_connections_all_come_to_their_end(store):
    await store.add_job(Change(a_job()))

    answers = await asyncio.gather(*(store.get_job("job-1") for _ in range(40)))

    assert {job.job_id for job in answers} == {"job-1"}


async def test_calls_that_come_first_at_the_same_time_open_the_store_once(place):
    store = SqlEngineStore(place)

    await asyncio.gather(*(store.add_job(Change(a_job(f"job-{n}"))) for n in range(5)))

    assert len(await store.list_jobs()) == 5
    await store.close()


@pytest.mark.parametrize("moment", [0, 20, 100, 300])
async def test_closing_lets_calls_end_and_refuses_later_ones(place, moment):
    store = SqlEngineStore(place)
    await store.open()
    adding = asyncio.create_task(store.add_job(Change(a_job())))
    await turns(moment)

    await store.close()

    [outcome] = await asyncio.gather(adding, return_exceptions=True)
    with pytest.raises(StoreUnavailable, match="it was closed"):
        await store.list_jobs()
    async with SqlEngineStore(place) as again:
        assert await is_there(again, "job-1") is not isinstance(outcome, StoreUnavailable)


async def test_closing_ends_the_threads_and_takes_the_log_away(place):
    before = set(threading.enumerate())
    store = SqlEngineStore(place)
    await asyncio.gather(*(store.list_jobs() for _ in range(10)))
    workers = [thread for thread in set(threading.enumerate()) - before if "connection" in thread.name]
    assert workers

    await store.close()
    await store.close()

    for thread in workers:
        thread.join(timeout=30)
    assert not [thread for thread in workers if thread.is_alive()]
    assert not place.path.with_name("jobs.db-wal").exists()


async def test_a_run_that_has_to_go_again_keeps_only_its_newest_answer(store):
    def go_again(job, run):
        return Change(job, (evolve(run, state=RunState.QUEUED, finished_at=None),))

    await store.add_job(Change(a_job()))
    [first] = await claim(store)
    await store.finish([result(first, evolve(OK, body="first"))], go_again)
    [second] = await claim(store)
    await store.finish([result(second, evolve(OK, body="second"))], count)

    assert second.lease.run_id == first.lease.run_id
    assert (await store.get_run(first.lease.run_id)).outcome.body == "second"
