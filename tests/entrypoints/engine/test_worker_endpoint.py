"""A worker that is watched: its pages, as a process answers them."""

from __future__ import annotations

import asyncio
import json
import re
import signal

import pytest

from tests.entrypoints.engine.command import add_job, command, opened
from tests.webhook_target import listening

pytestmark = pytest.mark.anyio

LISTEN = ("--listen", "127.0.0.1:0")


async def port_of(worker) -> int:
    line = await worker.line_with("/healthz and /metrics are at http://127.0.0.1:")
    return int(re.search(r":(\d+)\.$", line.strip())[1])


async def get(port: int, path: str) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    answer = (await asyncio.wait_for(reader.read(), 20)).decode()
    writer.close()
    return int(answer.split()[1]), answer.partition("\r\n\r\n")[2]


async def get_until(port: int, path: str, pattern: str) -> tuple[int, str]:
    """Ask again and again, until the answer is the one; the timeout of the test ends it otherwise."""
    while True:
        status, body = await get(port, path)
        if re.search(pattern, body, re.MULTILINE):
            return status, body
        await asyncio.sleep(0.1)


async def test_it_tells_that_it_works_and_counts_its_runs_and_names_no_job(tmp_path):
    async with listening() as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/?token=s3cret")
        async with command(tmp_path, "worker", *LISTEN) as worker:
            port = await port_of(worker)
            await asyncio.wait_for(target.heard.wait(), 20)
            status, health = await get_until(port, "/healthz", '"healthy": true')
            counted = r'^cronlytic_runs_total{source="baseline-interval",state="success"} [1-9]'
            _, metrics = await get_until(port, "/metrics", counted)
            worker.process.send_signal(signal.SIGTERM)
            code = await worker.end()

    assert status == 200
    assert set(json.loads(health)) == {"healthy", "last_tick", "runs_in_flight"}
    assert float(re.search(r"^cronlytic_attempts_total (\S+)$", metrics, re.MULTILINE)[1]) >= 1
    assert re.search(r"^cronlytic_engine_up 1\.0$", metrics, re.MULTILINE)
    for secret in ("s3cret", "job-1", "127.0.0.1", str(tmp_path)):
        assert secret not in health + metrics
    assert code == 143


async def test_it_says_so_when_its_store_is_gone_and_when_it_is_back(tmp_path):
    async with command(tmp_path, "worker", *LISTEN) as worker:
        port = await port_of(worker)
        await worker.line_with("worker started")
        await get_until(port, "/healthz", '"healthy": true')
        store = tmp_path / "jobs.db"
        store.rename(tmp_path / "elsewhere.db")
        status, unwell = await get_until(port, "/healthz", '"healthy": false')
        _, metrics = await get_until(port, "/metrics", "cronlytic_engine_up 0.0")
        (tmp_path / "elsewhere.db").rename(store)
        again, _ = await get_until(port, "/healthz", '"healthy": true')

    assert (status, again) == (503, 200)
    assert json.loads(unwell) == {"healthy": False, "problem": "The store cannot be used; the log says why."}
    assert "cronlytic_oldest_due_age_seconds NaN" in metrics


async def test_the_variable_does_the_same_as_the_option_which_wins(tmp_path):
    async with command(tmp_path, "worker", *LISTEN, CRONLYTIC_LISTEN="192.0.2.1:1") as worker:
        assert (await get(await port_of(worker), "/healthz"))[0] in {200, 503}
    async with command(tmp_path, "worker", CRONLYTIC_LISTEN="127.0.0.1:0") as worker:
        assert (await get(await port_of(worker), "/nothing"))[0] == 404


async def test_without_either_nobody_can_ask(tmp_path):
    async with command(tmp_path, "worker") as worker:
        await worker.line_with("worker started")
        worker.process.send_signal(signal.SIGTERM)
        await worker.end()

    assert not [line for line in worker.lines if "healthz" in line]


async def test_an_address_that_others_can_reach_is_warned_of(tmp_path):
    async with command(tmp_path, "worker", "--listen=0.0.0.0:0") as worker:
        warning = await worker.line_with("warning")

    assert "other machines can reach 0.0.0.0:" in warning


async def test_a_port_that_is_taken_ends_the_start_with_one_sentence_and_code_2(tmp_path):
    async with (
        listening() as other,
        command(tmp_path, "worker", "--listen", f"127.0.0.1:{other.port}") as worker,
    ):
        assert await worker.end() == 2
    (line,) = worker.lines
    assert line == (
        f"cronlytic-mcp: --listen is 127.0.0.1:{other.port}, where another program listens already; "
        "name another port."
    )


async def test_a_name_ends_it_too(tmp_path):
    async with command(tmp_path, "worker", CRONLYTIC_LISTEN="metrics.example.com:80") as worker:
        assert await worker.end() == 2
    assert "CRONLYTIC_LISTEN must be an IP address and a port" in worker.lines[0]
