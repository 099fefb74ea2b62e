"""The parts of the local backend, put together as a server and a worker have them."""

from __future__ import annotations

import asyncio
import io
from contextlib import AsyncExitStack
from datetime import timedelta

import anyio
import pytest

from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.application.create_job import create_job
from cronlytic_mcp.application.engine_presence import find_engines
from cronlytic_mcp.application.run_job_now import run_job_now
from cronlytic_mcp.domain.engine.engine_sign import EngineKind
from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.errors import NotSupported
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import IntervalSchedule
from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.engine_wiring import open_worker
from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.mcp.engine_start import start_engine
from cronlytic_mcp.entrypoints.settings import Options, read_settings
from cronlytic_mcp.entrypoints.wiring import build_services
from tests.entrypoints.engine.command import local_environment
from tests.webhook_target import listening, saying

pytestmark = pytest.mark.anyio


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def build(tmp_path, stream):
    def make(**environment):
        settings = read_settings(Options(), local_environment(tmp_path) | environment, tmp_path)
        return settings, build_services(settings, Log(stream, "debug", settings.secrets))

    return make


async def set_event() -> anyio.Event:
    event = anyio.Event()
    event.set()
    return event


async def test_a_server_runs_jobs_of_its_store_once_it_has_answered(build):
    _, services = build()
    async with listening() as target:
        url = f"http://127.0.0.1:{target.port}/"
        change = await create_job(
            services.gateway,
            services.clock,
            name="one",
            url=url,
            cron_expression="0 0 1 1 *",
            allowed_hosts=services.allowed_hosts,
        )
        assert not services.engine.working
        await start_engine(services, await set_event())
        asked = await run_job_now(
            services.engine.store,
            services.clock,
            change.job.job_id,
            wait_seconds=20,
            wake=services.engine.wake,
        )
        (sign,) = await find_engines(services.engine.notes, services.clock)
        await services.close()

    assert asked.run.state is RunState.SUCCESS
    assert sign.kind is EngineKind.SERVER
    assert services.gateway.capabilities.backend == "local"


async def test_closing_ends_a_run_that_hangs_in_time(build):
    async def talk(reader, _writer):
        await reader.read()

    _, services = build()
    async with listening(talk) as target:
        url = f"http://127.0.0.1:{target.port}/"
        change = await create_job(
            services.gateway,
            services.clock,
            name="one",
            url=url,
            cron_expression="0 0 1 1 *",
            allowed_hosts=services.allowed_hosts,
        )
        services.engine.start()
        services.engine.start()
        await run_job_now(services.engine.store, services.clock, change.job.job_id, wake=services.engine.wake)
        await asyncio.wait_for(target.heard.wait(), 20)
        async with asyncio.timeout(20):
            await services.close()

    assert not services.engine.working


async def test_a_worker_ends_when_it_is_told_to(build, stream):
    settings, _ = build()
    async with AsyncExitStack() as to_close:
        worker = open_worker(settings, Log(stream, "debug"), to_close, stop_seconds=5)
        await worker.wait()
        worker.start()
        worker.stop()
        await asyncio.wait_for(worker.wait(), 20)
        assert not worker.working
        assert await find_engines(worker.notes, SystemClock()) == ()


async def test_what_is_kept_follows_the_settings(build):
    _, services = build(CRONLYTIC_KEEP_DAYS="2", CRONLYTIC_KEEP_RUNS="50")
    retention = services.engine.retention

    assert (retention.runs_for, retention.runs_per_job) == (timedelta(days=2), 50)
    assert retention.bodies_for == timedelta(days=7)
    await services.close()


async def test_failures_are_told_to_the_chat_that_is_set(build, stream):
    refusal = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
    async with listening(saying(refusal)) as target, listening() as chat:
        url = f"http://127.0.0.1:{chat.port}/s3cret"
        _, services = build(CRONLYTIC_NOTIFY_URL=url, CRONLYTIC_NOTIFY_AFTER="1")
        services.engine.start()
        while not await services.engine.notes.read_notes("notifications"):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
        await services.gateway.create(JobSpec("one", f"http://127.0.0.1:{target.port}/", IntervalSchedule(1)))
        await asyncio.wait_for(chat.heard.wait(), 30)
        await services.close()

    assert b"one has failed once. The target answered 500" in chat.requests[0]
    assert "s3cret" not in stream.getvalue()


async def test_an_engine_that_cannot_start_is_logged_and_stops_nothing(build, stream):
    _, services = build()
    services.preload = lambda: 1 / 0
    await start_engine(services, await set_event())

    assert "the engine could not be started" in stream.getvalue()
    assert (await services.gateway.list()) == ()
    await services.close()


async def test_a_backend_without_an_engine_has_none_to_start(build):
    _, services = build(CRONLYTIC_BACKEND="memory")
    await start_engine(services, anyio.Event())

    assert not services.has_engine
    with pytest.raises(NotSupported, match="CRONLYTIC_BACKEND=local"):
        _ = services.engine


def test_a_store_that_cannot_be_is_told_at_the_start(build):
    with pytest.raises(BadConfiguration, match="CRONLYTIC_DATABASE_URL must be a URL"):
        build(CRONLYTIC_DATABASE_URL="jobs.db")
