"""What happened around the calls to a backend, for whoever keeps the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import frozen

from ...application.call import Waiting


@frozen
class Attempted:
    """The backend was asked once. outcome: ``ok``, an error's code, or ``broken off``."""

    operation: str
    seconds: float
    outcome: str


@frozen
class BreakerChanged:
    """The breaker is now ``closed``, ``open`` or ``half_open``.

    retry_in: seconds until a probe is let through, where it is open. reason: the last failure then.
    """

    state: str
    retry_in: float | None = None
    reason: str | None = None


@frozen
class StaleAnswered:
    """The backend is down and a read was answered with what was known at `as_of`."""

    operation: str
    as_of: datetime
    reason: str


@frozen
class CreateSettled:
    """A create has ended whose caller was cancelled meanwhile: with a job, or with an error."""

    name: str
    job_id: str | None = None
    error: BaseException | None = None


Event = Attempted | Waiting | BreakerChanged | StaleAnswered | CreateSettled
Observer = Callable[[Event], None]
"""Is told of an event as it happens; it must return at once."""
