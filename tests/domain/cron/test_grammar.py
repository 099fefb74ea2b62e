"""The language: what is accepted, in which form it is kept, and what is refused with which words."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.domain.cron import oracle
from tests.domain.cron.expressions import DAY_FIELDS, EXPRESSIONS, INSTANTS


def refusals(text, timezone="UTC"):
    """The problems of an expression as (rule, message)."""
    with pytest.raises(InvalidArguments) as refused:
        CronSchedule.parse(text, timezone)
    assert {problem.field for problem in refused.value.problems} <= {"cron_expression", "timezone"}
    for problem in refused.value.problems:
        if problem.field == "cron_expression":
            CronSchedule.parse(problem.example)
    return [(problem.rule, problem.message) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("typed", "normalized"),
    [
        ("* * * * *", "* * * * *"),
        ("*/15 9-17 * * MON-FRI", "*/15 9-17 * * 1-5"),
        ("  0\t9  1,15 *\t*  ", "0 9 1,15 * *"),
        ("005 09 01 007 *", "5 9 1 7 *"),
        ("*/005 * * * *", "*/5 * * * *"),
        ("0-30/10 8-20/4 1-10/3 2-12/2 1-5/2", "0-30/10 8-20/4 1-10/3 2-12/2 1-5/2"),
        ("0 0 1 jan,Jul-SEP *", "0 0 1 1,7-9 *"),
        ("0 0 1 JAN-12 *", "0 0 1 1-12 *"),
        ("0 0 * * sun,MON-wed/2", "0 0 * * 0,1-3/2"),
        # The numeric form knows 0-6 only.
        ("0 0 * * 7", "0 0 * * 0"),
        ("0 0 * * 5-7", "0 0 * * 0,5,6"),
        ("0 0 * * FRI-7", "0 0 * * 0,5,6"),
        ("0 0 * * 6-7", "0 0 * * 0,6"),
        ("0 0 * * 7-7", "0 0 * * 0"),
        ("0 0 * * 1-7/2", "0 0 * * 0,1,3,5"),
        ("0 0 * * 0-7/7", "0 0 * * 0"),
        ("0 0 * * 3,7", "0 0 * * 3,0"),
        ("0 0 * * *,7", "0 0 * * *,0"),
        # Every day, and still no wildcard: with a day of month it means "either".
        ("0 0 1 * 0-7", "0 0 1 * 0-6"),
        ("0 0 1 * 1-7", "0 0 1 * 0-6"),
        ("0 0 1 * */7", "0 0 1 * */7"),
        # One value, which some libraries would take for the whole cycle.
        ("5-5 * * * *", "5 * * * *"),
        ("0 9 * * 1-1", "0 9 * * 1"),
        ("5-5/3 * * * *", "5 * * * *"),
        ("1,1,1 * * * *", "1 * * * *"),
        ("0 0 * * 0,2-7", "0 0 * * 0,2,3,4,5,6"),
        # A step beyond the range is legal and leaves the first value.
        ("*/70 * * * *", "*/70 * * * *"),
        ("10-20/50 * * * *", "10-20/50 * * * *"),
        ("*/" + "9" * 200 + " * * * *", "*/" + "9" * 200 + " * * * *"),
        ("*/1 * * * *", "*/1 * * * *"),
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        (" @annually\t", "0 0 1 1 *"),
        # Dates that do come, if rarely.
        ("0 0 29 2 *", "0 0 29 2 *"),
        ("0 0 30 2 1", "0 0 30 2 1"),
        ("0 0 30 2,3 *", "0 0 30 2,3 *"),
        ("0 0 31 4 0-6", "0 0 31 4 0-6"),
    ],
)
def test_an_expression_is_kept_in_its_numeric_form(typed, normalized):
    schedule = CronSchedule.parse(typed)

    assert schedule.expression == normalized
    assert CronSchedule.parse(normalized) == schedule
    assert CronSchedule(typed).normalized == normalized


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("", "fields", "has 0 fields; it needs 5: minute, hour, day of month, month, day of week"),
        (" \t ", "fields", "has 0 fields"),
        ("* * * *", "fields", "has 4 fields"),
        ("0 * * * * *", "fields", "has 6 fields; it needs 5"),
        ("0 * * * * * 2026", "fields", "has 7 fields"),
        ("@reboot", "macro", "'@reboot' is unknown; the macros are @hourly, @daily, @midnight"),
        ("@Daily", "macro", "in lower case"),
        ("0" * 257, "length", "must have at most 256 characters; it has 257"),
        ("60 * * * *", "range", "minute: '60' is outside 0-59."),
        ("* 24 * * *", "range", "hour: '24' is outside 0-23."),
        ("* * 0 * *", "range", "day of month: '0' is outside 1-31."),
        ("* * 32 * *", "range", "day of month: '32' is outside 1-31."),
        ("* * * 0 *", "range", "month: '0' is outside 1-12."),
        ("* * * 13 *", "range", "month: '13' is outside 1-12."),
        ("* * * * 8", "range", "day of week: '8' is outside 0-7."),
        ("9" * 200 + " * * * *", "range", "999...' is outside 0-59"),
        ("50-60 * * * *", "range", "'60' is outside"),
        ("5/15 * * * *", "step", "minute: '5/15' has a step without a range; write 5-59/N for every Nth"),
        ("* * * * MON/2", "step", "'MON/2' has a step without a range"),
        ("*/0 * * * *", "step", "minute: the step of '*/0' is 0, it must be 1 or more."),
        ("1-5/00 * * * *", "step", "the step of '1-5/00' is 0"),
        ("* 22-2 * * *", "order", "hour: '22-2' runs backwards; give both parts, 22-23,0-2."),
        ("* * * * FRI-MON", "order", "day of week: 'FRI-MON' runs backwards; give both parts, 5-6,0-1."),
        ("* * * * FRI-SUN", "order", "give both parts, 5-6,0."),
        ("* * * DEC-JAN *", "order", "give both parts, 12,1."),
        ("* * * FOO *", "name", "month: 'FOO' is unknown; the names are JAN-DEC."),
        ("* * * JANUARY *", "name", "'JANUARY' is unknown"),
        ("* * * * JAN", "name", "day of week: 'JAN' is unknown; the names are SUN-SAT."),
        ("MON * * * *", "name", "minute: 'MON' is unknown; only numbers have a meaning here."),
        ("* * L * *", "extension", "day of month: 'L': plain cron has none of L, W, #, ?, H and R."),
        ("* * LW * *", "extension", "'LW'"),
        ("* * 15W * *", "extension", "'15W'"),
        ("* * ? * *", "extension", "'?'"),
        ("* * * * FRI#2", "extension", "'FRI#2'"),
        ("* * * * 5L", "extension", "'5L'"),
        ("H * * * *", "extension", "'H'"),
        ("H/15 * * * *", "extension", "'H'"),
        ("H(0-29)/10 * * * *", "extension", "'H(0-29)/10'"),
        ("R * * * *", "extension", "'R'"),
        ("1,,2 * * * *", "syntax", "minute: an entry of the list is empty."),
        (", * * * *", "syntax", "empty"),
        ("-5 * * * *", "syntax", "'-5' is none of *, n, a-b, */step and a-b/step."),
        ("5- * * * *", "syntax", "'5-'"),
        ("1-2-3 * * * *", "syntax", "'1-2-3'"),
        ("1-9/2/2 * * * *", "syntax", "'1-9/2/2'"),
        ("*/ * * * *", "syntax", "'*/'"),
        ("*/-1 * * * *", "syntax", "'*/-1'"),
        ("*/x * * * *", "syntax", "'*/x'"),
        ("** * * * *", "syntax", "'**'"),
        ("*-5 * * * *", "syntax", "'*-5'"),
        ("1.5 * * * *", "syntax", "'1.5'"),
        ("~ * * * *", "syntax", "'~'"),
        ("\u0665 * * * *", "characters", "holds U+0665 at position 1; only printable ASCII"),
        ("\uff15 * * * *", "characters", "U+FF15"),
        ("0\u00a09 * * * *", "characters", "U+00A0 at position 2"),
        ("0 9 * * *\n", "characters", "U+000A at position 10"),
        ("0 9 * * *\r", "characters", "U+000D"),
        ("0 9\x00 * * *", "characters", "U+0000 at position 4"),
        ("0 9 * * \ud800", "characters", "U+D800"),
        ("0 0 30 2 *", "never_fires", "never fires: day 30 does not exist in FEB."),
        ("0 0 31 4 *", "never_fires", "never fires: day 31 does not exist in APR."),
        ("0 0 31 FEB,4-6/2,9,11 *", "never_fires", "day 31 does not exist in FEB, APR, JUN, SEP, NOV."),
        ("0 0 30,31 2 */2", "never_fires", "day 30,31 does not exist in FEB."),
    ],
)
def test_everything_else_is_refused_with_the_field_and_the_reason(text, rule, words):
    [(found, message)] = refusals(text)

    assert found == rule
    assert words in message
    assert len(message) < 250


@pytest.mark.parametrize("value", [None, 5, True, b"* * * * *", ["*"], 1.5])
def test_what_is_no_text_is_refused(value):
    [(rule, message)] = refusals(value)

    assert (rule, message) == ("type", f"must be text; it is {type(value).__name__}.")


def test_every_problem_of_every_field_is_reported_at_once():
    found = refusals("60,5/15 22-2 L FOO 9", "Berlin")

    assert [rule for rule, _ in found] == ["range", "step", "order", "extension", "name", "range", "unknown"]


def test_a_rule_that_many_items_break_is_one_short_problem():
    [(rule, message)] = refusals(",".join(str(n) for n in range(60, 120)) + " * * * *")

    assert rule == "range"
    assert message == (
        "minute: '60' is outside 0-59; '61' is outside 0-59; '62' is outside 0-59; '63' is outside 0-59; "
        "'64' is outside 0-59; and 55 more."
    )


def test_a_foreign_character_does_not_hide_the_other_fields():
    assert [rule for rule, _ in refusals("\u0665 25 * * 9")] == ["characters", "range", "range"]
    assert [rule for rule, _ in refusals("0 9\n* * *")] == ["characters", "fields"]


@given(EXPRESSIONS, INSTANTS)
def test_the_numeric_form_has_the_same_runs(expression, after):
    typed = CronSchedule(expression)
    assume(not typed.find_problems())

    kept = CronSchedule.parse(expression)

    assert CronSchedule.parse(kept.expression) == kept
    for before, now in zip(expression.split(), kept.expression.split(), strict=True):
        assert before.startswith("*") == now.startswith("*")
    runs = kept.next_runs(after, 5)
    assert runs == typed.next_runs(after, 5)
    assert all(oracle.wall_matches(kept.expression, run) for run in runs)


@given(DAY_FIELDS)
def test_no_expression_is_refused_as_never_firing_that_matches_a_day(days):
    refused = bool(CronSchedule(f"0 0 {days}").find_problems())

    assert not refused or not any(oracle.day_matches(f"0 0 {days}", day) for day in oracle.LEAP_YEAR)


NOISE = st.one_of(
    st.text(),
    st.text(alphabet="0123456789*/-,@ \tLWHR#?JANMONSU", max_size=300),
    st.lists(st.text(alphabet="0123456789*/-,MONJAN", max_size=12), min_size=5, max_size=5).map(" ".join),
    st.integers(0, 10**250).map(lambda n: f"*/{n} {n} * * *"),
)


@given(NOISE)
def test_no_text_does_anything_but_parse_or_be_refused(text):
    problems = CronSchedule(text).find_problems()

    if problems:
        assert len(problems) <= 32
        assert all(problem.message.isascii() and len(problem.message) < 500 for problem in problems)
    else:
        assert CronSchedule.parse(text).description.isascii()
