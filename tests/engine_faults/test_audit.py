"""The audit finds what it is there to find."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

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
from tests.application.engine.world import NOON
from tests.engine_faults.audit import audit
from tests.engine_faults.sink import Arrival

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


def arrived(number: int, *, late: timedelta = timedelta()) -> Arrival:
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
        ("never arrived", [row(4, state=RunState.SUCCESS)], 4),
        ("when nothing is in flight", [row(4, state=RunState.RUNNING)], 4),
    ],
)
async def test_it_finds_what_is_wrong_in_the_rows(store, found, runs, until):
    await write(store, *runs, accounted_until=NOON + until * SECOND)

    with pytest.raises(AssertionError, match=found):
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
