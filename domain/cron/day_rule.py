"""Which days a cron expression names: day of month, month and day of week, and how they go together."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from .fields import CronField

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@frozen
class DayRule:
    """The days that match, without what restricts nothing.

    days, weekdays: empty where they leave no day out. either: where both restrict, whether one of
    them is enough.
    """

    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    either: bool

    @property
    def every_day(self) -> bool:
        """Whether no day is left out."""
        return not self.days and self.weekly and not self.weekdays

    @property
    def weekly(self) -> bool:
        """Whether every week is like the next: only the day of week counts."""
        return not self.days and len(self.months) == len(_LONGEST)

    @property
    def never(self) -> bool:
        """Whether no day can match, such as the 30th of February."""
        return bool(self.days) and not self.either and not _occurs(self.days, self.months)

    def matches(self, day: date) -> bool:
        """Return whether a day is one of them."""
        if day.month not in self.months:
            return False
        by_date = not self.days or day.day in self.days
        by_weekday = not self.weekdays or day.isoweekday() % 7 in self.weekdays
        return by_date or by_weekday if self.either else by_date and by_weekday


def combine_days(day: CronField, month: CronField, weekday: CronField) -> DayRule:
    """Return the rule of the three fields.

    As in Debian's cron, a day field that starts with ``*`` counts as unrestricted, and then both
    must match; else either may, so that one which names every day makes the other one idle.
    """
    days = () if day.full else day.values
    weekdays = () if weekday.full else weekday.values
    if day.starred or weekday.starred:
        return DayRule(days, month.values, weekdays, either=False)
    if not days or not weekdays:
        return DayRule((), month.values, (), either=False)
    if not _occurs(days, month.values):
        return DayRule((), month.values, weekdays, either=False)
    return DayRule(days, month.values, weekdays, either=True)


def _occurs(days: tuple[int, ...], months: tuple[int, ...]) -> bool:
    return days[0] <= max(_LONGEST[month - 1] for month in months)
