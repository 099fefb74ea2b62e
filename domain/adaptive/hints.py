"""Hints: what an analyst would have instead of the baseline for a while, each with an end and a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen


@frozen
class IntervalHint:
    """Runs at a fixed rate in place of the baseline, tighter or looser. Instants are aware UTC."""

    interval: timedelta
    proposed_at: datetime
    expires_at: datetime
    reason: str

    def in_force(self, now: datetime) -> bool:
        """Return whether it still holds; at its end it does not."""
        return self.expires_at > now


@frozen
class NextRunHint:
    """The time of the one next run, earlier or later than otherwise. Gone once that run is claimed."""

    at: datetime
    proposed_at: datetime
    expires_at: datetime
    reason: str

    def in_force(self, now: datetime) -> bool:
        """Return whether it still holds; at its end it does not."""
        return self.expires_at > now


Hint = IntervalHint | NextRunHint


@frozen
class Hints:
    """The hints of a job: of each kind the newest one, with an end and a reason of its own."""

    interval: IntervalHint | None = None
    next_run: NextRunHint | None = None

    def __bool__(self) -> bool:
        return self.interval is not None or self.next_run is not None

    @property
    def all(self) -> tuple[Hint, ...]:
        """Those that are there."""
        return tuple(hint for hint in (self.interval, self.next_run) if hint is not None)

    @property
    def expires_at(self) -> datetime | None:
        """The earliest end of one of them, None where there is none."""
        return min((hint.expires_at for hint in self.all), default=None)

    def in_force(self, now: datetime) -> Hints:
        """Return those that still hold."""
        return self.only(*(hint for hint in self.all if hint.in_force(now)))

    def ended(self, now: datetime) -> Hints:
        """Return those that began before `now`, each with its end there."""
        begun = self.only(*(hint for hint in self.all if hint.proposed_at < now))
        interval = begun.interval and evolve(begun.interval, expires_at=now)
        return Hints(interval, begun.next_run and evolve(begun.next_run, expires_at=now))

    def with_hint(self, hint: Hint) -> Hints:
        """Return them with another one, in place of the one of its kind."""
        if isinstance(hint, IntervalHint):
            return Hints(hint, self.next_run)
        return Hints(self.interval, hint)

    def only(self, *kept: Hint) -> Hints:
        """Return these of them."""
        return Hints(
            self.interval if self.interval in kept else None,
            self.next_run if self.next_run in kept else None,
        )


NO_HINTS = Hints()


def kind_of_hint(hint: Hint) -> str:
    """Return the name of a hint's kind, as it stands in events and sentences."""
    return "interval" if isinstance(hint, IntervalHint) else "next_run"
