"""Calls that need no network, beside the bare server's call that does nothing."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from benchmarks.figures import Figure
from benchmarks.stdio_process import BARE, OURS, StdioProcess

ROUNDS = 40
CALLS_A_ROUND = 25
JOB = {"name": "nightly-report", "url": "https://example.com/hooks/report", "cron_expression": "30 2 * * 1-5"}


def measure_calls() -> list[Figure]:
    """Call both servers in turns; a score is the ratio of the medians of all calls."""
    with StdioProcess([*OURS, "--backend", "memory"]) as ours, StdioProcess(BARE) as bare:
        ours.initialize()
        bare.initialize()
        job_id = ours.call("create_job", JOB)["job"]["job_id"]
        calls = {
            "bare": (bare, "nothing", {}),
            "get_job": (ours, "get_job", {"job_id": job_id}),
            "validate_cron": (ours, "validate_cron", {"cron_expression": "30 2 * * 1-5"}),
        }
        taken: dict[str, list[float]] = {name: [] for name in calls}
        for call in calls.values():
            _time(*call)  # what is imported on first use is no part of a call
        for _ in range(ROUNDS):
            for name, call in calls.items():
                taken[name] += _time(*call)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    aims = {"get_job": ("get_job, memory backend", 1.5), "validate_cron": ("validate_cron", 2.5)}
    return [
        Figure(
            f"{label} over stdio",
            f"{medians[name]:.2f} ms",
            f"bare server's call {medians['bare']:.2f} ms",
            medians[name] / medians["bare"],
            aim,
        )
        for name, (label, aim) in aims.items()
    ]


def _time(server: StdioProcess, tool: str, arguments: Mapping[str, Any]) -> list[float]:
    times = []
    for _ in range(CALLS_A_ROUND):
        begun = perf_counter()
        server.call(tool, arguments)
        times.append((perf_counter() - begun) * 1000)
    return times
