"""What the API says about a job that it refuses, put into our own words.

Of its answer only the names of fields are used: its texts may repeat what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...domain.errors import Problem

_CRON_RULE = (
    "five fields in UTC: minute 0-59, hour 0-23, day of month 1-31, month 1-12, day of week 0-6 from "
    "Sunday; call validate_cron to see how it is read."
)
_JOB_ID_EXAMPLE = "3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11"

_RULES = {
    "name": ("1-50 letters, digits, '-' and '_'.", "nightly-backup"),
    "url": ("a URL with http or https.", "https://example.com/hook"),
    "method": ("one of GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS.", "GET"),
    "headers": ("an object of strings, which may be empty.", '{"Content-Type": "application/json"}'),
    "body": ("a string, which may be empty.", '{"full": true}'),
    "cron_expression": (_CRON_RULE, "0 3 * * *"),
    "job_id": ("the id of an existing job; call list_jobs to see the ids.", _JOB_ID_EXAMPLE),
}


def name_problems(document: Any) -> tuple[Problem, ...]:
    """Return a problem for each field that a 422's body names, or one for the job as a whole."""
    detail = document.get("detail") if isinstance(document, dict) else None
    fields = dict.fromkeys(_find_fields(detail if isinstance(detail, list) else []))
    if not fields:
        message = "Cronlytic refuses the job without naming a field. Compare each: " + " ".join(
            f"{field}: {rule}" for field, (rule, _) in _RULES.items() if field != "job_id"
        )
        return (Problem("job", "refused", message, "name: nightly-backup"),)
    return tuple(describe_refusal(field) for field in fields)


def describe_refusal(field: str) -> Problem:
    """Return the problem of one field that the API refuses."""
    rule, example = _RULES[field]
    return Problem(field, "refused", f"Cronlytic refuses this value; it must be {rule}", example)


def _find_fields(detail: list[Any]) -> Iterator[str]:
    for item in detail:
        place = item.get("loc") if isinstance(item, dict) else None
        steps = place if isinstance(place, list) else []
        # The first step is the part of the request; those below a field are the caller's own names.
        if steps and steps[0] in ("body", "path"):
            steps = steps[1:]
        if steps and isinstance(steps[0], str) and steps[0] in _RULES:
            yield steps[0]
