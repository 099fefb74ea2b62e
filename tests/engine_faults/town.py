"""A store, its jobs, the sink that they call, and engines in processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.run import IN_FLIGHT, Run, RunState
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import IntervalSchedule, Schedule
from tests.architecture.source_tree import ROOT
from tests.engine_faults.audit import Account, audit
from tests.engine_faults.moments import Moment
from tests.engine_faults.sink import PATIENCE, Sink, listening

EVERY_SECOND = IntervalSchedule(1)
_STOPPED = os.WSTOPPED | os.WEXITED | os.WNOWAIT


class Host:
    """One engine in a process; `told` is what it has said so far, by name."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self.told = process, list[str]()
        self._changed = asyncio.Condition()
        self._listening = asyncio.create_task(self._listen())

    @property
    def pid(self) -> int:
        return self.process.pid

    async def until_told(self, what: str, times: int = 1) -> None:
        """Return when it has said something so many times."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self._listening.done() or self.told.count(what) >= times)
        assert self.told.count(what) >= times, f"the host ended before it said {what}"

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def kill(self) -> None:
        """End it as a loss of power does."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        await self._listening

    async def freeze(self) -> None:
        """Stop it where it stands, and return when no thread of it runs any more."""
        self.process.send_signal(signal.SIGSTOP)
        await self.until_frozen()

    async def until_frozen(self) -> None:
        """Return when it stands still; SIGCONT has it go on."""
        await asyncio.wait_for(asyncio.to_thread(os.waitid, os.P_PID, self.pid, _STOPPED), PATIENCE)

    async def until_dead(self) -> None:
        """Return when a signal has ended it."""
        async with asyncio.timeout(PATIENCE):
            assert await self.process.wait() < 0
            await self._listening

    async def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.terminate()
        async with asyncio.timeout(PATIENCE):
            await self._listening
            return await self.process.wait()

    async def _listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            async with self._changed:
                self.told.append(json.loads(line)[0])
                self._changed.notify_all()
        async with self._changed:
            self._changed.notify_all()


class Town:
    """What the tests have in hand. `lease` and `grace` are those of new hosts, in seconds."""

    def __init__(self, path: Path, store: SqlEngineStore, sink: Sink) -> None:
        self.path, self.store, self.sink = path, store, sink
        self.lease, self.grace = 2.0, 5.0
        self._hosts: list[Host] = []

    async def start(
        self, environment: Mapping[str, str] | None = None, *, moment: Moment | None = None
    ) -> Host:
        """Start an engine, to which a signal is to come at some moment, and return when it is at work."""
        arguments = [str(self.path), str(self.lease), str(self.grace)]
        host = Host(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.engine_faults.host", *arguments),
                *([moment.write()] if moment else []),
                stdout=asyncio.subprocess.PIPE,
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
            )
        )
        self._hosts.append(host)
        await host.until_told("ready")
        return host

    async def add(self, job_id: str, schedule: Schedule = EVERY_SECOND, **policy: object) -> None:
        """Add a job that calls the sink, planned from now on."""
        await self.add_at(datetime.now(UTC), job_id, schedule, **policy)

    async def add_at(self, now: datetime, job_id: str, schedule: Schedule, **policy: object) -> None:
        """Add a job as if it were `now`."""
        spec = JobSpec(job_id, self.sink.url(job_id), schedule, policy=ExecutionPolicy(**policy))
        await self.store.add_job(create(job_id, spec, now))

    async def add_many(self, count: int, name: str = "job", **policy: object) -> None:
        """Add jobs that run every second."""
        for number in range(count):
            await self.add(f"{name}-{number}", **policy)

    async def in_flight(self) -> set[str]:
        """The ids of the runs that some engine holds, or died with."""
        return await self._ids(IN_FLIGHT)

    async def newest(self, job_id: str) -> Run:
        """The newest row of a job, with the body of its answer."""
        [run] = await self.store.list_runs(job_id, 1)
        whole = await self.store.get_run(run.run_id)
        assert whole is not None
        return whole

    async def interrupted(self) -> set[str]:
        """The ids of the runs that nobody knows the end of."""
        return await self._ids({RunState.INTERRUPTED})

    async def _ids(self, states: Collection[RunState]) -> set[str]:
        jobs = await self.store.list_jobs()
        listed = [await self.store.list_runs(job.job_id, 100_000, states=states) for job in jobs]
        return {run.run_id for runs in listed for run in runs}

    async def close_books(self, host: Host, *, early: bool = False) -> Account:
        """Have a host take over what others left, stop it, and audit what happened."""
        left = await self.in_flight()
        await until(lambda: self._none_of(left))
        assert await host.stop() == 0
        return await audit(self.store, self.sink.arrivals, early=early)

    async def _none_of(self, run_ids: set[str]) -> bool:
        return not run_ids & await self.in_flight()

    async def end(self) -> None:
        """Leave no process behind."""
        for host in self._hosts:
            await host.kill()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return when something holds of a store into which other processes write."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - they cannot set an event of ours
            await asyncio.sleep(0.02)


@asynccontextmanager
async def found(path: Path) -> AsyncIterator[Town]:
    """Make a town around a store at `path`."""
    async with listening() as sink, SqlEngineStore(SqliteFile(path)) as store:
        town = Town(path, store, sink)
        try:
            yield town
        finally:
            await town.end()
