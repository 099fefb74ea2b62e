"""Log lines: JSON for programs, text for a terminal, on the stream that they were given, and no secret in them."""

from __future__ import annotations

import io
import json
import logging
import os
from contextlib import suppress

import pytest

from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.entrypoints.logging import LibraryHandler, Log
from cronlytic_mcp.entrypoints.request import NOTED_JOBS, answering, current_request, note_given, note_job

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


# --- Bounded and clean, whatever was given -------------------------------------------------------


def logged(stream) -> dict:
    (line,) = stream.getvalue().splitlines()
    return json.loads(line)


def test_a_line_is_bounded_whatever_is_logged(stream):
    log = Log(stream, "info")
    huge = "x" * 1_000_000
    try:
        fail_with_a_secret(huge)
    except RuntimeError as error:
        log.write("error", huge, tool=huge, fact=[huge], exc_info=error)
    assert len(stream.getvalue()) < 4096
    assert logged(stream)["event"].endswith("[cut]")


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
def test_what_a_person_cannot_see_and_what_steers_a_terminal_is_not_written(kind):
    stream = kind()
    Log(stream, "info").write("info", "a\u202eb\x1b[2Jc\u200b", fact="two\nlines\r\nx")
    plain = stream.getvalue().replace("\x1b[0m", "").replace("\x1b[1m", "").replace("\x1b[2m", "")
    assert not {"\u202e", "\u200b", "\x1b[2J"} & {*plain, *(plain[at : at + 4] for at in range(len(plain)))}
    assert "two lines x" in plain


def test_facts_keep_their_types(stream):
    Log(stream, "info").write("info", "x", count=3, share=0.5, flag=True, nothing=None)
    line = logged(stream)
    assert (line["count"], line["share"], line["flag"], line["nothing"]) == (3, 0.5, True, None)


# --- The request it belongs to ---------------------------------------------------------------------


def test_a_line_within_a_request_has_its_id(stream):
    with answering() as request:
        Log(stream, "info").write("info", "x")
    assert logged(stream)["request_id"] == request.id


def test_a_line_outside_of_any_request_has_none(stream):
    Log(stream, "info").write("info", "x")
    assert "request_id" not in logged(stream)


def test_each_request_has_an_id_of_its_own():
    with answering() as first:
        pass
    with answering() as second:
        assert current_request() is second
    assert first.id != second.id
    assert current_request() is None


@pytest.mark.parametrize("kind", [io.StringIO, Terminal])
def test_secrets_of_the_jobs_that_a_request_deals_with_are_in_no_line_of_it(kind):
    stream = kind()
    log = Log(stream, "debug")
    spec = JobSpec(
        "n",
        "https://example.com/?token=t0ken-in-the-url",
        CronSchedule("* * * * *"),
        headers={"Authorization": "Bearer header-s3cret"},
        body='{"password": "p\\"quoted-body-s3cret"}',
    )
    with answering():
        note_job(spec)
        note_given(
            {"url": "https://u:userinfo-s3cret@example.com", "headers": {"X-Key": "k3y-s3cret"}, "body": 3}
        )
        text = 't0ken-in-the-url header-s3cret p"quoted-body-s3cret userinfo-s3cret k3y-s3cret'
        log.write("info", text, fact={"nested": text})
        try:
            fail_with_a_secret(text)
        except RuntimeError as error:
            log.write("error", "failed", exc_info=error)
    assert "t0ken" not in stream.getvalue()
    assert "s3cret" not in stream.getvalue()
    assert "***masked***" in stream.getvalue()


def test_a_job_outside_of_any_request_is_not_kept():
    note_given({"url": "https://example.com/?token=abcdef"})
    assert current_request() is None


def test_the_newest_jobs_of_a_request_are_remembered_and_not_all_of_them(stream):
    with answering() as request:
        for number in range(2 * NOTED_JOBS):
            note_given({"url": f"https://example.com/?token=secret-{number}"})
        assert len(request.secrets) == NOTED_JOBS
        assert f"secret-{2 * NOTED_JOBS - 1}" in request.secrets
