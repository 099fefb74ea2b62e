"""Schedules as values: what they take, what they refuse, and when their code is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from attrs.exceptions import FrozenInstanceError

from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ASKED = {
    "next_runs": lambda schedule, instant: schedule.next_runs(instant, 1),
    "frequency": lambda schedule, instant: schedule.frequency(instant),
    "utc_equivalent": lambda schedule, instant: schedule.utc_equivalent(instant),
    "clock_warnings": lambda schedule, instant: schedule.clock_warnings(instant, []),
}


def test_schedules_are_values():
    assert CronSchedule.parse("@daily") == CronSchedule("0 0 * * *", "UTC")
    assert (
        len({CronSchedule("* * * * *"), CronSchedule("* * * * *"), IntervalSchedule(60), OneShot(NOON)}) == 3
    )
    with pytest.raises(FrozenInstanceError):
        CronSchedule("* * * * *").expression = "0 0 * * *"


def test_a_backends_text_is_kept_as_it_is_and_read_when_asked():
    stored = CronSchedule("0 9 * * MON,7", "Europe/Berlin")

    assert stored.expression == "0 9 * * MON,7"
    assert stored.normalized == "0 9 * * 1,0"
    assert stored.description == "At 09:00, only on Sunday and Monday (Europe/Berlin)"


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_a_text_that_cannot_be_read_is_refused_when_asked(ask):
    with pytest.raises(InvalidArguments, match="cron_expression"):
        ask(CronSchedule("every day"), NOON)


@pytest.mark.parametrize("name", ["normalized", "description", "warnings"])
def test_its_words_are_refused_too(name):
    with pytest.raises(InvalidArguments, match="cron_expression"):
        getattr(CronSchedule("every day"), name)


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_an_unknown_zone_is_refused_when_asked(ask):
    with pytest.raises(InvalidArguments, match="timezone"):
        ask(CronSchedule("0 9 * * *", "Nowhere/Land"), NOON)


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize(
    ("instant", "rule"),
    [
        (datetime(2026, 11, 22), "offset"),  # noqa: DTZ001
        (datetime(1969, 12, 31, 23, 59, tzinfo=UTC), "range"),
        (datetime(2200, 1, 1, tzinfo=UTC), "range"),
        (datetime.max.replace(tzinfo=timezone(-timedelta(hours=12))), "range"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), "range"),
    ],
)
def test_an_instant_that_is_not_served_is_refused(ask, instant, rule):
    with pytest.raises(InvalidArguments) as refused:
        ask(CronSchedule("0 9 * * *", "Europe/Berlin"), instant)

    [problem] = refused.value.problems
    assert problem.rule == rule
    assert problem.field in {"after", "now"}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("expression", ["0 9 * * *", "*/7 * 29 2 *", "0 0 29 2 */7", "30 2 31 * 5"])
@pytest.mark.parametrize("timezone_name", ["UTC", "Pacific/Apia", "America/New_York", "Africa/Monrovia"])
@pytest.mark.parametrize(
    "instant",
    [
        datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(2199, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(-timedelta(hours=12))),
    ],
)
def test_the_first_and_the_last_instant_are_served(ask, expression, timezone_name, instant):
    ask(CronSchedule(expression, timezone_name), instant)


def test_twenty_runs_of_the_sparsest_expression_are_found_from_the_last_year_on():
    runs = CronSchedule("0 0 29 2 */7").next_runs(datetime(2199, 12, 31, tzinfo=UTC), 20)

    assert len(runs) == 20
    assert runs[-1].year < 3000


@pytest.mark.parametrize("timezone_name", ["UTC", "Asia/Tokyo"])
def test_the_search_ends_with_fewer_runs_in_the_year_3000(timezone_name):
    runs = CronSchedule("0 12 1 1 *", timezone_name).next_runs(datetime(2199, 12, 31, tzinfo=UTC), 5000)

    assert len(runs) == 800
    assert runs[-1].date() == date(2999, 1, 1)


def test_what_is_heavy_is_loaded_when_a_schedule_is_asked_and_not_before():
    script = """
import json, sys
from datetime import UTC, datetime
from cronlytic_mcp.domain.schedule import CronSchedule
heavy = lambda: sorted({"croniter", "cron_descriptor", "zoneinfo", "difflib"} & sys.modules.keys())
schedule = CronSchedule("0 9 * * 1", "UTC")
seen = [heavy()]
schedule.next_runs(datetime(2026, 1, 1, tzinfo=UTC), 1)
seen.append(heavy())
print(json.dumps(seen))
"""
    answer = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    before, after = json.loads(answer.stdout)
    assert before == []
    assert "croniter" in after
    assert "cron_descriptor" not in after
