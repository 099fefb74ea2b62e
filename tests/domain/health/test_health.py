"""A job's health over 1, 4 and 24 hours, and the verdict on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.domain.health.health import RunHealth, measure_health
from cronlytic_mcp.domain.health.verdict import Condition, judge
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, Schedule

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
HOURLY = CronSchedule("0 * * * *")


def run(age: timedelta, letter: str = "s", seconds: float | None = 0.5) -> LogEntry:
    status = RunStatus.SUCCESS if letter == "s" else RunStatus.FAILED
    return LogEntry(NOW - age, status, 200 if letter == "s" else 500, seconds)


def hourly(statuses: str) -> list[LogEntry]:
    """Runs a little after each full hour, newest first, from a text such as ``"ssf"``."""
    return [run(timedelta(hours=n, minutes=29, seconds=50), letter) for n, letter in enumerate(statuses)]


def figures(health: RunHealth) -> list[tuple[int, int, float | None]]:
    return [(window.runs, window.successes, window.success_rate) for window in health.windows]


def test_no_runs_are_no_data_and_not_zero_percent() -> None:
    health = measure_health([], NOW, kept=50, schedule=HOURLY)
    assert figures(health) == [(0, 0, None)] * 3
    assert [(w.complete, w.expected, w.missing) for w in health.windows] == [(True, None, 0)] * 3
    assert (health.mean_duration, health.failure_streak, health.last_status) == (None, 0, None)
    assert health.newest_run_at is None


def test_the_windows_are_one_four_and_twenty_four_hours() -> None:
    health = measure_health(hourly("sfss" + "f" * 20 + "s" * 6), NOW)
    assert [window.hours for window in health.windows] == [1, 4, 24]
    assert figures(health) == [(1, 1, 1.0), (4, 3, 0.75), (24, 3, 0.125)]


def test_a_day_of_old_failures_does_not_hide_the_recovery() -> None:
    failures = [run(timedelta(hours=2, seconds=55 * n), "f") for n in range(1, 1429)]
    successes = [run(timedelta(seconds=50 * n)) for n in range(72)]
    health = measure_health(failures + successes, NOW)
    assert health.windows[0].success_rate == 1.0
    assert health.day.success_rate == pytest.approx(0.048)
    assert (health.streak, health.failure_streak, health.last_status) == (72, 0, RunStatus.SUCCESS)


def test_the_window_includes_its_first_instant() -> None:
    assert measure_health([run(timedelta(hours=1))], NOW).windows[0].runs == 1
    assert measure_health([run(timedelta(hours=1, microseconds=1))], NOW).windows[0].runs == 0


def test_a_run_that_the_backends_clock_puts_ahead_of_ours_counts() -> None:
    assert measure_health([run(timedelta(seconds=-5))], NOW).windows[0].runs == 1


def test_entries_may_come_in_any_order() -> None:
    entries = hourly("ffsss")
    assert measure_health(entries[::-1], NOW) == measure_health(entries, NOW)


def test_the_mean_duration_is_of_the_last_day_and_of_runs_that_have_one() -> None:
    entries = [
        run(timedelta(hours=1), seconds=1.0),
        run(timedelta(hours=2), seconds=None),
        run(timedelta(hours=23), seconds=4.0),
        run(timedelta(hours=25), seconds=100.0),
    ]
    assert measure_health(entries, NOW).mean_duration == 2.5


def test_the_failure_streak_is_of_the_newest_runs() -> None:
    assert measure_health(hourly("fffsf"), NOW).failure_streak == 3
    assert measure_health(hourly("sfff"), NOW).failure_streak == 0


@pytest.mark.parametrize(
    ("count", "kept", "complete"),
    [(49, 50, [True, True, True]), (50, 50, [True, True, False]), (50, None, [True, True, True])],
)
def test_a_full_log_that_begins_inside_a_window_leaves_it_incomplete(count, kept, complete) -> None:
    entries = [run(timedelta(minutes=6 * n)) for n in range(count)]
    health = measure_health(entries, NOW, kept=kept)
    assert [window.complete for window in health.windows] == complete


@pytest.mark.parametrize("oldest", [timedelta(hours=24), timedelta(hours=48)])
def test_a_full_log_that_reaches_back_far_enough_is_complete(oldest: timedelta) -> None:
    entries = [run(timedelta(minutes=n)) for n in range(49)]
    health = measure_health([*entries, run(oldest)], NOW, kept=50)
    assert (health.day.complete, health.whole) == (True, False)


def expected(entries: list[LogEntry], schedule: Schedule | None) -> list[int | None]:
    return [window.expected for window in measure_health(entries, NOW, schedule=schedule).windows]


def test_runs_are_expected_by_the_schedule() -> None:
    assert expected(hourly("s" * 30), HOURLY) == [1, 4, 24]
    assert expected(hourly("s" * 30), CronSchedule("*/5 * * * *")) == [12, 48, 288]
    assert expected(hourly("s" * 30), CronSchedule("0 9 1 * *")) == [0, 0, 0]


def test_nothing_is_expected_before_the_first_run_that_is_known() -> None:
    """Only that run tells that the job was there at all."""
    assert expected(hourly("sss"), HOURLY) == [1, 3, 3]


def test_the_latest_two_minutes_are_not_expected_yet() -> None:
    schedule = CronSchedule("* * * * *")
    entries = [run(timedelta(minutes=n)) for n in range(3, 61)]
    window = measure_health(entries, NOW, schedule=schedule).windows[0]
    assert (window.runs, window.expected, window.missing) == (58, 59, 1)


def test_a_run_later_than_its_minute_is_never_a_missing_one() -> None:
    late = [run(timedelta(hours=n, minutes=25)) for n in range(24)]
    health = measure_health(late, NOW, schedule=HOURLY)
    assert [window.missing for window in health.windows] == [0, 0, 0]


def test_missing_runs_are_counted() -> None:
    entries = [entry for n, entry in enumerate(hourly("s" * 30)) if n % 2]
    health = measure_health(entries, NOW, schedule=HOURLY)
    assert [(w.runs, w.missing) for w in health.windows] == [(0, 1), (2, 2), (12, 12)]


@pytest.mark.parametrize(
    "schedule", [None, IntervalSchedule(60), CronSchedule("every day"), CronSchedule("0 3 * * *", "Mars")]
)
def test_without_readable_times_nothing_can_be_expected(schedule) -> None:
    assert expected(hourly("sss"), schedule) == [None, None, None]


def verdict(
    entries: list[LogEntry], *, paused: bool = False, schedule: Schedule | None = HOURLY, kept: int = 50
):
    return judge(measure_health(entries, NOW, kept=kept, schedule=schedule), paused=paused)


@pytest.mark.parametrize(
    ("entries", "condition", "sentence"),
    [
        ([], Condition.NO_DATA, "No data: no run is known."),
        (
            hourly("s" * 30),
            Condition.HEALTHY,
            "Healthy: 24 of the 24 runs known of the last 24 hours succeeded, 100 %.",
        ),
        (
            hourly("s" * 21 + "fff"),
            Condition.RECOVERING,
            "Recovering: the newest 21 runs succeeded; 21 of the 24 runs known of the last 24 hours succeeded, 87.5 %.",
        ),
        (
            hourly("f" + "s" * 30),
            Condition.FAILING,
            "Failing: the newest run failed; 23 of the 24 runs known of the last 24 hours succeeded, 95.8 %.",
        ),
        (
            hourly("fff"),
            Condition.FAILING,
            "Failing: the newest 3 runs failed; 0 of the 3 runs known of the last 24 hours succeeded, 0 %.",
        ),
        (
            [run(timedelta(hours=30), "f")],
            Condition.FAILING,
            (
                "Failing: the newest run failed; no run of the last 24 hours is known; 24 of 24 scheduled runs "
                "are missing, unless it was paused or changed meanwhile."
            ),
        ),
        (
            [run(timedelta(hours=30))],
            Condition.NO_DATA,
            (
                "No data: no run in the last 24 hours; the newest known run, at 2026-03-01 06:30 UTC, succeeded; "
                "24 of 24 scheduled runs are missing, unless it was paused or changed meanwhile."
            ),
        ),
    ],
)
def test_the_verdict_says_what_the_runs_say(entries, condition, sentence) -> None:
    found = verdict(entries)
    assert (found.condition, found.sentence) == (condition, sentence)


def test_nine_in_ten_is_healthy() -> None:
    assert verdict(hourly("s" * 18 + "ff")).condition is Condition.HEALTHY
    assert verdict(hourly("s" * 17 + "ff")).condition is Condition.RECOVERING


def test_a_percentage_is_never_rounded_up_to_all() -> None:
    entries = [run(timedelta(seconds=40 * n), "f" if n == 1500 else "s") for n in range(2000)]
    assert "1999 of the 2000 runs" in verdict(entries, schedule=None, kept=5000).sentence
    assert verdict(entries, schedule=None, kept=5000).sentence.endswith("succeeded, 99.9 %.")


def test_a_job_that_had_no_run_to_make_is_healthy_by_its_last_one() -> None:
    found = verdict([run(timedelta(days=3))], schedule=CronSchedule("0 12 * * 5"))
    assert found.condition is Condition.HEALTHY
    assert found.sentence == (
        "Healthy: the newest known run, at 2026-02-27 12:30 UTC, succeeded, and the schedule asked for none "
        "in the last 24 hours."
    )


def test_a_job_whose_times_are_unknown_has_no_data_after_a_silent_day() -> None:
    assert verdict([run(timedelta(days=3))], schedule=IntervalSchedule(60)).condition is Condition.NO_DATA


def test_a_paused_job_is_paused_whatever_its_runs_were() -> None:
    assert verdict([], paused=True).sentence == "Paused, it runs again after resume_job; no run is known."
    found = verdict([run(timedelta(hours=30), "f")], paused=True)
    assert found.condition is Condition.PAUSED
    assert found.sentence.endswith("; the newest known run, at 2026-03-01 06:30 UTC, failed.")


def test_figures_of_a_full_log_say_that_there_is_more() -> None:
    entries = [run(timedelta(minutes=n), "f") for n in range(50)]
    assert verdict(entries, schedule=CronSchedule("* * * * *")).sentence == (
        "Failing: at least the newest 50 runs failed; 0 of the 50 runs known of the last 24 hours (there were more) "
        "succeeded, 0 %."
    )
