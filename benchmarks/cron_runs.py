"""The next runs of cron expressions, beside cronsim's, for a mix of sparse and frequent ones."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from time import perf_counter

from cronsim import CronSim

from benchmarks.figures import Figure
from cronlytic_mcp.domain.schedule import CronSchedule

RUNS = 20
ROUNDS = 15
AFTER = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EXPRESSIONS = (
    "* * * * *",
    "*/5 * * * *",
    "0 */6 * * *",
    "*/15 9-17 * * 1-5",
    "15,45 8-18 * * *",
    "30 2 * * *",
    "0 9 * * 1-5",
    "5 4 * * 0",
    "0 0 1,15 * *",
    "0 0 13 * 5",
    "0 0 */2 * 1",
    "0 0 31 * *",
    "0 6 1 */3 *",
    "0 0 1 1 *",
    "0 0 29 2 *",
)


def measure_cron_runs() -> list[Figure]:
    """Ask both for twenty runs of each expression in turns; a score is the median of the ratios."""
    return [_measure("UTC"), _measure("Europe/Berlin")]


def _measure(timezone: str) -> Figure:
    ours, theirs = [], []
    for expression in EXPRESSIONS:
        schedule = CronSchedule.parse(expression, timezone)
        parsed = CronSim(expression, AFTER.astimezone(schedule.zone()))
        first, second = _time_in_turns(
            partial(schedule.next_runs, AFTER, RUNS), partial(_iterate_afresh, parsed)
        )
        ours.append(first)
        theirs.append(second)
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Figure(
        f"next {RUNS} runs of {len(EXPRESSIONS)} cron expressions, {timezone}",
        f"{statistics.median(ours):.2f} ms",
        f"cronsim {statistics.median(theirs):.2f} ms",
        statistics.median(ratios),
        4,
    )


def _iterate_afresh(parsed: CronSim) -> list[datetime]:
    return list(islice(copy(parsed), RUNS))


def _time_in_turns(*asked: Callable[[], object]) -> list[float]:
    """Return the median time of each in ms, after one round that is not counted."""
    taken: list[list[float]] = [[] for _ in asked]
    for counted in range(ROUNDS + 1):
        for ask, times in zip(asked, taken, strict=True):
            begun = perf_counter()
            ask()
            if counted:
                times.append((perf_counter() - begun) * 1000)
    return [statistics.median(times) for times in taken]


if __name__ == "__main__":
    from benchmarks.figures import format_table

    print(format_table(measure_cron_runs()))
