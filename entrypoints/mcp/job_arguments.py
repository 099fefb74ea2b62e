"""The arguments that describe a job, and those that several tools share."""

from __future__ import annotations

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
TIMEZONE = Argument(
    "timezone", described(TEXT, "IANA name that cron_expression is read in; UTC if left out"), "Europe/Berlin"
)
