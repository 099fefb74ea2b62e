"""The five fields of a cron expression: their names, bounds and words."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@frozen(eq=False)  # there are five, each once
class FieldKind:
    """The rules of one field.

    high: the largest value of the numeric form. typed_high: the largest that may be typed; it differs
    for the weekday alone, where 7 is Sunday like 0. example: a whole expression that uses the field
    well. names: what may be typed instead of a number.
    """

    name: str
    low: int
    high: int
    typed_high: int
    example: str
    names: Mapping[str, int] = field(factory=dict)

    @property
    def size(self) -> int:
        """How many different values there are."""
        return self.high - self.low + 1

    def canonical(self, typed: int) -> int:
        """Return the value of the numeric form for one that may be typed."""
        return typed if typed <= self.high else self.low


MINUTE = FieldKind("minute", 0, 59, 59, "*/15 * * * *")
HOUR = FieldKind("hour", 0, 23, 23, "0 9-17 * * *")
DAY = FieldKind("day of month", 1, 31, 31, "0 9 1,15 * *")
MONTH = FieldKind("month", 1, 12, 12, "0 9 1 1-6 *", {name: n for n, name in enumerate(_MONTHS, 1)})
WEEKDAY = FieldKind("day of week", 0, 6, 7, "0 9 * * 1-5", {name: n for n, name in enumerate(_WEEKDAYS)})
FIELD_KINDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)
