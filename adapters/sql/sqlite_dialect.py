"""All that is SQLite's alone: how its file is opened, written to by one at a time, and copied."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ...application.wake_ports import Signal
from ...domain.engine.errors import StoreUnavailable
from . import faults
from .backup import copy_store
from .dialect import Locked
from .sqlite_errors import explain_sqlite_error
from .store_creation import prepare_store
from .store_file import BUSY_SECONDS, connect

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

    def commit(self, connection: Connection, signal: Signal | None) -> None:  # noqa: ARG002
        """Make a transaction last; nobody can be told of it, other processes look again and again."""
        connection.commit()

    def backup(self, target: Path) -> None:
        """Write a copy to a new file; it waits for disks, so call it in a thread.

        Raises:
            InvalidArguments: the file exists, or cannot be made.
            StoreUnavailable: it cannot be copied.
            Locked: it cannot be copied just now.
        """
        self._check_in_place()
        copy_store(self._path, target)

    def scour(self) -> bool:
        """Write the file anew, and empty the log beside it; False where somebody still reads in that.

        Raises:
            StoreUnavailable: the file cannot be written.
            Locked: it cannot be just now.
        """
        self._check_in_place()
        try:
            with closing(connect(self._path, "rw")) as connection:
                connection.execute("VACUUM")
                [(busy, _, _)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            explained = explain_sqlite_error(error)
            if explained is None:
                raise
            raise explained from error
        return not busy

    def explain(self, error: DBAPIError) -> StoreUnavailable | Locked | None:
        """Return what an error means for the store, None where it is a bug of ours."""
        return explain_sqlite_error(error.orig)

    def make_signals(self) -> None:
        """Return nothing: a file tells nobody that it was written to."""

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
