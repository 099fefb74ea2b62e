"""The port to the store of the embedded engine: jobs with their plans, runs, and events.

Decisions are pure functions of the domain that a store calls inside its transaction; a store itself decides
nothing but who holds a lease.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from ..domain.engine.change import Change
from ..domain.engine.event import Event
from ..domain.engine.job_query import JobListing, JobQuery
from ..domain.engine.planned_job import JobView, PlannedJob
from ..domain.engine.run import Outcome, Run, RunPosition, RunState


@frozen
class Lease:
    """The right to write about a run: its id, and how often it was claimed so far.

    A run that is claimed again gets the next number, so that whoever holds an older one can change nothing.
    """

    run_id: str
    token: int


@frozen
class Claim:
    """A run to be carried out, with the job as it was when the run was claimed."""

    lease: Lease
    run: Run
    job: PlannedJob


@frozen
class ClaimBatch:
    """What a call claimed, and how many rows it looked at: as many as its limit if there may be more."""

    claims: tuple[Claim, ...]
    examined: int


@frozen
class Result:
    """How a run ended, for the store to write under its lease."""

    lease: Lease
    outcome: Outcome
    finished_at: datetime


Decide = Callable[[JobView], Change]
"""What becomes of a job, given how it stands. Pure; may be called again where a transaction is repeated."""

Settle = Callable[[PlannedJob, Run], Change]
"""What becomes of a job and of one of its runs. Pure; the first of the change's runs is that run."""


class EngineStore(Protocol):
    """Keeps jobs, runs and events for any number of engines at once.

    Every call is one transaction: all of it is written or nothing, and no other call sees a part. Where a
    transaction must be repeated because another one came between, the store repeats it. An exception that a
    `Decide` or `Settle` raises leaves everything as it was and is passed on. Instants come in and go out as
    aware UTC, to the microsecond; the store never asks for the time. Times compare inclusively: what is due
    *at* ``now`` is due, a lease that ends *at* ``now`` has lapsed.

    Writing a `Change`: the job replaces the stored one, with its version raised by one. Its runs are added;
    one whose id exists replaces the stored one where that is ``queued``, and is left out otherwise. Its
    events are added in order. A run that is written as ``claimed`` gets the next token of its id (1 for a new
    one) and the lease that the call names, and is returned as a `Claim` with the job as just written.

    Every call may raise `StoreUnavailable`; nothing is changed then, as far as can be known. Calls that name
    a job raise `InvalidArguments` for an id that cannot be one and `JobNotFound` for an unknown one.
    """

    @property
    def durable(self) -> bool:
        """Whether what is written outlives the process."""

    # Jobs

    async def add_job(self, change: Change) -> PlannedJob:
        """Write a job that is new, with the events of the change, and return it, with version 1."""

    async def change_job(self, job_id: str, decide: Decide) -> PlannedJob:
        """Write what `decide` makes of a job, and return it as written.

        The change holds no ``claimed`` run. Two changes of one job at the same time both happen, one after
        the other, each on what the other left.
        """

    async def delete_job(self, job_id: str, event: Event) -> None:
        """Delete a job and all its runs, and add an event; earlier events of the job stay."""

    async def get_job(self, job_id: str) -> PlannedJob:
        """Return one job."""

    async def list_jobs(self) -> Sequence[PlannedJob]:
        """Return all jobs, the oldest first, of equally old ones by id."""

    async def page_jobs(self, query: JobQuery) -> JobListing:
        """Return the jobs that a query asks for, without reading all the others."""

    # The work of an engine

    async def next_due_at(self) -> datetime | None:
        """Return the earliest `due_at` of all jobs, whether it has passed or not; None if there is none."""

    async def claim_due(self, now: datetime, limit: int, lease_until: datetime, decide: Decide) -> ClaimBatch:
        """Claim what is to run at `now`, and write what has become of every job that is due.

        First queued runs, by `fire_at` and then id: one that was asked for by hand at once, one of the
        schedule where no other run of the schedule of its job is in flight, and only the first of them. Then
        jobs whose `due_at` is not after `now`, by `due_at` and then id: `decide` is called for each, and its
        change written. Together at most `limit` (1 or more) rows are looked at. No two calls ever claim the
        same run under one token, nor decide about the same plan, however many engines there are.
        """

    async def start(self, leases: Collection[Lease], now: datetime) -> frozenset[Lease]:
        """Turn ``claimed`` runs into ``running`` ones with `started_at`, and return the leases that are lost.

        To be called just before the first byte is sent. A lease is lost where its run is gone, was claimed
        again, or has ended; nothing is changed under it. Starting a run twice under one lease is starting
        it once, with the first `started_at`.
        """

    async def renew(self, leases: Collection[Lease], lease_until: datetime) -> frozenset[Lease]:
        """Let leases last until another instant, lapsed ones too where nobody has reclaimed them.

        Return those that are lost.
        """

    async def finish(self, results: Sequence[Result], settle: Settle) -> frozenset[Lease]:
        """Settle runs that have ended, many at once, and return the leases that are lost.

        In the order of the results, each is put into its run (state ``success`` or ``failed``, `finished_at`,
        `outcome`), `settle` is called with the job as the results before it have left it, and the change is
        written: the first of its runs over the stored one. Under a lost lease nothing is written. Finishing a
        run twice under one lease is finishing it once, and no loss.
        """

    async def reclaim_lapsed(
        self, now: datetime, limit: int, lease_until: datetime, settle: Settle
    ) -> ClaimBatch:
        """Take over up to `limit` runs in flight whose lease has lapsed by `now`, the longest lapsed first.

        `settle` says what becomes of each, and the change is written: the first of its runs over the stored
        one, claimed anew if it is ``claimed``, and not in flight any more otherwise.
        """

    # Runs

    async def add_manual_run(self, job_id: str, now: datetime) -> Run:
        """Add a ``queued`` run with source ``manual`` and return it; the job and its plan stay as they are.

        It is planned for `now`, or for the first microsecond after it at which there is none yet.
        """

    async def get_run(self, run_id: str) -> Run | None:
        """Return a run with its body, None if there is none with this id (any more)."""

    async def list_runs(
        self,
        job_id: str,
        limit: int,
        *,
        before: RunPosition | None = None,
        states: Collection[RunState] = (),
    ) -> Sequence[Run]:
        """Return up to `limit` runs of a job, the newest position first, without the bodies of their answers.

        `before` leaves out that position and everything after it; `states` everything in other states, if
        it is not empty. The cost does not grow with the number of runs that the store holds.
        """

    # Events

    async def events_since(self, sequence: int, limit: int, *, job_id: str | None = None) -> Sequence[Event]:
        """Return up to `limit` events with a greater sequence, ascending, of one job where it is given.

        No event ever appears behind one that was already returned. A job that is gone has events too, so an
        unknown `job_id` is no error here.
        """

    async def last_sequence(self) -> int:
        """Return the sequence of the newest event there ever was, 0 if there was none."""

    # Retention; each call changes at most `limit` rows and returns how many it did, 0 when nothing is left

    async def forget_runs(self, before: datetime, limit: int) -> int:
        """Delete finished runs and stretches whose `last_at` is before an instant."""

    async def forget_excess_runs(self, keep: int, limit: int) -> int:
        """Delete finished runs and stretches that are not among the newest `keep` rows of their job."""

    async def forget_bodies(self, before: datetime, limit: int) -> int:
        """Drop the bodies of answers to runs that finished before an instant; the runs stay."""

    async def forget_events(self, before: datetime, limit: int) -> int:
        """Delete events of before an instant."""
