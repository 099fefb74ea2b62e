"""Each way in which another scheduler was seen to break, and that this engine does not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.adapters.webhook.sender import AiohttpWebhookSender
from cronlytic_mcp.application.analysis_ports import AnalysisStore
from cronlytic_mcp.application.engine_ports import EngineStore, Result
from cronlytic_mcp.domain.adaptive.acts import clear_hints, pause_until, propose_interval, propose_next_time
from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.run import Outcome, RunSource, RunState
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.execution_policy import Overlap
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.domain.webhook.webhook import BODY_LIMIT, FailureKind, WebhookFailed, WebhookRequest
from tests.application.engine.world import (
    HOURLY,
    MINUTELY,
    NOON,
    after,
    answer,
    at,
    at_once,
    every,
)
from tests.contract import test_completeness
from tests.webhook_target import listening, repeating, saying_and_waiting

pytestmark = pytest.mark.anyio

TTL = timedelta(hours=2)


async def act(world, decide, *arguments):
    """Do what an analyst does, and wake the engine as its process would."""
    return await world.change(lambda view: decide(view, *arguments, now=world.clock.now()))


# Claimed up to 10 seconds early: every cron slot ran twice, at 12:59:51 and at 13:00:01.


async def test_no_slot_is_claimed_early_and_none_runs_twice(world):
    await world.add(MINUTELY)
    async with world.running(tick=timedelta(seconds=7)):
        await asyncio.sleep(599)

    runs = await world.runs()
    assert world.targets.times == [at(minute) for minute in range(1, 10)]
    assert [(run.fire_at, run.source) for run in runs] == [
        (at(minute), RunSource.BASELINE_CRON) for minute in range(1, 10)
    ]


async def test_the_intended_slot_and_its_source_stand_in_the_row_of_a_run_that_started_late(world):
    await world.add(HOURLY, jitter_seconds=600)
    async with world.running():
        await asyncio.sleep(3600 + 601)

    (run,) = await world.runs()
    assert (run.fire_at, run.source) == (at(60), RunSource.BASELINE_CRON)
    assert run.started_at > at(60)


# The lock lasted until the next run, so that a "run sooner" waited for 30 minutes.


async def test_a_hint_to_run_sooner_is_felt_at_once_after_a_run_and_during_one(world):
    world.targets.behave(after(20))
    await world.add(every(1800), overlap=Overlap.ALLOW)
    async with world.running() as engine:
        await asyncio.sleep(1805)  # the first run is in flight, under its lease
        await act(world, propose_interval, timedelta(seconds=10), TTL, "look closer")
        engine.wake()
        await asyncio.sleep(10)

    assert world.targets.times == [at(30), at(30, 10)]


# Planned with the count of failures from before the run: 8 minutes of backoff after the success.


async def test_after_the_success_there_is_no_backoff(world):
    world.targets.behave(at_once(answer(500), answer(500), answer(500), answer()))
    await world.add(every(60))
    async with world.running():
        await asyncio.sleep(1200)

    gaps = [round((b - a) / timedelta(minutes=1)) for a, b in pairwise(world.targets.times)]
    assert gaps[:5] == [2, 4, 8, 1, 1]


# A hint for one run was used up, and fired three times.


async def test_a_hint_for_one_run_fires_once(world):
    await world.add(every(600))
    async with world.running() as engine:
        await act(world, propose_next_time, at(2), TTL, "once")
        engine.wake()
        await asyncio.sleep(900)

    assert [(run.fire_at, run.source) for run in await world.runs()] == [
        (at(2), RunSource.HINT_NEXT_RUN),
        (at(12), RunSource.BASELINE_INTERVAL),
    ]


# `clear_hints` and a resume left the old time standing.


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (
            lambda world: act(world, propose_interval, timedelta(hours=1), TTL, "relax"),
            lambda world: act(world, clear_hints, "all is well"),
        ),
        (
            lambda world: act(world, pause_until, at(90), "it is broken"),
            lambda world: act(world, pause_until, None, "it is mended"),
        ),
    ],
)
async def test_taking_back_a_hint_or_a_pause_plans_anew_at_once(world, first, then):
    await world.add(MINUTELY)
    async with world.running() as engine:
        await first(world)
        await asyncio.sleep(330)
        assert world.targets.times == []
        job = await then(world)
        engine.wake()
        await asyncio.sleep(60)

    assert job.plan.at == at(6)
    assert world.targets.times == [at(6)]


# Ticks overlapped; one bad response, a NUL byte, stopped the whole batch.


async def test_looks_at_the_store_do_not_overlap_however_long_one_takes(world):
    class Slow:
        claiming = most = 0

        def __init__(self, store) -> None:
            self._store = store

        def __getattr__(self, name):
            return getattr(self._store, name)

        async def claim_due(self, *arguments):
            self.claiming += 1
            self.most = max(self.most, self.claiming)
            await asyncio.sleep(12)  # more than two ticks
            try:
                return await self._store.claim_due(*arguments)
            finally:
                self.claiming -= 1

    await world.add(MINUTELY)
    slow = Slow(world.store)
    async with world.running(world.engine(slow)) as engine:
        for _ in range(30):
            engine.wake()
            await asyncio.sleep(10)

    assert slow.most == 1
    assert len(world.targets.keys) == len(set(world.targets.keys)) >= 4


async def test_a_bad_response_is_its_own_runs_trouble(world):
    world.targets.behave(at_once(answer(200, "bad \x00 \ud800 bytes")), "https://example.com/bad")
    await world.add(MINUTELY, "bad", "https://example.com/bad")
    for number in range(5):
        await world.add(MINUTELY, f"good-{number}")
    async with world.running():
        await asyncio.sleep(61)

    assert [await world.states(f"good-{number}") for number in range(5)] == [[RunState.SUCCESS]] * 5
    (bad,) = await world.runs("bad")
    assert bad.state is RunState.SUCCESS
    assert "\x00" not in bad.outcome.body


class TestWithRealThreadsAndSockets:
    """What virtual time cannot show."""

    @pytest.fixture
    def anyio_backend(self):
        return "asyncio"

    # A claim was SELECT and then UPDATE: two workers took the same jobs in 100 of 300 rounds.

    async def test_two_workers_never_take_the_same_run_and_a_lost_lease_writes_nothing(self, tmp_path):
        place = SqliteFile(tmp_path / "jobs.db")
        async with SqlEngineStore(place) as one, SqlEngineStore(place) as other:
            await one.add_job(create("job-1", JobSpec("job", "https://example.com/", MINUTELY), NOON))
            for minute in range(1, 51):
                now = at(minute)
                claim = partial(decide_due, now=now)
                batches = await asyncio.gather(
                    *(store.claim_due(now, 10, now + timedelta(seconds=1), claim) for store in (one, other))
                )
                (taken,) = [each for batch in batches for each in batch.claims]
                done = Result(taken.lease, Outcome(success=True, attempts=1), now)
                older = evolve(done, lease=evolve(taken.lease, token=taken.lease.token - 1))
                assert await one.start([taken.lease], now) == frozenset()
                assert await other.finish([older], settle) == {older.lease}
                assert await other.finish([done], settle) == frozenset()
            assert len(await one.list_runs("job-1", 100)) == 50

    # The whole body was read before its size was looked at; nothing ended the wait for it.

    @pytest.mark.parametrize("kind", ["endless", "silent"])
    async def test_a_body_is_cut_while_it_comes_and_its_time_is_bounded(self, kind):
        head = b"HTTP/1.1 200 OK\r\n\r\n"
        talk = repeating(head, b"x" * 65_536) if kind == "endless" else saying_and_waiting(head + b"a")
        async with listening(talk) as target:
            sender = AiohttpWebhookSender(SystemClock(), AllowedHosts.parse([f"127.0.0.1:{target.port}"]))
            request = WebhookRequest(f"http://127.0.0.1:{target.port}/", timeout=1.0)
            if kind == "endless":
                got = await sender.send(request)
                assert not got.whole
                assert len(got.body) <= BODY_LIMIT
            else:
                with pytest.raises(WebhookFailed) as failed:
                    await sender.send(request)
                assert failed.value.kind is FailureKind.TIMEOUT

    # The fake and the SQL store disagreed on merging hints, and nobody ran the contract.

    @pytest.mark.parametrize("kind", ["memory", "sqlite"])
    async def test_every_store_keeps_each_kind_of_hint_as_a_record_of_its_own(self, kind, tmp_path):
        sql = SqlEngineStore(SqliteFile(tmp_path / "jobs.db"))
        async with sql:
            store = MemoryEngineStore() if kind == "memory" else sql
            await store.add_job(create("job-1", JobSpec("job", "https://example.com/", every(600)), NOON))
            for decide in (
                partial(propose_interval, interval=timedelta(minutes=5), ttl=TTL, reason="first", now=at(1)),
                partial(propose_next_time, at=at(9), ttl=timedelta(minutes=20), reason="once", now=at(2)),
                partial(propose_interval, interval=timedelta(minutes=3), ttl=TTL, reason="second", now=at(3)),
            ):
                await store.change_job("job-1", decide)
            hints = (await store.get_job("job-1")).hints

        assert (hints.interval.interval, hints.interval.reason) == (timedelta(minutes=3), "second")
        assert hints.interval.expires_at == at(3) + TTL
        assert (hints.next_run.at, hints.next_run.expires_at) == (at(9), at(22))

    async def test_every_store_is_held_to_one_contract_of_which_a_test_knows_each_method(self):
        assert {EngineStore, AnalysisStore} <= set(test_completeness.PORTS)
        for port in (EngineStore, AnalysisStore):
            test_completeness.test_every_promise_of_a_port_has_a_contract_test(port)
            test_completeness.test_every_contract_is_run(port)
