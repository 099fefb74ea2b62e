"""When the clocks of a zone change, and the stretches of time between, in which its offset stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from attrs import frozen

from .served_years import HORIZON
from .zones import load_zone

# The longest time that a clock was ever set back by since 1970 is seven hours.
_LOOK_BACK = timedelta(days=2)
# Two changes of a zone were and will be six days apart (Gaza around Ramadan), never less.
_PROBE_STEP = timedelta(days=3)
_ONE_SECOND = timedelta(seconds=1)


@frozen
class ClockChange:
    """An instant at which a zone's offset from UTC changes from `before` to `after`."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def skips(self) -> bool:
        """Whether the clock goes forward, over times that do not exist; else it repeats some."""
        return self.after > self.before

    @property
    def affected(self) -> tuple[datetime, datetime]:
        """The first wall-clock time that is skipped or repeated, and the first after them."""
        wall = self.at.replace(tzinfo=None)
        return min(wall + self.before, wall + self.after), max(wall + self.before, wall + self.after)

    @property
    def felt(self) -> tuple[datetime, datetime]:
        """From when to when it matters: both passes of what is repeated, the one instant of a skip."""
        size = timedelta() if self.skips else self.before - self.after
        return self.at - size, self.at + size


@frozen
class Stretch:
    """The time from `begin` up to `end`, in which a zone's offset is `offset`."""

    begin: datetime
    end: datetime
    offset: timedelta

    @property
    def wall_begin(self) -> datetime:
        """What the zone's wall clock shows at the begin."""
        return (self.begin + self.offset).replace(tzinfo=None)

    @property
    def wall_end(self) -> datetime:
        """What the zone's wall clock shows at the end, if it is not changed then."""
        return (self.end + self.offset).replace(tzinfo=None)


def offset_at(timezone: str, instant: datetime) -> timedelta:
    """Return the zone's offset from UTC at an instant."""
    return _offset(load_zone(timezone), instant)


def stretches_from(timezone: str, instant: datetime) -> Iterator[Stretch]:
    """Yield stretches without a hole, up to the horizon, from a little before `instant` on.

    They begin early enough to tell whether `instant` is in a time that the clock shows again.
    """
    begin = instant - _LOOK_BACK
    if timezone == "UTC":
        yield Stretch(begin, HORIZON, timedelta())
        return
    offset = offset_at(timezone, begin)
    for year in range(begin.year, HORIZON.year):
        for change in _changes_in(timezone, year):
            if change.at > begin:
                yield Stretch(begin, change.at, offset)
                begin, offset = change.at, change.after
        if begin < _new_year(year + 1):
            yield Stretch(begin, _new_year(year + 1), offset)
            begin = _new_year(year + 1)


def changes_between(timezone: str, start: datetime, end: datetime) -> Iterator[ClockChange]:
    """Yield the zone's changes after `start` and before `end`."""
    if timezone != "UTC":
        for year in range(start.year, end.year + 1):
            yield from (change for change in _changes_in(timezone, year) if start < change.at < end)


@lru_cache(maxsize=1024)
def _changes_in(timezone: str, year: int) -> tuple[ClockChange, ...]:
    """Return the changes after the begin of `year`, up to and with the begin of the next, all in UTC."""
    zone, end, changes = load_zone(timezone), _new_year(year + 1), []
    probe, offset = _new_year(year), _offset(zone, _new_year(year))
    while probe < end:
        following = min(probe + _PROBE_STEP, end)
        if (changed := _offset(zone, following)) != offset:
            changes.append(ClockChange(_find_change(zone, probe, following), offset, changed))
        probe, offset = following, changed
    return tuple(changes)


def _find_change(zone: tzinfo, start: datetime, end: datetime) -> datetime:
    before = _offset(zone, start)
    while end - start > _ONE_SECOND:
        middle = start + (end - start) // 2 // _ONE_SECOND * _ONE_SECOND
        start, end = (middle, end) if _offset(zone, middle) == before else (start, middle)
    return end


def _offset(zone: tzinfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)
