"""What an engine has to say, as lines of the log."""

from __future__ import annotations

import io
import json

import pytest

from cronlytic_mcp.application.engine_notices import JobPostponed, LeaseLost, RunBroken, StoreFailed
from cronlytic_mcp.application.send_notification import Delivery
from cronlytic_mcp.application.sweep_store import Swept
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.entrypoints.engine_log import EngineLog
from cronlytic_mcp.entrypoints.logging import Log


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def engine_log(stream) -> EngineLog:
    return EngineLog(Log(stream, "debug"))


def lines(stream) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("notice", "level", "facts"),
    [
        (LeaseLost("run-1"), "warning", {"run_id": "run-1"}),
        (JobPostponed("job-1", ValueError("why")), "error", {"job_id": "job-1"}),
        (RunBroken("run-1", ValueError("why")), "error", {"run_id": "run-1"}),
        (StoreFailed("tick", ValueError("why")), "error", {"during": "tick"}),
        (Delivery(delivered=True, attempts=2), "info", {"attempts": 2, "problem": None}),
        (Delivery(delivered=False, attempts=4, problem="It said no."), "error", {"problem": "It said no."}),
        (Swept(1, 2, 3, 4), "debug", {"runs": 1, "bodies": 2, "events": 3, "sessions": 4}),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str | dict) else None,
)
def test_each_notice_is_one_line(engine_log, stream, notice, level, facts):
    engine_log.observe(notice)

    (line,) = lines(stream)
    assert line["level"] == level
    assert facts.items() <= line.items()


def test_a_bug_comes_with_its_trace(engine_log, stream):
    try:
        raise KeyError("why")
    except KeyError as error:
        engine_log.observe(RunBroken("run-1", error))

    assert "KeyError" in lines(stream)[0]["exception"]


def test_a_store_that_stays_broken_is_told_once_until_something_changes(engine_log, stream):
    locked, full = StoreUnavailable("it is locked", "Wait."), StoreUnavailable("the disk is full", "Free it.")
    for error in (locked, locked, full, full, locked):
        engine_log.observe(StoreFailed("tick", error))
    engine_log.observe(StoreFailed("renew", locked))

    assert ["locked" in line["problem"] for line in lines(stream)] == [True, False, True, True]
