"""A pause that ends by itself, which an analyst sets; a person's has no end and is the job's status."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ..engine.plan import Plan


@frozen
class Pause:
    """No run of the schedule before `until`. Instants are aware UTC.

    held: the plan that it holds back, by which the occurrences that pass meanwhile are told.
    """

    until: datetime
    since: datetime
    reason: str
    held: Plan | None = None
