"""The server as it is wired over a stub of the API, in virtual time, and clients that collect what they hear."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio
import pytest
from mcp import Client
from mcp.client.subscriptions import ResourcesListChanged
from mcp_types import ResourceUpdatedNotification

from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.mcp.server import build_server
from cronlytic_mcp.entrypoints.settings import Options, read_settings
from cronlytic_mcp.entrypoints.wiring import build_services
from tests.adapters.resilience.virtual_time import LoopClock
from tests.faults.virtual_sockets import LoopbackTimeLoop
from tests.mcp.assistant import MODES
from tests.stub_api import StubApi
from tests.stub_api.jobs import log_entry

JOB = {
    "name": "backup",
    "url": "https://example.com/hook",
    "method": "GET",
    "headers": {},
    "body": "",
    "cron_expression": "0 3 * * *",
}
LIST = "cronlytic://jobs"
LIST_CHANGED = "the list of resources"
"""Stands among the updates for the notification that has no URI."""

POLL_SECONDS = 30
A_POLL = POLL_SECONDS * 1.1 + 1
"""After so many seconds there was at least one poll, whatever the jitter."""


@pytest.fixture
def anyio_backend():
    return "asyncio", {"loop_factory": LoopbackTimeLoop}


class Client2025:
    """A client that subscribes to resources one by one."""

    def __init__(self, client: Client, updates: Counter) -> None:
        self.client, self.updates = client, updates

    @asynccontextmanager
    async def subscribed(self, *uris: str):
        """Be subscribed within, and yield what comes as a count by URI."""
        for uri in uris:
            await self.client.subscribe_resource(uri)
        yield self.updates
        for uri in uris:
            await self.client.unsubscribe_resource(uri)


class Client2026(Client2025):
    """A client that listens to a stream of changes."""

    @asynccontextmanager
    async def subscribed(self, *uris: str, list_changed: bool = False):
        """As above; `list_changed` asks for changes of the list of resources too."""
        async with (
            self.client.listen(resource_subscriptions=uris, resources_list_changed=list_changed) as stream,
            anyio.create_task_group() as tasks,
        ):

            async def collect() -> None:
                async for change in stream:
                    is_list = isinstance(change, ResourcesListChanged)
                    self.updates[LIST_CHANGED if is_list else change.uri] += 1

            tasks.start_soon(collect)
            yield self.updates
            tasks.cancel_scope.cancel()


class Scene:
    """stub: the API, with one job. server: ours, over all that is wired around a connection to it."""

    def __init__(self, stub: StubApi, clock: LoopClock, log: io.StringIO) -> None:
        self.stub, self.log, self._clock = stub, log, clock
        self.job_id = stub.store.create(dict(JOB))["job_id"]
        environment = {
            "CRONLYTIC_API_KEY": stub.api_key,
            "CRONLYTIC_USER_ID": stub.user_id,
            "CRONLYTIC_BASE_URL": stub.base_url,
            "CRONLYTIC_POLL_SECONDS": str(POLL_SECONDS),
        }
        settings = read_settings(Options(), environment, None)
        self.services = build_services(settings, Log(log, "info"), make_clock=lambda: clock)
        self.server = build_server(self.services)

    @property
    def job(self) -> str:
        """The job's URI."""
        return f"cronlytic://job/{self.job_id}"

    @property
    def logs(self) -> str:
        """The URI of the job's log."""
        return f"{self.job}/logs"

    @property
    def polls(self) -> int:
        """How often all jobs were asked for."""
        return self.stub.requests["GET /jobs"]

    def pause(self) -> None:
        """Pause the job behind the server's back."""
        self.stub.store.set_status(self.job_id, "paused")

    def record_run(self) -> None:
        """Let the job have run, a minute later each time."""
        minutes = len(self.stub.store.logs(self.job_id))
        self.stub.store.record_run(
            self.job_id, log_entry(self._clock.now() + timedelta(minutes=minutes), "success")
        )

    @asynccontextmanager
    async def connect(self, era: str):
        """Connect a client of an era."""
        updates: Counter = Counter()

        async def hear(message) -> None:
            if isinstance(message, ResourceUpdatedNotification):
                updates[message.params.uri] += 1

        if era == "2026":
            async with Client(self.server, mode=MODES[era]) as client:
                yield Client2026(client, updates)
        else:
            async with Client(self.server, mode=MODES[era], message_handler=hear) as client:
                yield Client2025(client, updates)


@pytest.fixture
async def scene():
    clock, log = LoopClock(), io.StringIO()
    async with StubApi(now=clock.now) as stub:
        scene = Scene(stub, clock, log)
        yield scene
        await scene.services.close()
    assert "internal error" not in log.getvalue(), log.getvalue()


async def settled() -> None:
    """Let everything that is under way come to rest, without time passing for the server's timers."""
    await asyncio.sleep(0.1)
