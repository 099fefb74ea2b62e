"""How an engine works: its pace, its patience, and how much it does at once."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen


@frozen
class EngineSettings:
    """The settings of one engine; engines that share a store may differ.

    tick: how long it sleeps at most, so how soon it sees what another process wrote.
    lease: how long a claimed run belongs to it without a sign of life; it gives one three times as often.
    concurrency: how many requests are in flight at once. As many more runs are claimed ahead, and runs that
    wait between two attempts count for neither.
    stop_grace: how long runs may take to end after `Engine.stop`.
    """

    tick: timedelta = field(default=timedelta(seconds=5))
    lease: timedelta = field(default=timedelta(seconds=30))
    concurrency: int = 64
    stop_grace: timedelta = field(default=timedelta(seconds=20))
