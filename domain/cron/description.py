"""A cron expression in plain English, true to its runs.

cron-descriptor gives the words. It is shown the values of a field in a form that it words truly,
not the text that was typed: an even step, a range or a plain list, so that `*/7` and `*/70` never
read as "every 7 (70) minutes". Where it has no true words at all, ours are used.
"""

from __future__ import annotations

from functools import lru_cache

from .expression import CronExpression
from .fields import CronField

_MIDNIGHT = "At 00:00"


@lru_cache(maxsize=64)
def describe(expression: CronExpression, timezone: str) -> str:
    """Return when the expression fires, with the zone unless it is UTC."""
    zone = "" if timezone == "UTC" else f" ({timezone})"
    return _describe_time(expression) + _describe_days(expression) + zone


def _describe_time(expression: CronExpression) -> str:
    minute, hour = expression.minute, expression.hour
    if len(minute.values) == 1:
        # The hours of three times or fewer are named, as in "At 06:15 and 18:15".
        hours = _list(hour) if len(hour.values) <= 3 else _even_step(hour) or _shape(hour)
        return _words(f"{minute.values[0]} {hours} * * *").replace("At 1 minutes", "At 1 minute")
    minutes = _even_step(minute) or _shape(minute)
    if hour.full:
        return _words(f"{minutes} * * * *")
    if _consecutive(hour):
        # "between 09:00 and 09:59" also for one hour; "at 09:00" would name one minute of it.
        return _words(f"{minutes} {hour.values[0]}-{hour.values[-1]} * * *")
    starts = [f"{value:02}:00" for value in hour.values]
    listed = f"{', '.join(starts[:-1])} and {starts[-1]}"
    return f"{_words(f'{minutes} * * * *')}, in the hours that begin at {listed}"


def _describe_days(expression: CronExpression) -> str:
    rule = expression.days
    days = _shape(expression.day) if rule.days else "*"
    months = _shape(expression.month)
    weekdays = _shape(expression.weekday) if rule.weekdays else "*"
    if not (rule.days and rule.weekdays):
        return _words(f"0 0 {days} {months} {weekdays}").removeprefix(_MIDNIGHT)
    # cron-descriptor says "or" for both, and with a range of weekdays neither.
    named = _words(f"0 0 * * {weekdays}").removeprefix(f"{_MIDNIGHT}, ").removeprefix("only on ")
    together = f", or on {named}" if rule.either else f", but only those that fall on {named}"
    in_months = _words(f"0 0 * {months} *").removeprefix(_MIDNIGHT)
    return _words(f"0 0 {days} * *").removeprefix(_MIDNIGHT) + together + in_months


def _shape(field: CronField) -> str:
    if field.full:
        return "*"
    if len(field.values) > 2 and _consecutive(field):
        return f"{field.values[0]}-{field.values[-1]}"
    return _list(field)


def _list(field: CronField) -> str:
    return ",".join(map(str, field.values))


def _consecutive(field: CronField) -> bool:
    return field.values[-1] - field.values[0] == len(field.values) - 1


def _even_step(field: CronField) -> str | None:
    """Return ``*/n`` if every gap is n, the one over the end of the cycle too."""
    step, rest = divmod(field.kind.size, len(field.values))
    even = not rest and field.values == tuple(range(0, field.kind.size, step))
    return f"*/{step}" if even and step > 1 else None


def _words(expression: str) -> str:
    from cron_descriptor import Options, get_description

    return get_description(expression, Options(use_24hour_time_format=True, locale_code="en_US"))
