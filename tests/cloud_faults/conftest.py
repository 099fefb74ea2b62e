"""A stub of the cloud that can have a client killed, and a store that outlives its processes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.application.cloud_hints.claim import TOPIC
from cronlytic_mcp.application.cloud_hints.keeper import HintKeeper
from cronlytic_mcp.application.cloud_hints.ports import CloudHintPorts
from tests.clock import FakeClock
from tests.stub_api import Fault, StubApi

BASELINE, PERSONS = "17 3 * * *", "0 6 * * *"
FIELDS = {
    "name": "report",
    "url": "https://example.com/report",
    "method": "POST",
    "headers": {"Authorization": "Bearer abcdef0123456789"},
    "body": "a body",
    "cron_expression": BASELINE,
}


class KillingFaults:
    """Has the client killed at its request of a number: before it is carried out, or after that."""

    def __init__(self, number: int, *, commit: bool, kill: Callable[[], None]) -> None:
        self._left, self._commit, self._kill = number, commit, kill

    def take(self, method: str, path: str) -> Fault | None:
        self._left -= 1
        if self._left:
            return None
        # Once the handler, which waits for nothing, is through.
        asyncio.get_running_loop().call_later(0.05, self._kill)
        return Fault.hang(commit=self._commit)


class Cloud:
    """The stub, the store, and processes over both."""

    def __init__(self, stub: StubApi, store: Path) -> None:
        self.stub, self.store = stub, store

    def add_job(self) -> str:
        return self.stub.store.create(dict(FIELDS))["job_id"]

    def timing_of(self, job_id: str) -> tuple[str, str]:
        """Return a job's expression and status, once the rest of it is as it was made."""
        job = self.stub.store.find(job_id)
        assert {**{name: job[name] for name in FIELDS}, "cron_expression": BASELINE} == FIELDS
        return job["cron_expression"], job["status"]

    async def start(self, job_id: str, *arguments: str, **options: Any) -> asyncio.subprocess.Process:
        command = (sys.executable, "-m", "tests.cloud_faults.host", str(self.store), self.stub.base_url)
        return await asyncio.create_subprocess_exec(*command, job_id, *arguments, **options)

    async def recover(self, notes: Any) -> None:
        """Look after the hints in this process, two hours later."""
        clock, failures = FakeClock(datetime.now(UTC) + timedelta(hours=2)), []
        async with self.make_gateway() as gateway:
            keeper = HintKeeper(CloudHintPorts(gateway, notes, clock), failures.append)
            await keeper.look_once()
            assert not await keeper.look_once(), "something is left to be done"
        assert not failures

    def make_gateway(self) -> CronlyticGateway:
        return CronlyticGateway(self.stub.api_key, self.stub.user_id, base_url=self.stub.base_url)

    async def check_recovery(self, job_id: str) -> None:
        """Check what a crash has left: a person's edit after it stays, and without one the original returns."""
        async with SqlEngineStore(SqliteFile(self.store)) as store:
            left, as_it_was = MemoryNoteBoard(), deepcopy(self.stub.store.by_id[job_id])
            for note in await store.notes.read_notes(TOPIC):
                if note.key == job_id:
                    await left.write_note(type(note)(note.topic, note.key, note.text))
            self.stub.store.by_id[job_id].update(cron_expression=PERSONS, status="failed")
            await self.recover(left)
            assert self.timing_of(job_id) == (PERSONS, "failed")
            self.stub.store.by_id[job_id] = as_it_was
            await self.recover(store.notes)
            assert self.timing_of(job_id) == (BASELINE, "pending")


@pytest.fixture
async def cloud(tmp_path) -> AsyncIterator[Cloud]:
    async with StubApi() as stub:
        yield Cloud(stub, tmp_path / "store.db")
