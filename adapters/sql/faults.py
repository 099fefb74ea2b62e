"""What can be wrong with the store, each in one sentence that names no path and no secret."""

from __future__ import annotations

import errno
import os

from ...domain.engine.errors import StoreUnavailable

_SAFE = "Nothing was changed."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def locked(patience: float) -> StoreUnavailable:
    """Another process keeps the store to itself."""
    return StoreUnavailable(
        f"another process kept it locked for the {patience:g} s that a call waits",
        f"{_SAFE} Call again in a few seconds; if that does not help, ask the person to end the process "
        "that holds the file open.",
    )


def full() -> StoreUnavailable:
    """No room to write in."""
    return StoreUnavailable(
        "the disk that it lies on is full",
        f"{_SAFE} Ask the person to free some space there, then call again.",
    )


def disk_error() -> StoreUnavailable:
    """The system refuses to read or write. SQLite does not tell which of the reasons it is."""
    return StoreUnavailable(
        "the system refuses to read or write its file: a limit on the size of files is reached, or the "
        "disk is full or faulty",
        "Ask the person to look at the disk and its limits, then call again.",
    )


def read_only() -> StoreUnavailable:
    """The file or its directory is closed to this user."""
    return StoreUnavailable(
        "its file or the directory of that may not be read and written by this user",
        f"{_SAFE} Ask the person to give the user of this program the right to write both.",
        retryable=False,
    )


def damaged(finding: str) -> StoreUnavailable:
    """The file is a store, but not a whole one."""
    return StoreUnavailable(
        f"its file is damaged: {finding}",
        f"{_SAFE} Ask the person to end what uses the file, keep a copy, and put a backup in its place.",
        retryable=False,
    )


def foreign(finding: str) -> StoreUnavailable:
    """The file is something else."""
    return StoreUnavailable(
        f"what lies in its place is {finding}",
        f"{_SAFE} Ask the person to move that away, or to name another file in CRONLYTIC_DATABASE_URL.",
        retryable=False,
    )


def newer(stored: str, known: str) -> StoreUnavailable:
    """The file was written by a later release."""
    return StoreUnavailable(
        f"a newer version of cronlytic-mcp wrote it: its schema is {stored}, this version knows {known}",
        f"{_SAFE} Ask the person to update cronlytic-mcp.",
        retryable=False,
    )


def moved() -> StoreUnavailable:
    """The path leads to another file than the one that is open, or to none."""
    return StoreUnavailable(
        "its file was moved, emptied, deleted or replaced while it was open",
        f"{_SAFE} Ask the person to put it back, or to restart this program with the new one.",
    )


def closed() -> StoreUnavailable:
    """The program is about to end."""
    return StoreUnavailable("it was closed", "Restart this program.", retryable=False)


def unreadable_row(row: str) -> StoreUnavailable:
    """A row does not hold what this program writes."""
    return damaged(f"{row} is not as this program writes it")


def cannot_open(reason: str = "no such file or directory, or no right to it") -> StoreUnavailable:
    """The path leads nowhere."""
    return StoreUnavailable(
        f"its file cannot be opened: {reason}",
        f"{_SAFE} Ask the person to check the path in CRONLYTIC_DATABASE_URL.",
        retryable=False,
    )


def explain_os_error(error: OSError) -> StoreUnavailable:
    """Return what an error of the file system means for the store."""
    if error.errno in _FULL:
        return full()
    if error.errno in _FORBIDDEN:
        return read_only()
    return cannot_open(os.strerror(error.errno).lower() if error.errno else "the system does not say why")
