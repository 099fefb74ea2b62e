"""A worker for the benchmark, which works until it is ended."""

from __future__ import annotations

import asyncio
import sys

from cronlytic_mcp.adapters.memory.webhook_sender import MemoryWebhookSender
from cronlytic_mcp.adapters.sql.database_clock import DatabaseClock
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.adapters.webhook.sender import AiohttpWebhookSender
from cronlytic_mcp.application.engine import Engine
from cronlytic_mcp.application.engine_settings import EngineSettings
from cronlytic_mcp.domain.url.url import AllowedHosts


async def main(url: str, sender: str, concurrency: str) -> None:
    """Work on the store at `url`, with calls over HTTP or within the process."""
    clock = DatabaseClock(SystemClock())
    settings = EngineSettings(concurrency=int(concurrency))
    loopback = AllowedHosts.parse(["127.0.0.1"])
    over_http = AiohttpWebhookSender(clock, loopback)
    sending = over_http if sender == "http" else MemoryWebhookSender(loopback)
    async with SqlEngineStore(PostgresServer(url), clock=clock) as store:
        engine = Engine(store, sending, clock, settings)
        print("ready", flush=True)
        await engine.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
