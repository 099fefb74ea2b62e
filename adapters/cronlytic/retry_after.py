"""The header Retry-After: seconds, or one of HTTP's three forms of a date (RFC 9110, section 10.2.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Nine digits are more than thirty years. `str.isdigit` would let other scripts' digits through.
_SECONDS = re.compile(r"[0-9]{1,9}")
_LONGEST = 10**9


def read_retry_after(value: str | None, date: str | None) -> float | None:
    """Return the seconds to wait, never negative; None where the header says nothing usable.

    A date counts from the answer's own `date`, so a wrong clock on either side does no harm.
    """
    if value is None:
        return None
    if _SECONDS.fullmatch(value.strip()):
        return float(value)
    until, since = _read_date(value), _read_date(date or "")
    if until is None or since is None:
        return None
    seconds = (until - since).total_seconds()
    return max(0.0, seconds) if seconds < _LONGEST else None


def _read_date(text: str) -> datetime | None:
    # What a server may write is endless, and the parser raises more than it documents.
    try:
        instant = parsedate_to_datetime(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
