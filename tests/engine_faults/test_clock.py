"""The wall clock of an engine's process is set forth and back while it works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.schedule import CronSchedule, OneShot
from tests.engine_faults.set_clock import SetClock

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


async def probe(town, clock: SetClock, name: str) -> None:
    """Return when a job that was added for the moment, as the set clock has it, has run."""
    now = clock.now()
    await town.add_at(now, name, OneShot(now + timedelta(milliseconds=300)))
    await town.sink.until(lambda: bool(town.sink.keys(name)))


@pytest.mark.parametrize(
    "hours",
    [
        (1, -1, 25, -25),
        pytest.param((1, -1, 25, -25, 0) * 20, marks=[pytest.mark.soak, pytest.mark.timeout(900)]),
    ],
)
async def test_no_occurrence_is_lost_doubled_or_interrupted_when_the_clock_is_set(town, tmp_path, hours):
    clock = SetClock(tmp_path)
    town.lease = 20.0  # nobody dies, however busy the machine is
    await town.add_many(3)
    await town.add("minutely", CronSchedule("* * * * *"))
    host, other = await town.start(clock.environment), await town.start(clock.environment)
    await town.sink.until_more(3)
    for step, shift in enumerate(hours):
        town.sink.hold()
        await probe(town, clock, f"in-flight-{step}")
        clock.set_by(timedelta(hours=shift))
        await probe(town, clock, f"probe-{step}")
        town.sink.release()
    # Where it ends ahead of all that has passed, the jobs go on.
    clock.set_by(timedelta(hours=26))
    runs = len(town.sink.keys("job-0"))
    await town.sink.until(lambda: len(town.sink.keys("job-0")) >= runs + 2)

    assert await other.stop() == 0
    account = await town.close_books(host, early=True)

    assert account[RunState.MISSED] > 3 * 25 * 3600
    assert account[RunState.INTERRUPTED] == 0


BERLIN = "Europe/Berlin"
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
"""When the clocks of Berlin go forward from 2:00 and back from 3:00."""


async def test_in_both_nights_in_which_clocks_change_every_occurrence_is_accounted_for(town, tmp_path):
    clock = SetClock(tmp_path)
    town.lease = 20.0
    before = SPRING - timedelta(days=1)
    clock.set_by(before - datetime.now(UTC))
    for name, expression in {"daily": "30 2 * * *", "often": "*/15 * * * *", "thrice": "0 1-3 * * *"}.items():
        await town.add_at(before, name, CronSchedule(expression, BERLIN))
    host = await town.start(clock.environment)

    quarter = timedelta(minutes=15)
    passed = [SPRING, SPRING + quarter, *(AUTUMN + number * quarter for number in range(-4, 5, 2))]
    for instant in passed:
        runs = len(town.sink.keys("often"))
        clock.set_by(instant + timedelta(seconds=1) - datetime.now(UTC))
        await town.sink.until(lambda runs=runs: len(town.sink.keys("often")) > runs)

    account = await town.close_books(host, early=True)
    assert account[RunState.SUCCESS] >= len(passed)
    assert account[RunState.INTERRUPTED] == 0
