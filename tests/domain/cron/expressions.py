"""Hypothesis strategies for cron expressions, zones and instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests.domain.cron.oracle import MONTHS, WEEKDAYS

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # 30 minutes
    "America/St_Johns",  # UTC-3:30
    "Asia/Kolkata",
    "Asia/Kathmandu",  # UTC+5:45
    "Asia/Beirut",  # changes at midnight
    "Africa/Cairo",  # at midnight, on Fridays
    "America/Havana",
    "Atlantic/Azores",
    "Pacific/Auckland",
    "Pacific/Kiritimati",  # UTC+14
    "Africa/Casablanca",
    "Pacific/Apia",
]


def items(low, high, words):
    values = st.integers(low, high)
    # Small steps and steps beyond the range both matter.
    steps = st.one_of(st.integers(1, high + 3), st.sampled_from([2, 3, 4, 5]))
    write = st.sampled_from([str, "{:02}".format, lambda value: words.get(value, str(value))])
    ranges = st.tuples(values, values, write).map(
        lambda ends: f"{ends[2](min(ends[:2]))}-{ends[2](max(ends[:2]))}"
    )
    return st.one_of(
        st.just("*"),
        steps.map("*/{}".format),
        st.tuples(values, write).map(lambda one: one[1](one[0])),
        ranges,
        st.tuples(ranges, steps).map(lambda one: f"{one[0]}/{one[1]}"),
    )


def fields(low, high, words=()):
    names = dict(enumerate(words, low))
    return st.lists(items(low, high, names), min_size=1, max_size=3).map(",".join)


def or_star(field):
    return st.one_of(st.just("*"), field)


MINUTES, HOURS = fields(0, 59), fields(0, 23)
DAYS, MONTHS_FIELD, WEEKDAYS_FIELD = fields(1, 31), fields(1, 12, MONTHS), fields(0, 7, WEEKDAYS)
DAY_FIELDS = st.tuples(or_star(DAYS), or_star(MONTHS_FIELD), or_star(WEEKDAYS_FIELD)).map(" ".join)
EXPRESSIONS = st.tuples(or_star(MINUTES), or_star(HOURS), DAY_FIELDS).map(" ".join)
INSTANTS = st.integers(0, 60 * 24 * 366 * 60).map(
    lambda minutes: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
