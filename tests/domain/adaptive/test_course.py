"""Whatever an analyst does and whenever an engine looks: the promises of planning hold."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.adaptive.acts import clear_hints, pause_until, propose_interval, propose_next_time
from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.lifecycle import pause, redefine, resume
from cronlytic_mcp.domain.engine.planned_job import JobView
from cronlytic_mcp.domain.engine.run import Outcome, RunSource, RunState
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.errors import InvalidArguments
from tests.domain.planned import DAILY, HOURLY, MINUTELY, NOON, a_job, a_spec, every

WHY = "because"
SECOND = timedelta(seconds=1)
SCHEDULES = st.sampled_from([MINUTELY, HOURLY, DAILY, every(60), every(300), every(3600)])
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "jitter_seconds": st.sampled_from([20, 600]),
        "min_interval_seconds": st.sampled_from([30, 300]),
        "max_interval_seconds": st.sampled_from([3600, 7200]),
        "end_at": st.just(NOON + timedelta(hours=40)),
        "max_runs": st.sampled_from([1, 7]),
    },
)
SPANS = st.one_of(st.integers(1, 600), st.integers(1, 86_400)).map(lambda seconds: seconds * SECOND)
ACTS = st.one_of(
    st.tuples(st.just("interval"), SPANS, SPANS),
    st.tuples(st.just("next"), SPANS, SPANS),
    st.tuples(st.just("pause"), SPANS, SPANS),
    st.tuples(
        st.sampled_from(["resume", "clear", "edit", "stop", "go", "look", "look", "look"]), SPANS, SPANS
    ),
)
STEPS = st.lists(st.tuples(st.integers(0, 4000).map(lambda seconds: seconds * SECOND), ACTS), max_size=25)


def act(view, kind, first, second, now):
    """What somebody does at `now`; None where it is refused or is nothing."""
    acts = {
        "interval": lambda: propose_interval(view, first, second, WHY, now),
        "next": lambda: propose_next_time(view, now + min(first, second), second, WHY, now),
        "pause": lambda: pause_until(view, now + first, WHY, now),
        "resume": lambda: pause_until(view, None, WHY, now),
        "clear": lambda: clear_hints(view, WHY, now),
        "edit": lambda: redefine(view, evolve(view.job.spec, schedule=every(first // SECOND)), now),
        "stop": lambda: pause(view, now),
        "go": lambda: resume(view, now),
    }
    try:
        return acts[kind]()
    except InvalidArguments:
        return None


def check(job, now):
    """What holds of every job at every time."""
    if job.plan is None:
        return
    if job.pause is None and not job.paused:
        assert job.plan.source is not RunSource.PAUSED
    if job.pause is not None:
        assert (job.plan.at, job.plan.source) == (job.pause.until, RunSource.PAUSED)
        return
    assert job.plan.at > job.accounted_until
    assert job.plan.due_at >= job.plan.at
    if job.hints.next_run is not None and job.plan.at > now:
        assert job.plan.source in (RunSource.HINT_NEXT_RUN, RunSource.CLAMPED_MIN, RunSource.CLAMPED_MAX)


def look(job, now, rows, events):
    """Let an engine take up what is due, as long as anything is; a second look finds nothing."""
    for _ in range(3):
        if job.due_at is None or job.due_at > now:
            return job
        change = decide_due(JobView(job), now)
        rows += change.runs
        events += change.events
        job = change.job
        assert not [
            hint for hint in job.hints.all if hint.expires_at <= now and job.plan and job.plan.at > now
        ]
    assert job.due_at is None or job.due_at > now
    return job


@given(SCHEDULES, POLICIES, STEPS)
def test_the_promises_hold_whatever_happens(schedule, policy, steps):
    job, now, rows, events = a_job(schedule, **policy), NOON, [], []
    for gap, (kind, first, second) in steps:
        now += gap
        if kind == "look":
            job = look(job, now, rows, events)
        elif job.plan is not None and (change := act(JobView(job), kind, first, second, now)) is not None:
            rows += change.runs
            events += change.events
            job = change.job
            # Never before now, but for what has come already and is about to run.
            assert job.plan is None or job.plan.at > now or job.plan.at > job.accounted_until
        check(job, now)
    job = look(job, now + timedelta(days=2), rows, events)

    # Nothing has two rows, and no two stretches or runs overlap.
    assert len({run.run_id for run in rows}) == len(rows)
    spans = sorted((run.fire_at, run.last_at) for run in rows)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(spans))
    # A run comes by a hint only, and nothing runs at the end of a pause because of that.
    assert all(run.source is not RunSource.PAUSED for run in rows)
    if policy.get("max_runs"):
        assert sum(run.state is RunState.CLAIMED for run in rows) <= policy["max_runs"]


@given(SCHEDULES, POLICIES, SPANS, SPANS, SPANS)
def test_hints_never_outlive_their_time_to_live(schedule, policy, length, ttl, delay):
    job = a_job(schedule, **{**policy, "end_at": None, "max_runs": None})
    try:
        hinted = propose_interval(JobView(job), length, ttl, WHY, NOON).job
    except InvalidArguments:
        return
    rows, now = [], NOON
    while now < NOON + ttl + delay and len(rows) < 60:
        now = max(hinted.due_at, now + SECOND)
        hinted = look(hinted, now, rows, [])

    by_hint = [run for run in rows if run.source is RunSource.HINT_INTERVAL]
    assert all(run.fire_at < NOON + ttl for run in by_hint)
    if now >= NOON + ttl:
        assert not hinted.hints


@given(SCHEDULES, SPANS, SPANS, st.integers(0, 9))
def test_a_run_follows_its_hint_whatever_the_failures(schedule, length, ttl, failures):
    job = evolve(a_job(schedule), failures=failures)

    hinted = propose_interval(JobView(job), length, ttl, WHY, NOON).job

    assert hinted.plan.at == NOON + length


@given(st.sampled_from([60, 300]), st.integers(1, 9), st.integers(1, 3000))
def test_a_success_resets_the_cadence(seconds, failures, took):
    job = evolve(a_job(every(seconds)), failures=failures)
    change = decide_due(JobView(job), job.due_at)
    run, end = change.runs[0], change.job.accounted_until + timedelta(milliseconds=took)
    run = evolve(run, state=RunState.SUCCESS, started_at=run.fire_at, finished_at=end)

    settled = settle(change.job, evolve(run, outcome=Outcome(True, 1, 200, 0.1))).job

    assert settled.plan.at - run.fire_at == timedelta(seconds=seconds)


@given(SCHEDULES, SPANS, SPANS, SPANS)
def test_planning_anew_does_not_move_a_plan(schedule, length, first, second):
    job = a_job(schedule)
    hinted = propose_interval(JobView(job), length, timedelta(hours=24), WHY, NOON).job
    later = NOON + min(first, length / 2)

    held = pause_until(JobView(hinted), later + second, WHY, later).job
    again = pause_until(JobView(held), None, WHY, later).job

    assert again.plan == hinted.plan
    assert redefine(JobView(hinted), evolve(a_spec(schedule), name="other"), later).job.plan == hinted.plan
