"""When the API is asked for changes, and that nothing of a subscription outlives it."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress

import pytest
from mcp import MCPError
from mcp.client.subscriptions import SubscriptionLost

from cronlytic_mcp.entrypoints.mcp.subscriptions.session import MOST_URIS
from tests.mcp.subscriptions.conftest import A_POLL, LIST, settled
from tests.stub_api import Fault

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning"),
]


def tasks() -> Counter:
    """What runs on the loop, but for the stub's side of connections that are kept alive."""
    names = (task.get_coro().__qualname__ for task in asyncio.all_tasks())
    return Counter(name for name in names if not name.startswith("RequestHandler"))


def listeners(scene) -> int:
    """How many hear of changes or have the jobs watched; all of them must be gone in the end."""
    watch = scene.services.watch
    assert (watch._task is None) == (watch._watchers == 0)
    return len(scene.services.events._listeners) + watch._watchers


async def test_nothing_is_asked_while_nobody_is_subscribed(scene, era):
    async with scene.connect(era):
        await asyncio.sleep(10 * A_POLL)
    assert not scene.stub.requests


async def test_after_the_subscription_ends_nothing_more_is_asked_and_nothing_of_it_stays(scene, era):
    async with scene.connect(era) as subscriber:
        await settled()
        before = tasks()
        async with subscriber.subscribed(scene.job, LIST):
            await asyncio.sleep(3 * A_POLL)
        await settled()
        polls = scene.polls
        assert polls >= 3
        await asyncio.sleep(10 * A_POLL)
        assert scene.polls == polls
        if era == "2026":
            assert tasks() == before
            assert listeners(scene) == 0
    await settled()
    assert listeners(scene) == 0


async def test_a_connection_that_closes_ends_its_subscriptions(scene, era):
    await settled()
    before = tasks()
    async with scene.connect(era) as subscriber:
        if era == "2025":
            await subscriber.client.subscribe_resource(scene.job)
            await asyncio.sleep(2 * A_POLL)
        else:
            with suppress(SubscriptionLost):
                async with subscriber.client.listen(resource_subscriptions=[scene.job]):
                    await asyncio.sleep(2 * A_POLL)
                    await subscriber.client.__aexit__(None, None, None)
    await settled()
    polls = scene.polls
    await asyncio.sleep(10 * A_POLL)
    assert scene.polls == polls >= 2
    assert listeners(scene) == 0
    assert tasks() == before


async def test_sessions_that_come_and_go_share_one_poll(scene, era):
    other_era = "2025" if era == "2026" else "2026"
    async with scene.connect(era) as first, first.subscribed(scene.job) as first_updates:
        async with (
            scene.connect(other_era) as second,
            second.subscribed(scene.job, LIST) as second_updates,
        ):
            polls = scene.polls
            scene.pause()
            await asyncio.sleep(A_POLL)
            assert scene.polls == polls + 1, "one poll for both"
            assert first_updates == {scene.job: 1}
            assert second_updates == {scene.job: 1, LIST: 1}
        polls = scene.polls
        scene.stub.store.set_status(scene.job_id, "pending")
        await asyncio.sleep(A_POLL)
        assert scene.polls == polls + 1, "it goes on for the one who stays"
        assert first_updates == {scene.job: 2}
        assert second_updates == {scene.job: 1, LIST: 1}
    await settled()
    polls = scene.polls
    await asyncio.sleep(5 * A_POLL)
    assert scene.polls == polls
    assert listeners(scene) == 0


async def test_many_subscriptions_cost_no_more_than_one(scene, era):
    ids = [scene.stub.store.create(dict(scene.stub.store.find(scene.job_id)))["job_id"] for _ in range(50)]
    uris = [f"cronlytic://job/{job_id}" for job_id in ids]
    async with scene.connect(era) as subscriber, subscriber.subscribed(*uris, *(f"{u}/logs" for u in uris)):
        polls = scene.polls
        await asyncio.sleep(A_POLL)
        assert scene.polls == polls + 1
    assert set(scene.stub.requests) == {"GET /jobs"}


async def test_while_the_breaker_is_open_nothing_is_sent(scene, era):
    async with scene.connect(era) as subscriber, subscriber.subscribed(scene.job):
        scene.stub.faults.add(Fault.answer(503).permanent())
        await asyncio.sleep(3600)
        failed = scene.polls
        assert failed < 40, "some 120 polls of three attempts each would be 360"
        await asyncio.sleep(3600)
        assert scene.polls - failed <= 16, "one probe for each wait of the breaker"


async def test_templates_change_with_no_job_so_nobody_looks(scene, era):
    uris = ("cronlytic://templates/cron", "cronlytic://templates/jobs")
    async with scene.connect(era) as subscriber, subscriber.subscribed(*uris) as updates:
        await asyncio.sleep(3 * A_POLL)
        assert updates == {}
    assert not scene.stub.requests


async def test_a_subscription_does_not_wait_for_an_api_that_hangs(scene, era):
    scene.stub.faults.add(Fault.hang().permanent())
    loop = asyncio.get_running_loop()
    async with scene.connect(era) as subscriber:
        begun = loop.time()
        async with subscriber.subscribed(scene.job):
            assert loop.time() - begun == pytest.approx(5, abs=0.5)
    scene.stub.faults.clear()


# --- The 2025 protocol's requests ----------------------------------------------------------------


@pytest.mark.parametrize("era", ["2025"])
@pytest.mark.parametrize(
    ("uri", "code", "said"),
    [
        ("cronlytic://nothing", -32002, "resource_not_found"),
        ("https://example.com/", -32002, "resource_not_found"),
        ("cronlytic://job/../ping", -32002, "resource_not_found"),
        ("cronlytic://job/a%2Fb", -32602, "invalid_arguments"),
        ("cronlytic://job/", -32602, "invalid_arguments"),
    ],
)
async def test_a_uri_that_names_nothing_is_refused(scene, era, uri, code, said):
    async with scene.connect(era) as subscriber:
        for call in (subscriber.client.subscribe_resource, subscriber.client.unsubscribe_resource):
            with pytest.raises(MCPError) as refused:
                await call(uri)
            assert refused.value.error.code == code
            assert refused.value.error.data["code"] == said
    assert not scene.stub.requests


@pytest.mark.parametrize("era", ["2025"])
async def test_subscribing_twice_is_subscribing_once_and_ending_what_never_began_is_no_error(scene, era):
    async with scene.connect(era) as subscriber:
        client = subscriber.client
        await client.unsubscribe_resource(scene.job)
        await client.subscribe_resource(scene.job)
        await client.subscribe_resource(scene.job)
        scene.pause()
        await asyncio.sleep(A_POLL)
        assert subscriber.updates == {scene.job: 1}
        await client.unsubscribe_resource(scene.job)
        await client.unsubscribe_resource(scene.job)
        polls = scene.polls
        await asyncio.sleep(5 * A_POLL)
        assert scene.polls == polls


@pytest.mark.parametrize("era", ["2025"])
async def test_a_session_has_a_bounded_number_of_subscriptions(scene, era):
    async with scene.connect(era) as subscriber:
        for number in range(MOST_URIS):
            await subscriber.client.subscribe_resource(f"cronlytic://job/job-{number}")
        with pytest.raises(MCPError) as refused:
            await subscriber.client.subscribe_resource(scene.job)
        assert refused.value.error.code == -32602
        assert "subscribe to cronlytic://jobs" in refused.value.error.message
        await subscriber.client.unsubscribe_resource("cronlytic://job/job-0")
        await subscriber.client.subscribe_resource(scene.job)


# --- The 2026 protocol's streams -----------------------------------------------------------------


@pytest.mark.parametrize("era", ["2026"])
async def test_a_stream_about_what_does_not_exist_stays_silent_and_costs_nothing(scene, era):
    uris = ("cronlytic://nothing", "cronlytic://job/a%2Fb")
    async with scene.connect(era) as subscriber, subscriber.subscribed(*uris) as updates:
        await asyncio.sleep(3 * A_POLL)
        assert updates == {}
    assert not scene.stub.requests
