"""No answer is longer than 25,000 characters, and what was left out is said (the client checks the limit)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.mcp.backends import FixedGateway

pytestmark = pytest.mark.anyio


def job(number: int = 0, **fields) -> Job:
    spec = {
        "name": f"job-{number:05}",
        "url": "https://example.com/hook",
        "schedule": CronSchedule("0 3 * * *"),
    }
    return Job(f"id-{number}", JobSpec(**(spec | fields)), JobStatus.PENDING)


@pytest.fixture
def gateway():
    return FixedGateway()


async def test_a_page_that_would_be_too_long_ends_earlier_and_its_cursor_goes_on(connect, gateway):
    gateway.jobs = [job(number, name=f"{number:04}-" + "n" * 300) for number in range(120)]
    seen, cursor = [], None
    async with connect() as assistant:
        while True:
            arguments = {"cursor": cursor} if cursor else {}
            page = await assistant.call("list_jobs", limit=100, **arguments)
            assert page["total"] == 120
            seen += [entry["job_id"] for entry in page["jobs"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
            assert "next_cursor goes on from there" in page["omitted"][0]
    assert seen == [f"id-{number}" for number in range(120)]


async def test_ten_thousand_jobs_are_listed_page_by_page_with_their_true_number(connect, gateway):
    gateway.jobs = [job(number) for number in range(10_000)]
    async with connect() as assistant:
        first = await assistant.call("list_jobs", limit=100)
        second = await assistant.call("list_jobs", limit=100, cursor=first["next_cursor"])
    assert first["total"] == second["total"] == 10_000
    assert [entry["job_id"] for entry in second["jobs"]] == [f"id-{number}" for number in range(100, 200)]


async def test_a_huge_body_is_cut_and_its_length_is_said(connect, gateway):
    gateway.jobs = [job(body="b" * 100_000)]
    async with connect() as assistant:
        answer = await assistant.call("get_job", job_id="id-0")
    assert answer["job"]["body"].endswith("[cut]")
    assert answer["omitted"][0] == "job.body: 8000 of 100000 characters shown"
    assert "update_job keeps each field that is left out" in answer["omitted"][1]
    assert answer["job"]["url"] == "https://example.com/hook"


async def test_many_long_headers_are_cut_too(connect, gateway):
    gateway.jobs = [job(headers={f"X-Header-{number}": "h" * 4000 for number in range(50)}, body="b" * 9000)]
    async with connect() as assistant:
        answer = await assistant.call("get_job", job_id="id-0")
    assert len(answer["job"]["headers"]) == 50
    assert len(answer["omitted"]) == 51 + 1


async def test_a_backend_without_measure_cannot_break_the_limit(connect, gateway):
    headers = {f"{number:05}" + "k" * 500: "v" for number in range(3000)}
    gateway.jobs = [job(headers=headers, name="n" * 50_000, url="https://example.com/" + "u" * 50_000)]
    async with connect() as assistant:
        answer = await assistant.call("get_job", job_id="id-0")
        listed = await assistant.call("list_jobs")
    assert len(answer["job"]["headers"]) == 20
    assert any("job.headers: 20 of 3000 entries shown" in text for text in answer["omitted"])
    assert listed["total"] == 1


async def test_runs_with_long_texts_are_as_many_as_fit_with_a_hint(connect, gateway):
    gateway.jobs = [job()]
    at = datetime(2026, 1, 15, 3, tzinfo=UTC)
    gateway.entries = [LogEntry(at, RunStatus.FAILED, 500, 0.1, "\\" * 500)] * 50
    async with connect() as assistant:
        answer = await assistant.call("get_job_logs", job_id="id-0", limit=50)
    assert 10 < len(answer["logs"]) < 50
    assert f"the newest {len(answer['logs'])} of 50" in answer["omitted"][0]
    assert answer["summary"]["runs"] == 50


async def test_half_a_surrogate_pair_from_a_backend_does_not_break_the_connection(connect, gateway):
    gateway.jobs = [job(name="half \ud800 pair")]
    async with connect() as assistant:
        answer = await assistant.call("get_job", job_id="id-0")
        listed = await assistant.call("list_jobs")
    assert answer["job"]["name"] == listed["jobs"][0]["name"] == "half ? pair"
