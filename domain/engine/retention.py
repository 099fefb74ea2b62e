"""How long an engine's store keeps what happened."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen


@frozen
class Retention:
    """What is kept. Runs in flight are never forgotten, jobs never at all.

    runs_for: a run's row, counted from its planned time; events as long. runs_per_job: the newest rows of a
    job, so many at most. bodies_for: what a target answered, counted from the run's end.
    """

    runs_for: timedelta = field(default=timedelta(days=30))
    runs_per_job: int = 10_000
    bodies_for: timedelta = field(default=timedelta(days=7))

    @property
    def sentence(self) -> str:
        """What is kept of runs, for a person."""
        return f"Runs are kept for {self.runs_for.days} days, at most {self.runs_per_job} of a job"
