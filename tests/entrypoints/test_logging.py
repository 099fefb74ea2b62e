"""Log lines: JSON for programs, text for a terminal, on the stream that they were given, and no secret in them."""

from __future__ import annotations

import io
import json
import logging
import os
from contextlib import suppress

import pytest

from cronlytic_mcp.entrypoints.logging import LibraryHandler, Log

SECRET = "sk-Very-Secret-0123456789"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def stream():
    return io.StringIO()


def fail_with_a_secret(secret: str) -> None:
    raise RuntimeError(f"the header was {secret}")


def test_an_event_is_one_line_of_json_with_its_facts(stream):
    Log(stream, "info").write("warning", "something happened", tool="get_job", who="Zoë")
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "something happened", "level": "warning", "tool": "get_job", "who": "Zoë"}
    assert stream.getvalue().count("\n") == 1


def test_at_a_terminal_an_event_is_text():
    terminal = Terminal()
    Log(terminal, "info").write("warning", "something happened", tool="get_job")
    assert "something happened" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")


@pytest.mark.parametrize(("level", "written"), [("debug", 3), ("info", 2), ("warning", 1), ("error", 0)])
def test_only_what_is_at_least_as_grave_as_the_level_is_written(stream, level, written):
    log = Log(stream, level)
    log.write("debug", "a")
    log.say("b")
    log.write("warning", "c")
    assert len(stream.getvalue().splitlines()) == written


def test_a_sentence_of_the_start_is_a_plain_line(stream):
    Log(stream, "info").say("hello")
    assert stream.getvalue() == "cronlytic-mcp: hello\n"


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
def test_a_secret_is_in_no_line_and_no_stack_trace(kind):
    stream = kind()
    log = Log(stream, "debug", [SECRET])
    log.say(f"key {SECRET}")
    log.write("info", f"key {SECRET}", fact={"nested": SECRET})
    try:
        held = "the value of a local variable"[::-1]
        fail_with_a_secret(SECRET)
    except RuntimeError as error:
        log.write("error", "failed", exc_info=error)
    assert SECRET not in stream.getvalue()
    assert "RuntimeError: the header was ***masked***" in stream.getvalue()
    assert held not in stream.getvalue(), "local variables may hold what nobody should read"


def test_what_libraries_warn_of_goes_into_the_log_and_what_they_chat_does_not(stream):
    library = logging.getLogger("some.library")
    library.setLevel(logging.DEBUG)
    library.addHandler(LibraryHandler(Log(stream, "debug", [SECRET])))
    library.debug("the whole message: %s", SECRET)
    library.info("hello")
    library.warning("it is %s", "odd")
    try:
        fail_with_a_secret(SECRET)
    except RuntimeError:
        library.exception("it failed")
    warned, failed = map(json.loads, stream.getvalue().splitlines())
    assert (warned["event"], warned["level"], warned["library"]) == ("it is odd", "warning", "some.library")
    assert "RuntimeError" in failed["exception"]
    assert SECRET not in stream.getvalue()


def test_a_log_that_nobody_reads_any_more_harms_nothing():
    reading, writing = os.pipe()
    os.close(reading)
    with suppress(OSError), os.fdopen(writing, "w") as stream:
        log = Log(stream, "info")
        log.say("hello")
        log.write("error", "something happened")
