"""From the start of the process to the answer to `initialize`, and the memory that it then holds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from time import perf_counter

from attrs import frozen

from benchmarks.figures import Figure
from benchmarks.stdio_process import BARE, OURS, StdioProcess

ROUNDS = 30


@frozen
class Start:
    """One start: milliseconds to the answer, and MiB after it."""

    milliseconds: float
    mebibytes: float


def measure_start() -> list[Figure]:
    """Start both servers in turns, so that the machine's moods meet both alike."""
    _start(OURS), _start(BARE)  # the first start compiles
    pairs = [(_start(OURS), _start(BARE)) for _ in range(ROUNDS)]
    # The fastest of each: whatever else the machine does can only add to it.
    ours, bare = (min(start.milliseconds for start in starts) for starts in zip(*pairs, strict=True))
    memory, bare_memory = (
        statistics.median(start.mebibytes for start in starts) for starts in zip(*pairs, strict=True)
    )
    return [
        Figure(
            "start to initialize answered", f"{ours:.0f} ms", f"bare server {bare:.0f} ms", ours / bare, 1.10
        ),
        Figure(
            "memory after it",
            f"{memory:.1f} MiB",
            f"bare server {bare_memory:.1f} MiB",
            memory / bare_memory,
            1.15,
        ),
    ]


def _start(command: Sequence[str]) -> Start:
    begun = perf_counter()
    with StdioProcess(command) as server:
        server.initialize()
        return Start((perf_counter() - begun) * 1000, server.resident_mebibytes())
