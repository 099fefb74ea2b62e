"""What an analyst may ask for at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..errors import InvalidArguments, Problem
from ..execution_policy import ExecutionPolicy
from ..untrusted import clean_text

TTL_LIMIT = timedelta(hours=24)
PAUSE_LIMIT = timedelta(days=30)
INTERVAL_FLOOR = timedelta(seconds=1)
INTERVAL_LIMIT = timedelta(days=366)
"""As of the intervals that a person sets."""

DEFAULT_INTERVAL_TTL = timedelta(minutes=60)
DEFAULT_NEXT_RUN_TTL = timedelta(minutes=30)

REASON_LIMIT = 1_000
"""Characters of a reason that are kept."""


def check_interval_hint(interval: timedelta, ttl: timedelta, policy: ExecutionPolicy) -> None:
    """Raise `InvalidArguments` with all that is wrong with an interval and its time to live."""
    _refuse([*_find_interval_problems(interval, policy), *_find_ttl_problems(ttl)])


def check_next_run_hint(at: datetime, ttl: timedelta, now: datetime) -> None:
    """Raise `InvalidArguments` with all that is wrong with a time and its time to live."""
    problems = [*_find_ttl_problems(ttl)]
    if at <= now:
        message = f"must be in the future; it is {_write(at)}, and now it is {_write(now)}."
        problems.append(Problem("next_run_at", "future", message, _write(now + timedelta(minutes=5))))
    elif not problems and at > now + ttl:
        problems.append(past_ttl(at, now, ttl))
    _refuse(problems)


def past_ttl(at: datetime, now: datetime, ttl: timedelta) -> Problem:
    """Return what is wrong with a next run that would come when its hint has ended."""
    message = (
        f"the run would come at {_write(at)}, after the hint has expired at {_write(now + ttl)}; "
        f"choose an earlier time, or a greater ttl_minutes (at most {TTL_LIMIT // timedelta(minutes=1)})."
    )
    return Problem("next_run_at", "ttl", message, _write(now + ttl / 2))


def check_pause(until: datetime, now: datetime) -> None:
    """Raise `InvalidArguments` if a pause may not last until then."""
    example = _write(now + timedelta(hours=2))
    if until <= now:
        message = f"must be in the future; it is {_write(until)}, and now it is {_write(now)}."
        _refuse([Problem("until", "future", f"{message} To resume at once, give null.", example)])
    if until > now + PAUSE_LIMIT:
        message = f"must be at most {PAUSE_LIMIT.days} days ahead, {_write(now + PAUSE_LIMIT)}."
        _refuse([Problem("until", "range", message, example)])


def check_reason(reason: str) -> str:
    """Return a reason as it is kept; raise `InvalidArguments` if it says nothing."""
    kept = clean_text(reason, REASON_LIMIT).strip()
    if not kept:
        message = "must say why, for whoever looks at the job later."
        _refuse([Problem("reason", "required", message, "The target has recovered.")])
    return kept


def _find_interval_problems(interval: timedelta, policy: ExecutionPolicy) -> Iterator[Problem]:
    floor = max(INTERVAL_FLOOR, timedelta(seconds=policy.min_interval_seconds or 0))
    limit = min(INTERVAL_LIMIT, timedelta(seconds=policy.max_interval_seconds or 366 * 86_400))
    if floor <= interval <= limit:
        return
    bound = "the job's min_interval_seconds and max_interval_seconds bound it"
    message = (
        f"must be from {_milliseconds(floor)} to {_milliseconds(limit)} ({bound}, where they are set); "
        f"it is {_milliseconds(interval)}."
    )
    nearest = min(max(floor, interval), limit)
    yield Problem("interval_ms", "range", message, str(_milliseconds(nearest)))


def _find_ttl_problems(ttl: timedelta) -> Iterator[Problem]:
    if not timedelta(0) < ttl <= TTL_LIMIT:
        minutes = ttl / timedelta(minutes=1)
        message = f"must be more than 0 and at most {TTL_LIMIT // timedelta(minutes=1)}; it is {minutes:g}."
        yield Problem("ttl_minutes", "range", message, "60")


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidArguments(problems)


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _write(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
