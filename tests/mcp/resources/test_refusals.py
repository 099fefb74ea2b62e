"""Resources that cannot be read: an error of the protocol with our code, our facts and the next step."""

from __future__ import annotations

import pytest
from mcp import MCPError

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.entrypoints.mcp.resources.addresses import Address, Kind, parse_uri
from tests.mcp.assistant import LEAKS
from tests.mcp.backends import BrokenGateway
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

NOT_FOUND = {"2025": -32002, "2026": -32602}
SECRET = "detail-that-must-not-be-repeated"
ID = "3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11"


async def refused(assistant, uri: str):
    """Read a resource that is expected to be refused, and return the error."""
    with pytest.raises(MCPError) as caught:
        await assistant.client.read_resource(uri)
    error = caught.value.error
    assert not LEAKS.search(f"{error.message} {error.data}")
    assert len(str(error.data)) < 3000
    return error


@pytest.mark.parametrize("address", [Address(kind, ID if kind.names_a_job else "") for kind in Kind])
def test_a_resource_has_one_uri(address):
    assert parse_uri(address.uri) == address


def test_a_job_may_be_called_as_a_part_of_a_uri_is():
    assert parse_uri("cronlytic://job/logs") == Address(Kind.JOB, "logs")
    assert parse_uri("cronlytic://job/logs/logs") == Address(Kind.LOGS, "logs")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "cronlytic://",
        "cronlytic://nothing",
        "cronlytic://jobs/",
        "cronlytic://jobs?status=paused",
        "cronlytic://job",
        "cronlytic://job/{job_id}x/y",
        "cronlytic://job/a/logs/",
        "cronlytic://job/a/runs",
        "cronlytic://job/../ping",
        "cronlytic://templates",
        "cronlytic://templates/other",
        "CRONLYTIC://jobs",
        "https://example.com/",
        "file:///etc/passwd",
        f"cronlytic://nothing/{'x' * 10_000}",
    ],
)
async def test_a_uri_that_is_none_of_ours_is_not_found(connect, era, uri):
    assert parse_uri(uri) is None
    async with connect() as assistant:
        error = await refused(assistant, uri)
    assert error.code == NOT_FOUND[era]
    assert error.data["code"] == "resource_not_found"
    assert error.data["uri"] == uri[: len(error.data["uri"])] or error.data["uri"].endswith("[cut]")
    assert "resources/list" in error.message


@pytest.mark.parametrize("job_id", ["", "a b", "a%2Fb", "%2e%2e", "..", "é", "a" * 65, "{job_id}", "a\n"])
@pytest.mark.parametrize("rest", ["", "/logs"])
async def test_what_cannot_be_an_id_is_refused_with_what_an_id_is(connect, job_id, rest):
    uri = f"cronlytic://job/{job_id}{rest}"
    with pytest.raises(InvalidArguments):
        parse_uri(uri)
    async with connect() as assistant:
        error = await refused(assistant, uri)
    assert error.code == -32602
    assert error.data["code"] == "invalid_arguments"
    assert error.data["problems"][0]["field"] == "job_id"


@pytest.mark.parametrize("rest", ["", "/logs"])
async def test_a_job_that_does_not_exist_is_not_found_and_the_next_step_is_told(connect, era, rest):
    async with connect() as assistant:
        error = await refused(assistant, f"cronlytic://job/{ID}{rest}")
    assert error.code == NOT_FOUND[era]
    assert error.data["code"] == "job_not_found"
    assert (error.data["job_id"], error.data["uri"]) == (ID, f"cronlytic://job/{ID}{rest}")
    assert "Call list_jobs" in error.data["message"] == error.message


class TestFaultsOfTheApi:
    @pytest.fixture
    async def stub(self):
        async with StubApi() as stub:
            yield stub

    @pytest.fixture
    async def gateway(self, stub):
        async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as gateway:
            yield gateway

    @pytest.mark.parametrize(
        "uri", ["cronlytic://jobs", f"cronlytic://job/{ID}", f"cronlytic://job/{ID}/logs"]
    )
    @pytest.mark.parametrize(
        ("fault", "code", "next_step"),
        [
            (Fault.answer(401, {"detail": SECRET}), "not_authenticated", "CRONLYTIC_API_KEY"),
            (Fault.answer(403, {"detail": SECRET}), "not_permitted", "ask the person"),
            (Fault.rate_limit("60"), "rate_limited", "in 60 s"),
            (Fault.answer(503, SECRET), "service_unavailable", "Call again"),
            (Fault.reset(), "service_unavailable", "Call again"),
            (Fault.answer(200, {"x": SECRET}), "unexpected_response", "Call health_check"),
            (Fault.redirect(f"https://{SECRET}.example/"), "unexpected_response", "Call health_check"),
        ],
    )
    async def test_a_failure_is_told_with_its_code_and_the_next_step(
        self, connect, stub, uri, fault, code, next_step
    ):
        stub.faults.add(fault.permanent())
        async with connect() as assistant:
            error = await refused(assistant, uri)
        assert error.code == -32603
        assert error.data["code"] == code
        assert next_step in error.data["message"] == error.message
        assert SECRET not in str(error)
        assert stub.api_key not in str(error)


class TestBugs:
    @pytest.fixture
    def gateway(self):
        return BrokenGateway(RuntimeError(SECRET))

    @pytest.mark.parametrize("uri", ["cronlytic://jobs", f"cronlytic://job/{ID}"])
    async def test_a_bug_tells_the_client_only_an_id(self, connect, log_lines, uri):
        async with connect() as assistant:
            error = await refused(assistant, uri)
        assert error.code == -32603
        assert SECRET not in str(error)
        assert SECRET in log_lines.getvalue()
        assert error.message.rpartition(" ")[2] in log_lines.getvalue()
