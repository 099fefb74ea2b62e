"""The stream of the log: it writes what somebody takes, and waits for nobody."""

from __future__ import annotations

import os

import pytest

from cronlytic_mcp.entrypoints.log_stream import LogStream


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)
    os.close(writing)


def test_a_line_arrives_at_once(pipe):
    reading, writing = pipe
    stream = LogStream(writing)
    stream.write("Zoë\n")
    stream.flush()
    assert os.read(reading, 100).decode() == "Zoë\n"


def test_what_nobody_reads_is_dropped_instead_of_waited_for(pipe):
    reading, writing = pipe
    stream = LogStream(writing)
    for number in range(2000):  # far more than a pipe holds: a plain write would never return
        stream.write(f"{number} {'x' * 500}\n")
    held = os.read(reading, 1 << 20)
    assert held.startswith(b"0 ")
    stream.write("after\n")
    assert os.read(reading, 1 << 20).endswith(b"after\n")


def test_half_a_surrogate_pair_is_written_and_no_error(pipe):
    reading, writing = pipe
    LogStream(writing).write("\ud800\n")
    assert os.read(reading, 100) == b"\\ud800\n"


def test_only_a_terminal_is_one(pipe):
    _, writing = pipe
    assert not LogStream(writing).isatty()
    master, terminal = os.openpty()
    assert LogStream(terminal).isatty()
    os.close(master)
    os.close(terminal)


def test_a_stream_that_is_closed_is_an_os_error():
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(BrokenPipeError):
        LogStream(writing).write("x\n")
    os.close(writing)
