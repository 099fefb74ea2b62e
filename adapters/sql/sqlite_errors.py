"""What SQLite's error codes mean for the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ...domain.engine.errors import StoreUnavailable
from . import faults
from .dialect import Locked

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_FAULTS: dict[int, Callable[[], StoreUnavailable]] = {
    sqlite3.SQLITE_FULL: faults.full,
    sqlite3.SQLITE_IOERR: faults.disk_error,
    sqlite3.SQLITE_READONLY: faults.read_only,
    sqlite3.SQLITE_PERM: faults.read_only,
    sqlite3.SQLITE_CANTOPEN: faults.cannot_open,
    sqlite3.SQLITE_CORRUPT: lambda: faults.damaged("its pages do not fit together"),
    sqlite3.SQLITE_NOTADB: lambda: faults.damaged("its beginning is not that of a store"),
}


def explain_sqlite_error(error: BaseException | None) -> StoreUnavailable | Locked | None:
    """Return what an error of the driver means; None where it is a bug of ours."""
    extended: int | None = getattr(error, "sqlite_errorcode", None)
    if extended is None:  # the driver's own errors have none
        return faults.damaged("a text in it is none") if "decode to UTF-8" in str(error) else None
    code = extended & 0xFF  # the rest says more closely what it was
    if code in _LOCKED:
        return Locked()
    fault = _FAULTS.get(code)
    return fault() if fault else None
