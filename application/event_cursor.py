"""Opaque cursors into the events of a store."""

from __future__ import annotations

import base64
import binascii
import re

from ..domain.errors import InvalidArguments, Problem

_TEXT = re.compile(r"events:(0|[1-9][0-9]{0,18})", re.ASCII)
_LENGTH_LIMIT = 64


def write_event_cursor(sequence: int) -> str:
    """Return the cursor of everything after an event."""
    return base64.urlsafe_b64encode(f"events:{sequence}".encode()).decode().rstrip("=")


def read_event_cursor(cursor: str, last: int) -> int:
    """Return the sequence after which to go on; `last` is the newest one of the store.

    Raises:
        InvalidArguments: it is no cursor of ours, or one of another store.
    """
    try:
        padded = cursor[:_LENGTH_LIMIT].encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (UnicodeError, binascii.Error):
        text = ""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise _refuse("is no cursor of events_since; leave it out to start with the newest events.")
    if (sequence := int(found[1])) > last:
        raise _refuse("lies behind the newest event, so it is of another store; leave it out to start anew.")
    return sequence


def _refuse(message: str) -> InvalidArguments:
    return InvalidArguments([Problem("cursor", "unknown", message, write_event_cursor(0))])
