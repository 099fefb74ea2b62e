"""The instant of a single run: whose offset counts, and what nobody could tell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.run_at import parse_run_at
from cronlytic_mcp.domain.schedule import OneShot


@pytest.mark.parametrize(
    ("text", "timezone", "hour"),
    [
        ("2027-03-28T09:00:00+02:00", None, 7),
        ("2027-03-28T09:00:00Z", None, 9),
        ("2027-03-28T09:00:00", "Europe/Berlin", 7),
        ("2027-03-28T09:00", "UTC", 9),
        ("2027-03-28T09:00:00Z", "Europe/Berlin", 9),
    ],
)
def test_the_offset_counts_and_else_the_zone(text, timezone, hour):
    assert parse_run_at(text, timezone) == OneShot(datetime(2027, 3, 28, hour, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "timezone", "field", "rule"),
    [
        ("tomorrow", None, "run_at", "format"),
        ("2027-03-28T09:00:00", None, "run_at", "offset"),
        ("2027-03-28T02:30:00", "Europe/Berlin", "run_at", "skipped"),
        ("2027-10-31T02:30:00", "Europe/Berlin", "run_at", "ambiguous"),
        ("2200-01-01T00:00:00Z", None, "run_at", "range"),
        ("2027-03-28T09:00:00", "Mars/Olympus", "timezone", "unknown"),
    ],
)
def test_what_names_no_instant_is_refused(text, timezone, field, rule):
    with pytest.raises(InvalidArguments) as refused:
        parse_run_at(text, timezone)

    (problem,) = refused.value.problems
    assert (problem.field, problem.rule) == (field, rule)


def test_a_skipped_time_is_refused_with_the_one_that_exists():
    with pytest.raises(InvalidArguments) as refused:
        parse_run_at("2027-03-28T02:30:00", "Europe/Berlin")

    assert refused.value.problems[0].example == "2027-03-28T03:30:00"
