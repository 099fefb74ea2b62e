"""No line and no argument ends the process, makes it reply without bound, or shows a fault of its own."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.process.hostile import NASTY, arguments_of, lines
from tests.mcp.raw_server import REPLY_LIMIT, RawServer, raw_server
from tests.stub_api import StubApi

LOG_LINE_LIMIT = 10_000
MEBIBYTE = 2**20

FUZZING = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
LONG_FUZZING = settings(FUZZING, max_examples=3000)


class Victim:
    """A server process that several tests share, on an event loop that runs while a test asks for something."""

    def __init__(self, runner: asyncio.Runner, server: RawServer) -> None:
        self._runner, self._server = runner, server
        self._numbers = itertools.count()
        self.tools = runner.run(server.request("tools/list"))["tools"]

    def survive(self, line: bytes) -> None:
        """Send a line, and find the server still answering."""
        self._server.process.stdin.write(line + b"\n")
        self.ask("tools/list", {})

    def pour(self, size: int) -> None:
        """Send bytes that end no line."""
        self._runner.run(self._pour(size))

    async def _pour(self, size: int) -> None:
        for _ in range(size // MEBIBYTE):
            self._server.process.stdin.write(b"x" * MEBIBYTE)
            await self._server.process.stdin.drain()

    @property
    def peak(self) -> int:
        """The most bytes of memory that the process has held so far."""
        status = Path(f"/proc/{self._server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def ask(self, method: str, params: object) -> dict:
        """Send a request and return the message that answers it."""
        self._server.messages.clear()
        name = f"asked-{next(self._numbers)}"
        request_id = self._runner.run(self._send(method, params, name))
        return self._runner.run(self._server.answer_to(request_id))

    async def _send(self, method: str, params: object, name: str) -> str:
        message = {"jsonrpc": "2.0", "id": name, "method": method, "params": params}
        self._server.write(json.dumps(self._server.enveloped(message)))
        return name


@asynccontextmanager
async def serving(home, era: str):
    """Start a server over a stub of the API; at its end nothing of a fault may be on its stderr."""
    async with StubApi() as stub:
        environment = {
            "CRONLYTIC_API_KEY": stub.api_key,
            "CRONLYTIC_USER_ID": stub.user_id,
            "CRONLYTIC_BASE_URL": stub.base_url,
            "CRONLYTIC_LOG_LEVEL": "debug",
            "CRONLYTIC_WEBHOOK_A_MINUTE": "1000",
        }
        async with raw_server(home, era=era, environment=environment) as server:
            await server.open()
            yield server
            assert await server.end_input() == 0
            stderr = await server.stderr()
    lines_written = stderr.splitlines()
    assert not [line for line in lines_written if "internal error" in line or "Traceback" in line]
    assert max(map(len, lines_written)) <= LOG_LINE_LIMIT


@pytest.fixture(scope="module", params=["2025", "2026"])
def victim(request, tmp_path_factory):
    with asyncio.Runner() as runner:
        server = serving(tmp_path_factory.mktemp("home"), request.param)
        try:
            yield Victim(runner, runner.run(server.__aenter__()))
        finally:
            runner.run(server.__aexit__(None, None, None))


@FUZZING
@given(line=lines())
def test_no_line_kills_it(victim, line):
    victim.survive(line)


@pytest.mark.soak
@pytest.mark.timeout(900)
@LONG_FUZZING
@given(line=lines())
def test_none_of_thousands_of_lines_kills_it(victim, line):
    victim.survive(line)


@pytest.mark.parametrize("line", NASTY)
def test_no_nasty_line_kills_it(victim, line):
    victim.survive(NASTY[line])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_line_without_end_takes_little_memory(victim):
    before = victim.peak
    victim.pour(100 * MEBIBYTE)
    victim.survive(b"")

    assert victim.peak - before < 40 * MEBIBYTE


@FUZZING
@given(data=st.data())
def test_any_arguments_get_an_answer_of_bounded_size(victim, data):
    call_with_any_arguments(victim, data)


@pytest.mark.soak
@pytest.mark.timeout(900)
@LONG_FUZZING
@given(data=st.data())
def test_thousands_of_arguments_get_an_answer_of_bounded_size(victim, data):
    call_with_any_arguments(victim, data)


def call_with_any_arguments(victim, data):
    tool = data.draw(st.sampled_from(victim.tools), label="tool")
    arguments = data.draw(arguments_of(tool), label="arguments")

    answer = victim.ask("tools/call", {"name": tool["name"], "arguments": arguments})

    assert len(json.dumps(answer, ensure_ascii=False).encode()) < REPLY_LIMIT
    if "result" in answer:
        payload = answer["result"]["structuredContent"]
        assert answer["result"]["isError"] is ("error" in payload)
        assert payload.get("error", {}).get("code") != "internal_error"
    else:
        assert answer["error"]["code"] in {-32600, -32602}


def test_text_that_was_cut_within_an_emoji_gets_an_answer(victim):
    text = "a literal \\ud83d, a pair \U0001f600, a half \ud83d"
    job = {"name": "cut", "url": "https://example.com/", "cron_expression": "@daily", "method": "POST"}

    created = victim.ask("tools/call", {"name": "create_job", "arguments": job | {"body": text}})

    stored = created["result"]["structuredContent"]["job"]["body"]
    assert stored == text.replace("\ud83d", "\ufffd")
