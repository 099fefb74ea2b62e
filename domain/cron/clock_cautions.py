"""What the changes of a zone's clocks do to an expression's runs, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain

from .clock_changes import ClockChange, changes_between
from .expression import CronExpression
from .occurrences import ONE_DAY, WallTimes

# Not a whole one: the night that comes again next year has been told already.
_NEARLY_A_YEAR = timedelta(days=350)
_MOST_TIMES = 3


def find_clock_cautions(
    expression: CronExpression, timezone: str, after: datetime, runs: Sequence[datetime]
) -> Iterator[str]:
    """Yield a caution for each change of the zone's clocks that skips or repeats times of the expression.

    Looked at is the time from `after` to the last of `runs`, near each of them; for fixed times a year in
    any case, because such a night is forgotten until it comes.
    """
    until, near = max([after, *runs]), [(run - ONE_DAY, run + ONE_DAY) for run in runs]
    if not expression.follows_clock:
        until = max(until, after + _NEARLY_A_YEAR)
        near.insert(0, (after - ONE_DAY, after + _NEARLY_A_YEAR))
    times = WallTimes(expression)
    changes = chain.from_iterable(changes_between(timezone, *window) for window in near)
    for change in dict.fromkeys(changes):
        begin, end = change.felt
        if after < end and begin <= until and (named := list(times.between(*change.affected))):
            yield _describe_change(change, timezone, named, follows_clock=expression.follows_clock)


def _describe_change(
    change: ClockChange, timezone: str, named: Sequence[datetime], *, follows_clock: bool
) -> str:
    listed = [f"{time:%H:%M}" for time in named]
    if len(listed) > _MOST_TIMES:
        listed = [*listed[:_MOST_TIMES], f"{len(listed) - _MOST_TIMES} more"]
    times = " and ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))
    one = len(named) == 1
    if change.skips:
        fact = "does not exist" if one else "do not exist"
        resumed = (change.at + change.after).replace(tzinfo=None)
        when = f"{resumed:%H:%M}" if resumed.date() == named[0].date() else f"{resumed:%Y-%m-%d %H:%M}"
        effect = "the job does not run then" if follows_clock else f"the job runs once, at {when}"
    else:
        fact = "comes twice" if one else "come twice"
        effect = "the job runs both times" if follows_clock else "the job runs the first time only"
    return f"On {named[0]:%Y-%m-%d} {times} {fact} in {timezone}, where the clocks change; {effect}."
