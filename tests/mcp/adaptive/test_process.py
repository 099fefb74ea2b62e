"""An analysis through the real command: the store is a file, and the engine of the process feels a hint."""

from __future__ import annotations

import asyncio

import pytest

from tests.entrypoints.engine.command import add_job, local_environment, opened
from tests.mcp.raw_server import raw_server
from tests.webhook_target import listening

pytestmark = pytest.mark.anyio


async def test_a_hint_makes_the_engine_of_the_process_run_the_job(tmp_path, era):
    async with listening() as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/", seconds=86_400)
        environment = local_environment(tmp_path)
        async with raw_server(
            tmp_path, "--toolsets", "core,engine,adaptive", environment=environment, era=era
        ) as server:
            opening = await server.open()
            started = await server.call("start_analysis", job_id="job-1")
            session = started["session_id"]
            answer = await server.call("propose_interval", session_id=session, interval_ms=1_000)
            await asyncio.wait_for(target.heard.wait(), 20)
            ended = await server.call("submit_analysis", session_id=session, reasoning="It was tried.")
            shown = await server.call("explain_job", job_id="job-1")
            assert await server.end_input() == 0
            assert '"level": "error"' not in await server.stderr()

    assert "start_analysis" in opening["instructions"]
    assert "Job: job (job-1)" in started["context"]
    assert answer["source"] == "hint-interval"
    assert (ended["status"], ended["calls_left"]) == ("analysis_complete", 0)
    assert shown["run"]["source"] == "hint-interval"
