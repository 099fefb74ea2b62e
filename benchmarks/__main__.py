"""`make bench`: the figures to keep, each beside its reference, measured in the same run.

No figure is a test: what a machine is doing besides can push one over. A missed one is marked, and
the exit code stays 0.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from time import perf_counter

from benchmarks.calls import measure_calls
from benchmarks.cron_runs import measure_cron_runs
from benchmarks.engine import measure_engine
from benchmarks.figures import Figure, format_table
from benchmarks.gateway import measure_gateway
from benchmarks.postgres import measure_postgres
from benchmarks.sizes import measure_sizes
from benchmarks.start import measure_start

MEASUREMENTS: dict[str, Callable[[], Sequence[Figure]]] = {
    "start": measure_start,
    "calls": measure_calls,
    "gateway": measure_gateway,
    "cron": measure_cron_runs,
    "engine": measure_engine,
    "postgres": measure_postgres,
    "sizes": measure_sizes,
}


def main(chosen: Sequence[str]) -> int:
    """Run the measurements that are named, or all of them."""
    unknown = set(chosen) - set(MEASUREMENTS)
    if unknown:
        print(f"No measurement named {', '.join(sorted(unknown))}; there are: {', '.join(MEASUREMENTS)}")
        return 2
    begun = perf_counter()
    figures: list[Figure] = []
    for name in chosen or MEASUREMENTS:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures += MEASUREMENTS[name]()
    print(format_table(figures))
    missed = sum(not figure.held for figure in figures)
    print(f"\n{len(figures) - missed} of {len(figures)} aims held, {perf_counter() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
