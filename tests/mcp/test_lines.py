"""Lines from stdin: whole, whatever pieces they come in, and none longer than the limit."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from cronlytic_mcp.entrypoints.mcp.ending import Ending
from cronlytic_mcp.entrypoints.mcp.lines import LINE_LIMIT, Lines
from cronlytic_mcp.entrypoints.mcp.wire import Wire
from tests.mcp.raw_server import raw_server

pytestmark = pytest.mark.anyio

TOO_LONG = b"x" * (LINE_LIMIT + 1)


class Pieces(io.RawIOBase):
    """An input that comes in the pieces that a test chose, and counts what was asked for."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__()
        self._pieces = list(pieces)

    def read(self, size: int = -1) -> bytes:
        if not self._pieces:
            return b""
        piece, rest = self._pieces[0][:size], self._pieces[0][size:]
        self._pieces[:1] = [rest] if rest else []
        return piece


@pytest.fixture
def answers():
    return io.StringIO()


@pytest.fixture
async def read_lines(answers):
    async def read(*pieces: bytes) -> list[str]:
        wire = Wire(answers, Ending(lambda _code: None, patience=3600))
        return [line async for line in Lines(Pieces(*pieces), wire)]

    return read


async def test_lines_are_the_same_whatever_pieces_they_come_in(read_lines):
    whole = b'{"a": "Zo\xc3\xab"}\n\n[]\r\nlast'
    expected = ['{"a": "Zoë"}\n', "\n", "[]\r\n", "last"]
    assert await read_lines(whole) == expected
    assert await read_lines(*(whole[at : at + 1] for at in range(len(whole)))) == expected
    assert await read_lines() == []


async def test_bytes_that_are_no_text_are_replaced(read_lines):
    assert await read_lines(b"\xff\xfe\n") == ["\ufffd\ufffd\n"]


async def test_the_longest_line_passes(read_lines, answers):
    line = b"y" * LINE_LIMIT
    assert await read_lines(line + b"\n") == [line.decode() + "\n"]
    assert answers.getvalue() == ""


@pytest.mark.parametrize("length", [LINE_LIMIT + 1, LINE_LIMIT + 100_000, 3 * LINE_LIMIT])
async def test_a_longer_line_is_dropped_and_answered_and_the_next_one_passes(read_lines, answers, length):
    assert await read_lines(b"a\n" + b"x" * length, b"\nb\n", b"c\n") == ["a\n", "b\n", "c\n"]
    answer = json.loads(answers.getvalue())
    assert (answer["id"], answer["error"]["code"]) == (None, -32600)
    assert "4194304 bytes" in answer["error"]["message"]


async def test_the_end_of_input_within_a_line_that_is_too_long_is_the_end(read_lines, answers):
    assert await read_lines(b"a\n", TOO_LONG) == ["a\n"]
    assert len(answers.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    ("begin", "end", "request_id"),
    [
        (b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"x":"', b'"}}', 7),
        (b'{"jsonrpc": "2.0", "id": "a-b", "method": "tools/call", "params": {"x": "', b'"}}', "a-b"),
        (b'{"id":7,"method":"tools/call","params":{"x":"', b'"},"jsonrpc":"2.0"}', 7),
        (b'{"method":"tools/call","params":{"x":"', b'"},"jsonrpc":"2.0","id":7}', 7),
        (b'{"method":"tools/call","params":{"x":"', b'"},"id":"a","jsonrpc":"2.0"} ', "a"),
        (b'{"jsonrpc":"2.0","method":"tools/call","params":{"x":"', b'"},"id":7}', 7),
        # Not a request: the id is one of ours, and an error under it would meet another request.
        (b'{"jsonrpc":"2.0","id":7,"result":{"x":"', b'"}}', None),
        (b'{"jsonrpc":"2.0","result":{"x":"', b'"},"id":7}', None),
        # An id of something else.
        (b'{"method":"tools/call","params":{"x":"', b'","id":7}}', None),
        (b'{"method":"tools/call","params":{"x":"', b'\\",\\"id\\":7}"}}', None),
        (b'{"method":"tools/call","params":{"id":7,"x":"', b'"}}', None),
        (b"[" * 500, b"]", None),
    ],
)
async def test_the_answer_has_the_requests_id_where_the_edges_of_the_line_show_it(
    read_lines, answers, begin, end, request_id
):
    assert await read_lines(begin + TOO_LONG + end + b"\n") == []
    assert json.loads(answers.getvalue())["id"] == request_id


def test_what_else_reads_stdin_finds_its_end():
    program = (
        "from cronlytic_mcp.entrypoints.mcp.lines import take_stdin\n"
        "import os, sys\n"
        "wire = take_stdin()\n"
        "assert sys.stdin.read() == '' and os.read(0, 10) == b''\n"
        "print(wire.read(100).decode())\n"
    )
    run = subprocess.run([sys.executable, "-c", program], input=b"message", capture_output=True, check=True)
    assert run.stdout.strip() == b"message"


async def test_two_answers_at_once_do_not_mix(tmp_path):
    with (tmp_path / "out").open("w") as file:
        wire = Wire(file, Ending(lambda _code: None, patience=3600))

        async def answer(text: str) -> None:
            await wire.write(text + "\n")
            await wire.flush()

        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(answer, str(number) * 50_000)
    assert sorted((tmp_path / "out").read_text().split()) == sorted(
        str(number) * 50_000 for number in range(20)
    )


def resident_bytes(server) -> int:
    pages = Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's view of a process")
async def test_a_line_without_end_is_not_held_in_memory_and_the_server_goes_on(tmp_path, era):
    async with raw_server(tmp_path, era=era) as server:
        await server.open()
        await server.call("list_jobs")
        before = resident_bytes(server)
        server.process.stdin.write(b'{"jsonrpc":"2.0","id":"endless","method":"tools/call","params":{"x":"')
        for _ in range(64):
            server.process.stdin.write(b"x" * 2**20)
            await server.process.stdin.drain()
        server.process.stdin.write(b'"}}\n')
        refused = await server.answer_to("endless")
        assert refused["error"]["code"] == -32600
        assert resident_bytes(server) - before < 16 * 2**20
        assert (await server.call("list_jobs"))["total"] == 0
