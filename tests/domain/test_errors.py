"""Errors carry a code and facts, and tell the next step."""

from __future__ import annotations

import json

import pytest

from cronlytic_mcp.domain import errors
from cronlytic_mcp.domain.errors import CronlyticError, InvalidArguments, InvalidJob, Problem

PROBLEM = Problem("name", "format", "must be short.", "nightly")

EVERY = [
    (InvalidArguments([PROBLEM]), "invalid_arguments", "name: must be short."),
    (InvalidJob([PROBLEM, PROBLEM]), "invalid_job", "name: must be short."),
    (errors.NotAuthenticated(), "not_authenticated", "CRONLYTIC_API_KEY"),
    (errors.NotPermitted("delete jobs"), "not_permitted", "ask the person"),
    (errors.QuotaExceeded("free", 5, 5), "quota_exceeded", "5 of 5"),
    (errors.QuotaExceeded(None, None, None), "quota_exceeded", "list_jobs"),
    (errors.JobNotFound("x"), "job_not_found", "list_jobs"),
    (errors.RateLimited(2.5), "rate_limited", "2.5 s"),
    (errors.RateLimited(), "rate_limited", "minute"),
    (errors.ServiceUnavailable("no answer"), "service_unavailable", "later"),
    (errors.ServiceUnavailable("no answer", retry_in=3), "service_unavailable", "3 s"),
    (errors.ServiceUnavailable("no answer", outcome_unknown=True), "service_unavailable", "list_jobs"),
    (errors.UnexpectedResponse("listing", "no array"), "unexpected_response", "health_check"),
    (errors.UnexpectedResponse("creating", "x", outcome_unknown=True), "unexpected_response", "list_jobs"),
    (errors.NotSupported("zones", "Use UTC."), "not_supported", "Use UTC"),
    (errors.ReadOnly("delete_job"), "read_only", "delete_job"),
    (
        errors.ConfirmationInvalid("expired", "delete_job"),
        "confirmation_invalid",
        "without confirmation_token",
    ),
]


@pytest.mark.parametrize(
    ("error", "code", "step"), EVERY, ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_error_says_its_code_and_the_next_step(error: CronlyticError, code: str, step: str) -> None:
    assert error.code == code
    assert step in str(error)
    assert json.loads(json.dumps(error.facts)) == error.facts


def test_every_error_is_covered_above() -> None:
    defined = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, CronlyticError)
    }
    assert {type(error) for error, _, _ in EVERY} == defined - {CronlyticError}


def test_a_bare_error_has_no_facts() -> None:
    assert CronlyticError("x").facts == {}


def test_every_problem_is_told() -> None:
    assert str(InvalidJob([PROBLEM])) == "name: must be short."
    assert str(InvalidJob([PROBLEM] * 2)) == "name: must be short. name: must be short."
    assert InvalidJob([PROBLEM]).facts["problems"] == [
        {"field": "name", "rule": "format", "message": "must be short.", "example": "nightly"}
    ]
