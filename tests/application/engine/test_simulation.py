"""Thirty days of many jobs in many zones, against what another implementation of cron predicts."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim

from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.application.engine.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

# New York's clocks go forward on 8 March, Berlin's on the 29th; Auckland's, Sydney's, Lord Howe's (by half an
# hour) and Santiago's go back on 5 April.
START, DAYS = datetime(2026, 3, 7, 0, 0, 30, tzinfo=UTC), 30
ZONES = [
    "UTC",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Lisbon",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
]
EXPRESSIONS = [
    "*/15 * * * *",
    "7-59/30 * * * *",
    "30 2 * * *",
    "0 0 * * *",
    "15 1-3 * * *",
    "*/30 9-17 * * 1-5",
    "0 12 1,15 * 5",
    "59 23 */2 * *",
    "45 1 * * 0",
]


def predict(expression: str, zone: str) -> list[datetime]:
    end = START + timedelta(days=DAYS)
    runs = CronSim(expression, START.astimezone(ZoneInfo(zone)))
    return [run.astimezone(UTC) for run in takewhile(lambda run: run <= end, runs)]


async def test_thirty_days_have_exactly_the_occurrences_that_cronsim_predicts(world: World):
    world.clock.step(START - world.clock.now())
    expected = {
        f"{n}-{m}": predict(text, zone) for n, zone in enumerate(ZONES) for m, text in enumerate(EXPRESSIONS)
    }
    for n, zone in enumerate(ZONES):
        for m, text in enumerate(EXPRESSIONS):
            await world.add(CronSchedule(text, zone), job_id=f"{n}-{m}")

    async with world.running(tick=timedelta(days=1)):
        await asyncio.sleep(DAYS * 86400 + 1)

    rows = {job_id: list(reversed(await world.store.list_runs(job_id, 10_000))) for job_id in expected}
    differing = {
        job_id: (
            EXPRESSIONS[int(job_id.split("-")[1])],
            ZONES[int(job_id.split("-")[0])],
            sorted({run.fire_at for run in runs} ^ set(expected[job_id])),
        )
        for job_id, runs in rows.items()
        if [run.fire_at for run in runs] != expected[job_id]
    }
    assert not differing
    made = [run for runs in rows.values() for run in runs]
    assert Counter(run.state for run in made) == {RunState.SUCCESS: len(made)}
    assert {run.lateness for run in made} == {timedelta(0)}
    assert len(set(world.targets.keys)) == len(world.targets.keys) == len(made)
    assert len(made) > 50_000
    assert not world.notices
