"""Names of time zones: which are taken, and what is said of the others."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.schedule import CronSchedule

AFTER = datetime(2026, 11, 22, tzinfo=UTC)


def problem(timezone):
    with pytest.raises(InvalidArguments) as refused:
        CronSchedule.parse("0 9 * * *", timezone)
    [found] = refused.value.problems
    assert found.field == "timezone"
    assert CronSchedule.parse("0 9 * * *", found.example)
    return found


def test_every_zone_of_the_data_base_has_next_runs():
    names = available_timezones() - {"localtime", "Factory", "posixrules"}

    for name in names:
        assert len(CronSchedule.parse("30 2 * * *", name).next_runs(AFTER, 2)) == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Europe/Berlni", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_near_name_is_proposed(typed, meant):
    found = problem(typed)

    assert (found.rule, found.example) == ("unknown", meant)
    assert found.message == f"{typed!r} is not the name of an IANA time zone. Did you mean {meant!r}?"


@pytest.mark.parametrize("typed", ["UTC+2", "GMT+2", "+02:00", "PST", "", "Mars/Olympus", "zzz"])
def test_where_none_is_near_nothing_is_proposed(typed):
    found = problem(typed)

    assert (found.rule, found.example) == ("unknown", "Europe/Berlin")
    assert "Offsets such as UTC+2 and abbreviations are none." in found.message


@pytest.mark.parametrize(
    "typed",
    [
        "localtime",
        "Factory",
        "posixrules",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe",
        "Europe/",
        "tzdata.zi",
        "Europe/Berlin\x00",
        "Europe/Berlin\n",
        "\ud800",
    ],
)
def test_what_the_constructor_of_a_zone_would_take_or_stumble_over_is_refused(typed):
    found = problem(typed)

    assert found.rule == "unknown"
    assert found.message.startswith(ascii(typed))


def test_a_long_name_is_refused_unread():
    assert problem("x" * 100_000).message == "must have at most 64 characters; it has 100000."


@pytest.mark.parametrize("value", [None, 1, b"UTC", ["UTC"]])
def test_what_is_no_text_is_refused(value):
    assert problem(value).message == f"must be text; it is {type(value).__name__}."


@given(st.text())
def test_no_name_does_anything_but_be_taken_or_refused(name):
    problems = CronSchedule("0 9 * * *", name).find_problems()

    assert all(found.message.isascii() for found in problems)
