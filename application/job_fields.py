"""A job's fields as a caller gives them, checked against the time and put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..domain.errors import InvalidArguments, Problem
from ..domain.run_at import parse_run_at
from ..domain.schedule import CronSchedule, IntervalSchedule, Schedule
from .ports import Clock

_NONE = CronSchedule("")


def read_schedule(fields: Mapping[str, Any], current: Schedule = _NONE) -> Schedule:
    """Return the schedule that fields without problems say, or `current` where they say none.

    A cron expression keeps the zone of the one before, and the other way round.
    """
    if "interval_seconds" in fields:
        return IntervalSchedule(fields["interval_seconds"])
    if "run_at" in fields:
        return parse_run_at(fields["run_at"], fields.get("timezone"))
    if not {"cron_expression", "timezone"} & fields.keys():
        return current
    kept = current if isinstance(current, CronSchedule) else _NONE
    return CronSchedule.parse(
        fields.get("cron_expression", kept.expression), fields.get("timezone", kept.timezone)
    )


def find_past_run(fields: Mapping[str, object], clock: Clock) -> Iterator[Problem]:
    """Yield a problem where a single run is asked for at a time that has passed."""
    text, timezone = fields.get("run_at"), fields.get("timezone")
    if not isinstance(text, str):
        return
    try:
        at = parse_run_at(text, timezone if isinstance(timezone, str) else None).at
    except InvalidArguments:
        return  # told with the other problems of the fields
    if at <= (now := clock.now()):
        message = f"has passed: it is {now.isoformat(timespec='seconds')} now. Give a later time."
        yield Problem(
            "run_at", "past", message, now.replace(year=now.year + 1, day=1).isoformat(timespec="seconds")
        )
