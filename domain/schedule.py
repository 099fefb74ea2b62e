"""When a job runs. A schedule is a value; a backend says which kinds it takes.

The code that reads cron expressions is imported when a schedule is first asked something, because a
server answers its first call before it needs any.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import TYPE_CHECKING

from attrs import frozen

from .errors import InvalidArguments, Problem

if TYPE_CHECKING:
    from .cron.expression import CronExpression
    from .cron.frequency import Frequency
    from .cron.utc_equivalent import UtcEquivalent

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


@frozen
class CronSchedule:
    """A cron expression and the IANA zone in which its fields are read.

    The constructor takes a backend's text as it is; `CronSchedule.parse` is the way in for new
    schedules and holds the normalised, numeric form. Where the text cannot be read, everything but the
    attributes and `find_problems` raises `InvalidArguments`. So does an instant that is given without
    an offset or lies outside the years 1970-2199.
    """

    expression: str
    timezone: str = "UTC"

    @classmethod
    def parse(cls, text: str, timezone: str = "UTC") -> CronSchedule:
        """Return the schedule that `text` writes, in its normalised form.

        Raises:
            InvalidArguments: with every problem of ``cron_expression`` and of ``timezone``.
        """
        schedule = cls(text, timezone)
        if problems := schedule.find_problems():
            raise InvalidArguments(problems)
        return cls(schedule.normalized, timezone)

    def find_problems(self) -> tuple[Problem, ...]:
        """Return every problem of the expression and of the zone; none if they can be read."""
        problems: list[Problem] = []
        for read in (self._read, self.zone):
            try:
                read()
            except InvalidArguments as refused:
                problems += refused.problems
        return tuple(problems)

    @property
    def normalized(self) -> str:
        """The expression in numbers only: no names, no macros, weekdays 0-6, single spaces."""
        return self._read().text

    @property
    def description(self) -> str:
        """When it runs, in plain English, with the zone unless that is UTC."""
        from .cron.description import describe

        self.zone()
        return describe(self._read(), self.timezone)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person may not expect of the expression, in plain words."""
        from .cron.cautions import find_cautions

        return tuple(find_cautions(self._read()))

    def zone(self) -> tzinfo:
        """Return the zone as Python's datetimes take it."""
        from .cron.zones import load_zone

        return load_zone(self.timezone)

    def next_runs(self, after: datetime, count: int) -> list[datetime]:
        """Return the first `count` runs strictly after an instant, ascending, aware UTC.

        They are fewer only where the search ends, in the year 3000.
        """
        from .cron.occurrences import occurrences

        return list(islice(occurrences(self._read(), self.timezone, _served("after", after)), count))

    def clock_warnings(self, after: datetime, runs: Sequence[datetime]) -> tuple[str, ...]:
        """Return, in plain words, which changes of the zone's clocks the given next runs meet.

        For fixed times also those of the coming year.
        """
        from .cron.clock_cautions import find_clock_cautions

        return tuple(find_clock_cautions(self._read(), self.timezone, _served("after", after), runs))

    def frequency(self, after: datetime) -> Frequency:
        """Return the mean and the smallest gap between runs, and a sentence about them.

        Measured over the year after `after`, or more where that has too few runs.
        """
        from .cron.frequency import measure_frequency

        return measure_frequency(self._read(), self.timezone, _served("after", after))

    def utc_equivalent(self, now: datetime) -> UtcEquivalent | None:
        """Return the UTC expression with the same runs until the zone's clocks change, if there is one."""
        from .cron.utc_equivalent import find_utc_equivalent

        return find_utc_equivalent(self._read(), self.timezone, _served("now", now))

    def _read(self) -> CronExpression:
        from .cron.expression import read_expression

        return read_expression(self.expression)


@frozen
class IntervalSchedule:
    """Every so many seconds."""

    seconds: int

    @property
    def description(self) -> str:
        """How often it runs, in plain English, such as ``Every 1 hour 30 minutes``."""
        left, parts = self.seconds, []
        for name, length in _UNITS:
            count, left = divmod(left, length)
            if count:
                parts.append(f"{count} {name}{'' if count == 1 else 's'}")
        return f"Every {' '.join(parts)}"


@frozen
class OneShot:
    """Once, at an instant (aware UTC)."""

    at: datetime

    @property
    def description(self) -> str:
        """When it runs, in plain English."""
        return f"Once, on {self.at:%A %Y-%m-%d} at {self.at:%H:%M:%S} UTC"


Schedule = CronSchedule | IntervalSchedule | OneShot


def _served(field: str, instant: datetime) -> datetime:
    from .cron.served_years import find_instant_problem

    if problem := find_instant_problem(field, instant):
        raise InvalidArguments([problem])
    return instant.astimezone(UTC)
