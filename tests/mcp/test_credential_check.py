"""The look at the credentials in the background: after the first answer, told once, and in nobody's way."""

from __future__ import annotations

import json

import anyio
import pytest

from cronlytic_mcp.domain.errors import NotAuthenticated, ServiceUnavailable
from cronlytic_mcp.entrypoints.mcp.server import build_server
from tests.mcp.backends import FixedGateway

pytestmark = pytest.mark.anyio


class ScriptedGateway(FixedGateway):
    """Raises what a test wants, and can be held up in its ping."""

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None
        self.pings = 0
        self.released = anyio.Event()
        self.released.set()

    async def ping(self):
        self.pings += 1
        await self.released.wait()
        if isinstance(self.error, (ServiceUnavailable, RuntimeError)):
            raise self.error

    async def list(self):
        if self.error:
            raise self.error
        return self.jobs


@pytest.fixture
def gateway():
    return ScriptedGateway()


@pytest.fixture
async def first_answer():
    return anyio.Event()


@pytest.fixture
async def server(services, first_answer):
    return build_server(services, first_answer=first_answer)


def logged(log_lines, level):
    lines = map(json.loads, log_lines.getvalue().splitlines())
    return [line["event"] for line in lines if line["level"] == level]


async def test_a_wrong_key_is_logged_and_told_with_one_answer_only(
    connect, server, first_answer, gateway, log_lines
):
    gateway.error = NotAuthenticated()
    async with connect(server=server) as assistant:
        first_answer.set()
        first = await assistant.client.call_tool("health_check", {})
        second = await assistant.call("health_check")
    assert "CRONLYTIC_API_KEY" in first.structured_content["notices"][0]
    assert "notices" not in second
    assert logged(log_lines, "error") == ["the backend refused the credentials"]


async def test_nothing_is_asked_of_the_backend_before_the_first_answer(connect, server, gateway):
    async with connect(server=server) as assistant:
        await assistant.call("validate_cron", cron_expression="0 3 * * *")
        assert gateway.pings == 0


async def test_a_call_that_comes_before_any_answer_does_not_wait_for_the_check(connect, server, gateway):
    async with connect(server=server) as assistant:
        with anyio.fail_after(0.9):  # a check that is waited for holds a call up for a second
            assert (await assistant.call("list_jobs"))["total"] == 0
        assert gateway.pings == 0


async def test_what_needs_no_backend_does_not_wait_for_a_backend_that_hangs(
    connect, server, first_answer, gateway
):
    gateway.released = anyio.Event()
    async with connect(server=server) as assistant:
        first_answer.set()
        while not gateway.pings:
            await anyio.lowlevel.checkpoint()
        assert (await assistant.call("validate_cron", cron_expression="0 3 * * *"))["valid"]


async def test_a_call_goes_on_although_the_check_hangs(connect, server, first_answer, gateway):
    gateway.released = anyio.Event()
    async with connect(server=server) as assistant:
        first_answer.set()
        assert (await assistant.call("list_jobs"))["total"] == 0


@pytest.mark.parametrize(
    ("error", "level", "event"),
    [
        (ServiceUnavailable("it is down"), "warning", "the backend could not be checked"),
        (RuntimeError("a bug"), "error", "the credential check failed"),
    ],
)
async def test_what_is_not_about_the_key_is_only_logged(
    connect, server, first_answer, gateway, log_lines, error, level, event
):
    gateway.error = error
    async with connect(server=server) as assistant:
        first_answer.set()
        await assistant.refuse("list_jobs")
        gateway.error = None
        assert "notices" not in await assistant.call("list_jobs")
    assert event in logged(log_lines, level)


async def test_a_good_key_says_nothing(connect, server, first_answer, log_lines):
    async with connect(server=server) as assistant:
        first_answer.set()
        assert "notices" not in await assistant.call("list_jobs")
    assert logged(log_lines, "error") == logged(log_lines, "warning") == []
