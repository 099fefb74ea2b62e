"""How a planner works."""

from __future__ import annotations

from datetime import timedelta

from attrs import frozen


@frozen
class PlannerSettings:
    """The pace and the bounds of a planner.

    every: from the end of one look for jobs that are due to the next. batch: jobs of one look. at_once: how
    many are analysed at the same time. deadline: for one analysis. stop_grace: how long analyses may take to
    end once the planner is stopped. shadow: analyses are recorded and change nothing. quota: tokens of a
    month, of all sessions; None for no quota.
    """

    every: timedelta = timedelta(minutes=5)
    batch: int = 10
    at_once: int = 2
    deadline: timedelta = timedelta(minutes=2)
    stop_grace: timedelta = timedelta(seconds=5)
    shadow: bool = False
    quota: int | None = None
