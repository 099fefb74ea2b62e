"""What stands around the Cronlytic API in a running server, and what the log tells of it."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys

import pytest

from cronlytic_mcp.application.call import allowing_cached_reads
from cronlytic_mcp.domain.errors import ServiceUnavailable
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.settings import Options, read_settings
from cronlytic_mcp.entrypoints.wiring import build_services
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

SPEC = JobSpec("backup", "https://example.com/hook", CronSchedule("0 3 * * *"))


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
def lines():
    return io.StringIO()


@pytest.fixture
async def start(stub, lines):
    """Build the services for the stub with further settings; they are closed in the end."""
    started = []

    def build(**settings):
        environment = {
            "CRONLYTIC_API_KEY": stub.api_key,
            "CRONLYTIC_USER_ID": stub.user_id,
            "CRONLYTIC_BASE_URL": stub.base_url,
            "CRONLYTIC_BACKOFF": "0",
        } | {f"CRONLYTIC_{name.upper()}": value for name, value in settings.items()}
        services = build_services(read_settings(Options(), environment, None), Log(lines, "debug"))
        started.append(services)
        return services

    yield build
    for services in started:
        await services.close()


def told(lines, event):
    return [line for line in map(json.loads, lines.getvalue().splitlines()) if line["event"] == event]


async def test_a_call_that_fails_is_tried_again_and_the_log_tells_of_each_attempt(start, stub, lines):
    stub.faults.add(Fault.answer(503))
    assert await start().gateway.list() == ()
    assert stub.requests["GET /jobs"] == 2
    attempts = told(lines, "request sent")
    assert [(line["level"], line["operation"], line["outcome"]) for line in attempts] == [
        ("debug", "list", "service_unavailable"),
        ("debug", "list", "ok"),
    ]
    assert all(line["seconds"] >= 0 for line in attempts)
    (waiting,) = told(lines, "waiting before another attempt")
    assert (waiting["level"], waiting["operation"], waiting["attempt"], waiting["attempts"]) == (
        "info",
        "list",
        2,
        3,
    )
    assert "503" in waiting["reason"]


async def test_how_often_and_how_long_are_settings(start, stub):
    stub.faults.add(Fault.hang().permanent())
    with pytest.raises(ServiceUnavailable, match=r"0\.1 s"):
        await start(attempts="2", attempt_time="0.1").gateway.list()
    assert stub.requests["GET /jobs"] == 2


async def test_an_api_that_keeps_failing_is_left_alone_and_that_is_a_warning(start, stub, lines):
    stub.faults.add(Fault.answer(500).permanent())
    services = start(breaker_failures="2")
    with pytest.raises(ServiceUnavailable):
        await services.gateway.list()
    assert stub.requests["GET /jobs"] == 2
    (opened,) = told(lines, "breaker changed")
    assert (opened["level"], opened["state"]) == ("warning", "open")
    assert opened["retry_in"] > 0


async def test_what_was_known_is_answered_while_the_api_is_down_and_that_is_a_warning(start, stub, lines):
    gateway = start(cache_time="0", attempts="1").gateway
    with allowing_cached_reads():
        await gateway.list()
    await asyncio.sleep(0)  # what is kept for no time goes with the loop's next turn
    stub.faults.add(Fault.answer(500).permanent())
    with allowing_cached_reads() as reads:
        assert await gateway.list() == ()
    assert reads.as_of is not None
    (answered,) = told(lines, "answered with what was known before")
    assert (answered["level"], answered["operation"]) == ("warning", "list")


async def cancelled_create(services, stub):
    """Begin a create and cancel its caller once the stub has it."""
    create = asyncio.create_task(services.gateway.create(SPEC))
    while not stub.requests["POST /jobs"]:  # noqa: ASYNC110 - the stub counts, it has nobody to tell
        await asyncio.sleep(0)
    create.cancel()
    await asyncio.gather(create, return_exceptions=True)


async def test_a_create_whose_caller_is_gone_has_a_moment_to_end_before_the_connection_closes(
    start, stub, lines
):
    stub.faults.add(Fault.latency(0.05).on("POST"))
    services = start()
    await cancelled_create(services, stub)
    await services.close()
    (job,) = stub.store.by_id.values()
    (settled,) = told(lines, "a create ended after its call was cancelled")
    assert (settled["name"], settled["job_id"]) == ("backup", job["job_id"])


async def test_a_create_that_does_not_end_does_not_hold_up_the_end(start, stub):
    stub.faults.add(Fault.hang().on("POST"))
    services = start()
    await cancelled_create(services, stub)
    async with asyncio.timeout(5):
        await services.close()
    assert stub.requests["GET /jobs"] == 0, "nothing is asked of a server that is ending"


def test_the_memory_backend_has_none_of_it():
    program = (
        "import asyncio, io, sys\n"
        "from cronlytic_mcp.entrypoints.logging import Log\n"
        "from cronlytic_mcp.entrypoints.settings import Options, read_settings\n"
        "from cronlytic_mcp.entrypoints.wiring import build_services\n"
        "services = build_services(read_settings(Options(backend='memory'), {}, None), Log(io.StringIO(), 'info'))\n"
        "asyncio.run(services.gateway.list())\n"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"tenacity", "async_lru", "aiohttp", "cronlytic_mcp.adapters.resilience.stack"} & {
        *run.stdout.split()
    }
