"""Copies the file of an SQLite store while it is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ...domain.errors import InvalidArguments, Problem
from .sqlite_errors import explain_sqlite_error
from .store_creation import make_private_file
from .store_file import connect, read_version

_EXAMPLE = "jobs-backup.db"


def copy_store(path: Path, target: Path) -> None:
    """Write the store at `path`, as it stands at one moment, to a new file that only this user may read.

    Raises:
        InvalidArguments: the file exists, or cannot be made.
        StoreUnavailable: the store cannot be read, or there is no room for the copy; no part of it stays.
        Locked: the store cannot be read just now.
    """
    _make(target)
    try:
        _copy(path, target)
    except BaseException:
        target.unlink()
        raise


def _make(target: Path) -> None:
    try:
        make_private_file(target)
    except FileExistsError:
        raise _refused("new", "exists already; name a new file, so that nothing is written over.") from None
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "the system does not say why"
        raise _refused("writable", f"cannot be made: {reason}.") from error


def _copy(path: Path, target: Path) -> None:
    read_version(path)  # of what is a store no more, SQLite might make a copy with nothing in it
    try:
        with closing(connect(path, "ro")) as connection:
            connection.execute("VACUUM INTO ?", (str(target.absolute()),))
    except sqlite3.Error as error:
        explained = explain_sqlite_error(error)
        if explained is None:
            raise
        raise explained from error


def _refused(rule: str, message: str) -> InvalidArguments:
    return InvalidArguments([Problem("file", rule, message, _EXAMPLE)])
