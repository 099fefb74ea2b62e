"""What a job remembers of its last analysis, so that it is known when the next one is due."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen


@frozen
class AnalysisState:
    """Where a job stands with its analyses. Instants are aware UTC.

    last_at: when the newest one started; None before the first. failures: how many runs had failed in a row
    by then. next_at: when that one wants the next. changed_at: when the job's state first changed since it:
    failures grew, it recovered, a hint expired or a pause ended.
    """

    last_at: datetime | None = None
    failures: int = 0
    next_at: datetime | None = None
    changed_at: datetime | None = None

    def changed(self, at: datetime) -> AnalysisState:
        """Return the state after the job's changed at `at`; before the first analysis that is nothing new."""
        known = self.last_at is None or self.changed_at is not None or at <= self.last_at
        return self if known else evolve(self, changed_at=at)


NOT_ANALYSED = AnalysisState()
