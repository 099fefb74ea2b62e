"""Two processes over one local store: what one of them does, the subscribers of the other hear, once."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from tests.entrypoints.engine.command import local_environment
from tests.mcp.raw_server import RawServer, raw_server
from tests.webhook_target import listening

pytestmark = pytest.mark.anyio

UPDATED = "notifications/resources/updated"
LIST = "cronlytic://jobs"
JOB = {"name": "shared", "url": "https://example.com/hook", "cron_expression": "0 3 1 1 *"}


@pytest.fixture
def anyio_backend():
    """Other processes keep real time."""
    return "asyncio"


@asynccontextmanager
async def serving(home):
    """Start a server on the store of the test, and open a session of the 2025 protocol."""
    async with raw_server(home, environment=local_environment(home)) as server:
        await server.open()
        yield server


def heard(server: RawServer) -> list[str]:
    """The URIs of the updates that have come, in their order."""
    return [message["params"]["uri"] for message in server.messages if message.get("method") == UPDATED]


async def hear(server: RawServer, uri: str) -> None:
    """Read until an update about a resource has come that was not there before."""
    before = heard(server).count(uri)
    while heard(server).count(uri) == before:
        await server.read()


async def test_changes_and_runs_of_another_process_are_told_once(tmp_path):
    async with listening() as target, serving(tmp_path) as ours, serving(tmp_path) as other:
        await ours.request("resources/subscribe", {"uri": LIST})
        url = f"http://127.0.0.1:{target.port}/"
        job_id = (await other.call("create_job", **{**JOB, "url": url}))["job"]["job_id"]
        await hear(ours, LIST)
        job = f"cronlytic://job/{job_id}"
        await ours.request("resources/subscribe", {"uri": job})
        await ours.request("resources/subscribe", {"uri": f"{job}/logs"})

        await other.call("pause_job", job_id=job_id)
        await hear(ours, job)
        await other.call("resume_job", job_id=job_id)
        await hear(ours, job)
        await other.call("run_job_now", job_id=job_id, wait_seconds=20)
        await hear(ours, f"{job}/logs")
        await other.call("delete_job", **await confirmation(other, job_id))
        await hear(ours, f"{job}/logs")
        told = heard(ours)

    # created, paused, resumed, run (which moves the job's last run), deleted
    assert (told.count(job), told.count(f"{job}/logs")) == (4, 2)


async def confirmation(server: RawServer, job_id: str) -> dict:
    asked = await server.call("delete_job", job_id=job_id)
    return {"job_id": job_id, "confirmation_token": asked["confirmation_token"]}


async def test_a_write_of_our_own_is_not_told_again_when_the_store_tells_of_it(tmp_path):
    async with serving(tmp_path) as ours, serving(tmp_path) as other:
        job_id = (await ours.call("create_job", **JOB))["job"]["job_id"]
        job = f"cronlytic://job/{job_id}"
        await ours.request("resources/subscribe", {"uri": job})
        await ours.call("pause_job", job_id=job_id)
        # A later change of another process arrives the same way, so what came before it has come.
        await ours.request("resources/subscribe", {"uri": LIST})
        second = (await other.call("create_job", **{**JOB, "name": "later"}))["job"]["job_id"]
        await hear(ours, LIST)
        assert heard(ours).count(job) == 1
        assert second != job_id
