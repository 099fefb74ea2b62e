"""Thousands of calls of every kind, failing ones among them, leave the memory of the process as it was."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mcp.raw_server import RawServer, raw_server
from tests.stub_api import Fault, StubApi

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]

AT_ONCE = 10
MEBIBYTE = 2**20
PAGE = 4096

JOB = {
    "url": "https://example.com/hook",
    "cron_expression": "0 3 * * *",
    "headers": {"Authorization": "Bearer abcdef"},
}
FAULTS = [
    Fault.answer(500),
    Fault.reset(),
    Fault.rate_limit("0"),
    Fault.answer(200, "<html>"),
    Fault.answer(409),
]


class Mix:
    """Draws calls; the jobs that it makes are deleted again, so that only the server could grow."""

    def __init__(self, stub: StubApi, chance: random.Random) -> None:
        self._stub, self._chance = stub, chance
        self._number = 0

    def draw(self) -> Iterator[tuple[str, dict]]:
        """Yield calls without end. No two are alike where that could fill a memory of what was asked."""
        chance = self._chance
        while True:
            self._number += 1
            number = self._number
            if chance.random() < 0.05:
                self._stub.faults.add(chance.choice(FAULTS).on(path="/jobs*"))
            for gone in list(self._stub.store.by_id)[20:]:
                self._stub.store.delete(gone)
            job_id = chance.choice(list(self._stub.store.by_id) or ["none"])
            yield chance.choice(
                [
                    ("list_jobs", {"name": f"job-{number}"}),
                    ("get_job", {"job_id": job_id}),
                    ("get_job", {"job_id": f"unknown-{number}"}),
                    ("get_job_logs", {"job_id": job_id}),
                    ("create_job", JOB | {"name": f"job-{number}", "body": f'{{"token": "secret-{number}"}}'}),
                    ("create_job", {"name": f"a b {number}", "url": f"http://10.0.0.1/{number}"}),
                    ("update_job", {"job_id": job_id, "url": f"https://host-{number}.example.com/", "headers": {}, "body": ""}),
                    ("pause_job", {"job_id": job_id}),
                    ("resume_job", {"job_id": job_id}),
                    ("delete_job", {"job_id": job_id}),
                    ("delete_job", {"job_id": job_id, "confirmation_token": f"{number:044}"}),
                    ("validate_cron", {"cron_expression": f"{number % 60} {number // 60 % 24} * * *", "timezone": "Europe/Berlin"}),
                    ("validate_cron", {"cron_expression": f"nonsense {number}"}),
                    ("test_webhook", {"url": f"http://127.0.0.1:{number % 60000 + 1}/"}),
                    ("health_check", {}),
                    ("list_jobs", {f"unknown-{number}": number}),
                    (f"unknown_tool_{number}", {}),
                ]
            )  # fmt: skip


async def make_calls(server: RawServer, calls: Iterator[tuple[str, dict]], count: int) -> int:
    """Make calls, some at once, and return how many of them succeeded."""
    succeeded = 0
    for _ in range(count // AT_ONCE):
        batch = [next(calls) for _ in range(AT_ONCE)]
        ids = [server.send("tools/call", {"name": tool, "arguments": arguments}) for tool, arguments in batch]
        answers = [await server.answer_to(request_id) for request_id in ids]
        succeeded += sum(not answer.get("result", {"isError": True})["isError"] for answer in answers)
        server.messages.clear()
    return succeeded


def resident(server: RawServer) -> int:
    """Return the bytes of memory that the process holds."""
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * PAGE


@pytest.mark.parametrize(
    ("warming_up", "measured", "most"),
    [
        pytest.param(500, 1_000, 2 * MEBIBYTE, id="1,500 calls"),
        pytest.param(2_000, 10_000, 2 * MEBIBYTE, id="12,000 calls", marks=pytest.mark.soak),
    ],
)
@pytest.mark.timeout(600)
async def test_mixed_calls_leave_memory_flat(tmp_path, stub, environment, warming_up, measured, most):
    environment |= {"CRONLYTIC_BREAKER_FAILURES": "1000", "CRONLYTIC_BREAKER_CALLS": "1000"}
    calls = Mix(stub, random.Random(7)).draw()
    async with raw_server(tmp_path, "--log-level", "error", environment=environment) as server:
        await server.open()
        await make_calls(server, calls, warming_up)
        before = resident(server)
        succeeded = await make_calls(server, calls, measured)
        grown = resident(server) - before
        assert await server.end_input() == 0

    assert succeeded > measured / 3, "the mix is of no use if it only fails"
    assert grown <= most, f"{grown / MEBIBYTE:.1f} MiB more after {measured} calls"
