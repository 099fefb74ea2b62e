"""What PostgreSQL's errors mean for the store.

An error of an open connection has a code. One of a connection that could not be made has none that the driver
passes on, so its words are looked at; words of a server that speaks another language count as unreachable.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from psycopg import Error, InterfaceError, OperationalError

from ...domain.engine.errors import StoreUnavailable
from . import faults
from .dialect import Locked

_OTHERS_IN_THE_WAY = {"40001", "40P01", "55P03"}  # serialisation, deadlock, lock_timeout
_PAUSE = 0.25
"""Seconds between two attempts to reach a server."""

_FAULTS: dict[str, Callable[[], StoreUnavailable]] = {
    "28": faults.no_entry,
    "3D": faults.no_database,
    "42501": faults.no_rights,
    "25006": faults.standby,
    "53100": faults.full,
    "58": faults.server_disk,
    "XX001": lambda: faults.damaged_tables("its pages do not fit together"),
    "XX002": lambda: faults.damaged_tables("an index does not fit its table"),
    "42P01": lambda: faults.damaged_tables("a table is gone"),
    "42703": lambda: faults.damaged_tables("a column is gone"),
}
_BUSY = {"53300", "53400"}
_GONE = re.compile("57P0[1-5]|57014|25P0[34]|08...|53200")
_WORDS = (
    (re.compile(r"authentication failed|no password supplied|pg_hba\.conf|role .* does not exist"), "28000"),
    (re.compile(r"permission denied for database|not permitted to log in"), "28000"),
    (re.compile(r"database .* does not exist"), "3D000"),
    (re.compile(r"too many (clients|connections)|remaining connection slots"), "53300"),
)


def explain_postgres_error(error: BaseException | None, *, lost: bool) -> StoreUnavailable | Locked | None:
    """Return what an error of the driver means; None where it is a bug of ours. lost: with its connection."""
    if not isinstance(error, Error):
        return None
    code = error.sqlstate or _read_words(str(error))
    if code in _OTHERS_IN_THE_WAY:
        return Locked(fault=faults.contended())
    if code in _BUSY:
        return Locked(pause=_PAUSE, fault=faults.too_many_connections())
    fault = _FAULTS.get(code) or _FAULTS.get(code[:2])
    if fault is not None:
        return fault()
    unreachable = not code and isinstance(error, OperationalError | InterfaceError)
    if lost or unreachable or _GONE.fullmatch(code):
        return Locked(pause=_PAUSE, fault=faults.unreachable())
    return None


def _read_words(message: str) -> str:
    return next((code for words, code in _WORDS if words.search(message)), "")
