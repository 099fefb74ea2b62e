"""What the body of an answer may say about the pace of its job: a few names with numbers, read as data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from attrs import frozen

WAIT_LIMIT = timedelta(hours=23)
"""The longest wait that is heeded: a hint for it must end within a day."""

PACE_LIMIT = timedelta(hours=24)
_READ_LIMIT = 4_000
_DEPTH_LIMIT = 1e15
_TREND = 3


class Demand(StrEnum):
    """How much a target has to do for the job."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@frozen
class Signals:
    """What one answer said; None for what it did not, or not within its bounds."""

    demand: Demand | None = None
    queue_depth: float | None = None
    wanted_interval: timedelta | None = None
    retry_after: timedelta | None = None

    def __bool__(self) -> bool:
        return self != NO_SIGNALS


NO_SIGNALS = Signals()

VOCABULARY: Mapping[str, str] = {
    "demand": f"one of {', '.join(Demand)}: how much there is to do for this job",
    "queue_depth": f"a number from 0 up: how much waits; high demand if {_TREND} answers in a row grow",
    "wanted_interval_seconds": "1 to 86,400: the pace that would suit now",
    "retry_after_seconds": f"1 to {WAIT_LIMIT.total_seconds():,.0f}: leave the target alone for so long",
}
"""The names at the top of a JSON object that are read, and what each may be; everything else is ignored."""


def read_signals(body: str | None) -> Signals:
    """Return what a body says; a body that is no JSON object, or is cut, says nothing."""
    if not body or not body.lstrip().startswith("{"):
        return NO_SIGNALS
    try:
        content = json.loads(body[:_READ_LIMIT])
    except (ValueError, RecursionError):
        return NO_SIGNALS
    demand = content.get("demand")
    return Signals(
        demand=Demand(demand) if isinstance(demand, str) and demand in set(Demand) else None,
        queue_depth=_read_number(content.get("queue_depth"), 0, _DEPTH_LIMIT),
        wanted_interval=_read_span(content.get("wanted_interval_seconds"), PACE_LIMIT),
        retry_after=_read_span(content.get("retry_after_seconds"), WAIT_LIMIT),
    )


def is_queue_growing(newest_first: Sequence[Signals]) -> bool:
    """Return whether each of the newest answers told of a longer queue than the one before it."""
    depths = [signals.queue_depth for signals in newest_first[:_TREND]]
    known = [depth for depth in depths if depth is not None]
    return len(known) == _TREND and known == sorted(set(known), reverse=True)


def _read_span(value: object, limit: timedelta) -> timedelta | None:
    seconds = _read_number(value, 1, limit.total_seconds())
    return None if seconds is None else timedelta(seconds=seconds)


def _read_number(value: object, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if least <= value <= most else None  # what is no number lies nowhere
