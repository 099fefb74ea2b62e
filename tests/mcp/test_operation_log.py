"""What the log tells of each call, and the id that a client's error has in common with it."""

from __future__ import annotations

import json

import pytest

from cronlytic_mcp.domain.errors import NotAuthenticated, NotPermitted
from tests.mcp.backends import BrokenGateway

pytestmark = pytest.mark.anyio


@pytest.fixture
def logged(log_lines):
    """Return the lines about an event."""

    def find(event):
        lines = map(json.loads, log_lines.getvalue().splitlines())
        return [line for line in lines if line["event"] == event]

    return find


async def test_each_call_is_told_with_its_outcome_its_time_and_an_id_of_its_own(connect, logged):
    async with connect() as assistant:
        await assistant.call("list_jobs")
        await assistant.refuse("get_job", job_id="gone")
    first, second = logged("tool called")
    assert (first["level"], first["tool"], first["outcome"], first["seconds"]) == (
        "info",
        "list_jobs",
        "ok",
        0,
    )
    assert (second["tool"], second["outcome"]) == ("get_job", "job_not_found")
    assert first["request_id"] != second["request_id"]


async def test_an_error_has_the_id_under_which_the_log_tells_of_it(connect, logged):
    async with connect() as assistant:
        error = await assistant.refuse("get_job", job_id="gone")
    (line,) = logged("tool called")
    assert error["request_id"] == line["request_id"]


async def test_an_answer_that_is_no_error_has_no_id(connect):
    async with connect() as assistant:
        assert "request_id" not in str(await assistant.call("list_jobs"))


async def test_a_call_with_wrong_arguments_is_told_without_their_values(connect, logged, log_lines):
    async with connect() as assistant:
        await assistant.refuse(
            "create_job", name="a b", url="https://example.com/?x=no-name-s3cret", body=["s3cret"]
        )
    (line,) = logged("tool called")
    assert line["outcome"] == "invalid_job"
    assert "s3cret" not in log_lines.getvalue()


async def test_a_question_to_the_person_is_told_as_one(connect, logged, era):
    async def agree(_context, _params):
        from mcp_types import ElicitResult

        return ElicitResult(action="accept", content={"confirm": True})

    async with connect(elicitation_callback=agree) as assistant:
        job = await assistant.create()
        await assistant.call("delete_job", job_id=job["job_id"])
    outcomes = [line["outcome"] for line in logged("tool called")]
    assert outcomes == ["ok", "ok"] if era == "2025" else ["ok", "asks the person", "ok"]


@pytest.mark.parametrize(
    ("error", "code"),
    [(NotAuthenticated(), "not_authenticated"), (NotPermitted("list jobs"), "not_permitted")],
)
class TestAuthentication:
    @pytest.fixture
    def gateway(self, error):
        return BrokenGateway(error)

    async def test_a_failure_is_a_warning(self, connect, logged, code):
        async with connect() as assistant:
            refused = await assistant.refuse("list_jobs")
        (line,) = logged("authentication failed")
        assert (line["level"], line["tool"], line["error"]) == ("warning", "list_jobs", code)
        assert line["request_id"] == refused["request_id"]
