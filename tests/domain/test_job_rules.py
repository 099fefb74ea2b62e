"""Every broken rule of a job is found at once, with an example that keeps it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.errors import Problem
from cronlytic_mcp.domain.job_rules import BODY_LIMIT, find_job_problems

GOOD = {
    "name": "nightly-backup_2",
    "url": "https://example.com/hook",
    "method": "post",
    "headers": {"Content-Type": "application/json"},
    "body": '{"full": true}',
    "cron_expression": "0 3 * * *",
    "timezone": "Europe/Berlin",
}


def rules(**fields: object) -> list[tuple[str, str]]:
    return [(problem.field, problem.rule) for problem in find_job_problems(fields)]


def test_a_good_job_has_no_problems() -> None:
    assert find_job_problems(GOOD) == ()


def test_all_problems_are_found_at_once() -> None:
    problems = find_job_problems(
        {
            "name": "night backup",
            "url": "ftp://example.com/x",
            "method": "FETCH",
            "headers": {"X Y": "1", "X-Ok": "a\r\nb"},
            "body": 1,
            "cron_expression": "61 * * *",
            "timezone": "Mars/Olympus",
        }
    )
    assert {problem.field for problem in problems} == {
        "name", "url", "method", "headers", "headers.X-Ok", "body", "cron_expression", "timezone",
    }  # fmt: skip


def test_a_field_that_is_not_given_is_no_problem() -> None:
    assert find_job_problems({}) == ()
    assert find_job_problems({"something": "else"}) == ()


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("night backup", "night-backup"),
        ("", "nightly-backup"),
        ("x" * 51, "x" * 50),
        ("äöü", "nightly-backup"),
    ],
)
def test_a_bad_name_is_answered_with_a_name_that_works(name: str, example: str) -> None:
    (problem,) = find_job_problems({"name": name})
    assert (problem.rule, problem.example) == ("format", example)
    assert find_job_problems({"name": problem.example}) == ()


@pytest.mark.parametrize("name", ["a", "x" * 50, "A-b_9"])
def test_good_names(name: str) -> None:
    assert rules(name=name) == []


def test_a_name_with_a_line_end_is_refused() -> None:
    assert rules(name="backup\n") == [("name", "format")]


@pytest.mark.parametrize("method", ["GET", "get", "Options", "HEAD"])
def test_methods_in_any_case(method: str) -> None:
    assert rules(method=method) == []


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({f"X-{n}": "" for n in range(51)}, ("headers", "count")),
        ({"": "x"}, ("headers", "header_name")),
        ({"X:Y": "x"}, ("headers", "header_name")),
        ({"X" * 101: "x"}, ("headers", "header_name")),
        ({"X-A": 1}, ("headers.X-A", "type")),
        ({"X-A": "x" * 4097}, ("headers.X-A", "length")),
        ({"X-A": "ü"}, ("headers.X-A", "header_value")),
        ({"X-A": "a\nb"}, ("headers.X-A", "header_value")),
        ({"X-A": "a\x00"}, ("headers.X-A", "header_value")),
        ({"content-length": "3"}, ("headers.content-length", "reserved")),
        ({"X-A": "1", "x-a": "2"}, ("headers", "duplicate")),
        (["X-A"], ("headers", "type")),
    ],
)
def test_headers_that_could_not_be_sent_are_refused(headers: object, found: tuple[str, str]) -> None:
    assert rules(headers=headers) == [found]


def test_header_values_may_hold_tabs_and_any_printable_ascii() -> None:
    assert rules(headers={"X-A": "\t" + "".join(map(chr, range(0x20, 0x7F)))}) == []


def test_bodies_have_a_length_and_whole_characters() -> None:
    assert rules(body="x" * BODY_LIMIT) == []
    assert rules(body="x" * (BODY_LIMIT + 1)) == [("body", "length")]
    assert rules(body="\ud800") == [("body", "encoding")]


@pytest.mark.parametrize("field", sorted(GOOD))
@pytest.mark.parametrize("value", [None, 7, True, ["x"], 1.5])
def test_wrong_types_are_named(field: str, value: object) -> None:
    assert rules(**{field: value}) == [(field, "type")]


def holds(problem: Problem) -> bool:
    example: object = problem.example
    field = problem.field.partition(".")[0]
    if field == "headers":
        example = json.loads(problem.example)
    return find_job_problems({field: example}) == ()


@given(st.fixed_dictionaries({}, optional={name: st.text() | st.integers() | st.none() for name in GOOD}))
def test_any_input_gets_problems_whose_examples_work(fields: dict[str, object]) -> None:
    problems = find_job_problems(fields)
    assert all(holds(problem) for problem in problems)
    assert all("\n" not in problem.message for problem in problems)
