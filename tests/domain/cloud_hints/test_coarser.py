"""The expressions that stand in for intervals: never tighter than what was asked for, and even."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.cloud_hints.coarser import coarser_expression, dated_expression, minute_from
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.schedule import CronSchedule

INSTANTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the zone is given below
    datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(seconds=st.integers(1, 28 * 86_400), after=INSTANTS)
def test_no_two_runs_are_closer_than_the_interval(seconds, after):
    expression, gap = coarser_expression(timedelta(seconds=seconds))
    runs = CronSchedule.parse(expression).next_runs(after, 30)

    gaps = [later - earlier for earlier, later in pairwise(runs)]
    assert min(gaps) >= gap >= timedelta(seconds=seconds)


@given(first=st.integers(1, 365 * 86_400), second=st.integers(1, 365 * 86_400))
def test_a_longer_interval_never_becomes_a_tighter_expression(first, second):
    (_, tighter), (_, coarser) = (
        coarser_expression(timedelta(seconds=seconds)) for seconds in sorted((first, second))
    )

    assert tighter <= coarser


@pytest.mark.parametrize(
    ("minutes", "expression"),
    [(1, "* * * * *"), (5, "*/5 * * * *"), (7, "*/10 * * * *"), (31, "0 * * * *"), (90, "0 */2 * * *")],
)
def test_the_next_coarser_step_is_taken_where_none_is_even(minutes, expression):
    assert coarser_expression(timedelta(minutes=minutes))[0] == expression


def test_more_than_a_year_is_refused():
    with pytest.raises(InvalidArguments, match="interval_ms"):
        coarser_expression(timedelta(days=366))


@given(at=INSTANTS)
def test_a_dated_expression_comes_first_at_the_full_minute_from_the_time_on(at):
    minute = minute_from(at)

    assert timedelta() <= minute - at < timedelta(minutes=1)
    before = minute - timedelta(minutes=1)
    assert CronSchedule.parse(dated_expression(minute)).next_runs(before, 1) == [minute]
