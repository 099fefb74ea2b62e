"""The wall clock of an engine's process is set forth and back while it works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.schedule import CronSchedule, OneShot

# Real processes against real clocks: a busy machine delays them beyond what a gate may depend on.
pytestmark = [pytest.mark.anyio, pytest.mark.soak]

libfaketime = pytest.importorskip("libfaketime", reason="only there the clock of one process can be set")


class SetClock:
    """The clock of a process that is started with `environment`, and of whatever it starts."""

    def __init__(self, folder: Path) -> None:
        library = next(Path(libfaketime.__file__).parent.rglob("libfaketime.*.1*"))
        self._file, self.shift = folder / "clock", timedelta()
        self.set_by(timedelta())
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set_by(self, shift: timedelta) -> None:
        """Set it so that it differs by this from the machine's."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{shift.total_seconds():+.0f}\n")
        draft.replace(self._file)
        self.shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


async def probe(town, clock: SetClock, name: str) -> None:
    """Return when a job that was added for the moment, as the set clock has it, has run."""
    now = clock.now()
    await town.add_at(now, name, OneShot(now + timedelta(milliseconds=300)))
    await town.sink.until(lambda: bool(town.sink.keys(name)))


@pytest.mark.parametrize(
    "hours", [(1, -1, 25, -25), pytest.param((1, -1, 25, -25, 0) * 20, marks=pytest.mark.soak)]
)
@pytest.mark.timeout(300)
async def test_no_occurrence_is_lost_or_doubled_when_the_clock_is_set(town, tmp_path, hours):
    clock = SetClock(tmp_path)
    await town.add_many(3)
    await town.add("minutely", CronSchedule("* * * * *"))
    host = await town.start(clock.environment)
    await town.sink.until_more(3)
    for step, shift in enumerate(hours):
        clock.set_by(timedelta(hours=shift))
        await probe(town, clock, f"probe-{step}")
    # Where it ends ahead of all that has passed, the jobs go on.
    clock.set_by(timedelta(hours=26))
    runs = len(town.sink.keys("job-0"))
    await town.sink.until(lambda: len(town.sink.keys("job-0")) >= runs + 2)

    account = await town.close_books(host, early=True)

    assert account[RunState.MISSED] > 3 * 25 * 3600
    assert account[RunState.INTERRUPTED] == 0
