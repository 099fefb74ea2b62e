"""The worker as a process: it runs what is due, and ends in order."""

from __future__ import annotations

import asyncio
import signal

import pytest

from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.application.engine_presence import find_engines
from cronlytic_mcp.domain.engine.engine_sign import EngineKind
from cronlytic_mcp.domain.engine.run import RunState
from tests.entrypoints.engine.command import add_job, command, opened, sent_runs
from tests.webhook_target import OK, listening, saying

pytestmark = pytest.mark.anyio


async def test_it_runs_what_is_due_is_seen_and_ends_on_a_signal(tmp_path):
    async with listening() as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/")
        async with command(tmp_path, "worker") as worker:
            started = await worker.line_with("worker started")
            await asyncio.wait_for(target.heard.wait(), 20)
            (sign,) = await find_engines(store.notes, SystemClock())
            worker.process.send_signal(signal.SIGTERM)
            code = await worker.end()
        runs = await sent_runs(store)
        gone = await find_engines(store.notes, SystemClock())

    assert "1 jobs, the next run is at 20" in started
    assert sign.kind is EngineKind.WORKER
    assert code == 143
    assert worker.lines[-1] == "cronlytic-mcp: worker stopped."
    assert {run.state for run in runs} == {RunState.SUCCESS}
    assert b"idempotency-key: " + runs[-1].run_id.encode() in target.requests[0].lower()
    assert gone == ()


async def test_a_run_in_flight_may_end_before_the_worker_does(tmp_path):
    may_answer = asyncio.Event()

    async def talk(reader, writer):
        await may_answer.wait()
        await saying(OK)(reader, writer)

    async with listening(talk) as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/")
        async with command(tmp_path, "worker") as worker:
            await asyncio.wait_for(target.heard.wait(), 20)
            worker.process.send_signal(signal.SIGINT)
            await worker.line_with("worker stopping")
            may_answer.set()
            code = await worker.end()
        runs = await sent_runs(store)

    assert code == 130
    assert runs[-1].state is RunState.SUCCESS


async def test_a_second_signal_ends_it_at_once_and_leaves_the_run_to_its_lease(tmp_path):
    async def talk(reader, _writer):
        await reader.read()

    async with listening(talk) as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/")
        async with command(tmp_path, "worker") as worker:
            await asyncio.wait_for(target.heard.wait(), 20)
            worker.process.send_signal(signal.SIGTERM)
            await worker.line_with("worker stopping")
            worker.process.send_signal(signal.SIGTERM)
            code = await worker.end()
        runs = await sent_runs(store)

    assert code == 143
    assert "worker stopped" not in worker.lines[-1]
    assert runs[-1].state is RunState.RUNNING


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"CRONLYTIC_BACKEND": "memory"}, "the backend is memory"),
        ({"CRONLYTIC_DATABASE_URL": "mysql://x"}, "CRONLYTIC_DATABASE_URL begins with mysql://"),
        ({"CRONLYTIC_NOTIFY_URL": "ftp://s3cret"}, "CRONLYTIC_NOTIFY_URL must be the URL"),
        ({"CRONLYTIC_KEEP_DAYS": "0"}, "CRONLYTIC_KEEP_DAYS must be"),
    ],
)
async def test_a_wrong_configuration_ends_the_start_with_one_sentence_and_code_2(tmp_path, environment, said):
    async with command(tmp_path, "worker", **environment) as worker:
        assert await worker.end() == 2
    (line,) = worker.lines
    assert said in line
    assert "s3cret" not in line


async def test_a_store_that_cannot_be_used_ends_the_start_with_code_1_and_is_left_alone(tmp_path):
    (tmp_path / "jobs.db").write_text("not a database, but somebody's text" * 10)
    async with command(tmp_path, "worker") as worker:
        assert await worker.end() == 1
    (line,) = worker.lines
    assert "no SQLite database" in line
    assert (tmp_path / "jobs.db").read_text().startswith("not a database")


async def test_a_command_that_does_not_exist_is_refused_with_those_that_do(tmp_path):
    async with command(tmp_path, "work") as process:
        assert await process.end() == 2
    assert "work is no command; the commands are worker" in process.lines[0]


async def test_too_many_arguments_are_refused_with_the_right_way_to_write_it(tmp_path):
    async with command(tmp_path, "worker", "now") as process:
        assert await process.end() == 2
    assert "Write it as: cronlytic-mcp worker [--listen ADDRESS:PORT], then options." in process.lines[0]
