"""What differs from database to database: `SqliteDialect` and `PostgresDialect` are all there is of it.

Rows to be written are selected ``FOR UPDATE``, rows that are due with ``SKIP LOCKED``; SQLAlchemy leaves that
out for SQLite, which has one writer at a time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from ...application.wake_ports import Signal, StoreSignals
from ...domain.engine.errors import StoreUnavailable


class Locked(Exception):
    """A transaction came to nothing now, and may succeed when it is done again.

    pause: seconds to wait before that. fault: what is wrong if it goes on like this; None for others who
    keep what this one needs.
    """

    def __init__(self, *, pause: float = 0.0, fault: StoreUnavailable | None = None) -> None:
        self.pause, self.fault = pause, fault
        super().__init__()


class Dialect(Protocol):
    """One kind of database, at one place."""

    def prepare(self) -> None:
        """Return when the store is there, with the right schema; it waits, so call it in a thread.

        Raises:
            StoreUnavailable: it cannot be used.
            Locked: it cannot be used just now.
        """

    def make_engine(self) -> AsyncEngine:
        """Return an engine for the store that was prepared; nothing is opened yet."""

    def begin(self, connection: Connection, *, writes: bool) -> None:
        """Begin a transaction. One that only reads sees everything as it stands at one moment.

        Raises:
            StoreUnavailable: the store is not the one that was prepared.
        """

    def commit(self, connection: Connection, signal: Signal | None) -> None:
        """Make a transaction last, and send the signal to all who listen.

        Raises:
            StoreUnavailable: it is not known whether it lasts.
        """

    def backup(self, target: Path) -> None:
        """Write a copy to a new file; it waits for disks, so call it in a thread.

        Raises:
            InvalidArguments: the file exists, or cannot be made.
            NotSupported: the database has a tool of its own for that.
            StoreUnavailable: the store cannot be copied.
            Locked: it cannot be copied just now.
        """

    def scour(self) -> bool:
        """Drop what was written over from the files, and return whether it is gone; it waits for disks.

        Raises:
            StoreUnavailable: the store cannot be written anew.
            Locked: it cannot be just now.
        """

    def explain(self, error: DBAPIError) -> StoreUnavailable | Locked | None:
        """Return what an error means for the store, None where it is a bug of ours."""

    def make_signals(self) -> StoreSignals | None:
        """Return what tells when others write; None where nothing does."""
