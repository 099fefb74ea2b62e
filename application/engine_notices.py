"""What an engine has to say to whoever keeps the log: what went wrong beside the runs themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from attrs import field, frozen


@frozen
class StoreFailed:
    """A call to the store failed and is made again; `operation` is its name."""

    operation: str
    error: Exception = field(eq=False)


@frozen
class LeaseLost:
    """Another engine took a run over; nothing more is sent or written for it here."""

    run_id: str


@frozen
class JobPostponed:
    """It could not be decided what becomes of a job that is due; it is tried again in a minute."""

    job_id: str
    error: Exception = field(eq=False)


@frozen
class RunBroken:
    """A run hit an error that is none of its target's: a bug."""

    run_id: str
    error: Exception = field(eq=False)


Notice = StoreFailed | LeaseLost | JobPostponed | RunBroken
Observer = Callable[[Notice], None]
"""Is told of a notice as it comes up; it must return at once and raise nothing."""


def ignore(_: Notice) -> None:
    """Observe nothing."""


@frozen
class Signals:
    """How the parts of an engine tell each other, and the world outside, what they cannot return.

    woken: there is something to do. stopping: nothing new is begun.
    """

    observe: Observer
    woken: asyncio.Event = field(factory=asyncio.Event)
    stopping: asyncio.Event = field(factory=asyncio.Event)
