"""The engine's store in memory: for tests, demonstrations, and engines whose jobs need not last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from attrs import evolve

from ...application.engine_ports import Claim, ClaimBatch, Decide, Lease, Result, Settle
from ...domain.engine.change import Change
from ...domain.engine.event import Event
from ...domain.engine.job_query import JobListing, JobQuery
from ...domain.engine.planned_job import PlannedJob
from ...domain.engine.run import IN_FLIGHT, Run, RunPosition, RunSource, RunState, make_run_id
from ...domain.errors import JobNotFound
from ...domain.job import check_job_id
from .analysis_store import MemoryAnalysisStore
from .event_log import EventLog
from .job_pages import select_page
from .job_table import JobTable
from .run_rows import RunRows

_MICROSECOND = timedelta(microseconds=1)
_FINISHED = frozenset({RunState.SUCCESS, RunState.FAILED})


class MemoryEngineStore:
    """The `EngineStore` port; several engines may share one object.

    No call waits for anything, so that each is one transaction by itself. What can raise comes before the
    first write.
    """

    def __init__(self) -> None:
        self._jobs = JobTable()
        self._runs = RunRows()
        self._events = EventLog()
        self.analyses = MemoryAnalysisStore(self._jobs, self._runs, lambda change: self._write(change)[0])

    @property
    def durable(self) -> bool:
        """Everything is gone with the process."""
        return False

    async def add_job(self, change: Change) -> PlannedJob:
        """Write a new job."""
        return self._write(change)[0]

    async def change_job(self, job_id: str, decide: Decide) -> PlannedJob:
        """Write what `decide` makes of a job."""
        return self._write(decide(self._runs.view(self._find(job_id))))[0]

    async def delete_job(self, job_id: str, event: Event) -> None:
        """Delete a job and its runs."""
        del self._jobs[self._find(job_id).job_id]
        self._runs.forget_job(job_id)
        self._events.add([event])

    async def get_job(self, job_id: str) -> PlannedJob:
        """Return one job."""
        return self._find(job_id)

    async def list_jobs(self) -> tuple[PlannedJob, ...]:
        """Return all jobs, the oldest first."""
        return tuple(sorted(self._jobs.values(), key=lambda job: (job.created_at, job.job_id)))

    async def page_jobs(self, query: JobQuery) -> JobListing:
        """Return the jobs that a query asks for."""
        return select_page(self._jobs.values(), query)

    async def next_due_at(self) -> datetime | None:
        """Return the earliest time at which a job is due."""
        return self._jobs.next_due_at

    async def claim_due(self, now: datetime, limit: int, lease_until: datetime, decide: Decide) -> ClaimBatch:
        """Claim what waits and what is due."""
        queued = self._runs.queued()[:limit]
        taken = {run.job_id for run in queued if run.source is not RunSource.MANUAL}
        due = self._jobs.due(now)[: limit - len(queued)]
        changes = []
        for job in due:
            view = self._runs.view(job)
            if job.job_id in taken:
                view = evolve(view, active=view.active + 1, queued=None)
            changes.append(decide(view))
        claims = [self._claim(self._jobs[run.job_id], run, lease_until) for run in queued]
        for change in changes:
            claims += self._write(change, lease_until)[1]
        return ClaimBatch(tuple(claims), len(queued) + len(due))

    async def start(self, leases: Collection[Lease], now: datetime) -> frozenset[Lease]:
        """Turn claimed runs into running ones."""
        lost = set()
        for lease in leases:
            run = self._in_flight(lease)
            if run is None:
                lost.add(lease)
            elif run.state is RunState.CLAIMED:
                self._runs.put(evolve(run, state=RunState.RUNNING, started_at=now))
        return frozenset(lost)

    async def renew(self, leases: Collection[Lease], lease_until: datetime) -> frozenset[Lease]:
        """Let leases last longer."""
        lost = {lease for lease in leases if self._in_flight(lease) is None}
        for lease in set(leases) - lost:
            self._runs.extend(lease, lease_until)
        return frozenset(lost)

    async def finish(self, results: Sequence[Result], settle: Settle) -> frozenset[Lease]:
        """Settle runs that have ended."""
        lost, jobs, changes = set(), dict[str, PlannedJob](), dict[Lease, Change]()
        for result in results:
            run = self._runs.held(result.lease)
            if run is None or run.state not in IN_FLIGHT | _FINISHED:
                lost.add(result.lease)
            elif run.state in IN_FLIGHT and result.lease not in changes:
                job = jobs.get(run.job_id, self._jobs[run.job_id])
                changes[result.lease] = settle(job, _end(run, result))
                jobs[run.job_id] = changes[result.lease].job
        for change in changes.values():
            self._runs.put(change.runs[0])
            self._write(change)
        return frozenset(lost)

    async def reclaim_lapsed(
        self, now: datetime, limit: int, lease_until: datetime, settle: Settle
    ) -> ClaimBatch:
        """Take over runs whose lease has lapsed."""
        lapsed = self._runs.lapsed(now)[:limit]
        jobs, changes = dict[str, PlannedJob](), list[Change]()
        for run in lapsed:
            changes.append(settle(jobs.get(run.job_id, self._jobs[run.job_id]), run))
            jobs[run.job_id] = changes[-1].job
        claims = []
        for change in changes:
            self._runs.put(change.runs[0])
            job, _ = self._write(change)
            if change.runs[0].state is RunState.CLAIMED:
                claims.append(self._claim(job, change.runs[0], lease_until))
        return ClaimBatch(tuple(claims), len(lapsed))

    async def add_manual_run(self, job_id: str, now: datetime) -> Run:
        """Add a run that was asked for by hand."""
        job_id, source, fire_at = self._find(job_id).job_id, RunSource.MANUAL, now
        while self._runs.get(run_id := make_run_id(job_id, fire_at, source)) is not None:
            fire_at += _MICROSECOND
        run = Run(run_id, job_id, fire_at, source, RunState.QUEUED, recorded_at=now)
        self._runs.put(run)
        return run

    async def get_run(self, run_id: str) -> Run | None:
        """Return a run."""
        return self._runs.get(run_id)

    async def list_runs(
        self,
        job_id: str,
        limit: int,
        *,
        before: RunPosition | None = None,
        states: Collection[RunState] = (),
    ) -> tuple[Run, ...]:
        """Return a job's runs, the newest first."""
        rows = self._runs.of_job(self._find(job_id).job_id, before, states)
        return tuple(_without_body(run) for run in islice(rows, limit))

    async def events_since(
        self, sequence: int, limit: int, *, job_id: str | None = None
    ) -> tuple[Event, ...]:
        """Return events with a greater sequence."""
        return tuple(islice(self._events.since(sequence, job_id), limit))

    async def last_sequence(self) -> int:
        """Return the newest event's sequence."""
        return self._events.last

    async def forget_runs(self, before: datetime, limit: int) -> int:
        """Delete old runs."""
        return self._forget((run for run in self._runs.settled() if run.last_at < before), limit)

    async def forget_excess_runs(self, keep: int, limit: int) -> int:
        """Delete the oldest runs of jobs that have too many."""
        kept = {run.run_id for job_id in self._jobs for run in islice(self._runs.of_job(job_id, None), keep)}
        return self._forget((run for run in self._runs.settled() if run.run_id not in kept), limit)

    async def forget_bodies(self, before: datetime, limit: int) -> int:
        """Drop old bodies."""
        found = (run for run in self._runs.settled() if _has_body_of_before(run, before))
        stripped = [_without_body(run) for run in islice(found, limit)]
        for run in stripped:
            self._runs.put(run)
        return len(stripped)

    async def forget_events(self, before: datetime, limit: int) -> int:
        """Delete old events."""
        return self._events.forget(before, limit)

    def _find(self, job_id: str) -> PlannedJob:
        job = self._jobs.get(job_id)
        if job is None:
            raise JobNotFound(check_job_id(job_id))
        return job

    def _in_flight(self, lease: Lease) -> Run | None:
        run = self._runs.held(lease)
        return run if run is not None and run.state in IN_FLIGHT else None

    def _write(self, change: Change, lease_until: datetime | None = None) -> tuple[PlannedJob, list[Claim]]:
        job = evolve(change.job, version=change.job.version + 1)
        self._jobs[job.job_id] = job
        self._events.add(change.events)
        claims = []
        for run in change.runs:
            stored = self._runs.get(run.run_id)
            if stored is not None and stored.state is not RunState.QUEUED:
                continue
            if run.state is RunState.CLAIMED and lease_until is not None:
                claims.append(self._claim(job, run, lease_until))
            else:
                self._runs.put(run)
        return job, claims

    def _claim(self, job: PlannedJob, run: Run, lease_until: datetime) -> Claim:
        claimed = evolve(run, state=RunState.CLAIMED)
        return Claim(self._runs.lease(claimed, lease_until), claimed, job)

    def _forget(self, runs: Iterable[Run], limit: int) -> int:
        forgotten = list(islice(runs, limit))
        for run in forgotten:
            self._runs.forget(run)
        return len(forgotten)


def _end(run: Run, result: Result) -> Run:
    state = RunState.SUCCESS if result.outcome.success else RunState.FAILED
    return evolve(run, state=state, finished_at=result.finished_at, outcome=result.outcome)


def _without_body(run: Run) -> Run:
    return run if run.outcome is None else evolve(run, outcome=evolve(run.outcome, body=None))


def _has_body_of_before(run: Run, before: datetime) -> bool:
    kept = run.outcome is not None and run.outcome.body is not None
    return kept and run.finished_at is not None and run.finished_at < before
