"""The engine within the stdio server: it runs jobs while the client is there, and ends with the process."""

from __future__ import annotations

import asyncio
import signal

import pytest

from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.application.engine_presence import find_engines
from cronlytic_mcp.domain.engine.engine_sign import EngineKind
from cronlytic_mcp.domain.engine.run import RunState
from tests.entrypoints.engine.command import add_job, local_environment, opened, sent_runs
from tests.mcp.raw_server import raw_server
from tests.webhook_target import listening

pytestmark = pytest.mark.anyio


async def test_it_runs_jobs_from_the_first_answer_on_and_ends_with_the_input(tmp_path):
    async with listening() as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/")
        async with raw_server(tmp_path, environment=local_environment(tmp_path)) as server:
            opening = await server.open()
            await asyncio.wait_for(target.heard.wait(), 20)
            (sign,) = await find_engines(store.notes, SystemClock())
            events = await server.call("events_since")
            assert await server.end_input() == 0
            assert '"level": "error"' not in await server.stderr()
        gone = await find_engines(store.notes, SystemClock())

    assert "Backend: local, the embedded engine" in opening["instructions"]
    assert sign.kind is EngineKind.SERVER
    assert events["events"][0]["kind"] == "job_created"
    assert gone == ()


@pytest.mark.parametrize("ending", ["input", "signal"])
async def test_a_run_that_hangs_does_not_hold_the_process_up(tmp_path, ending):
    async def talk(reader, _writer):
        await reader.read()

    async with listening(talk) as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/")
        async with raw_server(tmp_path, environment=local_environment(tmp_path)) as server:
            await server.open()
            await asyncio.wait_for(target.heard.wait(), 20)
            if ending == "input":
                assert await server.end_input() == 0
            else:
                server.process.send_signal(signal.SIGTERM)
                assert await server.exit_code() == 143
            assert "Traceback" not in await server.stderr()
        runs = await sent_runs(store)

    assert runs[-1].state is RunState.RUNNING


async def test_a_job_runs_by_hand_through_the_server(tmp_path):
    async with listening() as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/", seconds=3600)
        async with raw_server(tmp_path, environment=local_environment(tmp_path)) as server:
            await server.open()
            asked = await server.call("run_job_now", job_id="job-1", wait_seconds=20)
            found = await server.call("get_run", run_id=asked["run"]["run_id"])
            assert await server.end_input() == 0

    assert asked["finished"] is True
    assert found["untrusted_body"] == "ok"
    assert len(target.requests) == 1


async def test_a_damaged_store_is_told_by_the_tools_and_left_alone(tmp_path):
    (tmp_path / "jobs.db").write_text("not a database, but somebody's text" * 10)
    async with raw_server(tmp_path, environment=local_environment(tmp_path)) as server:
        await server.open()
        error = (await server.call("list_jobs"))["error"]
        assert await server.end_input() == 0
    assert error["code"] == "store_unavailable"
    assert str(tmp_path) not in error["message"]
    assert (tmp_path / "jobs.db").read_text().startswith("not a database")
