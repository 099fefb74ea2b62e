"""The week ahead: how many runs when, which jobs start together, and the minutes to move them to."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.load.collisions import find_collisions
from cronlytic_mcp.domain.load.load import WEEKDAYS, HourLoad, MinuteLoad, measure_load
from cronlytic_mcp.domain.load.moves import Move, suggest_move, suggest_moves
from cronlytic_mcp.domain.load.week_plan import MINUTES_A_WEEK, WeekPlan, plan_week
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot, Schedule

NOW = datetime(2026, 1, 15, 12, 0, 30, tzinfo=UTC)
"""A Thursday."""
START = datetime(2026, 1, 15, 12, 1, tzinfo=UTC)
END = START + timedelta(days=7)

numbers = count()


def job(
    schedule: str | Schedule, *, name: str = "", zone: str = "UTC", status: JobStatus = JobStatus.SUCCESS
) -> Job:
    number = next(numbers)
    if isinstance(schedule, str):
        schedule = CronSchedule(schedule, zone)
    return Job(
        f"id-{number:06}", JobSpec(name or f"job-{number:06}", "https://example.com/", schedule), status
    )


def plan(*jobs: Job, now: datetime = NOW) -> WeekPlan:
    return plan_week(jobs, now)


def names(jobs) -> list[str]:
    return [job.spec.name for job in jobs]


def test_no_jobs_are_no_load() -> None:
    load = measure_load(plan())
    assert load.runs == 0
    assert load.by_hour == ((0,) * 24,) * 7
    assert load.by_minute == (0,) * 60
    assert (load.busiest_hours, load.busiest_minutes) == ((), ())
    assert find_collisions(plan(), 10) == ()


def test_the_week_begins_with_the_next_full_minute_and_holds_every_minute_once() -> None:
    assert plan().start == START
    assert plan(now=START).start == START + timedelta(minutes=1)
    assert plan().instant(MINUTES_A_WEEK) == END
    assert set(plan(job("* * * * *")).counts) == {1}


def test_runs_are_counted_by_hour_of_the_week_and_minute_of_the_hour() -> None:
    load = measure_load(plan(job("30 9 * * 1-5"), job("30 9 * * 1"), job("*/20 0 * * 0")))
    assert load.runs == 5 + 1 + 3
    assert [sum(day) for day in load.by_hour] == [2, 1, 1, 1, 1, 0, 3]
    assert (load.by_hour[0][9], load.by_hour[6][0]) == (2, 3)
    assert {minute: runs for minute, runs in enumerate(load.by_minute) if runs} == {0: 1, 20: 1, 30: 6, 40: 1}
    assert load.busiest_hours[:2] == (HourLoad("Sunday", 0, 3), HourLoad("Monday", 9, 2))
    assert load.busiest_minutes[0] == MinuteLoad(30, 6, 2)


def runs_in_the_week(schedule: CronSchedule, now: datetime, end: datetime) -> list[datetime]:
    runs = schedule.next_runs(now, 10)
    while runs[-1] < end:
        runs += schedule.next_runs(runs[-1], 10)
    return [run for run in runs if run < end]


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["*/20 * * * *", "*/7 9-17 * * 1-5", "0 0 16 * *", "5,59 */6 * * *", "0 9 1-7 * 2"]
            ),
            st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York", "Europe/Berlin"]),
        ),
        max_size=5,
    ),
    st.integers(0, 365 * 86_400),
)
def test_the_load_is_that_of_the_runs_themselves(schedules, seconds) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    found = plan(*(job(expression, zone=zone) for expression, zone in schedules), now=now)
    runs = [
        run
        for expression, zone in schedules
        for run in runs_in_the_week(CronSchedule(expression, zone), now, found.instant(MINUTES_A_WEEK))
    ]
    load = measure_load(found)
    hours = Counter((run.weekday(), run.hour) for run in runs)
    minutes = Counter(run.minute for run in runs)
    assert load.by_hour == tuple(tuple(hours[day, hour] for hour in range(24)) for day in range(7))
    assert load.by_minute == tuple(minutes[minute] for minute in range(60))


def test_the_busiest_are_at_most_five_and_ties_go_by_the_week() -> None:
    load = measure_load(plan(job("0 3 * * *")))
    assert load.busiest_hours == tuple(HourLoad(day, 3, 1) for day in WEEKDAYS[:5])
    assert load.busiest_minutes == (MinuteLoad(0, 7, 1),)


def test_the_quietest_minutes_have_the_fewest_at_once_and_are_not_those_that_everybody_takes() -> None:
    crowd = [job("0-57 * * * *") for _ in range(2)]
    load = measure_load(plan(*crowd, job("58 3 * * *"), job("59 3 * * 1")))
    assert [minute.minute for minute in load.quietest_minutes] == [59, 58, 1, 2, 3]


def test_a_minute_with_fewer_at_once_is_quieter_than_one_with_fewer_runs() -> None:
    full = [job("0-57 * * * *") for _ in range(3)]
    twice_a_week = [job("58 3 * * 1") for _ in range(2)]
    load = measure_load(plan(*full, *twice_a_week, job("59 * * * *")))
    assert load.quietest_minutes[:2] == (MinuteLoad(59, 168, 1), MinuteLoad(58, 2, 2))


def test_paused_jobs_are_only_counted() -> None:
    found = plan(job("0 3 * * *"), job("0 3 * * *", status=JobStatus.PAUSED))
    assert (found.active, found.paused, max(found.counts)) == (1, 1, 1)


def test_jobs_without_readable_times_are_named_with_the_reason() -> None:
    broken, elsewhere, interval = (
        job("every day"),
        job("0 3 * * *", zone="Mars/Base"),
        job(IntervalSchedule(90)),
    )
    found = plan(broken, elsewhere, interval, job("0 3 * * *"))
    assert found.active == 4
    reasons = {unplaced.job.job_id: unplaced.reason for unplaced in found.unplaced}
    assert reasons[broken.job_id].startswith("its schedule cannot be read: ")
    assert "Mars/Base" in reasons[elsewhere.job_id]
    assert reasons[interval.job_id] == "it runs 90 s after its last run, at no minutes known beforehand"
    assert sum(found.counts) == 7


@pytest.mark.parametrize(
    ("instant", "runs"),
    [(START - timedelta(seconds=1), 0), (START, 1), (END - timedelta(seconds=1), 1), (END, 0)],
)
def test_a_single_run_counts_where_it_is_in_the_week(instant, runs) -> None:
    assert sum(plan(job(OneShot(instant))).counts) == runs


def test_jobs_that_start_together_are_a_collision() -> None:
    one, other, alone = job("0 3 * * *", name="b"), job("@daily", name="x"), job("0 4 * * *")
    third = job("0 3 * * 1", name="a")
    collisions = find_collisions(plan(one, other, alone, third, job("0 0,3 * * *", name="c")), 10)
    assert [(names(c.jobs), c.times) for c in collisions] == [
        (["a", "b", "c"], 1),
        (["x", "c"], 7),
        (["b", "c"], 6),
    ]
    assert collisions[0].next_starts == (datetime(2026, 1, 19, 3, 0, tzinfo=UTC),)
    assert collisions[1].next_starts == tuple(datetime(2026, 1, day, tzinfo=UTC) for day in (16, 17, 18))


def test_zones_collide_in_utc() -> None:
    found = plan(
        job("0 9 * * *", zone="Europe/Berlin"), job("0 8 * * *"), job("45 13 * * *", zone="Asia/Kathmandu")
    )
    assert [len(collision.jobs) for collision in find_collisions(found, 10)] == [3]


def test_collisions_are_limited_to_the_largest() -> None:
    jobs = [job(f"{minute} 3 * * *") for minute in range(20) for _ in range(minute + 1)]
    assert [len(collision.jobs) for collision in find_collisions(plan(*jobs), 3)] == [20, 19, 18]


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 2]), st.sampled_from([3, 4]), st.sampled_from(["*", "1", "2"])),
        max_size=12,
    )
)
def test_collisions_are_all_sets_of_jobs_that_meet(places) -> None:
    jobs = [job(f"{minute} {hour} * * {day}") for minute, hour, day in places]
    meeting = defaultdict(set)
    for one in jobs:
        for run in one.spec.schedule.next_runs(NOW, 7):
            if run < END:
                meeting[run].add(one.job_id)
    expected = Counter(frozenset(ids) for ids in meeting.values() if len(ids) > 1)
    found = {frozenset(j.job_id for j in c.jobs): c.times for c in find_collisions(plan(*jobs), 100)}
    assert found == expected


def moves_of(*jobs: Job, limit: int = 10) -> list[tuple[str, str, int, int]]:
    found = plan(*jobs)
    moves = suggest_moves(found, find_collisions(found, 10), limit)
    return [(m.job.spec.name, m.schedule.expression, m.together_before, m.together_after) for m in moves]


def test_moves_spread_a_crowd_and_reckon_with_each_other() -> None:
    crowd = [job("0 3 * * *", name=f"backup-{n}") for n in range(4)]
    assert moves_of(*crowd) == [
        ("backup-0", "1 3 * * *", 3, 0),
        ("backup-1", "2 3 * * *", 2, 0),
        ("backup-2", "3 3 * * *", 1, 0),
    ]
    assert len(moves_of(*crowd, limit=2)) == 2


def test_the_job_that_runs_least_often_moves_and_the_frequent_one_stays() -> None:
    moves = moves_of(job("*/15 * * * *", name="often"), job("0 3 1-31 * *", name="rarely"))
    assert moves == [("rarely", "1 3 1-31 * *", 1, 0)]


def test_a_move_avoids_minutes_that_others_have_in_other_hours_only_where_they_meet() -> None:
    jobs = [job("0 3 * * *", name="a"), job("0 3 * * *", name="b"), job("1 3 * * *"), job("2 4 * * *")]
    assert moves_of(*jobs)[0] == ("a", "2 3 * * *", 1, 0)


def test_a_frequent_job_moves_with_all_its_minutes() -> None:
    frequent, other = job("*/15 * * * *", name="a"), job("0,15,30,45 * * * *", name="b")
    assert moves_of(frequent, other) == [("a", "1-59/15 * * * *", 1, 0)]
    part = "0,10,20 * * * *"
    assert moves_of(job(part, name="a"), job(part, name="b")) == [("a", "1,11,21 * * * *", 1, 0)]


def test_a_move_goes_past_the_minutes_that_everybody_takes() -> None:
    assert moves_of(job("4 3 * * *", name="a"), job("4 3 * * *", name="b")) == [("a", "6 3 * * *", 1, 0)]


def test_a_job_moves_out_of_the_way_of_a_rarer_one_that_cannot() -> None:
    once = job(OneShot(datetime(2026, 1, 19, 3, tzinfo=UTC)))
    assert moves_of(once, job("0 3 * * *", name="daily")) == [("daily", "1 3 * * *", 1, 0)]


def test_where_every_minute_is_taken_nothing_moves() -> None:
    assert moves_of(job("* * * * *"), job("* * * * *"), job("0 3 * * *")) == []


def test_a_moved_schedule_keeps_its_zone_hours_and_days() -> None:
    found = plan(job("0 9 * * 1", zone="Asia/Kathmandu"), job("15 3 * * 1", name="z"))
    (move,) = suggest_moves(found, find_collisions(found, 10), 10)
    assert move.schedule == CronSchedule("1 9 * * 1", "Asia/Kathmandu")


def test_a_minute_late_in_the_hour_moves_to_the_begin_of_the_same_hour() -> None:
    jobs = [job(f"{minute} 3 * * *") for minute in range(1, 60) for _ in range(2)]
    late = job("59 3 * * 1", name="a-late")
    assert suggest_move(plan(*jobs, late), late) == Move(late, CronSchedule("0 3 * * 1"), 2, 0)


def test_one_job_can_be_asked_for() -> None:
    one, other = job("0 3 * * *"), job("0 3 * * *")
    assert suggest_move(plan(one, other), one) == Move(one, CronSchedule("1 3 * * *"), 1, 0)
    assert suggest_move(plan(one), one) is None


def test_a_paused_job_can_be_asked_for_and_is_in_nobodys_way() -> None:
    paused = job("0 3 * * *", status=JobStatus.PAUSED)
    assert suggest_move(plan(paused), paused) is None
    move = suggest_move(plan(paused, job("0 3 * * *")), paused)
    assert move is not None
    assert (move.together_before, move.together_after) == (1, 0)


@pytest.mark.parametrize(
    "schedule", ["every day", "* * * * *", "0 0 1 6 *", OneShot(START), IntervalSchedule(60)]
)
def test_jobs_that_have_no_other_minute_have_no_move(schedule) -> None:
    stuck = job(schedule)
    crowd = [job("* * * * *") for _ in range(2)]
    assert suggest_move(plan(stuck, *crowd), stuck) is None


def test_ten_thousand_jobs_are_planned() -> None:
    jobs = [job(f"{n % 60} {n // 60 % 24} * * {n % 7}") for n in range(9_000)]
    jobs += [job("* * * * *") for _ in range(1_000)]
    found = plan(*jobs)
    assert measure_load(found).runs == 9_000 + 1_000 * MINUTES_A_WEEK
    assert len(find_collisions(found, 10)) == 10
