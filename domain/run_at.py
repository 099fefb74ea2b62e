"""The instant of a schedule that runs once, as a caller writes it."""

from __future__ import annotations

from datetime import UTC, datetime

from .errors import InvalidArguments, Problem
from .schedule import OneShot

_EXAMPLE = "2027-03-28T09:00:00+02:00"


def parse_run_at(text: str, timezone: str | None = None) -> OneShot:
    """Return the schedule of an ISO 8601 date and time, whose offset counts, and the zone where it has none.

    Without both it is refused, because nobody could tell which instant is meant; so is a time that the
    zone's clocks skip, or show twice.

    Raises:
        InvalidArguments: it is none of these; the field is ``run_at``, or ``timezone`` for the zone.
    """
    from .cron.served_years import find_instant_problem
    from .cron.zones import load_zone

    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _refusal("format", "must be a date and time in ISO 8601.") from None
    if timezone is not None:
        zone = load_zone(timezone)
        if instant.utcoffset() is None:
            instant = instant.replace(tzinfo=zone)
            _refuse_clock_change(instant, timezone)
    if problem := find_instant_problem("run_at", instant):
        if problem.rule == "offset":
            raise _refusal("offset", "has no offset from UTC; add one, or give timezone.")
        raise InvalidArguments([problem])
    return OneShot(instant.astimezone(UTC))


def _refuse_clock_change(local: datetime, timezone: str) -> None:
    other = local.replace(fold=1)
    before, after = local.utcoffset(), other.utcoffset()
    if before is None or after is None or before == after:
        return
    if before < after:  # the second reading of a skipped time has the later offset
        moved = (local + (after - before)).replace(tzinfo=None).isoformat()
        message = f"is skipped in {timezone}, where the clocks go forward then; {moved} exists."
        raise _refusal("skipped", message, moved)
    message = (
        f"comes twice in {timezone}, where the clocks go back then; give it with the offset that is meant."
    )
    raise _refusal("ambiguous", message, local.isoformat())


def _refusal(rule: str, message: str, example: str = _EXAMPLE) -> InvalidArguments:
    return InvalidArguments([Problem("run_at", rule, message, example)])
