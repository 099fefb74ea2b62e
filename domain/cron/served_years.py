"""The years for which runs are computed."""

from __future__ import annotations

from datetime import UTC, datetime

from ..errors import Problem

FIRST_YEAR, LAST_YEAR = 1970, 2199
# Where the search for runs ends. So far behind the last year that twenty runs of the sparsest expression
# always fit: 29 February on one weekday comes every 28 years, or 40 around most turns of a century.
HORIZON = datetime(3000, 1, 1, tzinfo=UTC)


def find_instant_problem(field: str, instant: datetime) -> Problem | None:
    """Return what is wrong with an instant that runs are asked for, if anything."""
    example = "2027-03-28T00:00:00+00:00"
    if instant.utcoffset() is None:
        return Problem(field, "offset", "must have an offset from UTC; it has none.", example)
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        message = f"must lie in the years {FIRST_YEAR}-{LAST_YEAR}; its year is {instant.year}."
        return Problem(field, "range", message, example)
    return None
