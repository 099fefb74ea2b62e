"""Makes the file of a store, or brings it to the schema of this version: once, whoever else starts meanwhile.

This waits for the disk and for others, so it belongs into a thread.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from . import faults
from .sqlite_errors import explain_sqlite_error
from .store_file import APPLICATION_ID, beside, connect, holds_store, read_version

SCHEMA_VERSION = "0005"
"""The newest migration, known here so that a start need not load Alembic to compare."""

_DRAFT = ".new"
_FILES_OF_A_STORE = ("", "-wal", "-shm", "-journal")


def prepare_store(path: Path) -> None:
    """Return when there is a store with the schema of this version.

    Raises:
        StoreUnavailable: there is none and none could be made; whatever is there is left as it is.
        Locked: another process is at it.
    """
    try:
        if not holds_store(path):
            _make_directory(path.parent)
            with _alone(path):
                if not holds_store(path):
                    _create(path)
        if _is_older(path):
            with _alone(path):
                if _is_older(path):
                    _upgrade(path)
    except (sqlite3.Error, DBAPIError) as error:
        explained = explain_sqlite_error(getattr(error, "orig", error))
        if explained is None:
            raise
        raise explained from error
    except OSError as error:
        raise faults.explain_os_error(error) from error


def _is_older(path: Path) -> bool:
    version = read_version(path)
    if version > SCHEMA_VERSION:
        raise faults.newer(version, SCHEMA_VERSION)
    return version < SCHEMA_VERSION


def _make_directory(directory: Path) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep everybody else from making or changing a schema here.

    The lock is SQLite's own, on an empty file: it works on every system, and ends with the process.
    """
    lock = beside(path, ".lock")
    make_private_file(lock, exist_ok=True)
    with closing(connect(lock, "rw")) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def _create(path: Path) -> None:
    """Make a whole store and then put it in its place, so that there is never half of one."""
    draft = beside(path, _DRAFT)
    try:
        _remove(draft)  # what a process left that was killed at this point
        make_private_file(draft)
        with closing(connect(draft, "rw")) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _upgrade(draft)
        # Only now: on a full disk a log beside the draft might not get into it, and would be left behind.
        with closing(connect(draft, "rw")) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        draft.replace(path)
    finally:
        _remove(draft)


def _upgrade(path: Path) -> None:
    """Apply the migrations that are missing, all of them or none."""
    from .migration import migrate

    engine = _open(path)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            migrate(connection)
            connection.commit()
    finally:
        engine.dispose()


def _open(path: Path) -> Engine:
    return create_engine(
        "sqlite+pysqlite://", creator=lambda: connect(path, "rw"), poolclass=NullPool, hide_parameters=True
    )


def make_private_file(path: Path, *, exist_ok: bool = False) -> None:
    """Make an empty file that only this user may read.

    Raises:
        FileExistsError: there is one, and there must not be.
    """
    flags = os.O_RDWR | os.O_CREAT | (0 if exist_ok else os.O_EXCL)
    os.close(os.open(path, flags, 0o600))


def _remove(draft: Path) -> None:
    for suffix in _FILES_OF_A_STORE:
        beside(draft, suffix).unlink(missing_ok=True)
