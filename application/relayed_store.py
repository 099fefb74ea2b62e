"""A store that passes every call on, for those that look at some of the calls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from ..domain.engine.change import Change
from ..domain.engine.event import Event
from ..domain.engine.job_query import JobListing, JobQuery
from ..domain.engine.planned_job import PlannedJob
from ..domain.engine.run import Run, RunPosition, RunState
from .engine_ports import ClaimBatch, Decide, EngineStore, Lease, Result, Settle


class RelayedStore:
    """The `EngineStore` port over another one."""

    def __init__(self, store: EngineStore) -> None:
        self._store = store

    @property
    def durable(self) -> bool:
        """Whether what is written outlives the process."""
        return self._store.durable

    async def add_job(self, change: Change) -> PlannedJob:
        """Write a new job."""
        return await self._store.add_job(change)

    async def change_job(self, job_id: str, decide: Decide) -> PlannedJob:
        """Write what `decide` makes of a job."""
        return await self._store.change_job(job_id, decide)

    async def delete_job(self, job_id: str, event: Event) -> None:
        """Delete a job and its runs."""
        await self._store.delete_job(job_id, event)

    async def get_job(self, job_id: str) -> PlannedJob:
        """Return one job."""
        return await self._store.get_job(job_id)

    async def list_jobs(self) -> Sequence[PlannedJob]:
        """Return all jobs, the oldest first."""
        return await self._store.list_jobs()

    async def page_jobs(self, query: JobQuery) -> JobListing:
        """Return the jobs that a query asks for."""
        return await self._store.page_jobs(query)

    async def next_due_at(self) -> datetime | None:
        """Return the earliest time at which a job is due."""
        return await self._store.next_due_at()

    async def claim_due(self, now: datetime, limit: int, lease_until: datetime, decide: Decide) -> ClaimBatch:
        """Claim what waits and what is due."""
        return await self._store.claim_due(now, limit, lease_until, decide)

    async def start(self, leases: Collection[Lease], now: datetime) -> frozenset[Lease]:
        """Turn claimed runs into running ones."""
        return await self._store.start(leases, now)

    async def renew(self, leases: Collection[Lease], lease_until: datetime) -> frozenset[Lease]:
        """Let leases last longer."""
        return await self._store.renew(leases, lease_until)

    async def finish(self, results: Sequence[Result], settle: Settle) -> frozenset[Lease]:
        """Settle runs that have ended."""
        return await self._store.finish(results, settle)

    async def reclaim_lapsed(
        self, now: datetime, limit: int, lease_until: datetime, settle: Settle
    ) -> ClaimBatch:
        """Take over runs whose lease has lapsed."""
        return await self._store.reclaim_lapsed(now, limit, lease_until, settle)

    async def add_manual_run(self, job_id: str, now: datetime) -> Run:
        """Add a run that was asked for by hand."""
        return await self._store.add_manual_run(job_id, now)

    async def get_run(self, run_id: str) -> Run | None:
        """Return a run with its body."""
        return await self._store.get_run(run_id)

    async def list_runs(
        self,
        job_id: str,
        limit: int,
        *,
        before: RunPosition | None = None,
        states: Collection[RunState] = (),
    ) -> Sequence[Run]:
        """Return a job's runs, the newest first."""
        return await self._store.list_runs(job_id, limit, before=before, states=states)

    async def events_since(self, sequence: int, limit: int, *, job_id: str | None = None) -> Sequence[Event]:
        """Return events with a greater sequence."""
        return await self._store.events_since(sequence, limit, job_id=job_id)

    async def last_sequence(self) -> int:
        """Return the newest event's sequence."""
        return await self._store.last_sequence()

    async def forget_runs(self, before: datetime, limit: int) -> int:
        """Delete old runs."""
        return await self._store.forget_runs(before, limit)

    async def forget_excess_runs(self, keep: int, limit: int) -> int:
        """Delete the oldest runs of jobs that have too many."""
        return await self._store.forget_excess_runs(keep, limit)

    async def forget_bodies(self, before: datetime, limit: int) -> int:
        """Drop old bodies."""
        return await self._store.forget_bodies(before, limit)

    async def forget_events(self, before: datetime, limit: int) -> int:
        """Delete old events."""
        return await self._store.forget_events(before, limit)
