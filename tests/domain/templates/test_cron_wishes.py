"""What no plain cron says: each reason is true, and each thing to do instead does what it promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from cronsim import CronSim

from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.domain.templates.cron_template_table import CRON_TEMPLATES
from cronlytic_mcp.domain.templates.cron_wish_table import CRON_WISHES

START = datetime(2026, 1, 1, tzinfo=UTC)
YEARS = 5
DAYS = [START.date() + timedelta(days=n) for n in range(YEARS * 365)]
ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)


def runs_of(*expressions: str, days: int = len(DAYS)) -> list[datetime]:
    runs = []
    for expression in expressions:
        found = CronSchedule(expression).next_runs(START - ONE_MINUTE, 200)
        while found[-1] < START + days * ONE_DAY:
            found += CronSchedule(expression).next_runs(found[-1], 2000)
        runs += [run for run in found if run < START + days * ONE_DAY]
    return sorted(runs)


def run_days(*expressions: str) -> list[date]:
    return [run.date() for run in runs_of(*expressions)]


def is_last_of_month(day: date) -> bool:
    return (day + ONE_DAY).day == 1


def is_last_of_quarter(day: date) -> bool:
    return is_last_of_month(day) and day.month % 3 == 0


def is_weekday_of_first_week(weekday: int) -> Callable[[date], bool]:
    return lambda day: day.weekday() == weekday and day.day <= 7


def is_last_friday(day: date) -> bool:
    return day.weekday() == 4 and (day + timedelta(days=7)).month != day.month


def gaps(*expressions: str) -> set[timedelta]:
    return {later - earlier for earlier, later in pairwise(runs_of(*expressions, days=10))}


def every_month_once(expression: str) -> bool:
    months = [(day.year, day.month) for day in run_days(expression)]
    return len(months) == len(set(months)) == YEARS * 12


def the_receiver_is_left_with(wanted: Callable[[date], bool], *expressions: str) -> bool:
    """Whether every wanted day has a run, so that the receiver only has to skip the others."""
    return [day for day in run_days(*expressions) if wanted(day)] == [day for day in DAYS if wanted(day)]


def hits(wanted: Callable[[date], bool], *expressions: str) -> bool:
    return run_days(*expressions) == [day for day in DAYS if wanted(day)]


PROOFS: dict[tuple[str, tuple[str, ...]], Callable[[], bool]] = {
    ("last-day-of-month", ("0 18 28 * *",)): lambda: every_month_once("0 18 28 * *"),
    ("last-day-of-month", ("0 18 28-31 * *",)): lambda: the_receiver_is_left_with(
        is_last_of_month, "0 18 28-31 * *"
    ),
    ("last-day-of-month", ("0 0 1 * *",)): lambda: hits(
        lambda day: is_last_of_month(day - ONE_DAY), "0 0 1 * *"
    ),
    ("last-day-of-quarter", ("0 18 31 3,12 *", "0 18 30 6,9 *")): lambda: hits(
        is_last_of_quarter, "0 18 31 3,12 *", "0 18 30 6,9 *"
    ),
    ("first-monday-of-month", ("0 9 * * 1",)): lambda: the_receiver_is_left_with(
        is_weekday_of_first_week(0), "0 9 * * 1"
    ),
    ("first-monday-of-month", ("0 9 */31,2-7 * 1",)): lambda: hits(
        is_weekday_of_first_week(0), "0 9 */31,2-7 * 1"
    ),
    ("first-monday-of-month", ("0 9 1-7 * */7",)): lambda: hits(is_weekday_of_first_week(6), "0 9 1-7 * */7"),
    ("last-friday-of-month", ("0 17 * * 5",)): lambda: the_receiver_is_left_with(
        is_last_friday, "0 17 * * 5"
    ),
    ("every-90-minutes", ("0 */3 * * *", "30 1-22/3 * * *")): lambda: (
        gaps("0 */3 * * *", "30 1-22/3 * * *") == {timedelta(minutes=90)}
    ),
    ("every-45-minutes", ("0 */3 * * *", "45 */3 * * *", "30 1-22/3 * * *", "15 2-23/3 * * *")): lambda: (
        gaps("0 */3 * * *", "45 */3 * * *", "30 1-22/3 * * *", "15 2-23/3 * * *") == {timedelta(minutes=45)}
    ),
    ("every-45-minutes", ("*/30 * * * *",)): lambda: all(
        gaps(f"*/{step} * * * *") == {timedelta(minutes=step)} for step in (2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
    ),
    ("every-30-seconds", ("* * * * *",)): lambda: gaps("* * * * *") == {ONE_MINUTE},
    ("every-other-day", ("0 9 */2 * *",)): lambda: hits(lambda day: day.day % 2 == 1, "0 9 */2 * *"),
    ("every-other-day", ("0 9 * * 1,3,5",)): lambda: hits(
        lambda day: day.weekday() in (0, 2, 4), "0 9 * * 1,3,5"
    ),
    ("every-other-day", ("0 9 * * *",)): lambda: hits(lambda day: True, "0 9 * * *"),
    ("every-other-week", ("0 9 * * 1",)): lambda: hits(lambda day: day.weekday() == 0, "0 9 * * 1"),
    ("every-other-week", ("0 9 1,15 * *",)): lambda: hits(lambda day: day.day in (1, 15), "0 9 1,15 * *"),
    ("once", ("0 9 24 12 *",)): lambda: hits(lambda day: (day.day, day.month) == (24, 12), "0 9 24 12 *"),
    ("working-days", ("0 9 * * 1-5",)): lambda: hits(lambda day: day.weekday() < 5, "0 9 * * 1-5"),
}

OPTIONS = [(wish.wish_id, option.expressions) for wish in CRON_WISHES for option in wish.options]


@pytest.mark.parametrize(("wish_id", "expressions"), OPTIONS)
def test_every_option_does_what_its_advice_says(wish_id, expressions) -> None:
    assert PROOFS[wish_id, expressions]()


def test_no_proof_outlives_its_option() -> None:
    assert set(PROOFS) == set(OPTIONS)


def test_either_day_field_is_enough_where_both_restrict() -> None:
    """The reason why ``0 9 1-7 * 1`` is not the first Monday."""
    expected = [day for day in DAYS if day.weekday() == 0 or day.day <= 7]
    assert run_days("0 9 1-7 * 1") == expected


@pytest.mark.parametrize("expression", ["0 9 */31,2-7 * 1", "0 9 1-7 * */7"])
def test_a_second_reader_of_debians_rule_agrees(expression: str) -> None:
    theirs = CronSim(expression, START - ONE_MINUTE)
    assert [next(theirs) for _ in range(24)] == CronSchedule(expression).next_runs(START - ONE_MINUTE, 24)


def test_a_step_that_does_not_divide_the_hour_has_two_gaps() -> None:
    assert gaps("*/45 * * * *") == {timedelta(minutes=45), timedelta(minutes=15)}


def test_odd_dates_follow_each_other_after_a_long_month() -> None:
    days = run_days("0 9 */2 * *")
    assert (date(2026, 1, 31), date(2026, 2, 1)) in pairwise(days)


def test_a_year_of_53_weeks_is_followed_by_another_odd_week() -> None:
    mondays = [day for day in DAYS if day.weekday() == 0]
    weeks = [(one.isocalendar().week, two.isocalendar().week) for one, two in pairwise(mondays)]
    assert (53, 1) in weeks


def test_every_expression_in_a_text_can_be_read() -> None:
    texts = [
        text for wish in CRON_WISHES for text in (wish.reason, *(option.advice for option in wish.options))
    ]
    quoted = [text for texts_of_one in texts for text in re.findall(r"`([^`]*)`", texts_of_one)]
    whole = [text for text in quoted if text.count(" ") == 4]
    assert {"0 9 1-7 * 1", "*/45 * * * *"} == set(whole)
    for expression in whole:
        assert CronSchedule(expression).find_problems() == ()


def test_the_plain_templates_use_none_of_the_tricks() -> None:
    for template in CRON_TEMPLATES:
        day, _, weekday = template.expression.split()[2:]
        assert "*" in (day, weekday)
