"""Opaque cursors into the list of sessions."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

from ...domain.adaptive.session import SessionPosition
from ...domain.errors import InvalidArguments, Problem

_LENGTH_LIMIT = 512


def write_session_cursor(position: SessionPosition, job_id: str | None) -> str:
    """Return the cursor of what comes after a session in the list of a job's sessions, or of all."""
    text = json.dumps([job_id, position.started_at.isoformat(), position.session_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_session_cursor(cursor: str, job_id: str | None) -> SessionPosition:
    """Return the place after which the page starts.

    Raises:
        InvalidArguments: it is no cursor of this list.
    """
    try:
        padded = cursor[:_LENGTH_LIMIT].encode("ascii") + b"=" * (-len(cursor) % 4)
        match json.loads(base64.b64decode(padded, altchars=b"-_", validate=True)):
            case [str() | None as of, str(started_at), str(session_id)] if of == job_id:
                instant = datetime.fromisoformat(started_at)
                if instant.tzinfo is not None:
                    return SessionPosition(instant, session_id)
    except (UnicodeError, binascii.Error, ValueError, RecursionError):
        pass
    message = "is no next_cursor of this list; leave it out to start with the newest session."
    raise InvalidArguments([Problem("cursor", "cursor", message, "the next_cursor before")])
