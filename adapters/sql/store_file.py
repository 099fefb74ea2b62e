"""The file of an SQLite store, looked at before it is opened: a store of ours, none yet, or something else.

Nothing here writes to the file, and nothing but a missing or empty one is ever taken for a new store.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from . import faults
from .sqlite_errors import explain_sqlite_error

APPLICATION_ID = 0x43724C79
"""Says in a file's header that it is ours, as SQLite's format has it: "CrLy"."""

BUSY_SECONDS = 0.1
"""How long SQLite itself waits for a lock; the store asks again until its own patience ends."""

_MAGIC = b"SQLite format 3\x00"
_HEADER_SIZE = 100
_PAGE_SIZE_AT = slice(16, 18)
_APPLICATION_ID_AT = slice(68, 72)


def holds_store(path: Path) -> bool:
    """Return whether there is a store of ours, of whatever version; False where there is none yet.

    Raises:
        StoreUnavailable: there is something else, or a store that cannot be used.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise faults.foreign("not a file")
        size, header = found.st_size, _read_header(path) if found.st_size else b""
    except FileNotFoundError:
        size, header = 0, b""
    except OSError as error:
        raise faults.explain_os_error(error) from error
    if not header:
        _check_nothing_is_left(path)
        return False
    _check_header(header)
    # Where there is a log it makes up for a page that was being written; SQLite sees missing whole pages.
    if size % _page_size(header) and not _size(beside(path, "-wal")):
        raise faults.damaged("it is cut off")
    if not (os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)):
        raise faults.read_only()
    return True


def read_version(path: Path) -> str:
    """Return the version of the schema of a store.

    Raises:
        StoreUnavailable: the store is damaged, or the disk is.
        Locked: it cannot be read just now.
    """
    # The last one to close a file writes to it what the log beside it holds. It is not known yet whether
    # this file may be written to, so where there is such a log it is opened for reading only.
    mode = "ro" if _size(beside(path, "-wal")) else "rw"
    try:
        with closing(connect(path, mode)) as connection:
            [(version,)] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error as error:
        raise explain_sqlite_error(error) or faults.damaged("the version of its schema is lost") from error
    except ValueError as error:
        raise faults.damaged("the version of its schema is lost") from error
    return str(version)


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open a file that is there, ``ro`` or ``rw``; transactions are begun by hand."""
    uri = f"{path.as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def beside(path: Path, suffix: str) -> Path:
    """Return the path of a file that belongs to a store."""
    return path.with_name(path.name + suffix)


def _read_header(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER_SIZE)


def _check_header(header: bytes) -> None:
    if len(header) < _HEADER_SIZE:
        if _MAGIC.startswith(header[:16]):
            raise faults.damaged("it is cut off")
        raise faults.foreign("no SQLite database")
    if not header.startswith(_MAGIC):
        raise faults.foreign("no SQLite database, or one whose beginning was overwritten")
    if int.from_bytes(header[_APPLICATION_ID_AT], "big") != APPLICATION_ID:
        raise faults.foreign("an SQLite database of another program")


def _page_size(header: bytes) -> int:
    size = int.from_bytes(header[_PAGE_SIZE_AT], "big")
    return 65536 if size < 512 else size  # 1 stands for what has no room in two bytes


def _check_nothing_is_left(path: Path) -> None:
    """SQLite would throw away the log of a file that is gone, or mix it into a new one."""
    if _size(beside(path, "-wal")) or _size(beside(path, "-journal")):
        raise faults.damaged("it is missing or empty, while the log beside it is not")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
