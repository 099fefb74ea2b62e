"""What happened when a job ran, and what a stretch of runs says about its health."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import takewhile

from attrs import field, frozen


class RunStatus(StrEnum):
    """How a run ended."""

    SUCCESS = "success"
    FAILED = "failed"


@frozen
class RunDetail:
    """What a backend knows of a run that plans and sends it itself.

    run_id: asks for the whole run. source: what decided that it is at its time. attempts: requests made.
    lateness: seconds between its planned time and its start. body: what the target answered, untrusted;
    None where that was nothing, or is not at hand: the newest runs have it.
    """

    run_id: str
    source: str
    attempts: int
    lateness: float
    body: str | None = field(default=None, repr=False)


@frozen
class LogEntry:
    """One run. `response_time` is in seconds; `error_message` is untrusted text."""

    timestamp: datetime
    status: RunStatus
    response_code: int | None
    response_time: float | None
    error_message: str = ""
    detail: RunDetail | None = None


@frozen
class LogSummary:
    """Figures over log entries; what has no data is None, never 0.

    success_rate: 0 to 1.
    mean_response_time, p95_response_time: seconds, over the entries that have one.
    streak: how many of the newest runs ended alike, and `streak_status` how.
    """

    runs: int
    successes: int
    failures: int
    success_rate: float | None
    mean_response_time: float | None
    p95_response_time: float | None
    streak: int
    streak_status: RunStatus | None


def _nearest_rank(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def summarize(entries: Sequence[LogEntry]) -> LogSummary:
    """Return the figures of `entries`, which stand newest first."""
    runs = len(entries)
    successes = sum(entry.status is RunStatus.SUCCESS for entry in entries)
    times = sorted(entry.response_time for entry in entries if entry.response_time is not None)
    newest = entries[0].status if entries else None
    return LogSummary(
        runs=runs,
        successes=successes,
        failures=runs - successes,
        success_rate=successes / runs if runs else None,
        mean_response_time=math.fsum(times) / len(times) if times else None,
        p95_response_time=_nearest_rank(times, 0.95) if times else None,
        streak=sum(1 for _ in takewhile(lambda entry: entry.status is newest, entries)),
        streak_status=newest,
    )
