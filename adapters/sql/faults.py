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


def unreachable() -> StoreUnavailable:
    """There is no server, or it went away, or the way to it is cut."""
    return StoreUnavailable(
        "the database server cannot be reached, or refuses connections just now",
        "Call again in a few seconds; if that does not help, ask the person whether PostgreSQL is running "
        "where CRONLYTIC_DATABASE_URL says.",
    )


def unknown_end() -> StoreUnavailable:
    """The connection was lost between the request to commit and the answer."""
    return StoreUnavailable(
        "the connection to the database server was lost while it was writing",
        "What was asked for may have happened or not: look (get_job, list_jobs) before calling again.",
    )


def contended() -> StoreUnavailable:
    """Others keep rows that are needed, again and again."""
    return StoreUnavailable(
        "other processes kept what is needed locked for longer than a call waits",
        f"{_SAFE} Call again in a few seconds; if that does not help, ask the person to look for a long "
        "transaction (pg_stat_activity).",
    )


def too_many_connections() -> StoreUnavailable:
    """The server has no room for one more client."""
    return StoreUnavailable(
        "the database server has as many connections as it takes",
        f"{_SAFE} Call again in a few seconds; if that does not help, ask the person to raise "
        "max_connections or to run fewer workers.",
    )


def no_entry() -> StoreUnavailable:
    """The server lets nobody in with this name and password."""
    return StoreUnavailable(
        "the database server refuses the user or the password",
        f"{_SAFE} Ask the person to check both in CRONLYTIC_DATABASE_URL, and pg_hba.conf on the server.",
        retryable=False,
    )


def no_database() -> StoreUnavailable:
    """The server has no database of this name."""
    return StoreUnavailable(
        "the database server has no such database",
        f"{_SAFE} Ask the person to make it (createdb), or to name another in CRONLYTIC_DATABASE_URL.",
        retryable=False,
    )


def no_schema() -> StoreUnavailable:
    """The search path leads to no schema."""
    return StoreUnavailable(
        "the database has no such schema, or the user may not use it",
        f"{_SAFE} Ask the person to make it (CREATE SCHEMA ... AUTHORIZATION), or to correct search_path in "
        "CRONLYTIC_DATABASE_URL.",
        retryable=False,
    )


def no_rights() -> StoreUnavailable:
    """The user may not do there what this program does."""
    return StoreUnavailable(
        "the user of the database may not make its tables, or not read and write them",
        f"{_SAFE} Ask the person to have the user own the database, or a schema of its own in it.",
        retryable=False,
    )


def standby() -> StoreUnavailable:
    """The server takes no writes."""
    return StoreUnavailable(
        "the database server is read-only: it is a standby, or was told to be",
        f"{_SAFE} Ask the person to name the primary server in CRONLYTIC_DATABASE_URL.",
    )


def server_disk() -> StoreUnavailable:
    """The server's system refuses to read or write."""
    return StoreUnavailable(
        "the database server cannot read or write its files",
        "Ask the person to look at the server's log and its disk, then call again.",
    )


def foreign_tables(finding: str) -> StoreUnavailable:
    """The schema is somebody else's."""
    return StoreUnavailable(
        f"what lies in its place is {finding}",
        f"{_SAFE} Ask the person to name an empty database in CRONLYTIC_DATABASE_URL, or an empty schema in "
        "this one with ?options=-csearch_path%3DNAME.",
        retryable=False,
    )


def damaged_tables(finding: str) -> StoreUnavailable:
    """The schema is ours, but something in it is missing or broken."""
    return StoreUnavailable(
        f"its tables are damaged: {finding}",
        f"{_SAFE} Ask the person to restore the database from a backup (pg_restore).",
        retryable=False,
    )
