"""The engine's store in an SQL database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from ...application.engine_ports import ClaimBatch, Decide, Lease, Result, Settle
from ...application.ports import Clock
from ...application.vault_ports import Vault
from ...application.wake_ports import Signal, StoreSignals
from ...domain.engine.change import Change
from ...domain.engine.event import Event
from ...domain.engine.job_query import JobListing, JobQuery
from ...domain.engine.planned_job import PlannedJob
from ...domain.engine.run import Run, RunPosition, RunState
from ...domain.job import check_job_id
from . import changes, claims, event_rows, job_pages, job_queries, retention, run_queries
from .analysis_store import SqlAnalysisStore
from .database import Database
from .database_clock import DatabaseClock
from .dialect import Dialect
from .leases import finish, renew, start
from .note_board import SqlNoteBoard
from .signing_keys import SqlSigningKeys
from .sqlite_dialect import SqliteDialect
from .store_url import SqliteFile, StorePlace
from .stored_secrets import StoredSecrets


class SqlEngineStore:
    """The `EngineStore` port; any number of processes may share the database.

    Nothing is opened before the first call. A call that is cancelled has either happened or not, and is
    over, by the time its caller goes on.

    patience: how many seconds a call waits while others write, or for a server that is away. clock: a
    `DatabaseClock` is set by the server's, from when the store is open. vault: seals its secrets.
    """

    def __init__(
        self,
        place: StorePlace,
        *,
        patience: float = 5.0,
        clock: Clock | None = None,
        vault: Vault | None = None,
    ) -> None:
        self._dialect = _make_dialect(place, clock)
        self._database = Database(self._dialect, patience, vault)

    async def open(self) -> None:
        """Open the database, and make it or bring it up to date, now instead of with the first call."""
        await self._database.open()

    async def close(self) -> None:
        """Let the calls that are under way end, and close the database; later calls are refused."""
        await self._database.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def backup(self, target: Path) -> None:
        """Write a copy to a file that must not exist yet, while everybody goes on writing.

        Only this user may read it, because it holds whatever the jobs hold. It is a store: put in the
        place of another one that nobody has open, whose ``-wal`` file is removed too, it takes over.

        Raises:
            InvalidArguments: the file exists, or cannot be made.
            NotSupported: the store is in a server that has a tool of its own for that.
            StoreUnavailable: the store cannot be read, or there is no room for the copy.
        """
        await self._database.backup(target)

    @property
    def notes(self) -> SqlNoteBoard:
        """What the processes on this store leave for each other."""
        return SqlNoteBoard(self._database)

    @property
    def signing_keys(self) -> SqlSigningKeys:
        """The keys that calls are signed with."""
        return SqlSigningKeys(self._database)

    @property
    def secrets(self) -> StoredSecrets:
        """What is sealed of this store, and what is not yet."""
        return StoredSecrets(self._database)

    @property
    def analyses(self) -> SqlAnalysisStore:
        """What is kept of the analyses of the jobs."""
        return SqlAnalysisStore(self._database)

    def make_signals(self) -> StoreSignals | None:
        """Return what tells of the writes of other processes; None where nothing does."""
        return self._dialect.make_signals()

    @property
    def durable(self) -> bool:
        """What is written outlives the process."""
        return True

    async def add_job(self, change: Change) -> PlannedJob:
        """Write a new job."""
        return await self._database.write(lambda connection: changes.add_job(connection, change), Signal.WORK)

    async def change_job(self, job_id: str, decide: Decide) -> PlannedJob:
        """Write what `decide` makes of a job."""
        check_job_id(job_id)
        return await self._database.write(
            lambda connection: changes.change_job(connection, job_id, decide), Signal.WORK
        )

    async def delete_job(self, job_id: str, event: Event) -> None:
        """Delete a job and its runs."""
        check_job_id(job_id)
        await self._database.write(
            lambda connection: changes.delete_job(connection, job_id, event), Signal.NEWS
        )

    async def get_job(self, job_id: str) -> PlannedJob:
        """Return one job."""
        check_job_id(job_id)
        return await self._database.read(lambda connection: job_queries.find_job(connection, job_id))

    async def list_jobs(self) -> Sequence[PlannedJob]:
        """Return all jobs, the oldest first."""
        return await self._database.read(job_queries.list_jobs)

    async def page_jobs(self, query: JobQuery) -> JobListing:
        """Return the jobs that a query asks for."""
        return await self._database.read(lambda connection: job_pages.page_jobs(connection, query))

    async def next_due_at(self) -> datetime | None:
        """Return the earliest time at which a job is due."""
        return await self._database.read(job_queries.next_due_at)

    async def claim_due(self, now: datetime, limit: int, lease_until: datetime, decide: Decide) -> ClaimBatch:
        """Claim what waits and what is due."""
        return await self._database.write(
            lambda connection: claims.claim_due(connection, now, limit, lease_until, decide)
        )

    async def start(self, leases: Collection[Lease], now: datetime) -> frozenset[Lease]:
        """Turn claimed runs into running ones."""
        return await self._database.write(lambda connection: start(connection, leases, now))

    async def renew(self, leases: Collection[Lease], lease_until: datetime) -> frozenset[Lease]:
        """Let leases last longer."""
        return await self._database.write(lambda connection: renew(connection, leases, lease_until))

    async def finish(self, results: Sequence[Result], settle: Settle) -> frozenset[Lease]:
        """Settle runs that have ended."""
        return await self._database.write(lambda connection: finish(connection, results, settle), Signal.NEWS)

    async def reclaim_lapsed(
        self, now: datetime, limit: int, lease_until: datetime, settle: Settle
    ) -> ClaimBatch:
        """Take over runs whose lease has lapsed."""
        return await self._database.write(
            lambda connection: claims.reclaim_lapsed(connection, now, limit, lease_until, settle)
        )

    async def add_manual_run(self, job_id: str, now: datetime) -> Run:
        """Add a run that was asked for by hand."""
        check_job_id(job_id)
        return await self._database.write(
            lambda connection: claims.add_manual_run(connection, job_id, now), Signal.WORK
        )

    async def get_run(self, run_id: str) -> Run | None:
        """Return a run with its body."""
        return await self._database.read(lambda connection: run_queries.get_run(connection, run_id))

    async def list_runs(
        self,
        job_id: str,
        limit: int,
        *,
        before: RunPosition | None = None,
        states: Collection[RunState] = (),
    ) -> Sequence[Run]:
        """Return a job's runs, the newest first."""
        check_job_id(job_id)

        def read(connection: Connection) -> Sequence[Run]:
            job_queries.check_job_exists(connection, job_id)
            return run_queries.list_runs(connection, job_id, limit, before, states)

        return await self._database.read(read)

    async def events_since(self, sequence: int, limit: int, *, job_id: str | None = None) -> Sequence[Event]:
        """Return events with a greater sequence."""
        return await self._database.read(
            lambda connection: event_rows.events_since(connection, sequence, limit, job_id)
        )

    async def last_sequence(self) -> int:
        """Return the newest event's sequence."""
        return await self._database.read(event_rows.last_sequence)

    async def forget_runs(self, before: datetime, limit: int) -> int:
        """Delete old runs."""
        return await self._database.write(lambda connection: retention.forget_runs(connection, before, limit))

    async def forget_excess_runs(self, keep: int, limit: int) -> int:
        """Delete the oldest runs of jobs that have too many; others may write while they are looked for."""
        excess = await self._database.read(
            lambda connection: retention.find_excess_runs(connection, keep, limit)
        )
        if not excess:
            return 0
        return await self._database.write(lambda connection: retention.delete_runs(connection, excess))

    async def forget_bodies(self, before: datetime, limit: int) -> int:
        """Drop old bodies."""
        return await self._database.write(
            lambda connection: retention.forget_bodies(connection, before, limit)
        )

    async def forget_events(self, before: datetime, limit: int) -> int:
        """Delete old events."""
        return await self._database.write(
            lambda connection: retention.forget_events(connection, before, limit)
        )


def _make_dialect(place: StorePlace, clock: Clock | None) -> Dialect:
    if isinstance(place, SqliteFile):
        return SqliteDialect(place.path)
    from .postgres_dialect import PostgresDialect

    return PostgresDialect(place.url, clock if isinstance(clock, DatabaseClock) else None)
