"""What the caller of a use-case allows and hears while it runs, besides its result.

Use-cases do not see it: the caller says it around one, and gateways read it. A program that says
nothing gets current answers only, and waits in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from attrs import frozen


@frozen
class Waiting:
    """A pause before a call is tried again.

    operation: the gateway's method. attempt: the one that comes next, of `attempts`.
    delay: seconds until then. reason: why the last attempt did not do.
    """

    operation: str
    attempt: int
    attempts: int
    delay: float
    reason: str


WaitListener = Callable[[Waiting], None]
"""Is told of a pause as it begins. It must return at once; a call to a client belongs in a task."""


class CachedReads:
    """What became of the permission to answer reads from memory."""

    def __init__(self) -> None:
        self.as_of: datetime | None = None
        """The instant of the oldest stale answer that was given; None while every one is current."""

    def note_stale(self, as_of: datetime) -> None:
        """Take down that a read was answered with what was known at `as_of`."""
        self.as_of = as_of if self.as_of is None else min(self.as_of, as_of)


_listener: ContextVar[WaitListener | None] = ContextVar("wait_listener", default=None)
_cached_reads: ContextVar[CachedReads | None] = ContextVar("cached_reads", default=None)
_once: ContextVar[bool] = ContextVar("once", default=False)
_setting_schedule: ContextVar[bool] = ContextVar("setting_schedule", default=False)


@contextmanager
def listening_to_waits(listener: WaitListener) -> Iterator[None]:
    """Tell `listener` of every pause in the calls made within."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def allowing_cached_reads() -> Iterator[CachedReads]:
    """Let the reads made within be answered from memory, by a caller that says so.

    They may then be some seconds old, and older where the backend is down: `CachedReads.as_of` tells,
    and has to be passed on. Not for a read that a write depends on.
    """
    reads = CachedReads()
    token = _cached_reads.set(reads)
    try:
        yield reads
    finally:
        _cached_reads.reset(token)


@contextmanager
def sending_once() -> Iterator[None]:
    """Have no write made within repeated, by a caller that looks first what became of it.

    A repetition comes seconds later, and may undo what somebody else has set meanwhile.
    """
    token = _once.set(True)
    try:
        yield
    finally:
        _once.reset(token)


def is_sending_once() -> bool:
    """Return whether the current call's writes are not to be repeated."""
    return _once.get()


@contextmanager
def setting_schedule() -> Iterator[None]:
    """Say that an update made within is about the schedule, also where that stays as it is."""
    token = _setting_schedule.set(True)
    try:
        yield
    finally:
        _setting_schedule.reset(token)


def is_setting_schedule() -> bool:
    """Return whether the current call's update is about the schedule."""
    return _setting_schedule.get()


def wait_listener() -> WaitListener | None:
    """Return who wants to hear of pauses in the current call."""
    return _listener.get()


def cached_reads() -> CachedReads | None:
    """Return the permission to answer the current call's reads from memory, if there is one."""
    return _cached_reads.get()
