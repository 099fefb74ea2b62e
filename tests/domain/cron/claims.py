"""Reads a description back: what a person would take it to say about minutes, hours and days.

A phrase that is not known here fails the test, so no new wording comes in unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

DAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
NUMBERS = r"\d+(?:, \d+)*(?:,? and \d+)?"
CLOCKS = r"\d\d:\d\d(?:, \d\d:\d\d)*(?:,? and \d\d:\d\d)?"
WEEKDAYS = rf"(?:{'|'.join(DAY_NAMES)})(?:(?:, | through |,? and )(?:{'|'.join(DAY_NAMES)}))*"
MONTHS = rf"(?:{'|'.join(MONTH_NAMES)})(?:(?:, | through |,? and )(?:{'|'.join(MONTH_NAMES)}))*"

Claim = Callable[[datetime], bool]


def numbers(text: str) -> set[int]:
    return {int(word) for word in re.findall(r"\d+", text)}


def names(text: str, known: list[str]) -> set[int]:
    named = [known.index(word) for word in re.findall(r"[A-Z][a-z]+", text)]
    return set(range(named[0], named[1] + 1)) if " through " in text else set(named)


def clocks(text: str) -> set[tuple[int, int]]:
    return {(int(hour), int(minute)) for hour, minute in re.findall(r"(\d\d):(\d\d)", text)}


def span(first: str, last: str) -> Callable[[int], bool]:
    return lambda value: int(first) <= value <= int(last)


TIMES: list[tuple[str, Callable[..., Claim]]] = [
    ("Every minute", lambda: lambda _: True),
    (r"Every (\d+) minutes", lambda n: lambda at: at.minute % int(n) == 0),
    ("Every hour", lambda: lambda at: at.minute == 0),
    (r"Every (\d+) hours", lambda n: lambda at: at.minute == 0 and at.hour % int(n) == 0),
    (r"Minutes (\d+) through (\d+) past the hour", lambda a, b: lambda at: span(a, b)(at.minute)),
    (rf"At ({NUMBERS}) minutes? past the hour", lambda listed: lambda at: at.minute in numbers(listed)),
    (rf"At ({CLOCKS})", lambda listed: lambda at: (at.hour, at.minute) in clocks(listed)),
]
HOURS: list[tuple[str, Callable[..., Claim]]] = [
    (r", between (\d\d):00 and (\d\d):59", lambda a, b: lambda at: span(a, b)(at.hour)),
    (r", every (\d+) hours", lambda n: lambda at: at.hour % int(n) == 0),
    (rf", in the hours that begin at ({CLOCKS})", lambda listed: lambda at: (at.hour, 0) in clocks(listed)),
]
DAYS: list[tuple[str, Callable[..., Claim]]] = [
    (rf", on day ({NUMBERS}) of the month", lambda listed: lambda at: at.day in numbers(listed)),
    (r", between day (\d+) and (\d+) of the month", lambda a, b: lambda at: span(a, b)(at.day)),
]
ONLY_WEEKDAYS: list[tuple[str, Callable[..., Claim]]] = [
    (rf", (?:only on )?({WEEKDAYS})", lambda listed: lambda at: weekday(at) in names(listed, DAY_NAMES)),
]
OR_WEEKDAYS: list[tuple[str, Callable[..., Claim]]] = [
    (rf", or on ({WEEKDAYS})", lambda listed: lambda at: weekday(at) in names(listed, DAY_NAMES)),
]
AND_WEEKDAYS: list[tuple[str, Callable[..., Claim]]] = [
    (
        rf", but only those that fall on ({WEEKDAYS})",
        lambda listed: lambda at: weekday(at) in names(listed, DAY_NAMES),
    ),
]
ONLY_MONTHS: list[tuple[str, Callable[..., Claim]]] = [
    (rf", (?:only in )?({MONTHS})", lambda listed: lambda at: at.month - 1 in names(listed, MONTH_NAMES)),
]


def weekday(at: date) -> int:
    return at.isoweekday() % 7


class Reader:
    """Takes phrases off the front of a description."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def take(self, phrases: list[tuple[str, Callable[..., Claim]]]) -> Claim | None:
        for pattern, claim in phrases:
            if match := re.match(rf"{pattern}(?=,|$| \()", self.rest):
                self.rest = self.rest[match.end() :]
                return claim(*match.groups())
        return None


def always(_: datetime) -> bool:
    return True


def read(description: str, timezone: str) -> Claim:
    """Return what the description says of a time on the wall clock: whether there is a run."""
    reader = Reader(description)
    time = reader.take(TIMES)
    assert time, f"no time is said: {description}"
    hour = reader.take(HOURS) or always
    day = reader.take(DAYS)
    either, both = reader.take(OR_WEEKDAYS), reader.take(AND_WEEKDAYS)
    only = reader.take(ONLY_WEEKDAYS)
    month = reader.take(ONLY_MONTHS) or always
    assert reader.rest == ("" if timezone == "UTC" else f" ({timezone})"), f"not understood: {reader.rest!r}"

    def claims(at: datetime) -> bool:
        if either:
            assert day
            on_day = day(at) or either(at)
        else:
            on_day = all(claim(at) for claim in (day, both, only) if claim)
        return time(at) and hour(at) and on_day and month(at)

    return claims
