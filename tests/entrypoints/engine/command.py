"""The command as a process over a store of the test's."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.run import Run, RunState
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import IntervalSchedule

# No test depends on it: a process that hangs fails its test here instead of stopping the run.
PATIENCE = 30


class Command:
    """A process of ``cronlytic-mcp``; its lines on stderr can be waited for."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def line_with(self, words: str) -> str:
        """Wait for a line on stderr."""
        while True:
            line = (await asyncio.wait_for(self.process.stderr.readline(), PATIENCE)).decode()
            assert line, f"it ended without saying {words!r}: {self.lines}"
            self.lines.append(line.rstrip())
            if words in line:
                return line

    async def end(self) -> int:
        """Wait for the end, and return the exit code."""
        out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        self.lines += err.decode().splitlines()
        self.output = out.decode()
        return self.process.returncode


@asynccontextmanager
async def command(home: Path, *line: str, **environment: str):
    """Start the command with a home, and so a store, of its own."""
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("CRONLYTIC_", "XDG_"))
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cronlytic_mcp.entrypoints.command_line", *line),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=inherited | local_environment(home) | environment,
    )
    try:
        yield Command(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def local_environment(home: Path) -> dict[str, str]:
    """What makes a process use the store of a test, and lets it call loopback."""
    return {
        "HOME": str(home),
        "CRONLYTIC_BACKEND": "local",
        "CRONLYTIC_DATABASE_URL": f"sqlite+aiosqlite:///{home / 'jobs.db'}",
        "CRONLYTIC_ALLOW_HOSTS": "127.0.0.1",
    }


@asynccontextmanager
async def opened(home: Path):
    """Open the same store."""
    async with SqlEngineStore(SqliteFile(home / "jobs.db")) as store:
        yield store


async def add_job(store: SqlEngineStore, url: str, seconds: int = 1, **spec) -> None:
    """Add a job that runs every so many seconds."""
    job = JobSpec("job", url, IntervalSchedule(seconds), **spec)
    await store.add_job(create("job-1", job, SystemClock().now()))


async def sent_runs(store: SqlEngineStore) -> list[Run]:
    """Return the runs that were sent, the newest first; a slow start may have missed some before them."""
    return [run for run in await store.list_runs("job-1", 100) if run.state is not RunState.MISSED]
