"""Wrong arguments: every problem in one answer, in words that say how to mend it."""

from __future__ import annotations

import pytest

from tests.mcp.assistant import fields_of

pytestmark = pytest.mark.anyio


def problem_of(error: dict, field: str) -> dict:
    return next(problem for problem in error["problems"] if problem["field"] == field)


async def test_structure_and_the_jobs_own_rules_are_reported_together(connect):
    async with connect() as assistant:
        error = await assistant.refuse(
            "create_job",
            url="http://localhost/x",
            cron_expression="61 * * * *",
            method="FETCH",
            headers={"X-Count": 3},
            body=["a"],
            colour="red",
        )
    assert error["code"] == "invalid_job"
    assert {
        ("name", "required"),
        ("colour", "unknown"),
        ("headers.X-Count", "type"),
        ("body", "type"),
        ("method", "choice"),
    } <= set(fields_of(error))
    assert {"url", "cron_expression"} <= {field for field, _ in fields_of(error)}
    assert all(problem["message"] for problem in error["problems"])


async def test_a_field_of_the_wrong_type_is_reported_once(connect):
    async with connect() as assistant:
        error = await assistant.refuse("create_job", name=3, url=4, cron_expression=5, method=6, timezone=7)
    fields = [field for field, _ in fields_of(error)]
    assert sorted(fields) == ["cron_expression", "method", "name", "timezone", "url"]


async def test_nothing_is_created_from_wrong_arguments(connect, gateway):
    async with connect() as assistant:
        await assistant.refuse(
            "create_job", name="a b", url="https://example.com/", cron_expression="0 3 * * *"
        )
        await assistant.refuse(
            "create_job", name="a", url="https://example.com/", cron_expression="0 3 * * *", headres={}
        )
    assert await gateway.list() == ()


async def test_a_misspelt_argument_gets_the_name_that_is_meant_and_an_example(connect):
    async with connect() as assistant:
        error = await assistant.refuse("get_job", jobid="1")
    assert "did you mean job_id?" in problem_of(error, "jobid")["message"]
    assert ("job_id", "required") in fields_of(error)
    assert problem_of(error, "job_id")["example"]


async def test_an_argument_that_is_like_none_gets_the_list_of_them(connect):
    async with connect() as assistant:
        error = await assistant.refuse("get_job", job_id="1", verbose=True)
        none = await assistant.refuse("health_check", verbose=True)
    assert "the arguments are job_id." in problem_of(error, "verbose")["message"]
    assert "the tool takes no arguments." in problem_of(none, "verbose")["message"]


@pytest.mark.parametrize(
    ("tool", "arguments", "field", "rule", "said"),
    [
        ("list_jobs", {"limit": 101}, "limit", "range", "must be 1 to 100; it is 101."),
        ("list_jobs", {"limit": 0}, "limit", "range", "must be 1 to 100; it is 0."),
        ("list_jobs", {"limit": "7"}, "limit", "type", "must be a whole number, not a string."),
        ("list_jobs", {"limit": 2.5}, "limit", "type", "must be a whole number, not a fraction."),
        ("list_jobs", {"limit": True}, "limit", "type", "must be a whole number, not a boolean."),
        ("list_jobs", {"limit": None}, "limit", "type", "Leave it out instead of giving null."),
        (
            "list_jobs",
            {"status": "running"},
            "status",
            "choice",
            'pending, paused, success, failed; it is "running".',
        ),
        ("list_jobs", {"sort": "age"}, "sort", "choice", "must be one of name, status"),
        ("list_jobs", {"name": ""}, "name", "length", "must be 1-50 characters; it has 0."),
        ("list_jobs", {"name": "x" * 51}, "name", "length", "must be 1-50 characters; it has 51."),
        ("get_job_logs", {"job_id": "1", "limit": 51}, "limit", "range", "must be 1 to 50; it is 51."),
        ("validate_cron", {"cron_expression": "* * * * *", "count": 21}, "count", "range", "must be 1 to 20"),
        (
            "validate_cron",
            {"cron_expression": "* * * * *", "after": "2026-03-08"},
            "after",
            "format",
            "with an offset",
        ),
        (
            "validate_cron",
            {"cron_expression": "* * * * *", "after": "soon"},
            "after",
            "format",
            'it is "soon".',
        ),
        (
            "validate_cron",
            {"cron_expression": {"a": 1}},
            "cron_expression",
            "type",
            "a string, not an object.",
        ),
        (
            "validate_cron",
            {"cron_expression": "* * * * *", "after": 5},
            "after",
            "type",
            "a string, not a number.",
        ),
        ("update_job", {"job_id": ["1"], "name": "a"}, "job_id", "type", "a string, not an array."),
        ("get_job", {"job_id": "../ping"}, "job_id", "format", "call list_jobs"),
    ],
)
async def test_each_rule_is_told_with_its_limit_and_the_value(connect, tool, arguments, field, rule, said):
    async with connect() as assistant:
        error = await assistant.refuse(tool, **arguments)
    assert (field, rule) in fields_of(error)
    assert said in problem_of(error, field)["message"]
    assert problem_of(error, field)["example"]


async def test_a_whole_number_may_be_written_with_a_point(connect):
    async with connect() as assistant:
        answer = await assistant.call("validate_cron", cron_expression="0 3 * * *", count=2.0)
    assert len(answer["next_runs"]) == 2


async def test_a_wrong_value_is_quoted_short_and_without_what_nobody_can_see(connect):
    async with connect() as assistant:
        error = await assistant.refuse("list_jobs", status="a\u202eb" + "x" * 10_000, **{"y\u200b" * 5000: 1})
    assert len(str(error)) < 2000
    assert "\u202e" not in str(error)
    assert "\u200b" not in str(error)


async def test_a_secret_in_the_wrong_place_is_not_repeated(connect):
    async with connect() as assistant:
        error = await assistant.refuse(
            "update_job", job_id="1", headers={"Authorization": 424242}, body=424242
        )
    assert "424242" not in str(error)


async def test_a_flood_of_problems_is_cut_to_those_that_can_be_mended_at_once(connect):
    async with connect() as assistant:
        error = await assistant.refuse("list_jobs", **{f"argument{number}": 1 for number in range(1000)})
    assert len(error["problems"]) == 20
