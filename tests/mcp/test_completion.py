"""What clients can offer a person who types an argument: live jobs and allowed values, in each era."""

from __future__ import annotations

import pytest
from mcp import MCPError
from mcp_types import Completion, PromptReference, ResourceTemplateReference

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.domain.errors import NotAuthenticated, ServiceUnavailable
from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.job_rules import METHODS
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.entrypoints.mcp.completion import JOB_SECONDS
from cronlytic_mcp.entrypoints.mcp.prompts.listing import argument_values, list_prompts
from tests.adapters.resilience.virtual_time import VirtualTimeLoop, elapsed
from tests.application.gateways import CloudLikeGateway, HangingListGateway
from tests.docs.error_codes import error_codes
from tests.mcp.backends import FixedGateway
from tests.stub_api import StubApi

pytestmark = pytest.mark.anyio

TEMPLATES = ("cronlytic://job/{job_id}", "cronlytic://job/{job_id}/logs")
ENUMERATED = [
    (prompt.name, argument.name)
    for prompt in list_prompts()
    for argument in prompt.arguments
    if argument_values(prompt.name, argument.name)
]
FREE = [
    (prompt.name, argument.name)
    for prompt in list_prompts()
    for argument in prompt.arguments
    if not argument_values(prompt.name, argument.name)
]
JOBS = [("a1", "nightly-backup"), ("b2", "Nightly-report"), ("N3", "weekly"), ("c4", "hourly")]


def job(job_id: str, name: str, url: str = "https://example.com/hook") -> Job:
    return Job(job_id, JobSpec(name, url, CronSchedule("0 3 * * *")), JobStatus.PENDING)


@pytest.fixture
def gateway():
    gateway = FixedGateway()
    gateway.jobs = [job(*each) for each in JOBS]
    return gateway


async def complete_uri(assistant, typed: str, uri: str = TEMPLATES[0], name: str = "job_id") -> Completion:
    ref = ResourceTemplateReference(uri=uri)
    return check((await assistant.client.complete(ref, {"name": name, "value": typed})).completion)


async def complete_prompt(assistant, prompt: str, name: str, typed: str = "") -> Completion:
    ref = PromptReference(name=prompt)
    return check((await assistant.client.complete(ref, {"name": name, "value": typed})).completion)


def check(completion: Completion) -> Completion:
    assert len(completion.values) <= 100
    assert completion.has_more == (completion.total > len(completion.values))
    return completion


# --- Jobs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("uri", TEMPLATES)
@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", ["c4", "a1", "b2", "N3"]),
        ("night", ["a1", "b2"]),
        ("NIGHTLY-r", ["b2"]),
        ("n", ["a1", "b2", "N3"]),
        ("a1", ["a1"]),
        ("n3", ["N3"]),
        ("backup", []),
        ("*", []),
    ],
)
async def test_a_job_is_found_by_the_beginning_of_its_id_or_its_name_and_the_value_is_its_id(
    connect, uri, typed, ids
):
    async with connect() as assistant:
        completion = await complete_uri(assistant, typed, uri)
        assert completion.values == ids
        assert completion.total == len(ids)


@pytest.mark.parametrize("prompt", ["update_job_flow", "job_troubleshooting_guide"])
async def test_prompts_about_a_job_offer_jobs_too(connect, prompt):
    async with connect() as assistant:
        assert (await complete_prompt(assistant, prompt, "job_id", "night")).values == ["a1", "b2"]


async def test_a_filter_offers_names_and_statuses(connect):
    async with connect() as assistant:
        everything = (await complete_prompt(assistant, "bulk_job_operations", "job_filter")).values
        assert (await complete_prompt(assistant, "bulk_job_operations", "job_filter", "p")).values == [
            "pending",
            "paused",
        ]
    assert everything == [*map(str, JobStatus), "hourly", "nightly-backup", "Nightly-report", "weekly"]


async def test_a_service_offers_the_names_of_jobs(connect):
    async with connect() as assistant:
        values = (await complete_prompt(assistant, "automation_strategies", "service_name", "Night")).values
    assert values == ["nightly-backup", "Nightly-report"]


async def test_an_error_offers_the_codes_that_tools_answer(connect):
    async with connect() as assistant:
        everything = (await complete_prompt(assistant, "api_troubleshooting_guide", "error_message")).values
        rest = (
            await complete_prompt(assistant, "api_troubleshooting_guide", "error_message", "NOT_AUTH")
        ).values
    assert set(everything) == error_codes()
    assert rest == [NotAuthenticated().code]


@pytest.mark.parametrize(("prompt", "argument"), FREE)
async def test_every_other_argument_offers_something_where_there_are_jobs(connect, prompt, argument):
    async with connect() as assistant:
        assert (await complete_prompt(assistant, prompt, argument)).values


async def test_a_url_offers_those_of_the_jobs_but_none_with_a_secret(connect, gateway):
    gateway.jobs = [
        job("a", "a", "https://example.com/b"),
        job("b", "b", "https://example.com/a"),
        job("c", "c", "https://example.com/a"),
        job("d", "d", "https://example.com/?token=s3cr3t"),
        job("e", "e", "https://me:s3cr3t@example.com/"),
    ]
    async with connect() as assistant:
        values = (await complete_prompt(assistant, "webhook_testing_guide", "webhook_url", "HTTPS://")).values
    assert values == ["https://example.com/a", "https://example.com/b"]


async def test_at_most_a_hundred_are_offered_with_their_true_number(connect, gateway):
    gateway.jobs = [job(f"id-{number}", f"job-{number:05}") for number in range(10_000)]
    async with connect() as assistant:
        completion = await complete_uri(assistant, "JOB-")
        narrower = await complete_uri(assistant, "job-0001")
    assert (len(completion.values), completion.total, completion.has_more) == (100, 10_000, True)
    assert completion.values[:2] == ["id-0", "id-1"]
    assert (len(narrower.values), narrower.total, narrower.has_more) == (10, 10, False)


async def test_what_could_not_be_given_back_is_not_offered(connect, gateway):
    gateway.jobs = [job("../ping", "a"), job("good", "b\u202e"), job("fine", "c\ud800")]
    async with connect() as assistant:
        assert (await complete_uri(assistant, "")).values == ["good", "fine"]
        names = (await complete_prompt(assistant, "bulk_job_operations", "job_filter")).values
        assert names == [*map(str, JobStatus), "a"]


# --- Allowed values ------------------------------------------------------------------------------


@pytest.mark.parametrize(("prompt", "argument"), ENUMERATED)
async def test_every_enumerated_argument_offers_its_values(connect, prompt, argument):
    values = argument_values(prompt, argument)
    async with connect() as assistant:
        assert (await complete_prompt(assistant, prompt, argument)).values == list(values)
        one = await complete_prompt(assistant, prompt, argument, values[-1].upper())
    assert values[-1] in one.values
    assert all(value.startswith(values[-1]) for value in one.values)


@pytest.mark.parametrize(("prompt", "argument"), FREE)
async def test_every_other_argument_can_be_asked_for_too(connect, prompt, argument):
    async with connect() as assistant:
        await complete_prompt(assistant, prompt, argument)
        assert (await complete_prompt(assistant, prompt, argument, "there is no such thing")).values == []


async def test_methods_are_those_that_a_job_may_have(connect):
    async with connect() as assistant:
        completion = await complete_prompt(assistant, "webhook_testing_guide", "http_method")
        assert set(completion.values) == set(METHODS)
        posts = await complete_prompt(assistant, "webhook_testing_guide", "http_method", "po")
        assert posts.values == ["POST"]


# --- Refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "name", "said"),
    [
        (PromptReference(name="surprise\u202e"), "x", "prompts/list"),
        (PromptReference(name="update_job_flow"), "surprise", "it has job_id, update_type"),
        (ResourceTemplateReference(uri="cronlytic://jobs"), "job_id", "cronlytic://job/{job_id}"),
        (ResourceTemplateReference(uri="https://example.com/{x}"), "x", "cronlytic://job/{job_id}"),
        (ResourceTemplateReference(uri=TEMPLATES[0]), "name", "one argument, job_id"),
    ],
)
async def test_what_does_not_exist_is_refused_with_what_does(connect, ref, name, said):
    async with connect() as assistant:
        with pytest.raises(MCPError) as refused:
            await assistant.client.complete(ref, {"name": name, "value": ""})
    assert refused.value.error.code == -32602
    assert said in refused.value.error.message
    assert "\u202e" not in refused.value.error.message


# --- The backend ---------------------------------------------------------------------------------


class TestBackendDown:
    @pytest.fixture
    def gateway(self, clock):
        return CloudLikeGateway(clock)

    @pytest.mark.parametrize("error", [ServiceUnavailable("it is down"), NotAuthenticated()])
    async def test_without_jobs_there_is_nothing_to_offer_and_no_error(self, connect, gateway, error):
        gateway.list_error = error
        async with connect() as assistant:
            assert (await complete_uri(assistant, "")).total == 0
            assert (await complete_prompt(assistant, "update_job_flow", "job_id")).values == []
            assert (await complete_prompt(assistant, "update_job_flow", "update_type")).total > 0


class TestBackendThatHangs:
    @pytest.fixture
    def anyio_backend(self):
        return "asyncio", {"loop_factory": VirtualTimeLoop}

    @pytest.fixture
    def gateway(self, clock):
        return HangingListGateway(clock)

    async def test_somebody_who_types_is_not_kept_waiting(self, connect):
        async with connect() as assistant:
            assert (await complete_uri(assistant, "")).values == []
        assert elapsed() == JOB_SECONDS


class TestOverTheWire:
    @pytest.fixture
    async def stub(self):
        async with StubApi() as stub:
            yield stub

    @pytest.fixture
    async def gateway(self, stub, clock):
        async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as http:
            yield resilient(http, clock, ResiliencePolicy(cache_time=60))

    async def test_a_person_who_types_costs_the_api_one_request(self, connect, stub):
        async with connect() as assistant:
            created = await assistant.create(name="backup")
            stub.requests.clear()
            for typed in ("b", "ba", "bac", "back"):
                assert (await complete_uri(assistant, typed)).values == [created["job_id"]]
        assert stub.requests == {"GET /jobs": 1}
