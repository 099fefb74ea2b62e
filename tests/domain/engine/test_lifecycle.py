"""What a person's acts do to a job: everything before them accounted for, everything after planned anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.lifecycle import create, pause, redefine, resume
from cronlytic_mcp.domain.engine.planned_job import JobView
from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.execution_policy import Overlap
from cronlytic_mcp.domain.job import JobStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.domain.planned import HOURLY, MINUTELY, NOON, a_job, a_run, a_spec, a_view, at, every, kinds, once

BROKEN = CronSchedule("61 * * * *")


def after(view, change):
    return evolve(view, job=change.job)


def rows(change):
    return [(run.state.value, run.fire_at, run.last_at, run.count) for run in change.runs]


def test_a_new_job_waits_for_its_first_run():
    spec = a_spec(HOURLY)

    change = create("job-1", spec, NOON)

    job = change.job
    assert (job.job_id, job.spec, job.status) == ("job-1", spec, JobStatus.PENDING)
    assert (job.created_at, job.accounted_until, job.plan.at) == (NOON, NOON, at(60))
    assert (job.failures, job.starts, job.last_run_at, job.version) == (0, 0, None, 0)
    assert [(event.kind.value, event.at, event.data) for event in change.events] == [
        ("job_created", NOON, {"name": "job"})
    ]
    shown = job.job
    assert (shown.job_id, shown.spec, shown.status, shown.next_run_at) == (
        "job-1",
        spec,
        JobStatus.PENDING,
        at(60),
    )


def test_a_job_whose_time_has_passed_has_no_run_to_come():
    job = create("job-1", a_spec(once(NOON)), NOON).job

    assert (job.plan, job.due_at, job.job.next_run_at) == (None, None, None)


# Another definition


def test_a_new_schedule_is_planned_from_now_on():
    change = redefine(a_view(HOURLY), a_spec(every(60)), at(30))

    assert (change.job.plan.at, change.job.spec.schedule) == (at(31), every(60))
    assert (change.runs, kinds(change)) == ((), ["job_changed"])
    assert change.events[0].data == {"name": "job", "fields": "schedule"}


def test_what_was_due_before_a_new_schedule_is_missed():
    change = redefine(a_view(MINUTELY), a_spec(HOURLY), at(3.5))

    assert rows(change) == [("missed", at(1), at(3), 3)]
    assert (change.job.plan.at, change.job.accounted_until) == (at(60), at(3.5))
    assert kinds(change) == ["job_changed", "runs_missed"]


def test_what_has_nothing_to_do_with_the_time_leaves_the_plan_alone():
    view = a_view(every(3600))
    spec = evolve(view.job.spec, body="new", description="about it", group="nightly", name="renamed")

    change = redefine(view, spec, at(50))
    overdue = redefine(view, spec, at(70))

    assert (change.job.plan, change.runs) == (view.job.plan, ())
    assert change.events[0].data == {"name": "renamed", "fields": "name,body,description,group"}
    assert (overdue.job.plan, overdue.runs) == (view.job.plan, ())


def test_a_change_ends_the_backoff_but_not_the_count_of_failures():
    job = evolve(a_job(every(60)), failures=4)

    change = redefine(JobView(job), evolve(job.spec, url="https://example.com/right"), at(0.5))

    assert (change.job.plan.at, change.job.failures) == (at(1.5), 4)


def test_an_occurrence_that_waits_for_its_jitter_is_kept():
    view = a_view(HOURLY, jitter_seconds=3600)
    now = view.job.due_at - timedelta(microseconds=1)
    assert now > at(60)

    change = redefine(view, a_spec(every(5)), now)

    assert (change.job.plan, change.runs) == (view.job.plan, ())


def test_a_paused_job_stays_paused_and_what_passed_is_told():
    view = after(a_view(HOURLY), pause(a_view(HOURLY), at(30)))

    change = redefine(view, a_spec(every(60)), at(150))

    assert rows(change) == [("paused", at(60), at(120), 2)]
    assert (change.job.status, change.job.due_at) == (JobStatus.PAUSED, None)
    assert kinds(change) == ["job_changed", "runs_paused"]
    assert rows(resume(after(view, change), at(152.5))) == [("paused", at(151), at(152), 2)]


def test_a_broken_schedule_can_be_replaced_before_it_was_due():
    view = a_view(HOURLY)
    view = evolve(view, job=evolve(view.job, spec=evolve(view.job.spec, schedule=BROKEN)))

    assert redefine(view, a_spec(HOURLY), at(30)).job.plan.at == at(60)


# Pausing and resuming


def test_a_paused_job_is_never_due():
    change = pause(a_view(HOURLY), at(30))

    job = change.job
    assert (job.status, job.due_at, job.job.next_run_at) == (JobStatus.PAUSED, None, None)
    assert (change.runs, kinds(change)) == ((), ["job_paused"])


def test_pausing_a_paused_job_changes_nothing():
    view = after(a_view(HOURLY), pause(a_view(HOURLY), at(30)))

    change = pause(view, at(40))

    assert (change.job, change.runs, change.events) == (view.job, (), ())


def test_pausing_skips_the_run_that_waits():
    queued = a_run(at(60), RunState.QUEUED)
    view = a_view(HOURLY, active=1, queued=queued, overlap=Overlap.QUEUE)
    view = evolve(view, job=evolve(view.job, starts=2))

    change = pause(view, at(61))

    (run,) = change.runs
    assert (run.run_id, run.state, run.finished_at) == (queued.run_id, RunState.SKIPPED, at(61))
    assert run.reason == "The job was paused."
    assert (kinds(change), change.job.starts) == (["job_paused", "run_skipped"], 1)


def test_a_job_with_a_broken_schedule_can_be_paused():
    view = a_view(HOURLY)
    view = evolve(view, job=evolve(view.job, spec=evolve(view.job.spec, schedule=BROKEN)))

    assert pause(view, at(90)).job.paused


def test_what_passed_while_paused_is_one_stretch():
    view = after(a_view(MINUTELY), pause(a_view(MINUTELY), at(0.5)))

    change = resume(view, at(60 * 24 * 30))

    assert rows(change) == [("paused", at(1), at(43_200), 43_200)]
    assert (change.job.status, change.job.plan.at) == (JobStatus.PENDING, at(43_201))
    assert kinds(change) == ["job_resumed", "runs_paused"]
    assert change.events[1].data["count"] == 43_200


def test_a_short_pause_leaves_no_trace_but_the_events():
    view = after(a_view(HOURLY), pause(a_view(HOURLY), at(30)))

    change = resume(view, at(40))

    assert (rows(change), change.job.plan.at, kinds(change)) == ([], at(60), ["job_resumed"])


def test_a_single_run_that_passed_while_paused_is_told_and_does_not_come_back():
    view = after(a_view(once(at(5))), pause(a_view(once(at(5))), at(1)))

    change = resume(view, at(10))

    assert (rows(change), change.job.plan) == ([("paused", at(5), at(5), 1)], None)


def test_resuming_a_job_that_runs_makes_it_pending_and_ends_its_backoff():
    job = evolve(a_job(every(60)), failures=3, status=JobStatus.FAILED)

    change = resume(JobView(job), at(0.5))

    assert (change.job.status, change.job.plan.at, change.events) == (JobStatus.PENDING, at(1.5), ())


def test_resuming_a_job_that_is_due_leaves_it_due():
    view = a_view(HOURLY)

    change = resume(view, at(60))

    assert (change.job.plan, change.runs) == (view.job.plan, ())


@pytest.mark.parametrize("schedule", [MINUTELY, every(60)])
def test_acts_after_a_clock_was_set_back_bring_nothing_a_second_time(schedule):
    job = decide_due(a_view(schedule), at(60)).job
    spec = evolve(job.spec, schedule=CronSchedule("*/2 * * * *"))

    redefined = redefine(JobView(job), spec, at(10)).job
    resumed = resume(JobView(pause(JobView(job), at(10)).job), at(11)).job

    assert redefined.plan.at == at(62)
    assert resumed.plan.at == at(61)
