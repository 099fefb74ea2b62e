"""The commands on a store in PostgreSQL, as processes; and an engine that is told of what others write."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from cronlytic_mcp.adapters.memory.webhook_sender import MemoryWebhookSender
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.application.engine_host import EngineHost, HostSettings
from cronlytic_mcp.application.engine_settings import EngineSettings
from cronlytic_mcp.domain.engine.engine_sign import EngineKind
from cronlytic_mcp.domain.engine.retention import Retention
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.entrypoints.local_engine import LocalEngine
from cronlytic_mcp.entrypoints.shared_store import SharedStore
from tests.entrypoints.engine.command import PATIENCE, add_job, command
from tests.postgres_server import GUARDED_USER, free_port

pytestmark = pytest.mark.anyio


@pytest.fixture
def database(postgres):
    with postgres.store() as database:
        yield database


@pytest.fixture
async def store(postgres, database):
    async with SqlEngineStore(PostgresServer(postgres.url(database))) as store:
        yield store


async def until_events(store, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await store.last_sequence() < count:  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.02)


async def test_a_worker_runs_the_jobs_and_ends_in_order(postgres, database, store, tmp_path):
    await add_job(store, "http://127.0.0.1:9/")
    async with command(tmp_path, "worker", CRONLYTIC_DATABASE_URL=postgres.url(database)) as worker:
        await worker.line_with("worker started: 1 jobs")
        await until_events(store, 3)
        worker.process.terminate()
        assert await worker.end() == 143


async def test_a_worker_waits_for_a_server_that_went_away(postgres, database, store, tmp_path):
    await add_job(store, "http://127.0.0.1:9/")
    async with command(tmp_path, "worker", CRONLYTIC_DATABASE_URL=postgres.url(database)) as worker:
        await worker.line_with("worker started")
        with postgres.closed(database):
            await worker.line_with("the database server cannot be reached")
        reached = await store.last_sequence()
        await until_events(store, reached + 2)
        worker.process.terminate()
        assert await worker.end() == 143


@pytest.mark.parametrize("line", [("worker",), ("doctor",)])
async def test_a_server_that_refuses_the_password_is_told_without_it(postgres, database, tmp_path, line):
    postgres.execute(f"CREATE ROLE {GUARDED_USER} LOGIN PASSWORD 'right'")
    try:
        url = postgres.url(database, GUARDED_USER, "hunter2")
        async with command(tmp_path, *line, CRONLYTIC_DATABASE_URL=url) as told:
            assert await told.end() == 1
    finally:
        postgres.execute(f"DROP ROLE {GUARDED_USER}")

    said = "\n".join(told.lines) + told.output
    assert "refuses the user or the password" in said
    assert not [secret for secret in ("hunter2", "127.0.0.1", "Traceback") if secret in said]


async def test_a_backup_names_the_tool_for_it(postgres, database, tmp_path):
    async with command(
        tmp_path, "backup", str(tmp_path / "copy"), CRONLYTIC_DATABASE_URL=postgres.url(database)
    ) as backup:
        assert await backup.end() == 1

    assert "pg_dump" in backup.lines[-1]


async def test_a_service_file_never_holds_a_password(tmp_path):
    url = f"postgresql+psycopg://owner:hunter2@127.0.0.1:{free_port()}/jobs"
    async with command(tmp_path, "service", "install", CRONLYTIC_DATABASE_URL=url) as service:
        assert await service.end() == 2

    assert "~/.pgpass" in service.lines[-1]
    assert "hunter2" not in service.lines[-1]


async def test_an_engine_hears_of_a_job_that_another_process_adds(postgres, database, store):
    place = PostgresServer(postgres.url(database))
    here, notices = SqlEngineStore(place), []
    settings = HostSettings(EngineKind.WORKER, EngineSettings(tick=timedelta(hours=1)))
    sender = MemoryWebhookSender(AllowedHosts.parse(["127.0.0.1"]))
    host = EngineHost(
        here,
        here.notes,
        sender,
        SystemClock(),
        settings,
        analyses=here.analyses,
        engine_id="it",
        observe=notices.append,
    )
    heard = asyncio.Event()
    engine = LocalEngine(
        here,
        here.notes,
        host,
        Retention(),
        analyses=here.analyses,
        close_store=here.close,
        patience=1,
        shared=SharedStore(here.open, here.make_signals(), notices.append),
    )
    engine.hear(lambda _: heard.set())
    engine.start()
    async with asyncio.timeout(PATIENCE):
        await heard.wait()  # it listens, and has nothing to do for an hour
    await add_job(store, "http://127.0.0.1:9/")

    await until_events(store, 2)
    await engine.close()
    assert not notices


async def test_an_engine_begins_when_its_server_can_be_reached(postgres, database, store):
    place = PostgresServer(postgres.url(database))
    here, failures = SqlEngineStore(place, patience=0.1), asyncio.Queue()
    shared = SharedStore(here.open, here.make_signals(), failures.put_nowait)
    with postgres.closed(database):
        opening = asyncio.create_task(shared.open(asyncio.Event()))
        failed = await failures.get()
    async with asyncio.timeout(PATIENCE):
        await opening

    assert failed.operation == "open"
    await here.close()


async def test_an_engine_that_waits_for_its_server_can_be_stopped():
    place = PostgresServer(f"postgresql+psycopg://owner@127.0.0.1:{free_port()}/jobs")
    here, failures, stopping = SqlEngineStore(place, patience=0.1), asyncio.Queue(), asyncio.Event()
    opening = asyncio.create_task(
        SharedStore(here.open, here.make_signals(), failures.put_nowait).open(stopping)
    )
    await failures.get()
    stopping.set()

    async with asyncio.timeout(PATIENCE):
        await opening
    await here.close()
