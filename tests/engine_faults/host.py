"""An engine as a process of its own: it works on the store that its arguments name, until SIGTERM.

``python -m tests.engine_faults.host PATH LEASE GRACE [MOMENT]``: seconds, and where a signal is to meet it.

It tells what happens to it as lines of JSON on stdout: ``ready``, each notice by its name, ``stopping``.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from datetime import timedelta
from pathlib import Path

from cronlytic_mcp.adapters.sql.database_clock import DatabaseClock
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile, read_store_url
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.adapters.webhook.sender import AiohttpWebhookSender
from cronlytic_mcp.application.engine import Engine
from cronlytic_mcp.application.engine_notices import Notice
from cronlytic_mcp.application.engine_settings import EngineSettings
from cronlytic_mcp.domain.url.url import AllowedHosts
from tests.engine_faults.moments import Moment, SignalledStore


def tell(what: str, about: str = "") -> None:
    print(json.dumps([what, about]), flush=True)  # noqa: T201 - what it says to the test


def tell_notice(notice: Notice) -> None:
    tell(type(notice).__name__, str(getattr(notice, "error", "")))


async def main(path: str, lease: str, grace: str, moment: str = "") -> None:
    settings = EngineSettings(
        tick=timedelta(seconds=0.2),
        lease=timedelta(seconds=float(lease)),
        stop_grace=timedelta(seconds=float(grace)),
    )
    server = "://" in path
    place = read_store_url(path) if server else SqliteFile(Path(path))
    clock = DatabaseClock(SystemClock()) if server else SystemClock()
    async with SqlEngineStore(place, patience=0.5, clock=clock) as store:
        sender = AiohttpWebhookSender(clock, AllowedHosts.parse(["127.0.0.1"]))
        watched = SignalledStore(store, Moment.read(moment)) if moment else store
        engine = Engine(watched, sender, clock, settings, observe=tell_notice)

        def stop() -> None:
            engine.stop()
            tell("stopping")

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
        tell("ready")
        await engine.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
