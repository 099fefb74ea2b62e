"""One thing of a job that hints change for a while, and what is known of it when an answer was lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Generic, TypeVar

from attrs import evolve, frozen

T = TypeVar("T", bound=str | bool)

ARRIVAL = timedelta(minutes=15)
"""How long what was sent may still be carried out when no answer came."""


@frozen
class Sent(Generic[T]):
    """A value that was sent and not answered yet. at: when (aware UTC)."""

    value: T
    at: datetime


@frozen
class Aspect(Generic[T]):
    """The expression of a job, or whether it is paused.

    original: what a person has set. asked: what was asked for last, and answered. shown: what the backend
    made of that, when it was last known. sent: what may be carried out yet, or may have been.
    """

    original: T
    asked: T
    shown: T
    sent: tuple[Sent[T], ...] = ()

    @staticmethod
    def found(value: T) -> Aspect[T]:
        """Return the aspect of a job that no hint has touched."""
        return Aspect(value, value, value)

    def is_ours(self, actual: T) -> bool:
        """Return whether what the backend shows can be there without anybody else having set it."""
        return actual in (self.shown, *(each.value for each in self.sent))

    def holds(self, value: T) -> bool:
        """Return whether a value was asked for, answered or not."""
        return value in (self.asked, *(each.value for each in self.sent))

    def observe(self, actual: T) -> Aspect[T]:
        """Return it as the backend shows it: what was sent has come; anything unknown is a person's."""
        if actual == self.shown:
            return self
        if self.is_ours(actual):
            return evolve(self, asked=actual, shown=actual)
        return self.adopt(actual)

    def adopt(self, actual: T) -> Aspect[T]:
        """Return it as a person has set it: that is the original from now on."""
        return evolve(self, original=actual, asked=actual, shown=actual)

    def gone(self) -> Aspect[T]:
        """Return it of a job that is no more: there is nothing to restore."""
        return Aspect.found(self.original)

    def sending(self, value: T, now: datetime) -> Aspect[T]:
        """Return it with a value that is about to be sent."""
        added: tuple[Sent[T], ...] = (*self.sent, Sent(value, now))
        return evolve(self, sent=added)

    def answered(self, value: T, at: datetime, shown: T) -> Aspect[T]:
        """Return it now that a value sent at `at` was carried out, of which the backend made `shown`."""
        return evolve(self.withdrawn(value, at), asked=value, shown=shown)

    def withdrawn(self, value: T, at: datetime) -> Aspect[T]:
        """Return it without a value that was not sent after all, or was refused."""
        return evolve(self, sent=tuple(each for each in self.sent if each != Sent(value, at)))

    def arrived(self, now: datetime) -> Aspect[T]:
        """Return it without what would have come by now; by a clock that was set back that is unknown."""
        waiting = (each for each in self.sent if abs(now - each.at) < ARRIVAL)
        return evolve(self, sent=tuple(waiting))
