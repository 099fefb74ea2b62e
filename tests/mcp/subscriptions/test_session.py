"""One session of the 2025 protocol whose client reads slowly, or not at all any more."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.application.job_events import JobChanged, ListChanged
from cronlytic_mcp.application.known_jobs import KnownJobs
from cronlytic_mcp.application.watch_jobs import JobWatch, PolledJobs
from cronlytic_mcp.entrypoints.mcp.resources.addresses import Address, Kind
from cronlytic_mcp.entrypoints.mcp.subscriptions.session import SessionSubscriptions

pytestmark = pytest.mark.anyio

FIRST, SECOND = Address(Kind.JOB, "a"), Address(Kind.JOB, "b")


class Session:
    """The SDK's session, with a client that takes an update when the test lets it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.sending = anyio.Event()
        self.taken = anyio.Semaphore(0)
        self.error: Exception | None = None

    async def send_resource_updated(self, uri: str) -> None:
        self.sending.set()
        if self.error:
            raise self.error
        await self.taken.acquire()
        self.sent.append(uri)


class SlowGateway(MemoryGateway):
    """Answers when the test lets it."""

    def __init__(self, clock) -> None:
        super().__init__(clock)
        self.asked, self.released = anyio.Event(), anyio.Event()

    async def list(self):
        self.asked.set()
        await self.released.wait()
        return await super().list()


@pytest.fixture
async def session():
    return Session()


@pytest.fixture
async def gateway(clock):
    return SlowGateway(clock)


@pytest.fixture
def events():
    return MemoryJobEvents()


@pytest.fixture
def watch(gateway, events):
    def fail(error):
        raise AssertionError from error

    return JobWatch(PolledJobs(gateway, KnownJobs(events)), seconds=1000, draw=lambda: 0.5, tell_failure=fail)


@pytest.fixture
async def subscriptions(session, events, watch):
    subscriptions = SessionSubscriptions(session, events, watch)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(subscriptions.run)
        yield subscriptions
        tasks.cancel_scope.cancel()


def is_watched() -> bool:
    return any("JobWatch" in task.get_coro().__qualname__ for task in asyncio.all_tasks())


async def pass_on() -> None:
    for _ in range(10):
        await anyio.lowlevel.checkpoint()


async def test_changes_that_a_slow_client_has_not_been_told_of_yet_are_one(
    subscriptions, session, events, gateway
):
    gateway.released.set()
    for address in (FIRST, SECOND):
        await subscriptions.add(address)
    events.publish(JobChanged("a"))
    await session.sending.wait()
    for _ in range(100):
        events.publish(JobChanged("a"))
        events.publish(JobChanged("b"))
        events.publish(JobChanged("c"))
        events.publish(ListChanged(entries=True))
    for _ in range(10):
        session.taken.release()
    await pass_on()
    assert session.sent == [FIRST.uri, FIRST.uri, SECOND.uri]


async def test_what_was_not_sent_when_a_subscription_ends_is_not_sent_any_more(
    subscriptions, session, events, gateway
):
    gateway.released.set()
    for address in (FIRST, SECOND):
        await subscriptions.add(address)
    events.publish(JobChanged("a"))
    await session.sending.wait()
    events.publish(JobChanged("b"))
    subscriptions.remove(SECOND)
    for _ in range(10):
        session.taken.release()
    await pass_on()
    assert session.sent == [FIRST.uri]


@pytest.mark.parametrize("error", [anyio.ClosedResourceError(), anyio.BrokenResourceError()])
async def test_a_client_that_is_gone_ends_its_subscriptions_and_nothing_else(
    subscriptions, session, events, gateway, error
):
    gateway.released.set()
    session.error = error
    await subscriptions.add(FIRST)
    assert is_watched()
    events.publish(JobChanged("a"))
    await pass_on()
    assert not is_watched()
    events.publish(JobChanged("a"))


async def test_a_subscription_that_ends_while_it_begins_leaves_nothing(subscriptions, gateway):
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(subscriptions.add, FIRST)
        await gateway.asked.wait()
        subscriptions.remove(FIRST)
        gateway.released.set()
    await pass_on()
    assert not is_watched()


async def test_a_subscription_that_is_given_up_while_it_begins_leaves_nothing(subscriptions, gateway):
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(subscriptions.add, FIRST)
        await gateway.asked.wait()
        tasks.cancel_scope.cancel()
    await pass_on()
    assert not is_watched()
    gateway.released.set()
    await subscriptions.add(FIRST)
    assert is_watched()


async def test_the_end_of_the_session_ends_the_watch_of_all_its_subscriptions(
    session, events, watch, gateway
):
    gateway.released.set()
    subscriptions = SessionSubscriptions(session, events, watch)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(subscriptions.run)
        for address in (FIRST, SECOND, Address(Kind.CRON_TEMPLATES)):
            await subscriptions.add(address)
        tasks.cancel_scope.cancel()
    await pass_on()
    assert not is_watched()
