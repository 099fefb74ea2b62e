"""The job gateway to the embedded engine's store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from ...application.engine_ports import EngineStore
from ...application.job_pages import JobPages
from ...application.ports import Clock
from ...domain.capabilities import Capabilities
from ...domain.engine.event import Event, EventKind
from ...domain.engine.run import RunState
from ...domain.job import Job, JobSpec, check_job_id
from ...domain.log import LogEntry

if TYPE_CHECKING:
    from ...domain.engine.change import Change
    from ...domain.engine.planned_job import JobView

LOGS_SHOWN = 50
BODIES_SHOWN = 5
"""Of how many of the newest runs, and of the newest that failed, a log has what the target answered."""

_SENT = frozenset({RunState.SUCCESS, RunState.FAILED, RunState.INTERRUPTED})


def _tell_nobody() -> None:
    """Do nothing: no engine of this process waits for what is written."""


class LocalGateway:
    """Keeps jobs in a store, from which an engine runs them: one of this process, of another, or none.

    Every call may also raise `StoreUnavailable`. `on_change` is called after each write that may make
    something due, so that an engine of this process need not wait for its next tick.
    """

    def __init__(
        self, store: EngineStore, clock: Clock, *, on_change: Callable[[], None] = _tell_nobody
    ) -> None:
        self._store, self._clock, self._on_change = store, clock, on_change
        self._capabilities = Capabilities(
            backend="local",
            time_zones=True,
            executes=True,
            durable=store.durable,
            needs_credentials=False,
            intervals=True,
            one_shots=True,
            descriptions=True,
            options=True,
        )

    @property
    def capabilities(self) -> Capabilities:
        """Takes everything a job can have; jobs last as long as the store does."""
        return self._capabilities

    @property
    def pages(self) -> JobPages:
        """Finds pages of jobs along the store's indexes."""
        return self._store

    async def ping(self) -> None:
        """Return if the store can be read."""
        await self._store.last_sequence()

    async def create(self, spec: JobSpec) -> Job:
        """Keep a new job under a fresh UUID, and plan its first run."""
        from ...domain.engine.lifecycle import create
        from .spec_check import check_spec

        now = self._clock.now()
        check_spec(spec)
        return await self._add(create(str(uuid4()), spec, now), now)

    async def list(self) -> tuple[Job, ...]:
        """Return all jobs, the oldest first."""
        return tuple(planned.job for planned in await self._store.list_jobs())

    async def get(self, job_id: str) -> Job:
        """Return one job."""
        return (await self._store.get_job(job_id)).job

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        """Replace what a person decides, and plan anew where that is about when the job runs."""
        from ...domain.engine.lifecycle import redefine
        from .spec_check import check_spec

        check_job_id(job_id)
        check_spec(spec)
        return await self._change(job_id, partial(redefine, spec=spec, now=self._clock.now()))

    async def delete(self, job_id: str) -> None:
        """Delete a job and its runs; what happened to it stays among the events."""
        job = await self._store.get_job(job_id)
        data = {"name": job.spec.name}
        await self._store.delete_job(job_id, Event(EventKind.JOB_DELETED, job_id, self._clock.now(), data))

    async def pause(self, job_id: str) -> Job:
        """Stop a job from running; a run under way ends as it would."""
        from ...domain.engine.lifecycle import pause

        return await self._change(job_id, partial(pause, now=self._clock.now()))

    async def resume(self, job_id: str) -> Job:
        """Let a job run again, planned from now on."""
        from ...domain.engine.lifecycle import resume

        return await self._change(job_id, partial(resume, now=self._clock.now()))

    async def logs(self, job_id: str) -> tuple[LogEntry, ...]:
        """Return the newest runs that were sent, newest first."""
        from .log_entries import to_entry

        runs = await self._store.list_runs(job_id, LOGS_SHOWN, states=_SENT)
        failed = [run for run in runs if run.state is not RunState.SUCCESS]
        bodies = await self._read_bodies(
            {run.run_id for run in (*runs[:BODIES_SHOWN], *failed[:BODIES_SHOWN])}
        )
        return tuple(to_entry(run, bodies.get(run.run_id)) for run in runs)

    async def _read_bodies(self, run_ids: Collection[str]) -> dict[str, str | None]:
        runs = await asyncio.gather(*map(self._store.get_run, run_ids))
        return {run.run_id: run.outcome.body for run in runs if run and run.outcome}

    async def _add(self, change: Change, now: datetime) -> Job:
        from .spec_check import refuse_without_run

        refuse_without_run(change.job, now)
        planned = await self._store.add_job(change)
        self._on_change()
        return planned.job

    async def _change(self, job_id: str, decide: Callable[[JobView], Change]) -> Job:
        planned = await self._store.change_job(job_id, decide)
        self._on_change()
        return planned.job
