"""The embedded engine: how much it does, how punctually, and how it copes with a store that has grown."""

from __future__ import annotations

from benchmarks.engine_large_store import measure_large_store
from benchmarks.engine_reference import run_reference
from benchmarks.engine_target import trivial_target
from benchmarks.engine_work import Work, run_engine
from benchmarks.figures import Figure

JOBS = 1000
SPREAD = 10
"""Seconds over which the jobs are due one after the other: six times as dense as over a minute."""


def measure_engine() -> list[Figure]:
    """Have the engine and APScheduler do the same, one after the other, and ask a large store."""
    with trivial_target() as url:
        figures = [*_measure_at_once(url), _measure_spread(url)]
    return figures + measure_large_store()


def _measure_at_once(url: str) -> list[Figure]:
    work = Work(JOBS)
    ours, theirs = run_engine(work, url), run_reference(work, url)
    return [
        Figure(
            f"{JOBS} jobs due at one instant: occurrences a second",
            f"{ours.per_second:.0f}",
            f"APScheduler {theirs.per_second:.0f}",
            ours.per_second,
            400,
            "/s",
            at_most=False,
        ),
        Figure(
            f"{JOBS} jobs due at one instant: start late, p99",
            f"{ours.p99 * 1000:.0f} ms",
            f"APScheduler {theirs.p99 * 1000:.0f} ms",
            ours.p99 * 1000,
            3000,
            " ms",
        ),
    ]


def _measure_spread(url: str) -> Figure:
    work = Work(JOBS, spread=SPREAD)
    ours, theirs = run_engine(work, url), run_reference(work, url)
    return Figure(
        f"{JOBS} jobs due over {SPREAD} s: start late, p99",
        f"{ours.p99 * 1000:.0f} ms",
        f"APScheduler {theirs.p99 * 1000:.0f} ms",
        ours.p99 * 1000,
        250,
        " ms",
    )


if __name__ == "__main__":
    from benchmarks.figures import format_table

    print(format_table(measure_engine()))
