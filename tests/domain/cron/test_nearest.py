"""The cron expression that comes nearest to an interval or to an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cronlytic_mcp.domain.cron.nearest import nearest_to_instant, nearest_to_interval
from cronlytic_mcp.domain.schedule import CronSchedule


@pytest.mark.parametrize(
    ("seconds", "expression"),
    [
        (1, "* * * * *"),
        (60, "* * * * *"),
        (300, "*/5 * * * *"),
        (400, "*/6 * * * *"),
        (2400, "*/30 * * * *"),
        (3600, "0 * * * *"),
        (5 * 3600, "0 */6 * * *"),
        (86400, "0 0 * * *"),
        (7 * 86400, "0 0 * * 0"),
        (366 * 86400, "0 0 1 1 *"),
    ],
)
def test_an_interval_is_named_the_even_expression_next_to_it(seconds, expression):
    assert nearest_to_interval(seconds) == expression


@pytest.mark.parametrize(
    ("at", "runs"),
    [
        (
            datetime(2027, 3, 28, 9, 0, tzinfo=timezone(timedelta(hours=2))),
            datetime(2027, 3, 28, 7, tzinfo=UTC),
        ),
        (datetime(2027, 12, 31, 23, 59, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_instant_is_named_the_expression_that_first_runs_at_its_full_minute(at, runs):
    schedule = CronSchedule.parse(nearest_to_instant(at))
    assert schedule.next_runs(at - timedelta(seconds=1), 1) == [runs]
