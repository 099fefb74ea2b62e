"""The rows of runs in memory, in each job's order, with their leases."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterator
from datetime import datetime

from ...application.engine_ports import Lease
from ...domain.engine.planned_job import JobView, PlannedJob
from ...domain.engine.run import IN_FLIGHT, UNFINISHED, Run, RunPosition, RunSource, RunState


class RunRows:
    """What the store knows of runs. A row's token stays when its lease ends."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._order: dict[str, list[tuple[datetime, str]]] = {}
        self._tokens: dict[str, int] = {}
        self._lapse: dict[str, datetime] = {}
        self._unfinished: dict[str, set[str]] = {}

    def get(self, run_id: str) -> Run | None:
        """Return a row."""
        return self._runs.get(run_id)

    def put(self, run: Run) -> None:
        """Write a row over the one with its id, if there is one."""
        if run.run_id not in self._runs:
            insort(self._order.setdefault(run.job_id, []), (run.fire_at, run.run_id))
        self._runs[run.run_id] = run
        if run.state in UNFINISHED:
            self._unfinished.setdefault(run.job_id, set()).add(run.run_id)
        elif unfinished := self._unfinished.get(run.job_id):
            unfinished.discard(run.run_id)
            if not unfinished:
                del self._unfinished[run.job_id]
        if run.state not in IN_FLIGHT:
            self._lapse.pop(run.run_id, None)

    def forget(self, run: Run) -> None:
        """Delete a row."""
        del self._runs[run.run_id]
        order = self._order[run.job_id]
        del order[bisect_left(order, (run.fire_at, run.run_id))]
        self._tokens.pop(run.run_id, None)

    def forget_job(self, job_id: str) -> None:
        """Delete all rows of a job."""
        self._unfinished.pop(job_id, None)
        for _, run_id in self._order.pop(job_id, []):
            del self._runs[run_id]
            self._tokens.pop(run_id, None)
            self._lapse.pop(run_id, None)

    def lease(self, run: Run, until: datetime) -> Lease:
        """Write a ``claimed`` row, and return the lease that it gets."""
        self.put(run)
        token = self._tokens[run.run_id] = self._tokens.get(run.run_id, 0) + 1
        self._lapse[run.run_id] = until
        return Lease(run.run_id, token)

    def extend(self, lease: Lease, until: datetime) -> None:
        """Let a lease last until another instant."""
        self._lapse[lease.run_id] = until

    def held(self, lease: Lease) -> Run | None:
        """Return the row if this lease is the newest one of it, whether the run has ended or not."""
        return self._runs.get(lease.run_id) if self._tokens.get(lease.run_id) == lease.token else None

    def lapsed(self, now: datetime) -> list[Run]:
        """Return the runs in flight whose lease has lapsed, the longest lapsed first."""
        found = sorted((until, run_id) for run_id, until in self._lapse.items() if until <= now)
        return [self._runs[run_id] for _, run_id in found]

    def queued(self) -> list[Run]:
        """Return the runs that wait and may start, by position."""
        waiting = [run for job_id in self._unfinished for run in self._waiting(job_id)]
        by_hand = [run for run in waiting if run.source is RunSource.MANUAL]
        planned = sorted(
            (run for run in waiting if run.source is not RunSource.MANUAL), key=_position, reverse=True
        )
        first = {run.job_id: run for run in planned if not self._active(run.job_id)}
        return sorted([*by_hand, *first.values()], key=_position)

    def view(self, job: PlannedJob) -> JobView:
        """Return a job with its runs of the schedule that are under way."""
        waiting = [run for run in self._waiting(job.job_id) if run.source is not RunSource.MANUAL]
        return JobView(job, self._active(job.job_id), waiting[0] if waiting else None)

    def of_job(
        self, job_id: str, before: RunPosition | None, states: Collection[RunState] = ()
    ) -> Iterator[Run]:
        """Yield a job's rows, the newest position first."""
        order = self._order.get(job_id, [])
        end = len(order) if before is None else bisect_left(order, (before.fire_at, before.run_id))
        rows = (self._runs[order[place][1]] for place in range(end - 1, -1, -1))
        return (run for run in rows if not states or run.state in states)

    def settled(self) -> list[Run]:
        """Return all rows of which nothing more will become, the oldest last occurrence first."""
        rows = (run for run in self._runs.values() if run.state not in UNFINISHED)
        return sorted(rows, key=lambda run: (run.last_at, run.run_id))

    def _waiting(self, job_id: str) -> list[Run]:
        unfinished = (self._runs[run_id] for run_id in self._unfinished.get(job_id, ()))
        return [run for run in unfinished if run.state is RunState.QUEUED]

    def _active(self, job_id: str) -> int:
        unfinished = (self._runs[run_id] for run_id in self._unfinished.get(job_id, ()))
        return sum(run.state in IN_FLIGHT and run.source is not RunSource.MANUAL for run in unfinished)


def _position(run: Run) -> tuple[datetime, str]:
    return run.fire_at, run.run_id
