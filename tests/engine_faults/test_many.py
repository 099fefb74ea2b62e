"""Many occurrences at once: what hours and weeks without an engine leave, and a full minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]


DOWN = [
    (timedelta(hours=3), IntervalSchedule(1)),
    (timedelta(days=30), CronSchedule("* * * * *")),
    (timedelta(days=30), CronSchedule("*/7 8-18 * * 1-5", "America/New_York")),
]


async def test_after_a_downtime_each_job_runs_once_and_all_the_rest_is_one_row(town):
    now = datetime.now(UTC)
    names = [f"{kind}-{number}" for kind in range(len(DOWN)) for number in range(5)]
    for name in names:
        downtime, schedule = DOWN[int(name[0])]
        # The grace covers a weekend, so that there is always one to catch up with.
        await town.add_at(now - downtime, name, schedule, grace_seconds=4 * 86400)
    host = await town.start()
    await town.sink.until(lambda: {arrival.job_id for arrival in town.sink.arrivals} == set(names))

    await town.close_books(host)

    for name in names:
        first, second, *later = reversed(await town.store.list_runs(name, 1000))
        assert (first.state, second.state) == (RunState.MISSED, RunState.SUCCESS)
        assert first.count > 1000
        assert not [run for run in later if run.state is RunState.MISSED]


@pytest.mark.parametrize(
    ("count", "seconds"), [(300, 3), *(pytest.param(2000, many, marks=pytest.mark.soak) for many in (0, 60))]
)
async def test_many_jobs_of_the_same_time_all_run_once(town, count, seconds):
    town.lease = 20.0
    start = datetime.now(UTC)
    for number in range(count):
        at = start + timedelta(seconds=1 + seconds * number / count)
        await town.add_at(start, f"job-{number}", OneShot(at))
    host = await town.start()
    await town.sink.until(lambda: len(town.sink.arrivals) >= count, patience=180)

    account = await town.close_books(host)

    assert account.occurrences == {RunState.SUCCESS: count}
