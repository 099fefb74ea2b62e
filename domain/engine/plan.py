"""When a job runs next, and which part of its definition decided that."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from .run import RunSource


@frozen
class Plan:
    """The next run. `at` is the occurrence; it starts at `due_at`, later only by its jitter. Aware UTC."""

    at: datetime
    source: RunSource
    due_at: datetime = field()

    @due_at.default
    def _due_at_once(self) -> datetime:
        return self.at
