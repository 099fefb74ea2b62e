"""When the jobs are looked at: only while somebody watches, once for all, and less often while that fails.

Every test runs in virtual time, so that times are exact and cost nothing.
"""

from __future__ import annotations

import asyncio

import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.application.call import allowing_cached_reads, listening_to_waits
from cronlytic_mcp.application.job_events import JobChanged, ListChanged
from cronlytic_mcp.application.known_jobs import KnownJobs
from cronlytic_mcp.application.publishing_gateway import PublishingGateway
from cronlytic_mcp.application.watch_jobs import FIRST_LOOK_SECONDS, JobWatch, PolledJobs
from cronlytic_mcp.domain.errors import NotAuthenticated, RateLimited, ServiceUnavailable
from tests.adapters.resilience.virtual_time import LoopClock, VirtualTimeLoop, elapsed
from tests.application.stories import spec

pytestmark = pytest.mark.anyio

SECONDS = 30


@pytest.fixture
def anyio_backend():
    return "asyncio", {"loop_factory": VirtualTimeLoop}


@pytest.fixture
def clock():
    return LoopClock()


class WatchedGateway(MemoryGateway):
    """Notes when the jobs were asked for, and fails or hangs while it is told to."""

    def __init__(self, clock) -> None:
        super().__init__(clock)
        self.looks: list[float] = []
        self.error: Exception | None = None
        self.hangs = False

    async def list(self):
        self.looks.append(round(elapsed(), 3))
        if self.hangs:
            await asyncio.sleep(10_000)
        if self.error:
            raise self.error
        return await super().list()


@pytest.fixture
def gateway(clock):
    return WatchedGateway(clock)


@pytest.fixture
def heard():
    return []


@pytest.fixture
def failures():
    return []


@pytest.fixture
def known(heard):
    events = MemoryJobEvents()
    events.subscribe(heard.append)
    return KnownJobs(events)


@pytest.fixture
def make_watch(gateway, known, failures):
    """Make a watch without jitter, but for what `draw` gives."""

    def make(draw=lambda: 0.5, backend=None):
        jobs = PolledJobs(backend or gateway, known)
        return JobWatch(jobs, seconds=SECONDS, draw=draw, tell_failure=failures.append)

    return make


@pytest.fixture
def watch(make_watch):
    return make_watch()


def tasks() -> int:
    return len(asyncio.all_tasks())


async def test_nothing_is_looked_at_before_somebody_watches(watch, gateway):
    await asyncio.sleep(1000)
    assert gateway.looks == []


async def test_there_is_a_look_at_once_and_then_one_for_each_interval(watch, gateway):
    async with watch.watching():
        assert gateway.looks == [0]
        await asyncio.sleep(100)
    assert gateway.looks == [0, 30, 60, 90]


async def test_who_knows_that_something_happened_has_it_looked_at_in_a_moment(watch, gateway):
    watch.look_soon()  # nobody watches: no reason to look
    async with watch.watching():
        await asyncio.sleep(40)
        watch.look_soon()
        watch.look_soon()
        await asyncio.sleep(50)
    assert gateway.looks == [0, 30, 40.1, 70.1]


async def test_a_backend_that_fails_is_not_hurried(watch, gateway):
    async with watch.watching():
        gateway.error = ServiceUnavailable("is down")
        await asyncio.sleep(31)
        watch.look_soon()
        await asyncio.sleep(100)
    assert gateway.looks == [0, 30, 90]


async def test_nothing_is_looked_at_after_the_last_one_left_and_nothing_stays(watch, gateway):
    before = tasks()
    async with watch.watching():
        async with watch.watching():
            await asyncio.sleep(40)
        await asyncio.sleep(40)
    looks = len(gateway.looks)
    await asyncio.sleep(1000)
    assert len(gateway.looks) == looks
    assert tasks() == before


async def test_all_who_watch_share_the_looks(watch, gateway):
    async with asyncio.TaskGroup() as group:

        async def watch_for(seconds):
            async with watch.watching():
                await asyncio.sleep(seconds)

        for seconds in (10, 50, 70):
            group.create_task(watch_for(seconds))
    assert gateway.looks == [0, 30, 60]


async def test_who_comes_again_looks_anew_and_hears_nothing_of_the_time_between(watch, gateway, heard):
    job = await gateway.create(spec())
    async with watch.watching():
        pass
    await gateway.pause(job.job_id)
    async with watch.watching():
        await asyncio.sleep(40)
    assert heard == []


async def test_a_change_by_others_is_heard_after_the_next_look(watch, gateway, heard):
    job = await gateway.create(spec())
    async with watch.watching():
        await asyncio.sleep(1)
        await gateway.pause(job.job_id)
        await asyncio.sleep(28)
        assert heard == []
        await asyncio.sleep(2)
        assert heard == [JobChanged(job.job_id), ListChanged(entries=False)]


@pytest.mark.parametrize(("drawn", "delay"), [(0.0, 27), (1.0, 33)])
async def test_the_time_between_two_looks_varies_by_a_tenth(make_watch, gateway, drawn, delay):
    async with make_watch(draw=lambda: drawn).watching():
        await asyncio.sleep(delay + 1)
    assert gateway.looks == [0, delay]


async def test_a_backend_that_fails_is_asked_less_and_less_often_and_as_usual_once_it_answers(
    watch, gateway, failures
):
    gateway.error = NotAuthenticated()
    async with watch.watching():
        await asyncio.sleep(1100)
        assert gateway.looks == [0, 60, 180, 420, 660, 900]
        assert failures == [gateway.error] * 6
        gateway.error = None
        await asyncio.sleep(110)
        assert gateway.looks[6:] == [1140, 1170, 1200]


async def test_a_bug_ends_no_watch(watch, gateway, failures, heard):
    job = await gateway.create(spec())
    async with watch.watching():
        gateway.error = RuntimeError("a bug")
        await asyncio.sleep(31)
        assert isinstance(failures[0], RuntimeError)
        gateway.error = None
        await gateway.pause(job.job_id)
        await asyncio.sleep(60)
    assert heard == [JobChanged(job.job_id), ListChanged(entries=False)]


@pytest.mark.parametrize(
    ("error", "delay"),
    [
        (RateLimited(500), 500),
        (RateLimited(None), 60),
        (ServiceUnavailable("the breaker is open", retry_in=123), 123),
        (ServiceUnavailable("soon", retry_in=1), 60),
        (RateLimited(10**9), 3600),
    ],
)
async def test_a_wait_that_the_backend_asks_for_is_kept_within_reason(watch, gateway, error, delay):
    gateway.error = error
    async with watch.watching():
        await asyncio.sleep(4000)
    assert gateway.looks[1] == delay


async def test_while_the_breaker_is_open_nothing_is_sent(make_watch, gateway, clock, failures):
    policy = ResiliencePolicy(attempts=1, breaker_failures=1, breaker_wait=200, breaker_jitter=0)
    watch = make_watch(backend=resilient(gateway, clock, policy, draw=lambda: 0.5))
    gateway.error = ServiceUnavailable("it is down")
    async with watch.watching():
        await asyncio.sleep(199)
        assert gateway.looks == [0]
        await asyncio.sleep(2)
    assert gateway.looks == [0, 200], "the look after the wait is the probe"
    assert len(failures) == 3


async def test_who_begins_to_watch_waits_no_longer_than_five_seconds_for_a_backend_that_hangs(watch, gateway):
    gateway.hangs = True
    async with watch.watching():
        assert elapsed() == FIRST_LOOK_SECONDS


async def test_who_gives_up_while_waiting_does_not_watch(watch, gateway):
    gateway.hangs = True
    before = tasks()
    waiting = asyncio.create_task(watch.join())
    await asyncio.sleep(1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.sleep(0)
    assert tasks() == before
    gateway.hangs = False
    async with watch.watching():
        assert len(gateway.looks) == 2


async def test_who_comes_while_another_one_waits_waits_for_the_same_look(watch, gateway):
    gateway.hangs = True
    await asyncio.gather(watch.join(), watch.join())
    assert gateway.looks == [0]
    watch.leave()
    watch.leave()


async def test_what_a_client_was_told_while_the_backend_was_down_is_what_it_hears_changes_from(
    make_watch, gateway, known, clock, heard
):
    job = await gateway.create(spec())
    backend = resilient(gateway, clock, ResiliencePolicy(attempts=1, breaker_failures=100))
    with allowing_cached_reads():
        await backend.list()
    await asyncio.sleep(60)
    gateway.error = ServiceUnavailable("it is down")
    async with make_watch(backend=backend).watching():
        await gateway.pause(job.job_id)
        gateway.error = None
        await asyncio.sleep(31)
    assert heard == [JobChanged(job.job_id), ListChanged(entries=False)]


async def test_what_was_written_through_this_server_is_not_heard_a_second_time(watch, gateway, known, heard):
    ours = PublishingGateway(gateway, known)
    async with watch.watching():
        job = await ours.create(spec())
        await asyncio.sleep(100)
    assert heard == [JobChanged(job.job_id), ListChanged(entries=True)]


async def test_a_look_in_nobodys_name_does_not_tell_waits_to_who_began_it(make_watch, gateway, clock):
    waits = []
    backend = resilient(gateway, clock, ResiliencePolicy(attempts=2))
    gateway.error = ServiceUnavailable("it is down")
    with listening_to_waits(waits.append):
        async with make_watch(backend=backend).watching():
            await asyncio.sleep(100)
    assert len(gateway.looks) >= 4
    assert waits == []
