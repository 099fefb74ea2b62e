"""When a job runs next: baseline, limits, ends, jitter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.engine.governor import plan_next, spread
from cronlytic_mcp.domain.engine.plan import Plan
from cronlytic_mcp.domain.engine.run import RunSource
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.domain.planned import DAILY, HOURLY, MINUTELY, NOON, a_job, at, every, once


def plan(schedule, base=NOON, now=None, failures=0, **policy):
    return plan_next(a_job(schedule, **policy), base, now or base, failures=failures)


def test_a_cron_job_is_planned_for_its_next_occurrence():
    assert plan(HOURLY) == Plan(at(60), RunSource.BASELINE_CRON, at(60))
    assert plan(HOURLY, at(59.9)).at == at(60)


def test_a_cron_job_is_planned_in_its_zone():
    assert plan(CronSchedule("0 3 * * *", "Asia/Tokyo")).at == at(360)


def test_an_interval_counts_from_the_occurrence_before():
    assert plan(every(90)) == Plan(at(seconds=90), RunSource.BASELINE_INTERVAL, at(seconds=90))
    assert plan(every(90), base=at(10), now=at(10, 80)).at == at(10, 90)


def test_a_single_run_is_planned_until_its_time_has_come():
    assert plan(once(at(5))) == Plan(at(5), RunSource.ONE_SHOT, at(5))
    assert plan(once(at(5)), at(5)) is None


@pytest.mark.parametrize(("failures", "minutes"), [(0, 1), (1, 2), (2, 4), (5, 32), (6, 32), (1000, 32)])
def test_failures_space_out_an_interval_up_to_32_times(failures, minutes):
    assert plan(every(60), failures=failures).at == at(minutes)


@pytest.mark.parametrize("schedule", [HOURLY, once(at(60))])
def test_failures_space_out_nothing_else(schedule):
    assert plan(schedule, failures=3).at == at(60)


def test_an_interval_is_kept_within_its_bounds():
    short, long = plan(every(60), min_interval_seconds=300), plan(every(600), max_interval_seconds=300)
    backed_off = plan(every(60), failures=5, max_interval_seconds=300)

    assert (short.at, short.source) == (at(5), RunSource.CLAMPED_MIN)
    assert (long.at, long.source) == (backed_off.at, backed_off.source) == (at(5), RunSource.CLAMPED_MAX)
    assert plan(every(300), min_interval_seconds=300).source is RunSource.BASELINE_INTERVAL


def test_a_cron_job_is_kept_within_its_bounds_after_the_occurrence_before():
    soon, late = plan(MINUTELY, min_interval_seconds=300), plan(HOURLY, max_interval_seconds=600)

    assert (soon.at, soon.source) == (at(5), RunSource.CLAMPED_MIN)
    assert (late.at, late.source) == (at(10), RunSource.CLAMPED_MAX)
    within = plan(HOURLY, min_interval_seconds=3600, max_interval_seconds=3600)
    assert (within.at, within.source) == (at(60), RunSource.BASELINE_CRON)


def test_a_bound_that_has_passed_counts_from_now():
    assert plan(DAILY, base=NOON, now=at(50), max_interval_seconds=600).at == at(60)


def test_bounds_do_not_touch_a_single_run():
    assert plan(once(at(5)), min_interval_seconds=3600).at == at(5)


def test_nothing_is_planned_past_the_end():
    assert plan(HOURLY, end_at=at(60)).at == at(60)
    assert plan(HOURLY, end_at=at(60) - timedelta(microseconds=1)) is None
    assert plan(every(60), end_at=at(0.5)) is None


def test_nothing_is_planned_once_enough_runs_were_started():
    job = a_job(HOURLY, max_runs=3)

    assert plan_next(evolve(job, starts=2), NOON, NOON).at == at(60)
    assert plan_next(evolve(job, starts=3), NOON, NOON) is None


def test_a_stored_expression_that_cannot_be_read_is_an_error():
    with pytest.raises(InvalidArguments):
        plan(CronSchedule("61 * * * *"))


@given(
    st.sampled_from([MINUTELY, HOURLY, every(7), every(3600), once(at(1))]),
    st.integers(1, 3600),
    st.integers(0, 1000),
    st.sampled_from([None, 5, 600]),
)
def test_jitter_stays_below_its_limit_and_before_the_next_occurrence(schedule, limit, minute, longest):
    job = a_job(schedule, jitter_seconds=limit, max_interval_seconds=longest)
    found = plan_next(job, at(minute), at(minute))
    if found is None:
        return
    following = plan_next(job, found.at, found.at)

    assert found.at <= found.due_at < found.at + timedelta(seconds=limit)
    assert following is None or found.due_at < following.at
    assert spread(job, found.at) == found.due_at


def test_jobs_at_the_same_time_are_spread_out():
    shares = set()
    for number in range(50):
        job = evolve(a_job(HOURLY, jitter_seconds=600), job_id=f"job-{number}")
        shares.add((plan_next(job, NOON, NOON).due_at - at(60)) // timedelta(minutes=1))

    assert len(shares) > 5
