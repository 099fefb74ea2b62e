"""Opaque cursors: where a page of jobs ended, and for which query."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

SortKey = tuple[bool, str | float]
"""Whether the sorted value is missing, and the value; missing ones come last."""

Query = tuple[str | None, ...]

_LENGTH_LIMIT = 2048


class InvalidCursor(ValueError):
    """The text is no cursor of ours, or one of another query."""


def _fingerprint(query: Query) -> str:
    return hashlib.sha256(json.dumps(query).encode()).hexdigest()[:16]


def write_cursor(query: Query, last: tuple[SortKey, str]) -> str:
    """Return the cursor of the page after `last`: the sort key and id of a page's last job."""
    (missing, value), job_id = last
    text = json.dumps([_fingerprint(query), missing, value, job_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, query: Query) -> tuple[SortKey, str]:
    """Return the sort key and id after which the page starts.

    Raises:
        InvalidCursor: it was not written for `query`.
    """
    if len(cursor) > _LENGTH_LIMIT:
        raise InvalidCursor
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeError, binascii.Error, ValueError, RecursionError):
        raise InvalidCursor from None
    match content:
        case [str(fingerprint), bool(missing), str() | float() as value, str(job_id)]:
            if fingerprint == _fingerprint(query):
                return (missing, value), job_id
    raise InvalidCursor
