"""The days of the calendar that a rule matches, found by croniter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .day_rule import DayRule

if TYPE_CHECKING:
    from croniter import croniter

_ONE_MINUTE = timedelta(minutes=1)


class MatchingDays:
    """Finds matching days, each as its midnight on a wall clock without zone.

    croniter gets the rule as plain comma lists and with "or" or "and" settled, and is asked for days
    only: the times are the same on each of them, and listing those is our own, faster part.
    """

    def __init__(self, rule: DayRule) -> None:
        self._rule = rule
        self._search: croniter | None = None
        self._asked: datetime | None = None
        self._found: datetime | None = None

    def first_from(self, day: datetime) -> datetime:
        """Return the first matching day from `day`, a midnight, on."""
        if self._rule.every_day:
            return day
        if self._asked and self._found and self._asked <= day <= self._found:
            return self._found
        search = self._search = self._search or _make_search(self._rule, day)
        search.set_current(day - _ONE_MINUTE)
        found: datetime = search.get_next(datetime)  # type: ignore[no-untyped-call]
        self._asked, self._found = day, found
        return found


def _make_search(rule: DayRule, day: datetime) -> croniter:
    from croniter import croniter

    fields = [",".join(map(str, values)) or "*" for values in (rule.days, rule.months, rule.weekdays)]
    return croniter(f"0 0 {' '.join(fields)}", day, day_or=rule.either)
