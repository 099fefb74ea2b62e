"""A whole cron expression: five fields or a macro, read strictly and normalised to numbers."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

from attrs import field, frozen

from ..errors import InvalidArguments, Problem
from .day_rule import DayRule, combine_days
from .field_kinds import FIELD_KINDS
from .fields import CronField, read_field
from .items import quoted

LONGEST = 256
MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_EXAMPLE = "*/15 9-17 * * 1-5"
_FOREIGN = re.compile(r"[^\t\x20-\x7e]")


@frozen
class CronExpression:
    """The five fields, and what follows from them.

    times: the times of a matching day, as durations since its midnight, ascending.
    """

    minute: CronField
    hour: CronField
    day: CronField
    month: CronField
    weekday: CronField
    days: DayRule = field(init=False, eq=False)
    times: tuple[timedelta, ...] = field(init=False, eq=False, repr=False)

    @days.default
    def _combine_days(self) -> DayRule:
        return combine_days(self.day, self.month, self.weekday)

    @times.default
    def _list_times(self) -> tuple[timedelta, ...]:
        return tuple(timedelta(hours=h, minutes=m) for h in self.hour.values for m in self.minute.values)

    @property
    def fields(self) -> tuple[CronField, ...]:
        """The fields in the order in which they are written."""
        return (self.minute, self.hour, self.day, self.month, self.weekday)

    @property
    def text(self) -> str:
        """The numeric form: numbers only, weekdays 0-6, no macros, single spaces."""
        return " ".join(part.text for part in self.fields)

    @property
    def follows_clock(self) -> bool:
        """Whether it runs by the real clock (minute or hour starts with ``*``), or at fixed times."""
        return self.minute.starred or self.hour.starred


def read_expression(text: object) -> CronExpression:
    """Return the expression that `text` writes.

    The language is that of Debian's crontab(5), without ``@reboot``.

    Raises:
        InvalidArguments: with every problem of every field.
    """
    if not isinstance(text, str):
        raise _refusal("type", f"must be text; it is {type(text).__name__}.")
    if len(text) > LONGEST:
        raise _refusal("length", f"must have at most {LONGEST} characters; it has {len(text)}.")
    return _read(text)


@lru_cache(maxsize=64)
def _read(text: str) -> CronExpression:
    words = text.strip(" \t")
    parts = re.split("[ \t]+", MACROS.get(words, words))
    problems = [] if _is_plain(text) else [_describe_foreign(text)]
    if len(parts) != len(FIELD_KINDS):
        raise InvalidArguments([*problems, _describe_shape(words, len(parts))])
    fields = []
    for kind, part in zip(FIELD_KINDS, parts, strict=True):
        try:
            # A field with a foreign character is reported already.
            fields += [read_field(kind, part)] if _is_plain(part) else []
        except InvalidArguments as refused:
            problems += refused.problems
    if problems:
        raise InvalidArguments(problems)
    expression = CronExpression(*fields)
    if expression.days.never:
        raise _refusal("never_fires", _describe_never(expression), "0 9 28 2 *")
    return expression


def _is_plain(text: str) -> bool:
    return _FOREIGN.search(text) is None


def _describe_foreign(text: str) -> Problem:
    position, character = next((n, c) for n, c in enumerate(text, 1) if not _is_plain(c))
    found = f"holds U+{ord(character):04X} at position {position}"
    message = f"{found}; only printable ASCII characters, spaces and tabs are allowed."
    return Problem("cron_expression", "characters", message, _EXAMPLE)


def _describe_shape(words: str, count: int) -> Problem:
    if words.startswith("@"):
        message = f"{quoted(words)} is unknown; the macros are {', '.join(MACROS)}, in lower case."
        return Problem("cron_expression", "macro", message, "@daily")
    names = ", ".join(kind.name for kind in FIELD_KINDS)
    found = f"has {count if words else 0} fields; it needs {len(FIELD_KINDS)}: {names}"
    message = f"{found}. Seconds and years have no field here."
    return Problem("cron_expression", "fields", message, _EXAMPLE)


def _describe_never(expression: CronExpression) -> str:
    names = {number: name for name, number in expression.month.kind.names.items()}
    months = ", ".join(names[month] for month in expression.month.values)
    return f"never fires: day {expression.day.text} does not exist in {months}."


def _refusal(rule: str, message: str, example: str = _EXAMPLE) -> InvalidArguments:
    return InvalidArguments([Problem("cron_expression", rule, message, example)])
