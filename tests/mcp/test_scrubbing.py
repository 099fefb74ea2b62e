"""Secrets that turn up where no name gives them away: found by their value, in answers and in the log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve
from mcp import MCPError

from cronlytic_mcp.domain.errors import ServiceUnavailable, UnexpectedResponse
from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.mcp.backends import FixedGateway
from tests.mcp.conftest import API_KEY

pytestmark = pytest.mark.anyio

TOKEN = "t0ken-0123456789"
SPEC = JobSpec(
    "backup",
    "https://user:passw0rd-0123@example.com/hook",
    CronSchedule("0 3 * * *"),
    headers={"Authorization": f"Bearer {TOKEN}"},
)


class CountingGateway(FixedGateway):
    """Counts what is asked of it, and fails as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs = [Job("job-1", SPEC, JobStatus.FAILED)]
        self.asked: list[str] = []
        self.get_error: Exception | None = None

    async def get(self, job_id):
        self.asked.append("get")
        if self.get_error:
            raise self.get_error
        return await super().get(job_id)

    async def logs(self, job_id):
        self.asked.append("logs")
        return await super().logs(job_id)

    async def update(self, job_id, spec):
        raise RuntimeError(f"could not send {dict(spec.headers)} and {API_KEY}")

    async def create(self, spec):
        raise UnexpectedResponse("create_job", f"it repeats {TOKEN}", outcome_unknown=True)


@pytest.fixture
def gateway():
    return CountingGateway()


def run(minute: int, text: str) -> LogEntry:
    status = RunStatus.FAILED if text else RunStatus.SUCCESS
    return LogEntry(datetime(2026, 1, 15, 3, minute, tzinfo=UTC), status, 500 if text else 200, 0.1, text)


async def texts(assistant):
    answer = await assistant.call("get_job_logs", job_id="job-1")
    return [entry["untrusted_error_message"] for entry in answer["logs"]]


async def test_what_a_target_repeats_of_its_jobs_secrets_is_masked(connect, gateway):
    gateway.entries = [run(2, f"401: {TOKEN} is not known"), run(1, "user:passw0rd-0123 and passw0rd-0123")]
    async with connect() as assistant:
        assert await texts(assistant) == ["401: ***masked*** is not known", "***masked*** and ***masked***"]


async def test_a_secret_that_hides_behind_invisible_characters_or_at_the_cut_is_masked(connect, gateway):
    hidden = TOKEN[:5] + "\u200b" + TOKEN[5:]
    gateway.entries = [run(2, f"denied: {hidden}"), run(1, "x" * 490 + TOKEN)]
    async with connect() as assistant:
        first, second = await texts(assistant)
    assert first == "denied: ***masked***"
    assert "t0ken" not in second


async def test_the_job_is_read_only_where_there_is_text_to_look_through(connect, gateway):
    gateway.entries = [run(1, "")]
    async with connect() as assistant:
        await texts(assistant)
        assert gateway.asked == ["logs"]
        gateway.entries = [run(1, "text")]
        await texts(assistant)
    assert gateway.asked == ["logs", "logs", "get"]


async def test_text_whose_job_cannot_be_read_is_withheld_and_the_rest_is_answered(connect, gateway):
    gateway.entries = [run(2, TOKEN), run(1, "")]
    gateway.get_error = ServiceUnavailable("it is down")
    async with connect() as assistant:
        answer = await assistant.call("get_job_logs", job_id="job-1")
    assert answer["summary"]["failures"] == 1
    assert all("withheld" in entry["untrusted_error_message"] for entry in answer["logs"])
    assert TOKEN not in str(answer)


async def test_the_servers_own_key_is_in_no_answer_wherever_it_comes_from(connect, gateway):
    gateway.entries = [run(1, f"called with {API_KEY}")]
    gateway.jobs = [
        Job(f"job-{number}", evolve(SPEC, **fields), JobStatus.PENDING, user_id=API_KEY)
        for number, fields in enumerate(
            [{}, {}, {"headers": {API_KEY: "x", "X": API_KEY}, "body": f"{{{API_KEY}}}"}]
        )
    ]
    async with connect() as assistant:
        answers = [await assistant.call("get_job", job_id=f"job-{number}") for number in range(3)]
        answers += [await texts(assistant), await assistant.refuse("get_job", job_id=API_KEY)]
        answers += [await assistant.refuse("list_jobs", **{API_KEY: API_KEY, "status": API_KEY})]
    assert API_KEY not in str(answers)
    assert "***masked***" in str(answers[-1])


async def test_an_error_that_repeats_a_secret_of_the_job_is_masked(connect, gateway):
    async with connect() as assistant:
        error = await assistant.refuse(
            "create_job",
            name="a",
            url="https://example.com/",
            cron_expression="@daily",
            headers={"X-Token": TOKEN},
        )
    assert TOKEN not in str(error)
    assert error["code"] == "unexpected_response"
    assert "it repeats ***masked***" in error["message"]


async def test_a_secret_that_spells_a_word_of_ours_leaves_that_word(connect):
    async with connect() as assistant:
        error = await assistant.refuse(
            "create_job", name="a b", headers={"X-Token": "name", "X-Key": "invalid_job"}
        )
    assert error["code"] == "invalid_job"
    assert {problem["field"] for problem in error["problems"]} == {"name", "url", "cron_expression"}


async def test_a_bug_that_repeats_a_secret_is_logged_without_it(connect, log_lines):
    async with connect() as assistant:
        error = await assistant.refuse("update_job", job_id="job-1", name="other")
    assert error["code"] == "internal_error"
    assert "RuntimeError: could not send" in log_lines.getvalue()
    assert "***masked***" in log_lines.getvalue()
    assert not [secret for secret in (TOKEN, API_KEY) if secret in log_lines.getvalue()]


async def test_a_refusal_of_the_protocol_repeats_the_key_no_more_than_an_answer_does(connect):
    async with connect() as assistant:
        with pytest.raises(MCPError) as unknown_tool:
            await assistant.client.call_tool(API_KEY, {})
        with pytest.raises(MCPError) as unknown_prompt:
            await assistant.client.get_prompt(API_KEY, {})
    assert API_KEY not in str(unknown_tool.value.error)
    assert API_KEY not in str(unknown_prompt.value.error)
