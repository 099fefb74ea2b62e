"""The instants in the API's JSON: ISO 8601, in UTC whether they say so or not."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# `fromisoformat` alone would also take a date without a time, weeks, and any separator.
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*", re.DOTALL)


def parse_instant(text: str) -> datetime:
    """Return an aware instant in UTC; one without an offset is in UTC already.

    Raises:
        ValueError: `text` is no instant, or one that lies beyond the calendar.
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError("no date with a time")
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        return instant.replace(tzinfo=UTC)
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the calendar") from None
