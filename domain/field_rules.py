"""The rules of everything that a caller may give of a job, by the names that its fields have in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .errors import InvalidArguments, Problem
from .execution_policy import ExecutionPolicy
from .job_rules import find_job_problems
from .policy_rules import find_policy_problems
from .run_at import parse_run_at
from .spec_rules import INTERVAL_LIMIT, find_detail_problems
from .url.url import AllowedHosts

SCHEDULES = ("cron_expression", "interval_seconds", "run_at")
"""The fields that say when a job runs; it has exactly one of them."""


def find_field_problems(
    fields: Mapping[str, object],
    allowed: AllowedHosts | None = None,
    current: ExecutionPolicy | None = None,
) -> tuple[Problem, ...]:
    """Return every problem of the fields that are given, of whatever type; one that is not is no problem.

    `allowed` is what the operator lets URLs reach besides the public internet; `current` is the policy that
    ``options`` change.
    """
    allowed = allowed or AllowedHosts()
    details = {name: fields[name] for name in ("description", "group") if name in fields}
    options = find_policy_problems(fields["options"], current, allowed) if "options" in fields else ()
    return (
        *find_job_problems(fields, allowed),
        *_find_schedule_problems(fields),
        *find_detail_problems(details),
        *options,
    )


def find_missing_schedule(fields: Mapping[str, object]) -> Iterator[Problem]:
    """Yield a problem where none of `SCHEDULES` is given."""
    if not any(name in fields for name in SCHEDULES):
        message = f"is required, or one of {SCHEDULES[1]} and {SCHEDULES[2]} in its place."
        yield Problem(SCHEDULES[0], "required", message, "0 9 * * 1-5")


def _find_schedule_problems(fields: Mapping[str, object]) -> Iterator[Problem]:
    given = [name for name in SCHEDULES if name in fields]
    if len(given) > 1:
        message = f"is one too many: give only one of {', '.join(given)}."
        yield Problem(given[-1], "one_schedule", message, f"leave out {' and '.join(given[:-1])}")
    if "interval_seconds" in fields:
        yield from _check_interval(fields["interval_seconds"])
    if given == ["interval_seconds"] and "timezone" in fields:
        message = "has no meaning for an interval; leave it out."
        yield Problem("timezone", "unused", message, "leave it out")
    if "run_at" in fields:
        yield from _check_run_at(fields["run_at"], fields.get("timezone"))


def _check_interval(value: object) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int):
        yield Problem("interval_seconds", "type", "must be a whole number of seconds.", "300")
    elif not 1 <= value <= INTERVAL_LIMIT:
        message = f"must be a whole number of seconds from 1 to {INTERVAL_LIMIT}; it is {value}."
        yield Problem("interval_seconds", "range", message, "300")


def _check_run_at(value: object, timezone: object) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem("run_at", "type", "must be a string.", "2027-03-28T09:00:00+02:00")
        return
    try:
        parse_run_at(value, timezone if isinstance(timezone, str) else None)
    except InvalidArguments as error:
        # What is wrong with a zone is told with the other fields.
        yield from (problem for problem in error.problems if problem.field != "timezone")
