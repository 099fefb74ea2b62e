"""Hints and pauses: what they change, for how long, and what comes after them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.domain.adaptive.acts import clear_hints, pause_until, propose_interval, propose_next_time
from cronlytic_mcp.domain.adaptive.errors import NotAdaptable
from cronlytic_mcp.domain.adaptive.hints import NO_HINTS
from cronlytic_mcp.domain.engine.claim import decide_due, postpone
from cronlytic_mcp.domain.engine.lifecycle import pause, redefine, resume
from cronlytic_mcp.domain.engine.planned_job import JobView
from cronlytic_mcp.domain.engine.run import RunSource, RunState
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.domain.planned import HOURLY, MINUTELY, NOON, a_job, a_run, a_spec, at, ended, every, kinds, once

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def interval(job, length, ttl=HOUR, now=NOON, reason="an incident"):
    return propose_interval(JobView(job), length, ttl, reason, now).job


def next_time(job, when, ttl=HOUR, now=NOON, reason="a deployment"):
    return propose_next_time(JobView(job), when, ttl, reason, now).job


def paused(job, until, now=NOON):
    return pause_until(JobView(job), until, "maintenance", now).job


def planned(job):
    return job.plan.at, job.plan.source


def claim(job, now=None):
    return decide_due(JobView(job), now or job.due_at)


def shape(change):
    return [(run.state.value, run.source.value, run.fire_at, run.last_at, run.count) for run in change.runs]


# Intervals


@pytest.mark.parametrize("schedule", [HOURLY, every(3600)])
def test_a_hint_tightens_the_baseline_at_once(schedule):
    job = interval(a_job(schedule), minutes(1))

    assert planned(job) == (at(1), RunSource.HINT_INTERVAL)


@pytest.mark.parametrize("schedule", [MINUTELY, every(60)])
def test_a_hint_relaxes_the_baseline_at_once(schedule):
    job = interval(a_job(schedule), minutes(30))

    assert planned(job) == (at(30), RunSource.HINT_INTERVAL)


def test_its_runs_come_at_a_fixed_rate_with_the_source_of_the_plan():
    job, fired = interval(a_job(HOURLY), minutes(10)), []
    for _ in range(3):
        change = claim(job, job.due_at + timedelta(seconds=20))
        fired += [(run.fire_at, run.source) for run in change.runs]
        job = change.job

    assert fired == [(at(10 * n), RunSource.HINT_INTERVAL) for n in (1, 2, 3)]


def test_a_hint_that_is_proposed_again_and_again_puts_nothing_off():
    job = a_job(HOURLY)
    for minute in (0, 4, 8):
        job = interval(job, minutes(10), now=at(minute))

    assert planned(job) == (at(10), RunSource.HINT_INTERVAL)


def test_what_a_looser_hint_replaced_is_not_missed():
    job = interval(a_job(MINUTELY), minutes(30))

    change = claim(job)

    assert shape(change) == [("claimed", "hint-interval", at(30), at(30), 1)]


def test_the_baseline_returns_when_the_hint_ends_even_before_a_planned_run():
    job = interval(a_job(every(300)), minutes(50), ttl=minutes(22))
    assert (job.plan.at, job.due_at) == (at(50), at(22))

    change = claim(job)

    assert change.runs == ()
    assert kinds(change) == ["hint_expired"]
    assert change.job.hints == NO_HINTS
    assert planned(change.job) == (at(25), RunSource.BASELINE_INTERVAL)


def test_the_occurrence_of_the_baseline_at_the_very_end_of_the_hint_runs():
    change = claim(interval(a_job(MINUTELY), minutes(50), ttl=minutes(20)))

    assert shape(change) == [("claimed", "baseline-cron", at(20), at(20), 1)]
    assert planned(change.job) == (at(21), RunSource.BASELINE_CRON)


def test_a_hint_that_ended_during_downtime_counts_until_its_end_and_the_baseline_after_it():
    job = interval(a_job(HOURLY), minutes(20), ttl=minutes(50))

    change = claim(job, at(180))

    # Every 20 minutes until 12:50, then every hour: 12:20, 12:40, 13:00, 14:00, 15:00.
    assert shape(change) == [
        ("missed", "hint-interval", at(20), at(120), 4),
        ("claimed", "baseline-cron", at(180), at(180), 1),
    ]
    assert kinds(change) == ["hint_expired", "runs_missed"]
    assert planned(change.job) == (at(240), RunSource.BASELINE_CRON)


def test_a_hint_that_was_proposed_when_a_run_was_overdue_holds_from_its_proposal_on():
    job = interval(a_job(HOURLY), minutes(10), now=at(65), ttl=HOUR)
    assert planned(job) == (at(60), RunSource.BASELINE_CRON)

    change = claim(job, at(90))

    assert shape(change) == [
        ("missed", "baseline-cron", at(60), at(80), 3),
        ("claimed", "hint-interval", at(90), at(90), 1),
    ]
    assert planned(change.job) == (at(100), RunSource.HINT_INTERVAL)


def test_backoff_does_not_touch_a_hint_and_success_resets_the_cadence_after_it():
    job = interval(a_job(every(60)), minutes(5), ttl=HOUR)
    change = claim(job)
    failed = settle(evolve(change.job, failures=7), ended(at(5), success=False)).job
    assert planned(failed) == (at(10), RunSource.HINT_INTERVAL)

    cleared = clear_hints(JobView(failed), "over", at(5.2)).job
    assert planned(cleared) == (at(5 + 32), RunSource.BASELINE_INTERVAL)
    again = settle(cleared, ended(at(5), success=True, seconds=30, source=RunSource.HINT_INTERVAL)).job
    assert (planned(again), again.failures) == ((at(6), RunSource.BASELINE_INTERVAL), 0)


def test_a_later_edit_of_the_bounds_clamps_a_hint():
    job = interval(a_job(HOURLY), minutes(1))

    job = redefine(JobView(job), a_spec(HOURLY, min_interval_seconds=600), at(0.5)).job

    assert planned(job) == (at(10.5), RunSource.CLAMPED_MIN)


# The next run


@pytest.mark.parametrize(("when", "ttl"), [(at(10), HOUR), (at(90), 2 * HOUR), (at(60), HOUR)])
def test_the_next_run_comes_when_the_hint_says_earlier_or_later(when, ttl):
    job = next_time(a_job(HOURLY), when, ttl)
    assert planned(job) == (when, RunSource.HINT_NEXT_RUN)

    change = claim(job)

    assert shape(change) == [("claimed", "hint-next-run", when, when, 1)]
    assert kinds(change) == ["hint_consumed"]
    assert change.job.hints == NO_HINTS
    assert change.job.plan.source is RunSource.BASELINE_CRON


def test_planning_anew_does_not_use_up_the_hint():
    job = next_time(a_job(HOURLY), at(20))
    for change in (
        lambda job: interval(job, minutes(5), now=at(1)),
        lambda job: redefine(JobView(job), a_spec(MINUTELY), at(2)).job,
        lambda job: pause_until(JobView(paused(job, at(9), at(3))), None, "over", at(4)).job,
        lambda job: resume(JobView(pause(JobView(job), at(5)).job), at(6)).job,
    ):
        job = change(job)
        assert planned(job) == (at(20), RunSource.HINT_NEXT_RUN)


def test_a_hint_is_used_up_once_and_the_cadence_of_the_other_hint_goes_on():
    job = next_time(interval(a_job(HOURLY), minutes(10)), at(3))

    change = claim(job)

    assert shape(change) == [("claimed", "hint-next-run", at(3), at(3), 1)]
    assert planned(change.job) == (at(13), RunSource.HINT_INTERVAL)


def test_a_next_run_that_the_bounds_move_past_its_end_is_refused():
    with pytest.raises(InvalidArguments) as caught:
        next_time(a_job(HOURLY, min_interval_seconds=1200), at(5), ttl=minutes(10))

    assert [(p.field, p.rule) for p in caught.value.problems] == [("next_run_at", "ttl")]


def test_the_next_run_stays_within_the_bounds():
    job = a_job(HOURLY, min_interval_seconds=600, max_interval_seconds=3600)

    assert planned(next_time(job, at(1))) == (at(10), RunSource.CLAMPED_MIN)
    assert planned(next_time(job, at(300), 10 * HOUR)) == (at(60), RunSource.CLAMPED_MAX)


def test_a_clamped_next_run_is_used_up_too():
    change = claim(next_time(a_job(HOURLY, min_interval_seconds=600), at(1)))

    assert (change.job.hints, kinds(change)) == (NO_HINTS, ["hint_consumed"])


def test_a_next_run_during_downtime_is_caught_up_with_once():
    change = claim(next_time(a_job(HOURLY), at(10)), at(40))

    assert shape(change) == [("claimed", "catch-up", at(10), at(10), 1)]
    assert change.job.hints == NO_HINTS


# Clearing


@pytest.mark.parametrize("schedule", [HOURLY, every(3600)])
def test_cleared_hints_give_way_to_the_baseline_at_once(schedule):
    job = next_time(interval(a_job(schedule), minutes(1)), at(30))

    change = clear_hints(JobView(job), "all is well", at(5))

    assert change.job.plan.at == at(60)
    assert change.job.hints == NO_HINTS
    assert [(event.kind.value, event.data) for event in change.events] == [
        ("hints_cleared", {"hints": "interval,next_run", "reason": "all is well"})
    ]


def test_clearing_nothing_changes_nothing():
    job = a_job(HOURLY)

    change = clear_hints(JobView(job), "to be sure", at(5))

    assert (change.job, change.events) == (job, ())


def test_what_came_before_the_hints_were_cleared_came_by_them():
    job = interval(a_job(MINUTELY), minutes(30))

    cleared = clear_hints(JobView(job), "over", at(59)).job
    change = claim(cleared, at(60))

    assert shape(change) == [
        ("missed", "hint-interval", at(30), at(59), 2),
        ("claimed", "baseline-cron", at(60), at(60), 1),
    ]
    assert change.job.hints == NO_HINTS


# Pauses


def test_a_pause_wins_over_everything():
    job = next_time(interval(a_job(MINUTELY), minutes(5)), at(20))

    job = paused(job, at(120))

    assert planned(job) == (at(120), RunSource.PAUSED)
    assert (job.due_at, job.paused_until) == (at(120), at(120))
    assert planned(interval(job, minutes(1), now=at(1))) == (at(120), RunSource.PAUSED)
    assert planned(redefine(JobView(job), a_spec(HOURLY), at(2)).job) == (at(120), RunSource.PAUSED)
    assert planned(clear_hints(JobView(job), "over", at(3)).job) == (at(120), RunSource.PAUSED)


def test_a_pause_ends_by_itself_and_the_baseline_returns_without_a_run_at_its_end():
    change = claim(paused(a_job(HOURLY), at(150)))

    assert shape(change) == [("paused", "baseline-cron", at(60), at(120), 2)]
    assert kinds(change) == ["job_pause_ended", "runs_paused"]
    assert (change.job.pause, planned(change.job)) == (None, (at(180), RunSource.BASELINE_CRON))


def test_an_occurrence_at_the_end_of_a_pause_runs():
    change = claim(paused(a_job(HOURLY), at(120)))

    assert shape(change) == [
        ("paused", "baseline-cron", at(60), at(60), 1),
        ("claimed", "baseline-cron", at(120), at(120), 1),
    ]


def test_a_pause_that_ended_during_downtime():
    change = claim(paused(a_job(HOURLY), at(150)), at(310))

    assert shape(change) == [
        ("paused", "baseline-cron", at(60), at(120), 2),
        ("missed", "baseline-cron", at(180), at(240), 2),
        ("claimed", "catch-up", at(300), at(300), 1),
    ]


def test_a_resumed_job_is_planned_at_once():
    job = paused(a_job(HOURLY), at(600))

    change = pause_until(JobView(job), None, "repaired", at(130))

    assert shape(change) == [("paused", "baseline-cron", at(60), at(120), 2)]
    assert planned(change.job) == (at(180), RunSource.BASELINE_CRON)
    assert change.events[0].data["reason"] == "repaired"


def test_resuming_what_is_not_paused_changes_nothing_and_leaves_the_pause_of_a_person():
    job = pause(JobView(a_job(HOURLY)), NOON).job

    change = pause_until(JobView(job), None, "repaired", at(5))

    assert (change.job, change.events) == (job, ())


def test_a_person_who_resumes_a_job_ends_its_pause():
    change = resume(JobView(paused(a_job(HOURLY), at(600))), at(130))

    assert (change.job.pause, planned(change.job)) == (None, (at(180), RunSource.BASELINE_CRON))
    assert shape(change) == [("paused", "baseline-cron", at(60), at(120), 2)]
    assert kinds(change) == ["job_resumed", "runs_paused"]


def test_a_longer_pause_goes_on_from_the_first_one():
    job = pause_until(JobView(paused(a_job(HOURLY), at(90))), at(200), "longer", at(80)).job

    change = claim(job)

    assert shape(change) == [("paused", "baseline-cron", at(60), at(180), 3)]


def test_a_run_that_waits_is_skipped_by_a_pause():
    waiting = a_run(at(60), RunState.QUEUED)
    view = JobView(evolve(a_job(HOURLY), starts=1), 1, waiting)

    change = pause_until(view, at(600), "maintenance", at(61))

    assert [run.state for run in change.runs] == [RunState.SKIPPED]
    assert (change.job.starts, kinds(change)) == (0, ["job_paused_until", "run_skipped"])


# Limits


@pytest.mark.parametrize(
    ("act", "problems"),
    [
        (lambda job: interval(job, timedelta(0)), {"interval_ms"}),
        (lambda job: interval(job, timedelta(milliseconds=-5), timedelta(0)), {"interval_ms", "ttl_minutes"}),
        (lambda job: interval(job, minutes(4)), {"interval_ms"}),
        (lambda job: interval(job, minutes(121)), {"interval_ms"}),
        (lambda job: interval(job, minutes(5), timedelta(hours=24) + MOMENT), {"ttl_minutes"}),
        (lambda job: interval(job, minutes(5), reason="\u200b "), {"reason"}),
        (lambda job: next_time(job, NOON), {"next_run_at"}),
        (lambda job: next_time(job, at(61)), {"next_run_at"}),
        (lambda job: paused(job, NOON), {"until"}),
        (lambda job: paused(job, NOON + timedelta(days=30) + MOMENT), {"until"}),
    ],
)
def test_what_lies_outside_the_limits_is_refused(act, problems):
    with pytest.raises(InvalidArguments) as caught:
        act(a_job(HOURLY, min_interval_seconds=300, max_interval_seconds=7200))

    assert {problem.field for problem in caught.value.problems} == problems


@pytest.mark.parametrize("act", [lambda job: interval(job, minutes(5)), lambda job: paused(job, at(5))])
@pytest.mark.parametrize("job", [a_job(once(at(30))), evolve(a_job(HOURLY), plan=None)])
def test_a_job_without_a_next_one_cannot_be_adapted(act, job):
    with pytest.raises(NotAdaptable) as caught:
        act(job)

    assert "update_job" in str(caught.value)
    assert caught.value.facts["job_id"] == "job-1"


# What goes wrong


def test_a_job_that_cannot_be_planned_is_put_off_without_the_hint_that_ended():
    job = interval(a_job(HOURLY), minutes(50), ttl=minutes(20))
    job = evolve(job, spec=evolve(job.spec, schedule=CronSchedule("0 25 * * *")))

    with pytest.raises(InvalidArguments):
        claim(job)

    assert postpone(JobView(job), at(20)).job.due_at > at(20)


def test_a_hint_whose_run_would_come_after_the_end_of_the_job_does_not_end_it_early():
    job = interval(a_job(every(300), end_at=at(60)), minutes(90), ttl=minutes(22))

    job = claim(job).job

    assert planned(job) == (at(25), RunSource.BASELINE_INTERVAL)


# While a run is going


def test_a_hint_is_felt_while_a_run_is_going_and_its_end_does_not_undo_it():
    change = claim(a_job(every(1800)))

    job = interval(change.job, minutes(1), now=at(30.5))
    assert planned(job) == (at(31), RunSource.HINT_INTERVAL)
    settled = settle(job, ended(at(30), success=False, seconds=40)).job

    assert planned(settled) == (at(31), RunSource.HINT_INTERVAL)


def test_two_hints_that_were_proposed_while_a_run_was_overdue_begin_one_after_the_other():
    job = next_time(interval(a_job(HOURLY), minutes(10), now=at(61)), at(64), now=at(62))

    change = claim(job, at(75))

    # The hour at 13:00, then the next-run hint, then every 10 minutes from it.
    assert shape(change) == [
        ("missed", "baseline-cron", at(60), at(64), 2),
        ("claimed", "hint-interval", at(74), at(74), 1),
    ]


def test_a_hint_that_ends_at_an_occurrence_that_waits_for_its_jitter_is_gone_at_once():
    job = a_job(MINUTELY, jitter_seconds=30)
    job = interval(job, minutes(50), ttl=minutes(20))

    change = claim(job, at(20))

    assert (change.job.hints, kinds(change)) == (NO_HINTS, ["hint_expired"])
    assert change.job.due_at > at(20)
    assert change.job.plan.at == at(20)
