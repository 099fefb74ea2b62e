"""The rules that a whole job keeps, of whatever schedule; where its URL may lead is not among them.

That is decided by whoever operates this program, before a backend is called and when a request is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .errors import Problem
from .job import JobSpec
from .job_rules import find_job_problems
from .policy_rules import find_policy_problems, write_policy
from .schedule import CronSchedule, IntervalSchedule, OneShot

DESCRIPTION_LIMIT = 1000
INTERVAL_LIMIT = 366 * 86400
"""Seconds: a year, leap years included."""

_WEB_URL = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_GROUP = re.compile(r"[a-zA-Z0-9_-]{1,50}", re.ASCII)


def find_spec_problems(spec: JobSpec) -> tuple[Problem, ...]:
    """Return every rule that a job breaks, by the names that its fields have in JSON."""
    fields: dict[str, object] = {
        "name": spec.name,
        "method": spec.method,
        "headers": spec.headers,
        "body": spec.body,
    }
    if isinstance(spec.schedule, CronSchedule):
        fields |= {"cron_expression": spec.schedule.expression, "timezone": spec.schedule.timezone}
    return (
        *find_job_problems(fields),
        *_find_url_problems(spec.url),
        *find_detail_problems({"description": spec.description, "group": spec.group}),
        *_find_schedule_problems(spec),
        *find_policy_problems(write_policy(spec.policy)),
    )


def find_detail_problems(fields: dict[str, object]) -> Iterator[Problem]:
    """Yield every problem of ``description`` and ``group`` where they are given; a group may be None."""
    description, group = fields.get("description", ""), fields.get("group")
    if not isinstance(description, str) or len(description) > DESCRIPTION_LIMIT:
        message = f"must be a text of at most {DESCRIPTION_LIMIT} characters."
        yield Problem("description", "length", message, "Copies the database to cold storage.")
    elif any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in description):
        message = "holds a NUL or half of a surrogate pair."
        yield Problem("description", "encoding", message, "Copies the database to cold storage.")
    if group is not None and not (isinstance(group, str) and _GROUP.fullmatch(group)):
        yield Problem("group", "format", "must be 1-50 letters, digits, '-' and '_'.", "nightly")


def _find_schedule_problems(spec: JobSpec) -> Iterator[Problem]:
    schedule = spec.schedule
    if isinstance(schedule, IntervalSchedule) and not 1 <= schedule.seconds <= INTERVAL_LIMIT:
        message = f"must be a whole number of seconds from 1 to {INTERVAL_LIMIT}; it is {schedule.seconds}."
        yield Problem("interval_seconds", "range", message, "300")
    if isinstance(schedule, OneShot) and schedule.at.utcoffset() is None:
        message = "must have an offset from UTC; it has none."
        yield Problem("run_at", "offset", message, "2027-03-28T00:00:00+00:00")


def _find_url_problems(url: str) -> Iterator[Problem]:
    if not _WEB_URL.match(url):
        yield Problem("url", "format", "must be an http or https URL.", "https://example.com/hook")
