"""The audit finds what it is there to find."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from random import Random

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.application.engine_ports import Result
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.run import Outcome, Run, RunSource, RunState, make_run_id
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import IntervalSchedule
from tests.adapters.resilience.virtual_time import VirtualTimeLoop
from tests.application.engine.world import NOON, World, answer
from tests.engine_faults.audit import audit
from tests.engine_faults.sink import Arrival
from tests.engine_faults.town import EVERY_SECOND

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)


@pytest.fixture
async def store():
    """A store whose job ran on its first three seconds."""
    store = MemoryEngineStore()
    spec = JobSpec("job", "https://example.com/", IntervalSchedule(1))
    await store.add_job(create("job", spec, NOON))
    for number in (1, 2, 3):
        now = NOON + number * SECOND
        batch = await store.claim_due(now, 1, now + SECOND, partial(decide_due, now=now))
        [lease] = [claim.lease for claim in batch.claims]
        await store.start([lease], now)
        await store.finish([Result(lease, Outcome(success=True, attempts=1, status=200), now)], settle)
    return store


def arrived(number: float, *, late: timedelta = timedelta()) -> Arrival:
    at = NOON + number * SECOND
    return Arrival("job", make_run_id("job", at, RunSource.BASELINE_INTERVAL), at + late)


ALL = [arrived(1), arrived(2), arrived(3)]


async def write(store, *runs: Run, **changes) -> None:
    await store.change_job("job", lambda view: Change(evolve(view.job, **changes), runs))


def row(number: float, **changes) -> Run:
    at = NOON + number * SECOND
    source, state = RunSource.BASELINE_INTERVAL, RunState.MISSED
    run = Run(make_run_id("job", at, source), "job", at, source, state, recorded_at=at)
    return evolve(run, **changes)


def ended(number: float, state: RunState = RunState.SUCCESS, *, at: float | None = None) -> Run:
    return row(number, state=state, finished_at=NOON + (number if at is None else at) * SECOND)


async def test_it_passes_what_is_whole(store):
    await write(store, row(4, last_at=NOON + 6 * SECOND, count=3), accounted_until=NOON + 6 * SECOND)

    account = await audit(store, ALL)

    assert (account[RunState.SUCCESS], account[RunState.MISSED]) == (3, 3)


@pytest.mark.parametrize(
    ("found", "runs", "until"),
    [
        ("no row for", [], 4),
        ("no row for", [row(5)], 5),
        ("has two rows", [row(4, last_at=NOON + 5 * SECOND, count=2), row(5)], 5),
        ("counts wrong", [row(4, last_at=NOON + 6 * SECOND, count=2)], 6),
        ("is at no time", [row(4.5)], 4.5),
        ("never arrived", [ended(4)], 4),
        ("when nothing is in flight", [row(4, state=RunState.RUNNING)], 4),
    ],
)
async def test_it_finds_what_is_wrong_in_the_rows(store, found, runs, until):
    await write(store, *runs, accounted_until=NOON + until * SECOND)

    with pytest.raises(AssertionError, match=found):
        await audit(store, ALL)


FAILED, SKIPPED = RunState.FAILED, RunState.SKIPPED
FAILURES = [ended(4, FAILED, at=4.25), ended(6.25, FAILED, at=7.75)]
RECOVERY = [ended(11.75, at=12.5), ended(12.75)]
LONG_FAILURE = [ended(13.75, FAILED, at=16), row(14.75, state=SKIPPED), row(15.75, state=SKIPPED)]
LONG_RECOVERY = [ended(18, at=19.5), ended(20.5)]


async def test_it_counts_from_the_end_of_a_run_that_failed_until_one_succeeds(store):
    rows = [*FAILURES, *RECOVERY, *LONG_FAILURE, *LONG_RECOVERY]
    await write(store, *rows, accounted_until=rows[-1].last_at)
    sent = [Arrival("job", run.run_id, run.fire_at) for run in rows if run.finished_at]

    account = await audit(store, [*ALL, *sent])

    assert (account[RunState.SUCCESS], account[FAILED], account[SKIPPED]) == (7, 3, 2)


@pytest.mark.parametrize("anyio_backend", [("asyncio", {"loop_factory": VirtualTimeLoop})])
async def test_it_passes_what_an_engine_does_about_a_target_of_many_moods():
    world, moods = World(), Random(7)

    async def answer_in_some_mood(request):
        await asyncio.sleep(moods.choice([0.1, 0.7, 1.3, 5.2]))
        return answer(moods.choice([200, 503]))

    world.targets.behave(answer_in_some_mood)
    await world.add(EVERY_SECOND)
    async with world.running():
        await asyncio.sleep(3600)

    keys = world.targets.keys
    arrivals = [Arrival("job-1", key, at) for key, at in zip(keys, world.targets.times, strict=True)]
    account = await audit(world.store, arrivals)
    assert min(account[state] for state in (RunState.SUCCESS, FAILED, SKIPPED)) > 100


@pytest.mark.parametrize(
    ("found", "runs"),
    [
        ("is at no time", [FAILURES[0], ended(5)]),
        ("is at no time", [*FAILURES, ended(9.75)]),
        ("is at no time", [*FAILURES, RECOVERY[0], ended(13.5)]),
        ("is at no time", [ended(4, at=4.5), ended(5.5)]),
        ("no row for", [*FAILURES, *RECOVERY, ended(14.75)]),
        ("no row for", [*FAILURES, *RECOVERY, *LONG_FAILURE, LONG_RECOVERY[0], ended(21.5)]),
        ("no row for", [*FAILURES, *RECOVERY, LONG_FAILURE[0], LONG_FAILURE[2]]),
    ],
)
async def test_it_finds_what_follows_a_failed_run_at_a_wrong_time(store, found, runs):
    await write(store, *runs, accounted_until=runs[-1].last_at)

    with pytest.raises(AssertionError, match=found):
        await audit(store, ALL)


async def test_it_finds_that_nothing_follows_a_failed_run(store):
    await write(store, *FAILURES, accounted_until=NOON + 11.75 * SECOND)

    with pytest.raises(AssertionError, match="no row for"):
        await audit(store, ALL)


@pytest.mark.parametrize(
    ("found", "arrivals"),
    [
        ("sent more than once", [*ALL, arrived(2)]),
        ("never arrived", ALL[:2]),
        ("under ids that no row has", [*ALL, arrived(7)]),
        ("before their time", [*ALL[:2], arrived(3, late=-SECOND / 2)]),
    ],
)
async def test_it_finds_what_is_wrong_with_what_was_sent(store, found, arrivals):
    with pytest.raises(AssertionError, match=found):
        await audit(store, arrivals)


async def test_it_finds_a_request_for_what_is_told_as_missed(store):
    await write(store, row(4), accounted_until=NOON + 4 * SECOND)

    with pytest.raises(AssertionError, match="arrived 1 times"):
        await audit(store, [*ALL, arrived(4)])
