"""When a job is due for an analysis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.domain.adaptive.acts import pause_until, propose_interval
from cronlytic_mcp.domain.adaptive.analysis import start_analysis, submit_analysis
from cronlytic_mcp.domain.adaptive.analysis_due import analysis_due_at, why_due
from cronlytic_mcp.domain.adaptive.analysis_step import AnalysisView
from cronlytic_mcp.domain.adaptive.errors import TokenQuotaExceeded
from cronlytic_mcp.domain.adaptive.quota import check_quota, month_of
from cronlytic_mcp.domain.adaptive.run_health import measure_run_health
from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.lifecycle import pause
from cronlytic_mcp.domain.engine.planned_job import JobView
from cronlytic_mcp.domain.engine.run import RunSource, RunState
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.log import RunStatus
from tests.domain.planned import HOURLY, MINUTELY, NOON, a_job, a_run, at, ended, once

DAY_MS = 86_400_000


def analysed(job=None, *, now=NOON):
    step = start_analysis(AnalysisView(JobView(job or a_job(HOURLY))), "session-1", "rules", now)
    found = AnalysisView(JobView(step.change.job), step.session)
    return submit_analysis(found, "done", now, next_analysis_in_ms=DAY_MS).change.job


def test_what_was_never_analysed_is_due():
    assert analysis_due_at(a_job(HOURLY)) == NOON
    assert "never" in why_due(a_job(HOURLY), NOON)
    assert analysis_due_at(pause(JobView(a_job(HOURLY)), at(5)).job) == NOON


@pytest.mark.parametrize("job", [a_job(once(at(30))), evolve(a_job(HOURLY), plan=None)])
def test_what_runs_once_or_never_is_not(job):
    assert analysis_due_at(job) is None
    assert why_due(job, at(9999)) is None


def test_the_time_that_was_chosen_comes():
    job = analysed()

    assert analysis_due_at(job) == at(24 * 60)
    assert why_due(job, at(24 * 60 - 1)) is None
    assert "chose" in why_due(job, at(24 * 60))


def test_growing_failures_make_it_due_and_the_same_number_does_not():
    job = analysed(evolve(a_job(HOURLY), failures=2))
    failed = settle(job, ended(at(60), success=False)).job

    assert analysis_due_at(failed) == at(60, 1)
    assert "3 in a row, 2 at" in why_due(failed, at(61))
    assert analysis_due_at(analysed(failed, now=at(61))) == at(61 + 24 * 60)


def test_a_recovery_makes_it_due():
    job = analysed(evolve(a_job(HOURLY), failures=2))
    recovered = settle(job, ended(at(60), success=True)).job

    assert analysis_due_at(recovered) == at(60, 1)
    assert "recovered" in why_due(recovered, at(61))
    assert analysis_due_at(settle(analysed(), ended(at(60), success=True)).job) == at(24 * 60)


def test_the_end_of_a_hint_makes_it_due_before_and_after_an_engine_has_seen_it():
    job = propose_interval(JobView(analysed()), timedelta(minutes=45), timedelta(hours=1), "x", NOON).job
    assert analysis_due_at(job) == at(60)

    seen = decide_due(JobView(decide_due(JobView(job), at(45)).job), at(60)).job

    assert (seen.hints.all, analysis_due_at(seen)) == ((), at(60))
    assert "hint" in why_due(seen, at(60))


def test_the_end_of_a_pause_makes_it_due_by_itself_and_at_once():
    job = pause_until(JobView(analysed()), at(90), "x", NOON).job

    assert analysis_due_at(job) == at(90)
    assert analysis_due_at(decide_due(JobView(job), at(95)).job) == at(90)
    assert analysis_due_at(pause_until(JobView(job), None, "x", at(20)).job) == at(20)


def test_a_new_analysis_settles_what_changed_before_it():
    job = propose_interval(JobView(analysed()), timedelta(minutes=45), timedelta(hours=1), "x", NOON).job

    again = analysed(job, now=at(61))  # no engine has seen the end of the hint yet

    assert analysis_due_at(again) == at(61 + 24 * 60)
    seen = decide_due(JobView(again), at(62)).job
    assert analysis_due_at(seen) == at(61 + 24 * 60)


# Health


def runs(count, *, start, gap, success):
    return [ended(start + gap * n, success=success) for n in range(count)]


def test_recovery_shows_in_the_last_hour_and_not_in_the_day():
    # Two hours of a failure every 5 seconds, and since then an hour of a success every 50 seconds.
    bad = runs(1440, start=at(-300), gap=timedelta(seconds=5), success=False)
    good = runs(72, start=at(-60, 1), gap=timedelta(seconds=49), success=True)

    health = measure_run_health([*bad, *good, a_run(NOON, RunState.RUNNING)], NOON)

    hour, four_hours, day = health.windows
    assert [(window.hours, window.runs) for window in health.windows] == [(1, 72), (4, 792), (24, 1512)]
    assert (hour.success_rate, round(day.success_rate * 100, 1)) == (1.0, 4.8)
    assert four_hours.success_rate == 72 / 792
    assert (health.streak, health.failure_streak, health.last_status) == (72, 0, RunStatus.SUCCESS)
    assert health.mean_duration == pytest.approx(0.1)


def test_no_runs_are_no_data():
    nobody = a_run(at(-5), RunState.MISSED, last_at=at(-1), count=4)

    health = measure_run_health([nobody, a_run(NOON, RunState.CLAIMED)], NOON)

    assert [window.success_rate for window in health.windows] == [None, None, None]
    assert (health.last_status, health.mean_duration, health.known_runs) == (None, None, 0)


def test_what_a_hint_ran_counts_like_any_other_run():
    by_hint = ended(at(-3), success=True, source=RunSource.HINT_INTERVAL)

    assert measure_run_health([by_hint], NOON).day.success_rate == 1.0
    assert (
        measure_run_health(runs(5, start=at(-9), gap=timedelta(minutes=1), success=True), NOON, kept=5).whole
        is False
    )
    assert a_job(MINUTELY).hints.all == ()


# Tokens


def test_a_month_ends_where_the_next_one_begins():
    assert month_of(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert month_of(NOON) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))


def test_a_quota_that_is_used_up_ends_analyses_until_the_next_month():
    check_quota(10**9, None, NOON)
    check_quota(999, 1_000, NOON)

    with pytest.raises(TokenQuotaExceeded) as caught:
        check_quota(1_000, 1_000, NOON)

    assert caught.value.facts == {"used": 1_000, "quota": 1_000, "resets_at": "2026-02-01T00:00:00+00:00"}
