"""One connection and its end, without a process around it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from contextlib import asynccontextmanager, suppress

import anyio
import pytest
from anyio import to_thread
from mcp import ClientSession, MCPError
from mcp.shared.memory import create_client_server_memory_streams

from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.mcp.ending import Ending
from cronlytic_mcp.entrypoints.mcp.process import serve
from cronlytic_mcp.entrypoints.mcp.server import build_server
from cronlytic_mcp.entrypoints.mcp.wire import Wire
from cronlytic_mcp.entrypoints.services import Services
from tests.mcp.backends import FixedGateway

pytestmark = pytest.mark.anyio


class HangingGateway(FixedGateway):
    """Takes a call and never answers it; says when one came in and when it ended.

    A `deaf` one does not hear that it is cancelled until it is `released`.
    """

    deaf = False

    def __init__(self) -> None:
        super().__init__()
        self.called, self.cancelled, self.released = anyio.Event(), anyio.Event(), anyio.Event()

    async def list(self):
        self.called.set()
        try:
            with anyio.CancelScope(shield=self.deaf):
                await self.released.wait()
        finally:
            self.cancelled.set()


class Ended:
    """Takes the place of the end of the process, and remembers with which codes it would have ended."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.happened = threading.Event()

    def __call__(self, code: int) -> None:
        self.codes.append(code)
        self.happened.set()


@pytest.fixture
def ended():
    return Ended()


@pytest.fixture
def gateway():
    return HangingGateway()


@pytest.fixture
async def ending(ended):
    return Ending(ended, patience=3600)


@asynccontextmanager
async def connection(services, ending):
    """Serve, and yield the client's ends of the streams; leaving them open is not the end of input."""
    async with create_client_server_memory_streams() as (client, server):

        @asynccontextmanager
        async def transport():
            yield server

        async with anyio.create_task_group() as tasks:
            done = anyio.Event()

            async def run() -> None:
                await serve(build_server(services), transport(), services, ending)
                done.set()

            tasks.start_soon(run)
            yield *client, done


@asynccontextmanager
async def hanging_call(services, ending, gateway):
    """A connection with a call under way that will never be answered."""
    async with (
        connection(services, ending) as (read, write, done),
        ClientSession(read, write) as session,
        anyio.create_task_group() as tasks,
    ):
        await session.initialize()

        async def call() -> None:
            with suppress(MCPError):
                await session.call_tool("list_jobs", {})

        tasks.start_soon(call)
        await gateway.called.wait()
        yield write
        await gateway.cancelled.wait()
        await done.wait()


async def test_stopping_cancels_the_calls_under_way_and_ends_with_the_code(services, gateway, ending, ended):
    async with hanging_call(services, ending, gateway):
        ending.stop(143)
    assert ended.codes == [143]


async def test_the_end_of_input_cancels_the_calls_under_way_and_goes_on_to_the_normal_end(
    services, gateway, ending, ended
):
    async with hanging_call(services, ending, gateway) as write:
        await write.aclose()
    assert ended.codes == []


async def test_what_the_services_hold_open_is_closed_at_the_end(clock, ending, sender):
    closed = anyio.Event()

    async def close() -> None:
        closed.set()

    def make_gateway(_clock, to_close):
        to_close.push_async_callback(close)
        return FixedGateway()

    services = Services(
        backend="cronlytic",
        log=Log(io.StringIO(), "info"),
        make_clock=lambda: clock,
        make_gateway=make_gateway,
        make_webhook_sender=lambda _clock: sender,
        make_events=MemoryJobEvents,
        preload=lambda: None,
    )
    assert services.gateway is services.gateway
    async with connection(services, ending) as (_read, write, done):
        await write.aclose()
        await done.wait()
    assert closed.is_set()


async def test_a_call_that_cannot_be_cancelled_does_not_outlive_the_client(services, gateway, ended):
    gateway.deaf = True
    async with hanging_call(services, Ending(ended, patience=0.01), gateway) as write:
        await write.aclose()
        await to_thread.run_sync(ended.happened.wait, 20)
        gateway.released.set()
    assert ended.codes == [0]


@pytest.mark.parametrize("begin", [lambda ending: ending.stop(130), lambda ending: ending.input_ended()])
async def test_what_holds_up_the_end_is_ended_by_force(ended, begin):
    begin(Ending(ended, patience=0.01))
    assert ended.happened.wait(20)


async def test_only_the_first_reason_to_end_decides_the_code(ended):
    ending = Ending(ended, patience=3600)
    ending.stop(143)
    ending.stop(130)
    ending.input_ended()
    ending.finish()
    assert ended.codes == [143]


@pytest.fixture
def signals_restored():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals_restored")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_a_signal_stops_the_work(ending, ended, number, code):
    ending.handle_signals()
    with ending.scope:
        signal.raise_signal(number)
        await anyio.sleep_forever()
    ending.finish()
    assert ended.codes == [code]


async def test_the_wire_says_when_the_first_answer_went_out(ending):
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as reader, os.fdopen(writing, "w", newline="\n") as file:
        wire = Wire(file, ending)
        await wire.write("answer\n")
        assert not wire.first_answer.is_set()
        await wire.flush()
        assert wire.first_answer.is_set()
        assert reader.readline() == "answer\n"


async def test_a_client_that_is_gone_is_the_end_and_no_error(ending, ended):
    reading, writing = os.pipe()
    os.close(reading)
    file = os.fdopen(writing, "w")
    wire = Wire(file, ending)
    await wire.write("answer\n")
    await wire.flush()
    assert ending.scope.cancel_called
    assert not wire.first_answer.is_set()
    await wire.write("x" * 100_000)
    ending.finish()
    assert ended.codes == [0]
    with suppress(BrokenPipeError):
        file.close()


def test_what_is_printed_by_mistake_does_not_reach_the_protocol():
    program = (
        "from cronlytic_mcp.entrypoints.mcp.wire import take_stdout\n"
        "import os\n"
        "wire = take_stdout()\n"
        "print('printed')\n"
        "os.write(1, b'written')\n"
        "wire.write('answer\\n')\n"
        "wire.flush()\n"
        "print('never flushed')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout == b"answer\n"
    assert b"never flushed" in run.stderr
