"""The system clock reads the machine's time and zone."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.adapters.system.clock import SystemClock


@pytest.fixture
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_now_is_the_machines_time():
    before = datetime.now(UTC)
    now = SystemClock().now()
    after = datetime.now(UTC)

    assert before <= now <= after


def test_monotonic_is_the_machines_monotonic_clock():
    before = time.monotonic()
    reading = SystemClock().monotonic()

    assert before <= reading <= time.monotonic()


def test_local_time_has_the_offset_of_its_own_season(berlin):
    clock = SystemClock()

    winter = clock.local(datetime(2026, 1, 15, 12, tzinfo=UTC))
    summer = clock.local(datetime(2026, 7, 15, 12, tzinfo=UTC))

    assert (winter.hour, winter.utcoffset()) == (13, timedelta(hours=1))
    assert (summer.hour, summer.utcoffset()) == (14, timedelta(hours=2))
