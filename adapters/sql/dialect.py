"""All that differs from database to database; so far there is SQLite.

Rows to be written are selected ``FOR UPDATE``, rows that are due with ``SKIP LOCKED``; SQLAlchemy leaves that
out for SQLite, which has one writer at a time.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ...domain.engine.errors import StoreUnavailable
from . import faults
from .backup import copy_store
from .sqlite_errors import Locked, explain_sqlite_error
from .store_creation import prepare_store
from .store_file import BUSY_SECONDS

_CONNECTIONS = 4
_LOG_BYTES_KEPT = 64 * 1024 * 1024
# Below warnings they write down what goes in and out, so whatever people send to their targets.
_DRIVERS_THAT_LOG_VALUES = ("aiosqlite", "sqlalchemy.engine")


class SqliteDialect:
    """A store in a file, with a write-ahead log beside it: many readers and one writer at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity: tuple[int, int] | None = None

    def prepare(self) -> None:
        """Return when the store is there, with the right schema; it waits for disks, so call it in a thread.

        Raises:
            StoreUnavailable: it cannot be used.
            Locked: it cannot be used just now.
        """
        prepare_store(self._path)
        self._identity = self._identify()

    def make_engine(self) -> AsyncEngine:
        """Return an engine for the store that was prepared; nothing is opened yet."""
        for name in _DRIVERS_THAT_LOG_VALUES:
            logging.getLogger(name).setLevel(logging.WARNING)
        # Only with ``mode=rw`` a file that has vanished meanwhile is not replaced by an empty one.
        url = URL.create(
            "sqlite+aiosqlite", database=self._path.as_uri(), query={"mode": "rw", "uri": "true"}
        )
        engine = create_async_engine(
            url,
            connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=None,
            hide_parameters=True,  # in errors, for the same reason as in logs
        )
        event.listen(engine.sync_engine, "connect", _set_up)
        return engine

    def begin(self, connection: Connection, *, writes: bool) -> None:
        """Begin a transaction; one that writes has the store to itself until it ends.

        Raises:
            StoreUnavailable: the file is not the one that was prepared.
        """
        self._check_in_place()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def backup(self, target: Path) -> None:
        """Write a copy to a new file; it waits for disks, so call it in a thread.

        Raises:
            InvalidArguments: the file exists, or cannot be made.
            StoreUnavailable: it cannot be copied.
            Locked: it cannot be copied just now.
        """
        self._check_in_place()
        copy_store(self._path, target)

    def explain(self, error: DBAPIError) -> StoreUnavailable | Locked | None:
        """Return what an error means for the store, None where it is a bug of ours."""
        return explain_sqlite_error(error.orig)

    def _check_in_place(self) -> None:
        if self._identify() != self._identity:
            raise faults.moved()

    def _identify(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found.st_size else None


def _set_up(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for setting in (
        "journal_mode = WAL",  # already so, unless the file is a copy that was put there
        "synchronous = FULL",  # what was confirmed outlives a loss of power
        "foreign_keys = ON",
        f"journal_size_limit = {_LOG_BYTES_KEPT}",  # gives back what a long read made the log grow to
    ):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()
