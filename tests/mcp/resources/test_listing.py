"""What clients see of the resources before they read one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from mcp import MCPError

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.domain.errors import NotAuthenticated, ServiceUnavailable
from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.entrypoints.mcp.resources.handlers import AS_OF, PROBLEM
from cronlytic_mcp.entrypoints.mcp.resources.paging import LIST_SECONDS
from tests.adapters.resilience.virtual_time import VirtualTimeLoop, elapsed
from tests.application.gateways import CloudLikeGateway, HangingListGateway
from tests.mcp.assistant import ANSWER_LIMIT
from tests.mcp.backends import FixedGateway
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

STATIC = ["cronlytic://jobs", "cronlytic://templates/cron", "cronlytic://templates/jobs"]
TEMPLATES = ["cronlytic://job/{job_id}", "cronlytic://job/{job_id}/logs"]
AT = datetime(2026, 1, 15, 3, tzinfo=UTC)


def job(number: int, **fields) -> Job:
    name = fields.pop("name", f"job-{number:05}")
    spec = JobSpec(name, "https://example.com/", CronSchedule("0 3 * * *"))
    return Job(f"id-{number}", spec, JobStatus.PENDING, **fields)


async def list_all(client) -> list:
    """Follow the pages to the end, each within the limit of an answer."""
    resources, cursor = [], None
    while True:
        page = await client.list_resources(cursor=cursor)
        text = json.dumps(page.model_dump(by_alias=True, exclude_none=True, mode="json"), ensure_ascii=False)
        assert len(text) <= ANSWER_LIMIT
        resources += page.resources
        if page.next_cursor is None:
            return resources
        cursor = page.next_cursor


async def test_without_jobs_there_is_what_is_always_there(connect):
    async with connect() as assistant:
        page = await assistant.client.list_resources()
    assert [resource.uri for resource in page.resources] == STATIC
    assert (page.next_cursor, page.ttl_ms, page.cache_scope) == (None, 0, "private")


async def test_every_resource_says_what_it_is_for_whom_and_how_much_it_matters(connect, gateway):
    async with connect() as assistant:
        created = await assistant.create()
        gateway.record_run(created["job_id"], LogEntry(AT, RunStatus.SUCCESS, 200, 0.1))
        listed = (await assistant.client.list_resources()).resources
        templates = (await assistant.client.list_resource_templates()).resource_templates
    assert [template.uri_template for template in templates] == TEMPLATES
    for entry in (*listed, *templates):
        assert entry.name
        assert entry.mime_type == "application/json"
        assert set(entry.annotations.audience) == {"user", "assistant"}
        assert 0 < entry.annotations.priority < 1
    for entry in (*listed[:3], *templates):
        assert entry.title
        assert entry.description
    assert len({resource.name for resource in listed}) == len(listed)


async def test_a_job_is_listed_under_its_name_and_its_log_once_it_has_run(connect, gateway):
    async with connect() as assistant:
        idle, busy = await assistant.create(name="idle"), await assistant.create(name="busy")
        gateway.record_run(busy["job_id"], LogEntry(AT, RunStatus.SUCCESS, 200, 0.1))
        listed = (await assistant.client.list_resources()).resources[3:]
        for resource in listed:
            await assistant.client.read_resource(resource.uri)
    assert [(resource.uri, resource.name, resource.annotations.last_modified) for resource in listed] == [
        (f"cronlytic://job/{busy['job_id']}", "busy", None),
        (f"cronlytic://job/{busy['job_id']}/logs", "busy runs", "2026-01-15T03:00:00+00:00"),
        (f"cronlytic://job/{idle['job_id']}", "idle", None),
    ]


class TestManyJobs:
    @pytest.fixture
    def gateway(self):
        return FixedGateway()

    async def test_jobs_come_page_by_page_each_once(self, connect, gateway):
        gateway.jobs = [job(number, last_run_at=AT) for number in range(500)]
        async with connect() as assistant:
            uris = [resource.uri for resource in await list_all(assistant.client)]
        assert uris[:3] == STATIC
        assert uris[3::2] == [f"cronlytic://job/id-{number}" for number in range(500)]
        assert uris[4::2] == [f"cronlytic://job/id-{number}/logs" for number in range(500)]

    async def test_ten_thousand_jobs_work(self, connect, gateway):
        gateway.jobs = [job(number) for number in range(10_000)]
        async with connect() as assistant:
            first = await assistant.client.list_resources()
            second = await assistant.client.list_resources(cursor=first.next_cursor)
        uris = [resource.uri for resource in (*first.resources, *second.resources)]
        assert uris == [*STATIC, *(f"cronlytic://job/id-{number}" for number in range(len(uris) - 3))]
        assert second.next_cursor

    async def test_jobs_that_come_and_go_between_two_pages_shift_nothing(self, connect, gateway):
        gateway.jobs = [job(number) for number in range(100)]
        async with connect() as assistant:
            first = await assistant.client.list_resources()
            seen = [resource.uri for resource in first.resources[3:]]
            gateway.jobs = [job(number) for number in range(10, 101)]
            second = await assistant.client.list_resources(cursor=first.next_cursor)
        assert second.resources[0].uri == f"cronlytic://job/id-{len(seen)}"

    async def test_names_as_no_job_should_have_them_keep_the_page_within_its_limit(self, connect, gateway):
        gateway.jobs = [job(number, name="\u202e\ud800" + "é" * 100, last_run_at=AT) for number in range(60)]
        async with connect() as assistant:
            listed = await list_all(assistant.client)
        assert len(listed) == 3 + 120
        assert "\u202e" not in listed[3].name

    async def test_a_job_whose_id_nobody_can_ask_for_is_left_out(self, connect, gateway):
        gateway.jobs = [Job("../ping", job(0).spec, JobStatus.PENDING), job(1)]
        async with connect() as assistant:
            listed = await list_all(assistant.client)
        assert [resource.uri for resource in listed[3:]] == ["cronlytic://job/id-1"]

    @pytest.mark.parametrize("cursor", ["", "nonsense", "e30", "é", "x" * 5000])
    async def test_a_cursor_that_is_none_is_refused(self, connect, cursor):
        async with connect() as assistant:
            with pytest.raises(MCPError) as refused:
                await assistant.client.list_resources(cursor=cursor)
        assert refused.value.error.code == -32602
        assert "without cursor" in refused.value.error.message


class TestBackendDown:
    @pytest.fixture
    def gateway(self, clock):
        return CloudLikeGateway(clock)

    @pytest.mark.parametrize("error", [ServiceUnavailable("it is down"), NotAuthenticated()])
    async def test_the_first_page_has_what_needs_no_backend_and_says_what_is_missing(
        self, connect, gateway, error, log_lines
    ):
        gateway.list_error = error
        async with connect() as assistant:
            page = await assistant.client.list_resources()
        assert [resource.uri for resource in page.resources] == STATIC
        assert page.next_cursor is None
        assert page.meta[PROBLEM]["code"] == error.code
        assert page.meta[PROBLEM]["message"] == str(error)
        assert "resources listed without jobs" in log_lines.getvalue()

    async def test_a_further_page_is_an_error_because_the_list_would_end_too_early(self, connect, gateway):
        async with connect() as assistant:
            for number in range(50):
                await assistant.create(name=f"job-{number:02}")
            first = await assistant.client.list_resources()
            gateway.list_error = ServiceUnavailable("it is down")
            with pytest.raises(MCPError) as refused:
                await assistant.client.list_resources(cursor=first.next_cursor)
        assert refused.value.error.code == -32603
        assert refused.value.error.data["code"] == "service_unavailable"


class TestBackendThatHangs:
    @pytest.fixture
    def anyio_backend(self):
        return "asyncio", {"loop_factory": VirtualTimeLoop}

    @pytest.fixture
    def gateway(self, clock):
        return HangingListGateway(clock)

    async def test_a_client_that_starts_is_not_kept_waiting(self, connect):
        async with connect() as assistant:
            page = await assistant.client.list_resources()
        assert elapsed() == LIST_SECONDS
        assert [resource.uri for resource in page.resources] == STATIC
        assert "no answer within 5 s" in page.meta[PROBLEM]["message"]


class TestStaleList:
    @pytest.fixture
    async def stub(self):
        async with StubApi() as stub:
            yield stub

    @pytest.fixture
    async def gateway(self, stub, clock):
        policy = ResiliencePolicy(attempts=1, breaker_failures=100, cache_time=0)
        async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as http:
            yield resilient(http, clock, policy)

    async def test_jobs_that_were_known_before_are_listed_and_said_to_be_old(self, connect, stub, clock):
        async with connect() as assistant:
            await assistant.create()
            current = await assistant.client.list_resources()
            as_of = clock.now().isoformat()
            stub.faults.add(Fault.answer(503).permanent())
            clock.advance(60)
            stale = await assistant.client.list_resources()
        assert not (current.meta or {}).get(AS_OF)
        assert stale.resources == current.resources
        assert stale.meta[AS_OF] == as_of


@pytest.mark.parametrize("era", ["2026"])
async def test_the_templates_stay_as_they_are(connect):
    async with connect() as assistant:
        assert (await assistant.client.list_resource_templates()).ttl_ms == 300_000
