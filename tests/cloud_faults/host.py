"""A process that puts a hint on a job of the cloud and takes it back, and may be killed on the way.

``python -m tests.cloud_faults.host STORE BASE_URL JOB_ID interval|pause|keep [NUMBER before|after]``: with a
number it kills itself around its write of that number to the notes. ``keep`` only looks after hints, two
hours from now.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.application.cloud_hints.keeper import HintKeeper
from cronlytic_mcp.application.cloud_hints.ports import CloudHintPorts
from cronlytic_mcp.application.cloud_hints.propose_hints import clear_hints, pause_until, propose_interval
from tests.stub_api import API_KEY, USER_ID


class KilledNotes:
    """A `NoteBoard` around another one, for the sake of one write."""

    def __init__(self, notes, number: int, when: str) -> None:
        self._notes, self._left, self._when = notes, number, when

    async def read_notes(self, topic):
        return await self._notes.read_notes(topic)

    async def write_note(self, note):
        self._left -= 1
        if self._left == 0 and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        written = await self._notes.write_note(note)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return written


class LaterClock(SystemClock):
    """The machine's clock, two hours ahead."""

    def now(self):
        return super().now() + timedelta(hours=2)


async def main(store: str, base_url: str, job_id: str, act: str, number: str = "0", when: str = "") -> None:
    clock = LaterClock() if act == "keep" else SystemClock()
    async with (
        SqlEngineStore(SqliteFile(Path(store)), clock=clock) as opened,
        CronlyticGateway(API_KEY, USER_ID, base_url=base_url) as gateway,
    ):
        ports = CloudHintPorts(gateway, KilledNotes(opened.notes, int(number), when), clock)
        if act == "keep":
            print("ready", flush=True)  # noqa: T201 - what it says to the test
            sys.stdin.readline()
            await HintKeeper(ports, lambda _: None).look_once()
        elif act == "interval":
            await propose_interval(ports, job_id, interval_ms=300_000)
            await clear_hints(ports, job_id, reason="It has recovered.")
        else:
            await pause_until(ports, job_id, until=clock.now() + timedelta(hours=1))
            await pause_until(ports, job_id, until=None)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
