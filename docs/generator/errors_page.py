"""The reference page of the errors, written from the classes and from one instance of each."""

from __future__ import annotations

import inspect
import json

from cronlytic_mcp.domain import errors
from cronlytic_mcp.domain.errors import CronlyticError, Problem

HEADING = """# Errors

A tool that fails answers with `isError` and with structured content `error`: its `code`, its `message` for
the model, and its facts. A program that embeds the use-cases catches the class of the same name, which is a
`CronlyticError` with `code` and `facts`. The messages below are examples.
"""
EXAMPLES: tuple[CronlyticError, ...] = (
    errors.InvalidArguments([Problem("limit", "range", "must be 1 to 100; it is 500.", "20")]),
    errors.InvalidJob(
        [Problem("name", "format", "must be 1-50 characters of letters, digits, '-' and '_'.", "a-name")]
    ),
    errors.JobNotFound("3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11"),
    errors.QuotaExceeded("free", 5, 5),
    errors.NotSupported(
        "the time zone Europe/Berlin",
        "Call again with cron_expression '30 5 * * 1-5' and without timezone.",
        details={"cron_expression": "30 5 * * 1-5", "valid_until": "2026-10-25"},
    ),
    errors.ConfirmationInvalid("the token is older than 300 s", "delete_job"),
    errors.NotAuthenticated(),
    errors.NotPermitted("delete jobs"),
    errors.ReadOnly("delete_job"),
    errors.RateLimited(30),
    errors.ServiceUnavailable("it did not answer within 10 s", outcome_unknown=True),
    errors.UnexpectedResponse("list_jobs", "the answer is no array of jobs", status=200),
)


def write_errors_page() -> str:
    """Return the page.

    Raises:
        LookupError: an error has no example here.
    """
    missing = _error_classes() - {type(example) for example in EXAMPLES}
    if missing:
        names = ", ".join(sorted(kind.__name__ for kind in missing))
        raise LookupError(f"give docs/generator/errors_page.py an example of {names}")
    return "\n".join([HEADING, *(_describe(example) for example in EXAMPLES)])


def _error_classes() -> set[type[CronlyticError]]:
    classes = (kind for kind in vars(errors).values() if inspect.isclass(kind))
    return {kind for kind in classes if issubclass(kind, CronlyticError)} - {CronlyticError}


def _describe(example: CronlyticError) -> str:
    meaning = (inspect.getdoc(type(example)) or "").replace("``", "`")
    facts = json.dumps(example.facts, indent=2, ensure_ascii=False)
    shown = f"\n```json\n{facts}\n```\n" if example.facts else ""
    return f"## {example.code}\n\n`{type(example).__name__}`: {meaning}\n\n> {example}\n{shown}"
