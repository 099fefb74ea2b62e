"""The arguments that describe a job, and those that several tools share."""

from __future__ import annotations

from ...domain.policy_rules import OPTIONS as OPTION_NAMES
from .argument import Argument
from .schema import TEXT, described

JOB_ID = Argument(
    "job_id", described(TEXT, "From list_jobs or create_job"), "3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11"
)
NAME = Argument("name", described(TEXT, "1-50 letters, digits, - and _"), "nightly-backup")
URL = Argument("url", described(TEXT, "Public http or https URL to call"), "https://example.com/hook")
METHOD = Argument(
    "method", described(TEXT, "GET (default), POST, PUT, DELETE, PATCH, HEAD or OPTIONS"), "GET"
)
HEADERS = Argument(
    "headers",
    {
        "type": "object",
        "additionalProperties": TEXT,
        "description": "Request headers by name; in an update they replace all stored ones",
    },
    '{"Content-Type": "application/json"}',
)
BODY = Argument("body", described(TEXT, "Request body; write JSON as text"), '{"full": true}')
CRON_EXPRESSION = Argument(
    "cron_expression",
    described(TEXT, "Minute hour day-of-month month day-of-week (0 = Sunday), or a macro such as @daily"),
    "0 9 * * 1-5",
)
INTERVAL_SECONDS = Argument(
    "interval_seconds",
    described({"type": "integer"}, "In place of cron_expression: seconds between runs, from 1"),
    "300",
)
RUN_AT = Argument(
    "run_at",
    described(TEXT, "In place of cron_expression: when to run once, ISO 8601 with offset or in timezone"),
    "2027-03-28T09:00:00+02:00",
)
DESCRIPTION = Argument(
    "description", described(TEXT, "What it is for"), "Copies the database to cold storage."
)
GROUP = Argument("group", described(TEXT, "Letters, digits, - and _"), "nightly")
OPTIONS = Argument(
    "options",
    {"type": "object", "description": f"How it runs; any of {', '.join(OPTION_NAMES)}"},
    '{"retries": 3}',
)
CHANGED_OPTIONS = Argument(
    "options",
    {
        "type": "object",
        "description": "Those of create_job that are to change; null sets one back",
    },
    '{"retries": 3}',
)
NOT_EVERYWHERE = (INTERVAL_SECONDS, RUN_AT, DESCRIPTION, GROUP)
"""What a job has, besides options, only where the backend has an engine."""

TIMEZONE = Argument(
    "timezone", described(TEXT, "IANA name that cron_expression is read in; UTC if left out"), "Europe/Berlin"
)
