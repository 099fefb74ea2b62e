"""Figures over log entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.domain.log import LogEntry, RunStatus, summarize

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def entries(statuses: str, times: list[float | None] | None = None) -> list[LogEntry]:
    """Return entries, newest first, from a text such as ``"ssf"``."""
    return [
        LogEntry(
            NOW - timedelta(hours=age),
            RunStatus.SUCCESS if letter == "s" else RunStatus.FAILED,
            200 if letter == "s" else 500,
            times[age] if times else 0.5,
        )
        for age, letter in enumerate(statuses)
    ]


def test_no_entries_are_no_data_and_not_zero_percent() -> None:
    summary = summarize([])
    assert (summary.runs, summary.success_rate, summary.mean_response_time) == (0, None, None)
    assert (summary.p95_response_time, summary.streak, summary.streak_status) == (None, 0, None)


def test_rate_and_streak_come_from_the_newest_side() -> None:
    summary = summarize(entries("ffsf"))
    assert (summary.runs, summary.successes, summary.failures) == (4, 1, 3)
    assert summary.success_rate == 0.25
    assert (summary.streak, summary.streak_status) == (2, RunStatus.FAILED)


def test_a_streak_can_span_everything() -> None:
    assert summarize(entries("sss")).streak == 3


@pytest.mark.parametrize(("count", "p95"), [(1, 1.0), (19, 19.0), (20, 19.0), (40, 38.0)])
def test_p95_is_the_nearest_rank(count: int, p95: float) -> None:
    times: list[float | None] = [float(n) for n in range(count, 0, -1)]
    assert summarize(entries("s" * count, times)).p95_response_time == p95


def test_entries_without_a_time_do_not_count_in_the_mean() -> None:
    summary = summarize(entries("ssf", [1.0, 3.0, None]))
    assert summary.mean_response_time == 2.0
