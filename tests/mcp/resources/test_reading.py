"""What each resource holds, in each era."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.job_rules import find_job_problems
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.domain.templates.job_templates import JOB_TEMPLATES
from tests.application.stories import spec
from tests.mcp.assistant import ANSWER_LIMIT
from tests.mcp.backends import FixedGateway
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

MASK = "***masked***"
AT = datetime(2026, 1, 15, 3, tzinfo=UTC)


async def read(assistant, uri: str) -> dict:
    """Read a resource, checked for what all of them promise, and return what it holds."""
    result = await assistant.client.read_resource(uri)
    (contents,) = result.contents
    assert (contents.uri, contents.mime_type) == (uri, "application/json")
    assert len(contents.text) <= ANSWER_LIMIT
    assert result.cache_scope == "private"
    return json.loads(contents.text)


def job(number: int = 0, **fields) -> Job:
    plain = {"name": f"job-{number:05}", "url": "https://example.com/", "schedule": CronSchedule("0 3 * * *")}
    return Job(f"id-{number}", JobSpec(**(plain | fields)), JobStatus.PENDING)


# --- The jobs ------------------------------------------------------------------------------------


async def test_the_jobs_are_what_list_jobs_answers(connect):
    async with connect() as assistant:
        for name in ("b", "a"):
            await assistant.create(name=name)
        assert await read(assistant, "cronlytic://jobs") == await assistant.call("list_jobs", limit=100)


async def test_no_jobs_are_an_empty_list(connect):
    async with connect() as assistant:
        assert await read(assistant, "cronlytic://jobs") == {"jobs": [], "total": 0, "next_cursor": None}


async def test_a_job_is_what_get_job_answers_with_its_secrets_masked(connect):
    async with connect() as assistant:
        created = await assistant.create(
            url="https://example.com/hook?token=s3cr3t",
            method="POST",
            headers={"Authorization": "Bearer s3cr3t"},
            body='{"password": "s3cr3t"}',
        )
        shown = await read(assistant, f"cronlytic://job/{created['job_id']}")
        assert shown == (await assistant.call("get_job", job_id=created["job_id"]))["job"]
    assert "s3cr3t" not in str(shown)
    assert shown["headers"] == {"Authorization": MASK}


async def test_a_log_is_what_get_job_logs_answers_without_the_jobs_secrets(connect, gateway, clock):
    async with connect() as assistant:
        created = await assistant.create(headers={"Authorization": "Bearer s3cr3t-value"})
        for minutes, text in enumerate(
            ("", "refused: Bearer s3cr3t-value\u202e", "x" * 496 + "s3cr3t-value")
        ):
            at = clock.now() - timedelta(minutes=minutes)
            gateway.record_run(created["job_id"], LogEntry(at, RunStatus.FAILED, 401, 0.2, text))
        shown = await read(assistant, f"cronlytic://job/{created['job_id']}/logs")
        answered = await assistant.call("get_job_logs", job_id=created["job_id"], limit=50)
    assert (shown["logs"], shown["summary"]) == (answered["logs"], answered["summary"])
    assert shown["summary"]["runs"] == 3
    assert "s3cr3t" not in str(shown)
    assert "\u202e" not in str(shown)


# --- Templates -----------------------------------------------------------------------------------


async def test_the_cron_templates_come_in_groups_each_with_what_a_person_needs_to_choose(connect, clock):
    async with connect() as assistant:
        shown = await read(assistant, "cronlytic://templates/cron")
        assert "omitted" not in shown, "all of them fit"
    templates = [template for group in shown["groups"].values() for template in group]
    assert len(shown["groups"]) >= 5
    assert len(templates) >= 30
    for template in templates:
        assert template["description"]
        assert template["zone_note"]
        runs = [datetime.fromisoformat(run) for run in template["next_runs"]]
        assert runs == CronSchedule(template["cron_expression"]).next_runs(clock.now(), 3)
    (last_day,) = [wish for wish in shown["not_plain_cron"] if wish["wish_id"] == "last-day-of-month"]
    assert last_day["options"]


async def test_the_job_templates_can_be_created_but_for_their_url(connect):
    async with connect() as assistant:
        shown = await read(assistant, "cronlytic://templates/jobs")
        assert len(shown["templates"]) == len(JOB_TEMPLATES) >= 5
        for template in shown["templates"]:
            assert template["to_replace"]
            assert template["schedule"]
            assert not find_job_problems(template["job"])
        fields = shown["templates"][0]["job"]
        created = await assistant.call("create_job", **fields)
    assert created["job"]["name"] == fields["name"]


# --- What does not fit ---------------------------------------------------------------------------


class TestTooMuch:
    @pytest.fixture
    def gateway(self):
        return FixedGateway()

    async def test_ten_thousand_jobs_are_a_page_and_the_way_to_the_rest(self, connect, gateway):
        gateway.jobs = [job(number) for number in range(10_000)]
        async with connect() as assistant:
            shown = await read(assistant, "cronlytic://jobs")
            rest = await assistant.call("list_jobs", limit=100, cursor=shown["next_cursor"])
        count = len(shown["jobs"])
        assert count == 100
        assert shown["total"] == 10_000
        assert rest["jobs"][0]["job_id"] == f"id-{count}"
        assert f"jobs: {count} of 10000; list_jobs goes on" in shown["omitted"][0]

    async def test_jobs_with_long_names_are_as_many_as_fit(self, connect, gateway):
        gateway.jobs = [job(number, name=f"{number:04}-" + "n" * 300) for number in range(100)]
        async with connect() as assistant:
            shown = await read(assistant, "cronlytic://jobs")
        assert 30 < len(shown["jobs"]) < 100
        assert shown["next_cursor"]
        assert "list_jobs goes on" in shown["omitted"][0]

    async def test_one_job_that_fits_nowhere_is_cut(self, connect, gateway):
        gateway.jobs = [job(number, name="n" * 50_000) for number in range(2)]
        async with connect() as assistant:
            shown = await read(assistant, "cronlytic://jobs")
        assert len(shown["jobs"]) == 1
        assert shown["jobs"][0]["name"].endswith("[cut]")

    async def test_a_huge_body_is_cut_and_its_length_is_said(self, connect, gateway):
        gateway.jobs = [job(body="b" * 100_000)]
        async with connect() as assistant:
            shown = await read(assistant, "cronlytic://job/id-0")
        assert shown["body"].endswith("[cut]")
        assert shown["omitted"][0] == "body: 8000 of 100000 characters shown"

    async def test_runs_with_long_texts_are_as_many_as_fit_with_a_hint(self, connect, gateway):
        gateway.jobs = [job()]
        gateway.entries = [LogEntry(AT, RunStatus.FAILED, 500, 0.1, "\\" * 500)] * 50
        async with connect() as assistant:
            shown = await read(assistant, "cronlytic://job/id-0/logs")
        assert 10 < len(shown["logs"]) < 50
        assert f"the newest {len(shown['logs'])} of 50; get_job_logs" in shown["omitted"][0]
        assert shown["summary"]["runs"] == 50

    async def test_half_a_surrogate_pair_does_not_break_the_connection(self, connect, gateway):
        gateway.jobs = [job(name="half \ud800 pair")]
        async with connect() as assistant:
            assert (await read(assistant, "cronlytic://job/id-0"))["name"] == "half ? pair"


# --- While the backend is down, and while answers are kept ----------------------------------------


class TestOverTheWire:
    @pytest.fixture
    async def stub(self):
        async with StubApi() as stub:
            yield stub

    @pytest.fixture
    def cache_time(self):
        return 60.0

    @pytest.fixture
    async def gateway(self, stub, clock, cache_time):
        policy = ResiliencePolicy(attempts=1, breaker_failures=100, cache_time=cache_time)
        async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as http:
            yield resilient(http, clock, policy)

    @pytest.mark.parametrize("cache_time", [0.0])
    async def test_while_the_backend_is_down_what_was_known_is_shown_and_said_to_be_old(
        self, connect, stub, clock
    ):
        async with connect() as assistant:
            job_id = (await assistant.create())["job_id"]
            uris = ("cronlytic://jobs", f"cronlytic://job/{job_id}", f"cronlytic://job/{job_id}/logs")
            known = {uri: await read(assistant, uri) for uri in uris}
            as_of = clock.now().isoformat()
            clock.advance(3600)
            stub.faults.add(Fault.answer(503).permanent())
            for uri in uris:
                assert "stale" not in known[uri]
                assert await read(assistant, uri) == known[uri] | {"stale": True, "as_of": as_of}

    async def test_templates_need_no_backend(self, connect, stub):
        stub.faults.add(Fault.answer(503).permanent())
        async with connect() as assistant:
            for uri in ("cronlytic://templates/cron", "cronlytic://templates/jobs"):
                assert "stale" not in await read(assistant, uri)
        assert not stub.requests

    async def test_reads_one_after_the_other_cost_one_request(self, connect, stub):
        async with connect() as assistant:
            await assistant.create()
            stub.requests.clear()
            for _ in range(5):
                await read(assistant, "cronlytic://jobs")
        assert stub.requests == {"GET /jobs": 1}

    async def test_what_this_server_writes_is_seen_at_once(self, connect):
        async with connect() as assistant:
            job_id = (await assistant.create())["job_id"]
            for status, tool in (("paused", "pause_job"), ("pending", "resume_job")):
                await read(assistant, f"cronlytic://job/{job_id}")
                await assistant.call(tool, job_id=job_id)
                assert (await read(assistant, f"cronlytic://job/{job_id}"))["status"] == status


# --- What clients may keep -----------------------------------------------------------------------


@pytest.mark.parametrize("era", ["2026"])
async def test_clients_are_told_how_long_a_resource_stays_as_it_is(connect, gateway):
    created = await gateway.create(spec())
    async with connect() as assistant:
        lifetimes = {
            uri: (await assistant.client.read_resource(uri)).ttl_ms
            for uri in (
                "cronlytic://jobs",
                f"cronlytic://job/{created.job_id}",
                f"cronlytic://job/{created.job_id}/logs",
                "cronlytic://templates/cron",
                "cronlytic://templates/jobs",
            )
        }
    assert list(lifetimes.values()) == [0, 0, 0, 60_000, 300_000]
