"""The reference page of the errors, written from the classes and from one instance of each."""

from __future__ import annotations

import inspect
import json
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module

from cronlytic_mcp import domain
from cronlytic_mcp.domain import errors
from cronlytic_mcp.domain.adaptive import errors as adaptive
from cronlytic_mcp.domain.cloud_hints.errors import HintsBusy
from cronlytic_mcp.domain.engine.errors import RunNotFound, StoreUnavailable
from cronlytic_mcp.domain.errors import CronlyticError, Problem

HEADING = """# Errors

A tool that fails answers with `isError` and with structured content `error`: its `code`, its `message` for
the model, and its facts. A program that embeds the use-cases catches the class of the same name, which is a
`CronlyticError` with `code` and `facts`. The messages below are examples. Each error of a tool also has
`request_id`, under which the server's log on stderr tells of the call.

What to do about each is said in its message, and for people in [Troubleshoot](../how-to/troubleshoot.md).
"""
BUG = """## internal_error

A fault inside the server, and no class: nothing of it is told but its `request_id`.
"""
_SESSION = "5d0c3a1e9b7f4c628e15a0d4f2b36c79"
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
    RunNotFound("00064a3c5d2e80009f1c9a527b0e4d57"),
    StoreUnavailable("the disk is full", "Free some space, then call again."),
    adaptive.NotAdaptable("job-1", "it runs once, at a time that a person has set"),
    adaptive.AnalysisNotOpen(),
    adaptive.AnalysisNotFound(_SESSION),
    adaptive.AnalysisClosed(_SESSION, "abandoned"),
    adaptive.AnalysisLimitReached(_SESSION, 15),
    adaptive.AnalysisAlreadyOpen("job-1", _SESSION, "assistant", datetime(2027, 3, 28, 9, 15, tzinfo=UTC)),
    HintsBusy("3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11", 60),
    adaptive.TokenQuotaExceeded(1_000_000, 1_000_000, datetime(2027, 4, 1, tzinfo=UTC)),
)


def write_errors_page() -> str:
    """Return the page.

    Raises:
        LookupError: an error has no example here.
    """
    missing = set(_error_classes(CronlyticError)) - {type(example) for example in EXAMPLES}
    if missing:
        names = ", ".join(sorted(kind.__name__ for kind in missing))
        raise LookupError(f"give docs/generator/errors_page.py an example of {names}")
    return "\n".join([HEADING, *(_describe(example) for example in EXAMPLES), BUG])


def _error_classes(kind: type[CronlyticError]) -> Iterator[type[CronlyticError]]:
    """Yield every kind of error that the domain defines, in whichever of its modules."""
    for module in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
        import_module(module.name)
    for each in kind.__subclasses__():
        yield each
        yield from _error_classes(each)


def _describe(example: CronlyticError) -> str:
    meaning = (inspect.getdoc(type(example)) or "").replace("``", "`")
    facts = json.dumps(example.facts, indent=2, ensure_ascii=False)
    shown = f"\n```json\n{facts}\n```\n" if example.facts else ""
    return f"## {example.code}\n\n`{type(example).__name__}`: {meaning}\n\n> {example}\n{shown}"
