"""Subscriptions of a real process, spoken to without the SDK: what goes over the wire in each era."""

from __future__ import annotations

import asyncio

import pytest

from tests.mcp.raw_server import RawServer, raw_server
from tests.mcp.subscriptions.conftest import JOB
from tests.stub_api import StubApi

pytestmark = pytest.mark.anyio

UPDATED = "notifications/resources/updated"
ACKNOWLEDGED = "notifications/subscriptions/acknowledged"


@pytest.fixture
def anyio_backend():
    """Another process keeps real time."""
    return "asyncio"


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


def told(server: RawServer, method: str) -> list[dict]:
    return [message["params"] for message in server.messages if message.get("method") == method]


async def hear(server: RawServer, method: str, count: int) -> None:
    """Read until so many such notifications have come."""
    while len(told(server, method)) < count:
        await server.read()


async def test_one_update_for_a_change_through_the_server_and_one_for_a_change_behind_its_back(
    tmp_path, stub, era
):
    job_id = stub.store.create(dict(JOB))["job_id"]
    uri = f"cronlytic://job/{job_id}"
    environment = {
        "CRONLYTIC_API_KEY": stub.api_key,
        "CRONLYTIC_USER_ID": stub.user_id,
        "CRONLYTIC_BASE_URL": stub.base_url,
        "CRONLYTIC_POLL_SECONDS": "1",
    }
    async with raw_server(tmp_path, era=era, environment=environment) as server:
        opening = await server.open()
        assert opening["capabilities"]["resources"]["subscribe"] is True
        if era == "2026":
            subscription = server.send(
                "subscriptions/listen", {"notifications": {"resourceSubscriptions": [uri]}}
            )
            await hear(server, ACKNOWLEDGED, 1)
        else:
            await server.request("resources/subscribe", {"uri": uri})

        await server.call("update_job", job_id=job_id, name="renamed")
        await hear(server, UPDATED, 1)
        stub.store.set_status(job_id, "paused")
        await hear(server, UPDATED, 2)
        polls = stub.requests["GET /jobs"]
        while stub.requests["GET /jobs"] < polls + 2:  # noqa: ASYNC110 - the stub counts, it tells nobody
            await asyncio.sleep(0.01)
        await server.call("validate_cron", cron_expression="@daily")

        assert [params["uri"] for params in told(server, UPDATED)] == [uri, uri]
        if era == "2026":
            stamps = {
                params["_meta"]["io.modelcontextprotocol/subscriptionId"] for params in told(server, UPDATED)
            }
            assert stamps == {subscription}
            server.notify("notifications/cancelled", {"requestId": subscription})
        else:
            await server.request("resources/unsubscribe", {"uri": uri})
        assert await server.end_input() == 0
        assert "Traceback" not in await server.stderr()


@pytest.mark.parametrize("era", ["2026"])
async def test_what_is_acknowledged_leaves_out_what_names_nothing(tmp_path, era):
    known, unknown = (
        ["cronlytic://jobs", "cronlytic://job/a"],
        ["cronlytic://nothing", "cronlytic://job/a%2Fb", ""],
    )
    async with raw_server(tmp_path, "--backend", "memory", era=era) as server:
        await server.open()
        server.send("subscriptions/listen", {"notifications": {"resourceSubscriptions": [*unknown, *known]}})
        await hear(server, ACKNOWLEDGED, 1)
        server.send("subscriptions/listen", {"notifications": {"resourceSubscriptions": unknown}})
        await hear(server, ACKNOWLEDGED, 2)
        assert [params["notifications"] for params in told(server, ACKNOWLEDGED)] == [
            {"resourceSubscriptions": known},
            {},
        ]


async def test_a_client_that_is_gone_with_its_subscriptions_leaves_a_process_that_ends(tmp_path, stub, era):
    environment = {
        "CRONLYTIC_API_KEY": stub.api_key,
        "CRONLYTIC_USER_ID": stub.user_id,
        "CRONLYTIC_BASE_URL": stub.base_url,
    }
    async with raw_server(tmp_path, era=era, environment=environment) as server:
        await server.open()
        if era == "2026":
            server.send("subscriptions/listen", {"notifications": {"resourcesListChanged": True}})
            await hear(server, ACKNOWLEDGED, 1)
        else:
            await server.request("resources/subscribe", {"uri": "cronlytic://jobs"})
        assert await server.end_input() == 0
        assert "Traceback" not in await server.stderr()
