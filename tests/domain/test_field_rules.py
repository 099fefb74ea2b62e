"""Everything that a caller may give of a job is judged at once."""

from __future__ import annotations

import pytest

from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.field_rules import find_field_problems, find_missing_schedule
from cronlytic_mcp.domain.spec_rules import INTERVAL_LIMIT


def found(**fields: object) -> list[tuple[str, str]]:
    return [(problem.field, problem.rule) for problem in find_field_problems(fields)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"cron_expression": "@daily", "timezone": "Europe/Berlin"},
        {"interval_seconds": 1},
        {"interval_seconds": INTERVAL_LIMIT},
        {"run_at": "2027-03-28T09:00:00", "timezone": "Europe/Berlin"},
        {"description": "What it is for.", "group": "nightly", "options": {"retries": 3, "overlap": None}},
        {"description": "", "group": None, "options": {}},
    ],
)
def test_good_fields_have_no_problems(fields):
    assert found(**fields) == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"interval_seconds": 0}, ("interval_seconds", "range")),
        ({"interval_seconds": INTERVAL_LIMIT + 1}, ("interval_seconds", "range")),
        ({"interval_seconds": True}, ("interval_seconds", "type")),
        ({"interval_seconds": "60"}, ("interval_seconds", "type")),
        ({"interval_seconds": 60, "timezone": "Europe/Berlin"}, ("timezone", "unused")),
        ({"run_at": 5}, ("run_at", "type")),
        ({"run_at": "soon"}, ("run_at", "format")),
        ({"run_at": "2027-03-28T09:00:00", "timezone": "Mars/Olympus"}, ("timezone", "unknown")),
        ({"cron_expression": "@daily", "interval_seconds": 60}, ("interval_seconds", "one_schedule")),
        ({"group": "two words"}, ("group", "format")),
        ({"description": "x" * 1001}, ("description", "length")),
        ({"options": []}, ("options", "type")),
        ({"options": {"notify_url": "http://localhost/x"}}, ("options.notify_url", "public_host")),
    ],
)
def test_what_breaks_a_rule_is_named(fields, problem):
    assert found(**fields) == [problem]


def test_all_problems_come_at_once():
    fields = {
        "name": "two words",
        "interval_seconds": 0,
        "run_at": "soon",
        "group": "two words",
        "options": {"retries": 99},
    }
    assert {field for field, _ in found(**fields)} == {
        "name", "interval_seconds", "run_at", "group", "options.retries",
    }  # fmt: skip


def test_options_are_judged_together_with_those_that_the_job_has():
    options = {"options": {"max_interval_seconds": 50}}

    assert find_field_problems(options) == ()
    assert find_field_problems(options, current=ExecutionPolicy(min_interval_seconds=100))


def test_a_new_job_needs_one_of_the_schedules():
    (problem,) = find_missing_schedule({"name": "job"})

    assert (problem.field, problem.rule) == ("cron_expression", "required")
    assert not list(find_missing_schedule({"run_at": "soon"}))
