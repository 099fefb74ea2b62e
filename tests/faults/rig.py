"""The server as it is wired, with its documented times, over a stub of the API, all on one event loop.

``async with open_rig() as rig`` works on a loop in virtual time, see `virtual_sockets.py`.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp import Client

from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.mcp.server import build_server
from cronlytic_mcp.entrypoints.settings import Options, read_settings
from cronlytic_mcp.entrypoints.wiring import build_services
from tests.adapters.resilience.virtual_time import LoopClock, elapsed
from tests.mcp.assistant import MODES, Assistant
from tests.stub_api import StubApi
from tests.stub_api.jobs import log_entry

FIELDS = {
    "name": "there-before",
    "url": "https://example.com/there-before",
    "method": "GET",
    "headers": {},
    "body": "",
    "cron_expression": "0 3 * * *",
}
LOG_TEXT = "the target is in maintenance"
NEW = {"name": "backup", "url": "https://example.com/hook", "cron_expression": "30 4 * * *"}


class Rig:
    """stub: the API, which holds one job. assistant: a client that checks every answer."""

    def __init__(self, stub: StubApi, assistant: Assistant) -> None:
        self.stub, self.assistant = stub, assistant
        (self.job_id,) = stub.store.by_id

    @property
    def job(self) -> dict:
        """The job that was there before, as the API has it now."""
        return self.stub.store.by_id[self.job_id]

    @property
    def new_job_ids(self) -> list[str]:
        """The jobs that came since."""
        return [job_id for job_id in self.stub.store.by_id if job_id != self.job_id]

    async def call(self, tool: str, **arguments) -> dict:
        """Call a tool and return its structured content, which may be an error."""
        return await self.assistant.ask(tool, **arguments)

    async def time(self, tool: str, **arguments) -> tuple[dict, float]:
        """Call a tool and return its structured content and the seconds that it took."""
        started = elapsed()
        payload = await self.call(tool, **arguments)
        return payload, elapsed() - started


@asynccontextmanager
async def open_rig(**limits: float) -> AsyncIterator[Rig]:
    """Connect a client to a server; `limits` are settings by their keys, such as ``breaker_wait``."""
    log = io.StringIO()
    clock = LoopClock()
    async with StubApi(now=clock.now) as stub:
        job = stub.store.create(dict(FIELDS))
        stub.store.record_run(job["job_id"], log_entry(clock.now(), "failed", 503, 0.1, LOG_TEXT))
        environment = {
            "CRONLYTIC_API_KEY": stub.api_key,
            "CRONLYTIC_USER_ID": stub.user_id,
            "CRONLYTIC_BASE_URL": stub.base_url,
            **{f"CRONLYTIC_{key.upper()}": str(value) for key, value in limits.items()},
        }
        settings = read_settings(Options(), environment, None)
        services = build_services(settings, Log(log, "debug"), make_clock=lambda: clock)
        try:
            async with Client(build_server(services), mode=MODES["2026"]) as client:
                tools = (await client.list_tools()).tools
                yield Rig(stub, Assistant(client, {tool.name: tool for tool in tools}))
        finally:
            await services.close()
    assert "internal error" not in log.getvalue(), log.getvalue()
