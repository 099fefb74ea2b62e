"""Every kind of failure of the API as a model reads it: an error result that says what to do next.

The assistant checks of each that it holds no stack trace and no path; here, that it holds no secret.
"""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

CREATE = {"name": "backup", "url": "https://example.com/hook", "cron_expression": "0 3 * * *"}
SECRET = "detail-that-must-not-be-repeated"


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
async def gateway(stub):
    async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as gateway:
        yield gateway


ROWS = [
    pytest.param(
        Fault.answer(
            422, {"detail": [{"loc": ["body", "name"], "msg": SECRET, "type": "x", "input": SECRET}]}
        ),
        ("create_job", CREATE),
        "invalid_job",
        "name",
        id="422",
    ),
    pytest.param(
        Fault.answer(401, {"detail": SECRET}),
        ("list_jobs", {}),
        "not_authenticated",
        "CRONLYTIC_API_KEY",
        id="401",
    ),
    pytest.param(
        Fault.answer(403, {"detail": {"error": SECRET, "plan": "free", "job_count": 5, "max_jobs": 5}}),
        ("create_job", CREATE),
        "quota_exceeded",
        "5 of 5 jobs",
        id="403 with counts",
    ),
    pytest.param(
        Fault.answer(403, {"detail": SECRET}), ("list_jobs", {}), "not_permitted", "ask the person", id="403"
    ),
    pytest.param(
        Fault.answer(404, {"detail": SECRET}),
        ("get_job", {"job_id": "gone"}),
        "job_not_found",
        "Call list_jobs",
        id="404",
    ),
    pytest.param(Fault.rate_limit("60"), ("list_jobs", {}), "rate_limited", "in 60 s", id="429"),
    pytest.param(
        Fault.answer(500, SECRET),
        ("create_job", CREATE),
        "service_unavailable",
        "call list_jobs",
        id="500 on create",
    ),
    pytest.param(
        Fault.answer(400, {"detail": SECRET}),
        ("create_job", CREATE),
        "invalid_job",
        "call validate_cron",
        id="400",
    ),
    pytest.param(
        Fault.answer(200, [SECRET]),
        ("get_job", {"job_id": "a"}),
        "unexpected_response",
        "Call health_check",
        id="other body",
    ),
    pytest.param(
        Fault.redirect(f"https://{SECRET}.example/"),
        ("list_jobs", {}),
        "unexpected_response",
        "Call health_check",
        id="307",
    ),
    pytest.param(
        Fault.answer(409, {"detail": SECRET}),
        ("list_jobs", {}),
        "unexpected_response",
        "Call health_check",
        id="409",
    ),
]


@pytest.mark.parametrize(("fault", "call", "code", "next_step"), ROWS)
async def test_a_failure_of_the_api_is_an_error_with_the_next_step(
    connect, stub, fault, call, code, next_step
):
    tool, arguments = call
    stub.faults.add(fault.permanent())
    async with connect() as assistant:
        error = await assistant.refuse(tool, **arguments)
    assert error["code"] == code
    assert next_step in error["message"]
    assert SECRET not in str(error)
    assert stub.api_key not in str(error)


async def test_a_dead_api_is_an_error_and_not_an_empty_list(connect, gateway, stub):
    await stub.__aexit__()
    async with connect() as assistant:
        error = await assistant.refuse("list_jobs")
    assert error["code"] == "service_unavailable"
    assert "all" in error["message"]


async def test_a_create_whose_outcome_is_unknown_says_so(connect, stub):
    stub.faults.add(Fault.reset(commit=True).on("POST", "/jobs"))
    async with connect() as assistant:
        error = await assistant.refuse("create_job", **CREATE)
    assert error["outcome_unknown"] is True
    assert "list_jobs" in error["message"]
    assert stub.requests["POST /jobs"] == 1


async def test_a_wrong_key_is_never_healthy(connect, stub):
    stub.api_key = "another"
    async with connect() as assistant:
        answer = await assistant.call("health_check")
    assert (answer["healthy"], answer["reachable"], answer["authenticated"]) == (False, True, False)
    assert "CRONLYTIC_API_KEY" in answer["problem"]


async def test_a_right_key_is_checked_and_the_jobs_are_counted(connect):
    async with connect() as assistant:
        created = await assistant.call("create_job", **CREATE)
        answer = await assistant.call("health_check")
    assert (answer["healthy"], answer["authenticated"], answer["job_count"]) == (True, True, 1)
    assert answer["backend"] == "cronlytic"
    assert "notices" not in answer
    assert "notices" not in created
