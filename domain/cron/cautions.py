"""What a person may not expect of an expression, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from .expression import CronExpression
from .items import quoted


def find_cautions(expression: CronExpression) -> Iterator[str]:
    """Yield what is surprising in the expression itself."""
    for field in expression.fields:
        for item in field.oversized:
            name, typed = field.kind.name, quoted(item.typed)
            yield f"{name}: the step of {typed} is larger than its range, which leaves only {item.values[0]}."
    day, weekday = expression.day, expression.weekday
    both = f"day of month ({day.text}) and day of week ({weekday.text})"
    if not day.starred and not weekday.starred:
        effect = " Together they name every day." if not expression.days.weekdays else ""
        yield f"The job runs when EITHER {both} matches, not only when both do: that is cron's rule.{effect}"
    elif not day.full and not weekday.full:
        yield f"The job runs only when BOTH {both} match, because one of them starts with '*'."
