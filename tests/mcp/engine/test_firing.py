"""Whether a new job will run when its client has closed, over a store that lasts."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.application.engine_presence import Presence
from cronlytic_mcp.domain.engine.engine_sign import EngineKind

pytestmark = pytest.mark.anyio

JOB = {"name": "one", "url": "https://example.com/hook", "cron_expression": "0 * * * *"}


@pytest.fixture
async def store(tmp_path):
    async with SqlEngineStore(SqliteFile(tmp_path / "jobs.db")) as store:
        yield store


@pytest.fixture
def notes(store):
    return store.notes


async def test_it_is_said_that_jobs_run_only_while_the_client_is_open(connect, engine):
    engine.start()
    async with connect() as assistant:
        notices = (await assistant.call("create_job", **JOB))["notices"]
        assert (await assistant.call("health_check"))["notices"] == notices

    assert "only while this client is open" in notices[0]
    assert "cronlytic-mcp service install" in notices[0]


async def test_nothing_is_said_where_a_worker_is_at_work(connect, engine, notes, clock):
    await Presence(notes, clock, "worker", EngineKind.WORKER).announce()
    engine.start()
    async with connect() as assistant:
        assert "notices" not in await assistant.call("create_job", **JOB)
