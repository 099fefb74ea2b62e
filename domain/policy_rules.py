"""The options of a job's execution policy as a caller writes them: names, rules, and the way back.

All of them are optional; together they are one JSON object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import evolve, frozen

from .errors import Problem
from .execution_policy import RETRY_DELAY_LIMIT, ExecutionPolicy, Missed, Overlap, SuccessRule
from .untrusted import clean_text
from .url.url import AllowedHosts, find_url_problems
from .webhook.webhook import TIMEOUT_LIMIT

RETRIES_LIMIT = 10
PARALLEL_LIMIT = 20
JITTER_LIMIT = 3600
MONTH = 30 * 86400
"""Seconds: the longest grace and the longest bound on the time between runs."""
RUNS_LIMIT = 1_000_000
NOTIFY_LIMIT = 1000
TEXT_LIMIT = 1000
_NAME_LIMIT = 40

_STATUSES = re.compile(r"[1-5]\d\d(-[1-5]\d\d)?( ?, ?[1-5]\d\d(-[1-5]\d\d)?){0,19}", re.ASCII)
_WEB_URL = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_CHAT = "https://chat.example.com/hooks/ci"

Check = Callable[[str, object], Iterator[Problem]]


@frozen
class _Number:
    """A number between two bounds, both included; a whole one unless `fraction`."""

    low: float
    high: float
    example: str
    fraction: bool = False

    def __call__(self, field: str, value: object) -> Iterator[Problem]:
        kinds = (int, float) if self.fraction else (int,)
        kind = "a number" if self.fraction else "a whole number"
        # True is an int to Python; written so that NaN is refused too.
        if isinstance(value, bool) or not isinstance(value, kinds):
            yield Problem(field, "type", f"must be {kind}.", self.example)
        elif not self.low <= value <= self.high:
            message = f"must be {kind} from {self.low:g} to {self.high:g}; it is {value}."
            yield Problem(field, "range", message, self.example)


@frozen
class _Choice:
    choices: tuple[str, ...]

    def __call__(self, field: str, value: object) -> Iterator[Problem]:
        if value not in self.choices:
            yield Problem(field, "choice", f"must be one of {', '.join(self.choices)}.", self.choices[0])


def _check_flag(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem(field, "type", "must be true or false.", "false")


def _check_text(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, str) or not 1 <= len(value) <= TEXT_LIMIT:
        yield Problem(field, "length", f"must be a text of 1-{TEXT_LIMIT} characters.", '"status":"ok"')
    elif any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in value):
        yield Problem(field, "encoding", "holds a NUL or half of a surrogate pair.", '"status":"ok"')


def _check_statuses(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, str) or not _STATUSES.fullmatch(value):
        message = "must be up to 20 HTTP statuses or ranges of them (100-599), separated by commas."
        yield Problem(field, "format", message, "200-299,304")
    elif backwards := [f"{low}-{high}" for low, high in _read_statuses(value) if low > high]:
        yield Problem(field, "range", f"{backwards[0]} runs backwards.", "200-299,304")


def _check_instant(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, str) or _read_instant(value) is None:
        message = "must be an ISO 8601 date and time with an offset from UTC."
        yield Problem(field, "format", message, "2027-12-31T23:59:59+00:00")


def _check_web_url(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, str) or not _WEB_URL.match(value):
        yield Problem(field, "format", "must be the http or https URL of an incoming webhook.", _CHAT)


_CHECKS: Mapping[str, Check] = {
    "timeout_seconds": _Number(0.1, TIMEOUT_LIMIT, "30", fraction=True),
    "retries": _Number(0, RETRIES_LIMIT, "3"),
    "retry_delay_seconds": _Number(0.1, RETRY_DELAY_LIMIT, "10", fraction=True),
    "overlap": _Choice(tuple(Overlap)),
    "max_parallel": _Number(1, PARALLEL_LIMIT, "5"),
    "missed": _Choice(tuple(Missed)),
    "grace_seconds": _Number(1, MONTH, "3600"),
    "jitter_seconds": _Number(0, JITTER_LIMIT, "60"),
    "success_statuses": _check_statuses,
    "must_contain": _check_text,
    "must_not_contain": _check_text,
    "min_interval_seconds": _Number(1, MONTH, "300"),
    "max_interval_seconds": _Number(1, MONTH, "86400"),
    "rerun_interrupted": _check_flag,
    "max_runs": _Number(1, RUNS_LIMIT, "100"),
    "end_at": _check_instant,
    "notify_after": _Number(0, NOTIFY_LIMIT, "3"),
    "notify_url": _check_web_url,
    "sign": _check_flag,
}
OPTIONS = tuple(_CHECKS)
"""The names of all options."""

_SUCCESS = {
    "success_statuses": "statuses",
    "must_contain": "must_contain",
    "must_not_contain": "must_not_contain",
}


def find_policy_problems(
    options: object, current: ExecutionPolicy | None = None, allowed: AllowedHosts | None = None
) -> tuple[Problem, ...]:
    """Return every problem of options as JSON has them, of whatever type; each as ``options.NAME``.

    None for an option stands for its default; `current` is what they change, where that is a policy already.
    `allowed` is what URLs may reach besides the public internet; without it, where one leads is not judged.
    """
    if not isinstance(options, Mapping):
        return (Problem("options", "type", "must be an object.", '{"retries": 3}'),)
    problems = [
        Problem(
            f"options.{clean_text(str(name), _NAME_LIMIT)}",
            "unknown",
            f"is none of {', '.join(OPTIONS)}.",
            '{"retries": 3}',
        )
        for name in options
        if name not in _CHECKS
    ]
    for name, check in _CHECKS.items():
        if options.get(name) is not None:
            problems += check(f"options.{name}", options[name])
    if not problems:
        problems += _find_contradictions(read_policy(options, current))
    if allowed is not None and isinstance(url := options.get("notify_url"), str) and _WEB_URL.match(url):
        problems += [evolve(each, field="options.notify_url") for each in find_url_problems(url, allowed)]
    return tuple(problems)


def read_policy(options: Mapping[str, object], current: ExecutionPolicy | None = None) -> ExecutionPolicy:
    """Return `current` with the given options changed; None sets one back to its default.

    The options have no problems. Without `current` the defaults are what is changed.
    """
    default, policy = ExecutionPolicy(), current or ExecutionPolicy()
    direct: dict[str, Any] = {}
    success: dict[str, Any] = {}
    for name, value in options.items():
        inner = _SUCCESS.get(name)
        stands = getattr(default.success, inner) if inner else getattr(default, name)
        read = stands if value is None else _read_option(name, value)
        if inner:
            success[inner] = read
        else:
            direct[name] = read
    return evolve(policy, **direct, success=evolve(policy.success, **success))


def write_policy(policy: ExecutionPolicy) -> dict[str, object]:
    """Return the options that differ from their defaults, as `read_policy` takes them."""
    written, default = _write_all(policy), _write_all(ExecutionPolicy())
    return {name: value for name, value in written.items() if value != default[name]}


def _write_all(policy: ExecutionPolicy) -> dict[str, object]:
    rule: SuccessRule = policy.success
    written: dict[str, object] = {
        name: getattr(rule, _SUCCESS[name]) if name in _SUCCESS else getattr(policy, name) for name in OPTIONS
    }
    end_at = policy.end_at.isoformat() if policy.end_at else None
    words = {"overlap": policy.overlap.value, "missed": policy.missed.value}
    return written | words | {"success_statuses": rule.statuses_text, "end_at": end_at}


def _read_option(name: str, value: Any) -> object:
    match name:
        case "overlap":
            return Overlap(value)
        case "missed":
            return Missed(value)
        case "success_statuses":
            return tuple(_read_statuses(value))
        case "end_at":
            return _read_instant(value)
    return float(value) if name in ("timeout_seconds", "retry_delay_seconds") else value


def _find_contradictions(policy: ExecutionPolicy) -> Iterator[Problem]:
    low, high = policy.min_interval_seconds, policy.max_interval_seconds
    if low is not None and high is not None and low > high:
        message = f"must not be greater than max_interval_seconds; {low} is greater than {high}."
        yield Problem("options.min_interval_seconds", "range", message, str(high))


def _read_statuses(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        low, _, high = part.strip().partition("-")
        yield int(low), int(high or low)


def _read_instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
        return None if instant.utcoffset() is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
