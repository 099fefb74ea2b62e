"""The days of the calendar that a rule matches, found by croniter."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from .day_rule import DayRule

if TYPE_CHECKING:
    from croniter import croniter

_ONE_MINUTE = timedelta(minutes=1)
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - a day of the calendar; each search begins at its own


class MatchingDays:
    """Finds matching days, each as its midnight on a wall clock without zone.

    croniter gets the rule as plain comma lists and with "or" or "and" settled, and is asked for days
    only: the times are the same on each of them, and listing those is our own, faster part.
    """

    def __init__(self, rule: DayRule) -> None:
        self._rule = rule
        self._asked: datetime | None = None
        self._found: datetime | None = None

    def first_from(self, day: datetime) -> datetime:
        """Return the first matching day from `day`, a midnight, on."""
        if self._rule.every_day:
            return day
        if self._asked and self._found and self._asked <= day <= self._found:
            return self._found
        self._asked, self._found = day, _find_first(self._rule, day)
        return self._found


@lru_cache(maxsize=1024)
def _find_first(rule: DayRule, day: datetime) -> datetime:
    """Remember what was found, because one answer asks for the same days several times."""
    search = copy(_read(rule))
    search.set_current(day - _ONE_MINUTE)
    found: datetime = search.get_next(datetime)  # type: ignore[no-untyped-call]
    return found


@lru_cache(maxsize=64)
def _read(rule: DayRule) -> croniter:
    """Return what searches are copied from: reading the fields takes longer than most searches."""
    from croniter import croniter

    fields = [",".join(map(str, values)) or "*" for values in (rule.days, rule.months, rule.weekdays)]
    return croniter(f"0 0 {' '.join(fields)}", _ANY_DAY, day_or=rule.either)
