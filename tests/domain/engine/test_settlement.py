"""What the end of a run does to its job."""

from __future__ import annotations

import pytest
from attrs import evolve

from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.planned_job import JobView
from cronlytic_mcp.domain.engine.run import Outcome, RunSource, RunState
from cronlytic_mcp.domain.engine.settlement import reclaim, settle
from cronlytic_mcp.domain.job import JobStatus
from tests.domain.planned import HOURLY, a_job, a_run, at, ended, every, kinds


def running(schedule, fire_at, **changes):
    """A job whose occurrence at `fire_at` has been claimed."""
    job = a_job(schedule, **changes.pop("policy", {}))
    pace = job.plan.at - job.created_at
    plan = evolve(job.plan, at=fire_at + pace, due_at=fire_at + pace)
    return evolve(job, plan=plan, accounted_until=fire_at, starts=1, **changes)


def test_success_shows_in_the_job_and_leaves_the_plan():
    job, run = running(HOURLY, at(60)), ended(at(60), success=True)

    change = settle(job, run)

    assert change.runs == (run,)
    assert (change.job.status, change.job.last_run_at, change.job.failures) == (JobStatus.SUCCESS, at(60), 0)
    assert change.job.plan == job.plan
    assert [(event.kind.value, event.at, event.data) for event in change.events] == [
        (
            "run_succeeded",
            at(60, 1),
            {"run_id": run.run_id, "source": "baseline-cron", "attempts": 1, "status": 200, "failures": 0},
        )
    ]


def test_failures_are_counted_and_touch_no_cron_plan():
    job = running(HOURLY, at(60), failures=2)

    change = settle(job, ended(at(60), success=False))

    assert (change.job.status, change.job.failures, change.job.plan) == (JobStatus.FAILED, 3, job.plan)
    assert (kinds(change), change.events[0].data["failures"]) == (["run_failed"], 3)


def test_recovery_is_told_once():
    first = settle(running(HOURLY, at(60), failures=4), ended(at(60), success=True))
    second = settle(first.job, ended(at(120), success=True))

    assert kinds(first) == ["run_succeeded", "job_recovered"]
    assert first.events[1].data == {"run_id": first.runs[0].run_id, "failures": 4}
    assert kinds(second) == ["run_succeeded"]


def test_a_failing_interval_backs_off_from_the_end_of_the_run_by_the_failures_after_it():
    job = running(every(60), at(1))

    first = settle(job, ended(at(1), success=False, seconds=10))
    claimed = decide_due(JobView(first.job), at(3, 10))
    second = settle(claimed.job, ended(at(3, 10), success=False, seconds=5))

    assert first.job.plan.at == at(3, 10)
    assert second.job.plan.at == at(7, 15)


def test_after_a_success_the_pace_is_the_regular_one_again_at_once():
    job = running(every(60), at(30), failures=5)
    job = evolve(job, plan=evolve(job.plan, at=at(62), due_at=at(62)))

    quick = settle(job, ended(at(30), success=True, seconds=10))
    slow = settle(job, ended(at(30), success=True, seconds=90))

    assert (quick.job.failures, quick.job.plan.at) == (0, at(31))
    assert slow.job.plan.at == at(32.5)


def test_a_plan_that_has_come_due_stands():
    job = running(every(60), at(1))

    change = settle(job, ended(at(1), success=False, seconds=60))

    assert change.job.plan == job.plan


def test_an_end_reached_by_backing_off_is_told():
    job = running(every(60), at(1), policy={"end_at": at(2.5)})

    change = settle(job, ended(at(1), success=False))

    assert (change.job.plan, kinds(change)) == (None, ["run_failed", "job_ended"])


@pytest.mark.parametrize("success", [True, False])
def test_a_run_by_hand_shows_in_the_job_and_has_no_effect_on_its_schedule(success):
    job = running(every(60), at(1), failures=3)

    change = settle(job, ended(at(1.2), success=success, source=RunSource.MANUAL))

    status = JobStatus.SUCCESS if success else JobStatus.FAILED
    assert (change.job.status, change.job.last_run_at) == (status, at(1.2))
    assert (change.job.failures, change.job.plan) == (3, job.plan)
    assert kinds(change) == ["run_succeeded" if success else "run_failed"]


def test_a_run_that_ends_after_a_pause_leaves_the_job_paused():
    job = running(HOURLY, at(60), status=JobStatus.PAUSED)

    assert settle(job, ended(at(60), success=True)).job.status is JobStatus.PAUSED


def test_a_run_that_began_before_the_last_one_does_not_show():
    job = running(HOURLY, at(60), status=JobStatus.FAILED, last_run_at=at(61))

    change = settle(job, ended(at(60), success=True))

    assert (change.job.status, change.job.last_run_at) == (JobStatus.FAILED, at(61))


def test_a_run_without_an_attempt_was_missed():
    run = a_run(at(60), RunState.FAILED, finished_at=at(200), outcome=Outcome(False, 0, error="Too late."))
    job = running(HOURLY, at(60))

    change = settle(job, run)

    (missed,) = change.runs
    assert (missed.state, missed.outcome, missed.reason) == (RunState.MISSED, None, "Too late.")
    assert (change.job, kinds(change)) == (job, ["runs_missed"])


def test_only_a_run_that_has_ended_can_be_settled():
    with pytest.raises(ValueError, match="ended"):
        settle(running(HOURLY, at(60)), a_run(at(60), RunState.RUNNING))


def test_a_claimed_run_whose_engine_is_gone_is_claimed_again():
    job, run = running(HOURLY, at(60)), a_run(at(60))

    change = reclaim(job, run, at(61))

    assert (change.job, change.runs, change.events) == (job, (run,), ())


@pytest.mark.parametrize("again", [False, True])
def test_a_running_one_was_interrupted_and_is_claimed_again_only_if_the_job_says_so(again):
    job = running(HOURLY, at(60), policy={"rerun_interrupted": again}, failures=2)
    run = a_run(at(60), RunState.RUNNING, started_at=at(60))

    change = reclaim(job, run, at(61))

    (left,) = change.runs
    assert change.job == job
    assert [(event.kind.value, event.data) for event in change.events] == [
        ("run_interrupted", {"run_id": run.run_id, "rerun": again})
    ]
    if again:
        assert left == a_run(at(60))
    else:
        assert (left.state, left.finished_at, left.started_at) == (RunState.INTERRUPTED, at(61), at(60))
        assert "unknown" in left.reason


def test_an_interrupted_run_is_not_sent_again_past_the_grace():
    job = running(HOURLY, at(60), policy={"rerun_interrupted": True, "grace_seconds": 600})
    run = a_run(at(60), RunState.RUNNING, started_at=at(60))

    change = reclaim(job, run, at(70))

    assert change.runs[0].state is RunState.INTERRUPTED
    assert change.events[0].data["rerun"] is False
