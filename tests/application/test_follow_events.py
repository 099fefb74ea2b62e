"""What is told of the jobs of a store that writes down what happens: each change once, whoever made it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from cronlytic_mcp.adapters.local.gateway import LocalGateway
from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.application.engine_ports import Result
from cronlytic_mcp.application.follow_events import FollowedJobs
from cronlytic_mcp.application.job_events import JobChanged, ListChanged, LogsChanged
from cronlytic_mcp.application.known_jobs import KnownJobs
from cronlytic_mcp.application.publishing_gateway import PublishingGateway
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.run import Outcome
from cronlytic_mcp.domain.engine.settlement import reclaim, settle
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from tests.application.stories import spec

pytestmark = pytest.mark.anyio


class WatchedStore(MemoryEngineStore):
    """Counts what is read, does something in the middle of a read, and fails while it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: Counter[str] = Counter()
        self.meanwhile = None
        self.fails = False

    async def _read(self, what, reading):
        self.reads[what] += 1
        if self.fails:
            reading.close()
            raise StoreUnavailable("The store is away.", "Wait.")
        found = await reading
        if self.meanwhile and what in ("list_jobs", "get_job"):
            act, self.meanwhile = self.meanwhile, None
            await act()
        return found

    async def list_jobs(self):
        return await self._read("list_jobs", super().list_jobs())

    async def get_job(self, job_id):
        return await self._read("get_job", super().get_job(job_id))

    async def events_since(self, sequence, limit, *, job_id=None):
        return await self._read("events_since", super().events_since(sequence, limit, job_id=job_id))


@pytest.fixture
def store():
    return WatchedStore()


@pytest.fixture
def heard():
    return []


@pytest.fixture
def events(heard):
    events = MemoryJobEvents()
    events.subscribe(heard.append)
    return events


@pytest.fixture
def known(events):
    return KnownJobs(events, runs_told=True)


@pytest.fixture
def followed(store, known, events):
    return FollowedJobs(store, known, events)


@pytest.fixture
def elsewhere(store, clock):
    """The store as another process writes it."""
    return LocalGateway(store, clock)


@pytest.fixture
def ours(elsewhere, known):
    """The gateway as this server's own tools use it."""
    return PublishingGateway(elsewhere, known)


@pytest.fixture
async def job(elsewhere):
    return await elsewhere.create(spec(name="one"))


async def start_run(store, clock, job_id):
    now = clock.now()
    await store.add_manual_run(job_id, now)
    (claim,) = (await store.claim_due(now, 1, now + timedelta(minutes=1), lambda _: None)).claims
    await store.start([claim.lease], now)
    return claim.lease


async def run(store, clock, job_id, *, success=True):
    lease = await start_run(store, clock, job_id)
    await store.finish([Result(lease, Outcome(success, 1, 200), clock.now())], settle)


async def test_the_first_look_tells_nothing_and_then_nothing_is_told_twice(followed, elsewhere, job, heard):
    await followed.look()
    assert heard == []
    await elsewhere.pause(job.job_id)
    for _ in range(3):
        await followed.look()
    assert heard == [JobChanged(job.job_id), ListChanged(entries=False)]


async def test_a_look_reads_what_is_new_and_not_all_jobs(followed, elsewhere, job, store):
    for number in range(50):
        await elsewhere.create(spec(name=f"job-{number}"))
    await followed.look()
    store.reads.clear()
    await followed.look()
    assert store.reads == {"events_since": 1}
    await elsewhere.pause(job.job_id)
    await followed.look()
    assert store.reads == {"events_since": 2, "get_job": 1}


async def test_very_many_changes_are_told_with_few_reads(followed, elsewhere, store, heard):
    await followed.look()
    made = [await elsewhere.create(spec(name=f"job-{number}")) for number in range(1500)]
    store.reads.clear()
    await followed.look()
    assert {event.job_id for event in heard if isinstance(event, JobChanged)} == {job.job_id for job in made}
    assert store.reads == {"events_since": 2, "list_jobs": 2}


async def test_jobs_that_come_and_go_elsewhere_are_told(followed, elsewhere, heard):
    await followed.look()
    job = await elsewhere.create(spec(name="new"))
    await followed.look()
    assert heard == [JobChanged(job.job_id), ListChanged(entries=True)]
    heard.clear()
    await elsewhere.delete(job.job_id)
    await followed.look()
    assert heard == [JobChanged(job.job_id), LogsChanged(job.job_id), ListChanged(entries=True)]


async def test_a_job_that_came_and_went_between_two_looks_is_not_told(
    followed, elsewhere, store, clock, heard
):
    await followed.look()
    job = await elsewhere.create(spec(name="short"))
    await run(store, clock, job.job_id)
    await elsewhere.delete(job.job_id)
    await followed.look()
    assert heard == []


async def test_a_run_changes_its_log_once(followed, store, clock, job, heard):
    await run(store, clock, job.job_id)
    await followed.look()
    clock.advance(60)
    await run(store, clock, job.job_id, success=False)
    await followed.look()
    assert heard.count(LogsChanged(job.job_id)) == 1
    assert heard.count(JobChanged(job.job_id)) == 1


@pytest.mark.parametrize("again", [False, True])
async def test_an_interrupted_run_changes_the_log_but_for_one_that_goes_on(
    followed, elsewhere, store, clock, heard, again
):
    job = await elsewhere.create(spec(name="cut", policy=ExecutionPolicy(rerun_interrupted=again)))
    await start_run(store, clock, job.job_id)
    await followed.look()
    now = clock.now() + timedelta(minutes=2)
    await store.reclaim_lapsed(now, 1, now + timedelta(minutes=1), lambda job, run: reclaim(job, run, now))
    await followed.look()
    assert heard == ([] if again else [LogsChanged(job.job_id)])


# --- Writes of our own ---------------------------------------------------------------------------


async def test_a_write_of_our_own_is_told_at_once_and_not_again(followed, ours, heard):
    await followed.look()
    job = await ours.create(spec(name="mine"))
    await ours.update(job.job_id, spec(name="ours"))
    await ours.pause(job.job_id)
    await ours.resume(job.job_id)
    await ours.delete(job.job_id)
    told = list(heard)
    assert told.count(JobChanged(job.job_id)) == 5
    assert told.count(LogsChanged(job.job_id)) == 1
    await followed.look()
    await followed.look()
    assert heard == told


async def test_a_run_that_our_write_already_shows_is_told_once_all_the_same(
    followed, ours, store, clock, job, heard
):
    await followed.look()
    await run(store, clock, job.job_id)
    await ours.update(job.job_id, spec(name="renamed"))
    await followed.look()
    assert heard.count(JobChanged(job.job_id)) == 1
    assert heard.count(LogsChanged(job.job_id)) == 1


async def test_a_write_during_the_first_look_is_told_once(followed, ours, store, job, heard):
    store.meanwhile = lambda: ours.pause(job.job_id)
    await followed.look()
    await followed.look()
    assert heard.count(JobChanged(job.job_id)) == 1


async def test_a_write_during_a_look_neither_doubles_nor_hides_a_change(
    followed, ours, elsewhere, store, job, heard
):
    await followed.look()
    await elsewhere.pause(job.job_id)
    store.meanwhile = lambda: ours.resume(job.job_id)
    await followed.look()
    await followed.look()
    await followed.look()
    assert heard.count(JobChanged(job.job_id)) in (0, 1)  # both changes together may change nothing
    heard.clear()
    await elsewhere.pause(job.job_id)
    await followed.look()
    assert heard.count(JobChanged(job.job_id)) == 1


async def test_what_a_failed_write_of_ours_hid_is_told_by_the_next_look(
    followed, known, elsewhere, store, job, heard
):
    await followed.look()
    await elsewhere.pause(job.job_id)

    async def write_in_vain():
        with known.writing(job.job_id):
            pass

    store.meanwhile = write_in_vain
    await followed.look()
    assert heard == []
    await followed.look()
    assert heard.count(JobChanged(job.job_id)) == 1


# --- Failures, and the end -----------------------------------------------------------------------


async def test_what_happens_while_the_store_is_away_is_told_when_it_is_back(
    followed, elsewhere, store, job, heard
):
    await followed.look()
    await elsewhere.pause(job.job_id)
    store.fails = True
    with pytest.raises(StoreUnavailable):
        await followed.look()
    store.fails = False
    await followed.look()
    assert heard.count(JobChanged(job.job_id)) == 1


async def test_who_begins_anew_is_not_told_what_happened_meanwhile(followed, elsewhere, job, heard):
    await followed.look()
    followed.forget()
    await elsewhere.pause(job.job_id)
    await followed.look()
    assert heard == []
