"""Hints on the cloud through the real server: off by default, on by a setting, undone by whoever runs next."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

import pytest

from tests.mcp.raw_server import raw_server
from tests.stub_api import API_KEY, USER_ID, StubApi

pytestmark = pytest.mark.anyio

BASELINE = "17 3 * * *"
JOB = {"name": "report", "url": "https://example.com/", "cron_expression": BASELINE}
HINT = {"interval_ms": 300_000, "reason": "It fails."}


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
def environment(stub, tmp_path):
    return {
        "CRONLYTIC_API_KEY": API_KEY,
        "CRONLYTIC_USER_ID": USER_ID,
        "CRONLYTIC_BASE_URL": stub.base_url,
        "CRONLYTIC_TOOLSETS": "core,adaptive",
        "CRONLYTIC_DATABASE_URL": f"sqlite:///{tmp_path / 'hints.db'}",
    }


def expression_in(stub) -> str:
    return next(iter(stub.store.by_id.values()))["cron_expression"]


async def until_restored(stub) -> None:
    async with asyncio.timeout(20):
        while expression_in(stub) != BASELINE:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)


async def test_off_they_are_not_listed_and_say_which_setting_decides(stub, environment, tmp_path):
    async with raw_server(tmp_path, environment=environment) as server:
        await server.open()
        listed = {tool["name"] for tool in (await server.request("tools/list"))["tools"]}
        job = (await server.call("create_job", **JOB))["job"]
        error = (await server.call("propose_interval", job_id=job["job_id"], **HINT))["error"]

    assert not {"propose_interval", "list_hints"} & listed
    assert error["code"] == "not_supported"
    assert "CRONLYTIC_CLOUD_HINTS=on" in error["alternative"]
    assert expression_in(stub) == BASELINE


async def test_on_a_hint_is_in_place_and_what_is_left_of_a_crash_the_next_server_undoes(
    stub, environment, tmp_path
):
    switched_on = environment | {"CRONLYTIC_CLOUD_HINTS": "on"}
    async with raw_server(tmp_path, environment=switched_on) as server:
        await server.open()
        tools = {tool["name"]: tool for tool in (await server.request("tools/list"))["tools"]}
        assert tools["propose_interval"]["inputSchema"]["required"] == ["job_id", "interval_ms"]
        assert "list_hints" in tools
        assert "start_analysis" not in tools
        job_id = (await server.call("create_job", **JOB))["job"]["job_id"]
        answer = await server.call("propose_interval", job_id=job_id, **HINT)
        assert answer["applied"], answer
        shown = await server.call("get_job", job_id=job_id)
        (listed,) = (await server.call("list_hints"))["jobs"]
        server.process.kill()

    assert expression_in(stub) == "*/5 * * * *"
    assert (
        shown["temporary"]["original"] == listed["original"] == {"cron_expression": BASELINE, "paused": False}
    )
    assert shown["job"]["hints"]["interval"]["reason"] == "It fails."
    # Switched off again: whatever is left is undone at once.
    async with raw_server(tmp_path, environment=environment) as server:
        await server.open()
        await until_restored(stub)


async def test_what_a_person_sets_through_the_server_ends_the_hint_and_the_answer_says_so(
    stub, environment, tmp_path
):
    async with raw_server(tmp_path, environment=environment | {"CRONLYTIC_CLOUD_HINTS": "on"}) as server:
        await server.open()
        job_id = (await server.call("create_job", **JOB))["job"]["job_id"]
        await server.call("pause_until", job_id=job_id, until=None)
        await server.call("propose_interval", job_id=job_id, **HINT)
        change = await server.call("update_job", job_id=job_id, cron_expression="0 6 * * *")
        listed = (await server.call("list_hints"))["jobs"]

    assert "ended its hints: the interval" in change["notices"][0]
    assert listed[0]["hints"] is None
    assert expression_in(stub) == "0 6 * * *"


async def test_a_worker_on_the_cloud_undoes_hints_and_ends_on_a_signal(stub, environment, tmp_path):
    switched_on = environment | {"CRONLYTIC_CLOUD_HINTS": "on"}
    async with raw_server(tmp_path, environment=switched_on) as server:
        await server.open()
        job_id = (await server.call("create_job", **JOB))["job"]["job_id"]
        await server.call("propose_interval", job_id=job_id, ttl_minutes=0.1, **HINT)
        server.process.kill()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("CRONLYTIC_")}
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cronlytic_mcp.entrypoints.command_line", "worker"),
        env=inherited | switched_on | {"HOME": str(tmp_path)},
    )
    try:
        await until_restored(stub)
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(worker.wait(), 20) == 128 + signal.SIGTERM
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    assert json.dumps(stub.store.find(job_id)).count(BASELINE) == 1
