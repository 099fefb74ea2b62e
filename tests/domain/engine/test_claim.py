"""What becomes of a job that is due: one run at most, every occurrence accounted for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import perf_counter

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.engine.claim import ON_TIME, POSTPONEMENT, decide_due, is_too_late, postpone
from cronlytic_mcp.domain.engine.planned_job import JobView
from cronlytic_mcp.domain.engine.run import RunSource, RunState, make_run_id
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy, Missed, Overlap
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule
from tests.domain.planned import (
    DAILY,
    HOURLY,
    MINUTELY,
    NOON,
    a_job,
    a_run,
    a_view,
    at,
    every,
    kinds,
    once,
)

MOMENT = timedelta(microseconds=1)


def shape(change):
    """The rows of a change, each as state, first, last and count."""
    return [(run.state.value, run.fire_at, run.last_at, run.count) for run in change.runs]


# One occurrence


def test_what_is_due_now_runs_and_the_next_one_is_planned():
    change = decide_due(a_view(HOURLY), at(60))

    (run,) = change.runs
    assert (run.run_id, run.job_id) == (make_run_id("job-1", at(60), RunSource.BASELINE_CRON), "job-1")
    assert (run.fire_at, run.source, run.state) == (at(60), RunSource.BASELINE_CRON, RunState.CLAIMED)
    assert run.recorded_at == at(60)
    assert (change.job.plan.at, change.job.accounted_until, change.job.starts) == (at(120), at(60), 1)
    assert change.events == ()


@pytest.mark.parametrize("late", [timedelta(0), MOMENT, ON_TIME])
@pytest.mark.parametrize("missed", Missed)
def test_a_run_that_is_a_little_late_is_the_planned_one(late, missed):
    change = decide_due(a_view(HOURLY, missed=missed), at(60) + late)

    assert shape(change) == [("claimed", at(60), at(60), 1)]
    assert change.runs[0].source is RunSource.BASELINE_CRON


def test_a_run_that_is_later_is_caught_up_with_within_the_grace():
    change = decide_due(a_view(HOURLY, grace_seconds=600), at(70) - MOMENT)

    assert [(run.state, run.source) for run in change.runs] == [(RunState.CLAIMED, RunSource.CATCH_UP)]
    assert change.job.starts == 1


@pytest.mark.parametrize("policy", [{"grace_seconds": 600}, {"missed": Missed.SKIP}])
def test_a_run_that_is_too_late_is_missed(policy):
    change = decide_due(a_view(HOURLY, **policy), at(70))

    assert shape(change) == [("missed", at(60), at(60), 1)]
    assert change.runs[0].reason
    assert (change.job.plan.at, change.job.starts) == (at(120), 0)
    assert kinds(change) == ["runs_missed"]
    assert change.events[0].data == {
        "run_id": change.runs[0].run_id,
        "first": at(60).isoformat(),
        "last": at(60).isoformat(),
        "count": 1,
    }


def test_a_single_run_ends_the_job():
    change = decide_due(a_view(once(at(5))), at(5))

    assert shape(change) == [("claimed", at(5), at(5), 1)]
    assert (change.job.plan, kinds(change)) == (None, ["job_ended"])


def test_the_last_of_a_number_of_runs_ends_the_job():
    view = a_view(HOURLY, max_runs=1)

    change = decide_due(view, at(60))

    assert (change.job.plan, kinds(change)) == (None, ["job_ended"])


def test_a_job_without_a_plan_is_never_due():
    with pytest.raises(ValueError, match="never due"):
        decide_due(JobView(evolve(a_job(), plan=None)), at(60))


# Several


def test_of_several_the_newest_runs_and_the_others_are_one_stretch():
    change = decide_due(a_view(MINUTELY), at(90))

    assert shape(change) == [("missed", at(1), at(89), 89), ("claimed", at(90), at(90), 1)]
    assert change.runs[1].source is RunSource.BASELINE_CRON
    assert change.job.plan.at == at(91)
    assert kinds(change) == ["runs_missed"]


def test_at_most_one_is_caught_up_with():
    change = decide_due(a_view(HOURLY, grace_seconds=3600), at(60 * 7 + 30))

    assert shape(change) == [("missed", at(60), at(360), 6), ("claimed", at(420), at(420), 1)]
    assert change.runs[1].source is RunSource.CATCH_UP


def test_all_are_missed_when_the_newest_is_too_old():
    change = decide_due(a_view(DAILY), at(60 * 24 * 3))

    assert shape(change) == [("missed", at(60 * 15), at(60 * 63), 3)]
    assert change.job.plan.at == at(60 * 87)


def test_an_interval_keeps_its_pace_over_a_pause():
    change = decide_due(a_view(every(7)), at(seconds=31))

    assert shape(change) == [
        ("missed", at(seconds=7), at(seconds=21), 3),
        ("claimed", at(seconds=28), at(seconds=28), 1),
    ]
    assert change.job.plan.at == at(seconds=35)


def test_an_interval_within_bounds_is_counted_by_them():
    change = decide_due(a_view(every(1), min_interval_seconds=60), at(10))

    assert shape(change) == [("missed", at(1), at(9), 9), ("claimed", at(10), at(10), 1)]
    assert {run.source for run in change.runs} == {RunSource.CLAMPED_MIN}


def test_a_failing_interval_waits_longer_but_what_it_missed_is_counted_by_the_pace():
    job = evolve(a_job(every(60)), failures=3)

    change = decide_due(JobView(job), at(10))

    assert shape(change) == [("missed", at(1), at(9), 9), ("claimed", at(10), at(10), 1)]
    assert change.job.plan.at == at(18)


def test_what_lies_past_the_end_has_not_come():
    change = decide_due(a_view(MINUTELY, end_at=at(5)), at(5.5))

    assert shape(change) == [("missed", at(1), at(4), 4), ("claimed", at(5), at(5), 1)]
    assert (change.job.plan, kinds(change)) == (None, ["runs_missed", "job_ended"])


def test_the_newest_is_left_alone_while_its_jitter_lasts():
    view = a_view(HOURLY, jitter_seconds=3600)
    following = decide_due(view, view.job.due_at).job.plan
    now = following.due_at - MOMENT
    assert following.at < now

    change = decide_due(view, now)

    assert [run.fire_at for run in change.runs] == [at(60)]
    assert change.job.plan == following


# Overlap


def test_an_occurrence_is_skipped_while_an_earlier_run_is_going():
    change = decide_due(a_view(HOURLY, active=1), at(60))

    assert shape(change) == [("skipped", at(60), at(60), 1)]
    assert change.runs[0].reason == "An earlier run was still going; overlap is skip."
    assert (change.job.plan.at, change.job.starts) == (at(120), 0)
    assert [(event.kind.value, event.data) for event in change.events] == [
        ("run_skipped", {"run_id": change.runs[0].run_id})
    ]


def test_one_occurrence_waits_in_the_queue_and_the_next_ones_are_skipped():
    waiting = decide_due(a_view(HOURLY, active=1, overlap=Overlap.QUEUE), at(60))
    queued = waiting.runs[0]
    second = decide_due(JobView(waiting.job, 1, queued), at(120))

    assert (shape(waiting), waiting.job.starts) == ([("queued", at(60), at(60), 1)], 1)
    assert shape(second) == [("skipped", at(120), at(120), 1)]
    assert "another one waited" in second.runs[0].reason


def test_as_many_runs_go_at_once_as_allowed():
    policy = {"overlap": Overlap.ALLOW, "max_parallel": 3}

    assert shape(decide_due(a_view(HOURLY, active=2, **policy), at(60)))[0][0] == "claimed"
    third = decide_due(a_view(HOURLY, active=3, **policy), at(60))
    assert third.runs[0].state is RunState.SKIPPED
    assert third.runs[0].reason == "3 earlier runs were still going; overlap is allow."


# What cannot be decided, and what comes too late


def test_a_schedule_that_cannot_be_read_is_an_error_and_can_be_put_off():
    view = a_view(HOURLY)
    broken = evolve(view.job.spec, schedule=CronSchedule("0 25 * * *"))
    view = evolve(view, job=evolve(view.job, spec=broken))

    with pytest.raises(InvalidArguments):
        decide_due(view, at(60))
    later = postpone(view, at(60))

    assert (later.job.plan.at, later.job.due_at) == (at(60), at(60) + POSTPONEMENT)
    assert (later.runs, later.events) == ((), ())
    assert postpone(JobView(evolve(view.job, plan=None)), at(60)).job.plan is None


def test_what_was_put_off_is_late_by_its_planned_time():
    view = a_view(HOURLY, missed=Missed.SKIP)
    view = evolve(view, job=postpone(view, at(90)).job)

    assert shape(decide_due(view, at(91))) == [("missed", at(60), at(60), 1)]


def test_a_claimed_run_is_too_late_past_the_grace_unless_asked_for_by_hand():
    policy = ExecutionPolicy(grace_seconds=600)

    assert not is_too_late(a_run(at(0)), policy, at(10) - MOMENT)
    assert is_too_late(a_run(at(0)), policy, at(10))
    assert not is_too_late(a_run(at(0), source=RunSource.MANUAL), policy, at(1000))
    assert not is_too_late(a_run(at(0)), ExecutionPolicy(grace_seconds=1), NOON + ON_TIME - MOMENT)


# Whatever happens


SCHEDULES = st.one_of(
    st.sampled_from(
        [
            MINUTELY,
            HOURLY,
            DAILY,
            CronSchedule("*/7 1-3 * * *", "Europe/Berlin"),
            CronSchedule("30 2 * * *", "Europe/Berlin"),
            CronSchedule("15 * * * 1-5", "America/New_York"),
        ]
    ),
    st.integers(1, 5000).map(IntervalSchedule),
)
GAPS = st.lists(
    st.one_of(
        st.timedeltas(timedelta(0), timedelta(minutes=3)),
        st.timedeltas(timedelta(0), timedelta(days=3)),
        st.timedeltas(timedelta(hours=-26), timedelta(0)),
    ),
    min_size=1,
    max_size=12,
)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "missed": st.sampled_from(Missed),
        "grace_seconds": st.sampled_from([1, 600, 3600, 86400]),
        "jitter_seconds": st.sampled_from([0, 20, 3600]),
        "overlap": st.sampled_from(Overlap),
    },
)
# Two days before Berlin's clocks go back, three weeks after they went forward in New York.
STARTS = st.sampled_from([datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 3, 27, 12, tzinfo=UTC)])


def occurrences(schedule, after, until):
    """Every occurrence by going through them."""
    if isinstance(schedule, IntervalSchedule):
        pace = timedelta(seconds=schedule.seconds)
        return [after + pace * n for n in range(1, (until - after) // pace + 1)]
    found = schedule.next_runs(after, 10)
    while found[-1] <= until:
        found += schedule.next_runs(found[-1], 1000)
    return [instant for instant in found if instant <= until]


@given(SCHEDULES, POLICIES, STARTS, GAPS, st.data())
def test_every_occurrence_has_a_row_of_its_own_or_is_in_one_stretch(schedule, policy, start, gaps, data):
    job = a_job(schedule, now=start, **policy)
    now, rows, decisions = start, [], []
    for gap in gaps:
        now += gap
        while job.due_at <= now:
            view = JobView(
                job, data.draw(st.integers(0, 2)), data.draw(st.sampled_from([None, a_run(start)]))
            )
            decisions.append(decide_due(view, now))
            rows += decisions[-1].runs
            job = decisions[-1].job

    assert job.due_at > now
    left = iter(occurrences(schedule, start, job.accounted_until))
    for row in rows:
        members = [next(left) for _ in range(row.count)]
        assert (members[0], members[-1]) == (row.fire_at, row.last_at)
    assert next(left, None) is None
    assert all(earlier.last_at < later.fire_at for earlier, later in pairwise(rows))
    assert len({row.run_id for row in rows}) == len(rows)
    for decision in decisions:
        assert sum(row.state is not RunState.MISSED for row in decision.runs) <= 1
        assert sum(row.state is RunState.MISSED for row in decision.runs) <= 1
        assert decision.job.plan.at > decision.job.accounted_until


@given(SCHEDULES, STARTS, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_clock_set_back_brings_nothing_a_second_time(schedule, start, forward):
    job = a_job(schedule, now=start)
    if job.due_at <= start + forward:
        job = decide_due(JobView(job), start + forward).job

    # Whatever the clock says now, nothing is due before what has been planned after all that has come.
    assert job.plan.at > max(job.accounted_until, start)
    assert job.due_at > start + forward


def test_a_month_of_downtime_is_decided_far_faster_than_it_is_stepped_through():
    jobs = [evolve(a_job(CronSchedule("* * * * *", "Europe/Berlin")), job_id=f"job-{n}") for n in range(20)]
    now = at(30 * 1440)
    decide_due(JobView(jobs[0]), now)

    began = perf_counter()
    changes = [decide_due(JobView(job), now) for job in jobs]
    deciding = perf_counter() - began
    began = perf_counter()
    stepped = len(jobs[0].spec.schedule.next_runs(NOON, 43_200))
    stepping = perf_counter() - began

    assert {sum(run.count for run in change.runs) for change in changes} == {stepped}
    assert deciding < stepping
