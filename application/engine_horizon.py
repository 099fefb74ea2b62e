"""By which instant the lease of another engine must have ended for that engine to be gone."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from attrs import frozen

from .ports import Clock


@frozen
class _Look:
    """What the wall clock, as far as it is believed, showed when the monotonic one was at 0."""

    monotonic: float
    zero: datetime


class LapseHorizon:
    """Takes nobody for dead who has not had a whole lease to show that he lives.

    Leases end by the wall clock. When that is set forth, or the machine wakes from sleep, the leases of all
    engines look lapsed at once, and each renews its own as soon as it looks. When the store could not be
    written for a while, nobody could renew any. So what counts is the earliest that the wall clock of any
    moment within the last lease, gone on by the monotonic clock, would show now; and time in which this
    engine did not get at the store does not pass. An engine that has just begun has nothing to compare with,
    and believes the clock.
    """

    def __init__(self, clock: Clock, lease: timedelta) -> None:
        self._clock, self._lease = clock, lease.total_seconds()
        self._looks: deque[_Look] = deque()
        self._confirmed: float | None = None

    def find(self) -> datetime:
        """Return the instant, which is never after `Clock.now`; to be called more often than leases end."""
        since_zero = timedelta(seconds=self.look())
        return min(look.zero for look in self._looks) + since_zero

    def look(self) -> float:
        """Note what the clocks show, and return the monotonic one.

        By a time that this never sees others may renew their leases nevertheless; so look often.
        """
        monotonic = self._clock.monotonic()
        zero = self._clock.now() - timedelta(seconds=monotonic)
        gap = 0.0 if self._confirmed is None else monotonic - self._confirmed
        if gap > self._lease / 3:  # by then every engine that could has given a sign of life
            zero -= timedelta(seconds=gap)
        self._looks.append(_Look(monotonic, zero))
        # The newest look of before the last lease shows how that began.
        while len(self._looks) > 1 and self._looks[1].monotonic <= monotonic - self._lease:
            self._looks.popleft()
        return monotonic

    def confirm(self) -> None:
        """Note that the store can be written."""
        self._confirmed = self._clock.monotonic()
