"""The stub answers as the API's documentation says, on its own evidence, and fails as it is told."""

from __future__ import annotations

import ast
import asyncio
import json
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from tests.stub_api import API_KEY, USER_ID, Fault, StubApi
from tests.stub_api.jobs import log_entry

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
FIELDS = {
    "name": "nightly",
    "url": "https://example.com/",
    "method": "GET",
    "headers": {},
    "body": "",
    "cron_expression": "0 3 * * *",
}
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
async def stub():
    async with StubApi(now=lambda: NOON) as stub:
        yield stub


@pytest.fixture
async def ask(stub):
    """Make a raw request with the right credentials; returns status and JSON."""
    headers = {"X-API-Key": API_KEY, "X-User-ID": USER_ID}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def ask(method, path, document=None, **options):
            async with session.request(method, stub.base_url + path, json=document, **options) as response:
                return response.status, await response.json(content_type=None)

        yield ask


def test_the_stub_knows_nothing_of_the_package_under_test():
    imported = {
        name.partition(".")[0]
        for module in (ROOT / "tests" / "stub_api").glob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
    }

    assert "aiohttp" in imported
    assert "cronlytic_mcp" not in imported


async def test_a_job_goes_through_its_life_as_documented(ask, stub):
    status, job = await ask("POST", "/jobs", FIELDS)
    path = f"/jobs/{job['job_id']}"

    assert status == 200
    assert job == FIELDS | {
        "job_id": job["job_id"],
        "user_id": USER_ID,
        "status": "pending",
        "last_run_at": None,
        "next_run_at": "2026-01-16T03:00:00Z",
    }
    assert await ask("GET", path) == (200, job)
    assert await ask("GET", "/jobs") == (200, [job])
    assert await ask("POST", f"{path}/pause") == (200, job | {"status": "paused", "next_run_at": None})
    assert await ask("POST", f"{path}/resume") == (200, job)
    changed = FIELDS | {"cron_expression": "30 12 * * *", "headers": {"X": "y"}}
    assert await ask("PUT", path, changed) == (200, job | changed | {"next_run_at": "2026-01-15T12:30:00Z"})
    entry = log_entry(NOON, "failed", 500, 1.5, "Server error")
    stub.store.record_run(job["job_id"], entry)
    assert await ask("GET", f"{path}/logs") == (200, {"job_id": job["job_id"], "logs": [entry]})
    assert (await ask("GET", path))[1]["status"] == "failed"
    assert await ask("DELETE", path) == (200, {"deleted": True})
    assert await ask("GET", path) == (404, {"detail": "Job not found"})


@pytest.mark.parametrize(
    ("method", "suffix"),
    [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/resume"), ("GET", "/logs")],
)
async def test_an_unknown_job_is_not_found(ask, method, suffix):
    document = FIELDS if method == "PUT" else None

    assert await ask(method, f"/jobs/nobody{suffix}", document) == (404, {"detail": "Job not found"})


@pytest.mark.parametrize("headers", [{"X-API-Key": "wrong"}, {"X-User-ID": "wrong"}, {"X-API-Key": ""}])
async def test_every_path_but_ping_needs_both_credentials(ask, headers):
    assert await ask("GET", "/jobs", headers=headers) == (401, {"detail": "Invalid API key"})
    assert await ask("GET", "/ping", headers=headers) == (200, {"message": "pong"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 51),
        ("name", "a b"),
        ("url", "ftp://example.com"),
        ("url", "https://"),
        ("method", "get"),
        ("method", "TRACE"),
        ("headers", []),
        ("headers", None),
        ("body", None),
        ("cron_expression", "* * * *"),
        ("cron_expression", "60 * * * *"),
        ("cron_expression", "0 0 * * 7"),
        ("cron_expression", "0 0 * * MON"),
        ("cron_expression", "@daily"),
    ],
)
async def test_a_field_that_breaks_its_rule_is_refused_like_fastapi(ask, field, value):
    status, answer = await ask("POST", "/jobs", FIELDS | {field: value})

    assert status == 422
    assert [fault["loc"] for fault in answer["detail"]] == [["body", field]]
    assert all(fault["type"] and fault["msg"] and "input" in fault for fault in answer["detail"])


async def test_every_missing_field_and_every_wrong_header_is_named(ask):
    status, answer = await ask("POST", "/jobs", {"headers": {"X": 1}})

    assert status == 422
    assert [fault["loc"] for fault in answer["detail"]] == [
        ["body", "name"],
        ["body", "url"],
        ["body", "method"],
        ["body", "headers", "X"],
        ["body", "body"],
        ["body", "cron_expression"],
    ]


async def test_a_body_that_is_no_object_is_refused(ask):
    assert (await ask("POST", "/jobs", [FIELDS]))[0] == 422
    assert (await ask("POST", "/jobs", data="{"))[0] == 422


async def test_the_plans_limit_is_told_with_its_numbers(ask, stub):
    stub.store.limit = 1
    await ask("POST", "/jobs", FIELDS)

    status, answer = await ask("POST", "/jobs", FIELDS)

    assert status == 403
    assert answer["detail"]["error"] == "Job limit exceeded"
    assert (answer["detail"]["job_count"], answer["detail"]["max_jobs"]) == (1, 1)


async def test_other_paths_and_methods_are_refused_in_the_same_shape(ask):
    assert await ask("GET", "/elsewhere") == (404, {"detail": "Not Found"})
    assert await ask("PATCH", "/jobs") == (405, {"detail": "Method Not Allowed"})


async def test_requests_and_connections_are_counted(ask, stub):
    _, job = await ask("POST", "/jobs", FIELDS)
    for _ in range(3):
        await ask("GET", f"/jobs/{job['job_id']}")

    assert stub.requests == {"POST /jobs": 1, "GET /jobs/{job_id}": 3}
    assert stub.connections == 1
    assert [seen.method for seen in stub.seen] == ["POST", "GET", "GET", "GET"]
    assert json.loads(stub.seen[0].body) == FIELDS


async def test_faults_meet_the_requests_that_they_are_meant_for_in_order(ask, stub):
    stub.faults.add(
        Fault.answer(500).on("POST"),
        Fault.answer(503, commit=True).on("POST", "/jobs"),
        Fault.rate_limit("3").on("GET", "/jobs/*/logs").permanent(),
        Fault.latency(0).on("GET", "/ping").repeated(2),
    )

    assert (await ask("POST", "/jobs", FIELDS))[0] == 500
    assert stub.store.by_id == {}
    assert (await ask("POST", "/jobs", FIELDS))[0] == 503
    assert len(stub.store.by_id) == 1
    assert (await ask("POST", "/jobs", FIELDS))[0] == 200
    for _ in range(3):
        assert (await ask("GET", "/jobs/x/logs"))[0] == 429
    assert await ask("GET", "/ping") == (200, {"message": "pong"})
    assert [fault.times for fault in stub.faults.waiting()] == [None, 1]
    stub.faults.clear()
    assert (await ask("GET", "/jobs/x/logs"))[0] == 404


@pytest.mark.parametrize("ending", ["reset", "truncate", "garble"])
@pytest.mark.parametrize("commit", [False, True])
async def test_a_broken_exchange_is_carried_out_only_if_it_should_be(ask, stub, ending, commit):
    stub.faults.add(getattr(Fault, ending)(commit=commit))

    with pytest.raises(aiohttp.ClientError):
        await ask("POST", "/jobs", FIELDS)

    assert len(stub.store.by_id) == commit


async def test_a_hanging_request_ends_with_the_stub():
    async with aiohttp.ClientSession() as session:
        async with StubApi() as stub:
            stub.faults.add(Fault.hang())
            asking = asyncio.create_task(session.get(f"{stub.base_url}/ping"))
            while not stub.requests["GET /ping"]:  # noqa: ASYNC110 - the stub has no event for it
                await asyncio.sleep(0)
        async with asyncio.timeout(10):
            (outcome,) = await asyncio.gather(asking, return_exceptions=True)

    assert not isinstance(outcome, TimeoutError)


async def test_a_dripping_answer_arrives_whole(ask, stub):
    stub.faults.add(Fault.drip(0))

    assert await ask("GET", "/ping") == (200, {"message": "pong"})


def call(url, method="GET", document=None, **headers):
    data = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def test_the_stub_runs_as_a_process_that_is_steered_over_http():
    command = [sys.executable, "-m", "tests.stub_api", "--port", "0", "--job-limit", "3"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            control = url.removesuffix("/prog") + "/_stub"
            who = {"X-API-Key": API_KEY, "X-User-ID": USER_ID}

            job = call(f"{url}/jobs", "POST", FIELDS, **who)
            call(f"{control}/runs", "POST", {"job_id": job["job_id"], "entry": log_entry(NOON)})
            logs = call(f"{url}/jobs/{job['job_id']}/logs", **who)
            limit = call(f"{control}/limit", "PUT", {"job_limit": None})
            queued = call(
                f"{control}/faults", "POST", [Fault.answer(200, "[]").to_json(), {"ending": "reset"}]
            )
            faulty = call(f"{url}/jobs", **who)
            stats = call(f"{control}/stats")
            cleared = call(f"{control}/faults", "DELETE")
        finally:
            process.terminate()

    assert logs["logs"] == [log_entry(NOON)]
    assert limit == {"job_limit": None}
    assert [fault["ending"] for fault in queued["faults"]] == ["answer", "reset"]
    assert faulty == []
    assert stats["requests"] == {"POST /jobs": 1, "GET /jobs/{job_id}/logs": 1, "GET /jobs": 1}
    assert [held["status"] for held in stats["jobs"]] == ["success"]
    assert len(stats["faults"]) == 1
    assert stats["connections"] > 0
    assert cleared == {"faults": []}
    assert process.returncode == 0
