"""How a job has been doing over the last hour, four hours and day, from its runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import frozen

from ..errors import InvalidArguments
from ..load.minute_mask import mark_minutes, next_full_minute
from ..log import LogEntry, RunStatus, summarize
from ..schedule import CronSchedule, Schedule

WINDOW_HOURS = (1, 4, 24)
_ONE_MINUTE = timedelta(minutes=1)
# A run is logged when it has ended; the latest ones may still be on their way.
_GRACE = timedelta(minutes=2)


@frozen
class HealthWindow:
    """The runs of the last so many hours.

    success_rate: 0 to 1; None without runs, because no data is not 0 %. complete: False where the log
    does not reach back to the window's start, so that there were more runs. expected: how many runs
    the schedule asked for since the window's start or, if that is later, the oldest run that is known;
    None where that cannot be told. A job that was paused or changed meanwhile was asked for fewer.
    """

    hours: int
    runs: int
    successes: int
    success_rate: float | None
    complete: bool
    expected: int | None

    @property
    def missing(self) -> int:
        """How many of the expected runs are not there."""
        return max(0, (self.expected or 0) - self.runs)


@frozen
class RunHealth:
    """The health of a job by its runs.

    windows: 1, 4 and 24 hours. mean_duration: seconds, over the runs of the last 24 hours that have
    one. streak: how many of the newest runs ended like the last one. newest_run_at: aware UTC.
    known_runs: how many runs all of this was measured over; `whole` tells whether there were no more.
    """

    windows: tuple[HealthWindow, ...]
    mean_duration: float | None
    streak: int
    last_status: RunStatus | None
    newest_run_at: datetime | None
    known_runs: int
    whole: bool

    @property
    def failure_streak(self) -> int:
        """How many of the newest runs failed in a row; the log may begin within that row."""
        return self.streak if self.last_status is RunStatus.FAILED else 0

    @property
    def day(self) -> HealthWindow:
        """The longest window."""
        return self.windows[-1]


def measure_health(
    entries: Sequence[LogEntry], now: datetime, *, kept: int | None = None, schedule: Schedule | None = None
) -> RunHealth:
    """Return the health by finished runs, in any order; those in flight are no entries.

    `kept` is how many entries there are at most, None if there are all. Without a `schedule` that
    names its times, no runs are expected.
    """
    newest_first = sorted(entries, key=lambda entry: entry.timestamp, reverse=True)
    whole = kept is None or len(newest_first) < kept
    overall = summarize(newest_first)
    return RunHealth(
        windows=tuple(_measure(newest_first, now, hours, schedule, whole=whole) for hours in WINDOW_HOURS),
        mean_duration=summarize(_since(newest_first, now, WINDOW_HOURS[-1])).mean_response_time,
        streak=overall.streak,
        last_status=overall.streak_status,
        newest_run_at=newest_first[0].timestamp if newest_first else None,
        known_runs=overall.runs,
        whole=whole,
    )


def _since(newest_first: Sequence[LogEntry], now: datetime, hours: int) -> Sequence[LogEntry]:
    start = now - timedelta(hours=hours)
    return [entry for entry in newest_first if entry.timestamp >= start]


def _measure(
    newest_first: Sequence[LogEntry], now: datetime, hours: int, schedule: Schedule | None, *, whole: bool
) -> HealthWindow:
    summary = summarize(_since(newest_first, now, hours))
    reaches_back = bool(newest_first) and newest_first[-1].timestamp <= now - timedelta(hours=hours)
    return HealthWindow(
        hours=hours,
        runs=summary.runs,
        successes=summary.successes,
        success_rate=summary.success_rate,
        complete=whole or reaches_back,
        expected=_count_expected(newest_first, now, hours, schedule),
    )


def _count_expected(
    newest_first: Sequence[LogEntry], now: datetime, hours: int, schedule: Schedule | None
) -> int | None:
    """Return how many runs should be there, too low rather than too high where a minute decides."""
    if not newest_first or not isinstance(schedule, CronSchedule):
        return None
    oldest = newest_first[-1].timestamp
    # The oldest run counts as one that was asked for in the minute in which it is logged.
    begin = max(now - timedelta(hours=hours), oldest.replace(second=0, microsecond=0))
    first = next_full_minute(begin - timedelta(microseconds=1))
    minutes = (now - _GRACE - first) // _ONE_MINUTE + 1
    try:
        return mark_minutes(schedule, first, max(0, minutes)).bit_count()
    except InvalidArguments:
        return None
