"""The page of the metrics, as Prometheus reads it."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cronlytic_mcp.adapters.prometheus.catalogue import METRICS
from cronlytic_mcp.adapters.prometheus.metrics import PrometheusMetrics
from cronlytic_mcp.application.engine_check import EngineHealth
from cronlytic_mcp.application.engine_notices import JobPostponed, LeaseLost, RunBroken, StoreFailed
from cronlytic_mcp.application.send_notification import Delivery
from cronlytic_mcp.application.sweep_store import Swept
from cronlytic_mcp.domain.engine.event import Event, EventKind
from cronlytic_mcp.domain.engine.run import Outcome, Run, RunSource, RunState

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
WELL = EngineHealth(None, NOON, 3, 0.0)


@pytest.fixture
def metrics():
    return PrometheusMetrics("1.2.3")


def families(metrics, health=WELL):
    return {found.name: found for found in text_string_to_metric_families(metrics.write(health).decode())}


def value(metrics, name, health=WELL, **labels):
    """The value of one series, None where there is none."""
    samples = [sample for family in families(metrics, health).values() for sample in family.samples]
    return next((found.value for found in samples if (found.name, found.labels) == (name, labels)), None)


def ended(state=RunState.SUCCESS, *, late=0.2, took=1.5, attempts=2, job_id="job-s3cret", **facts) -> Run:
    started = NOON + timedelta(seconds=late)
    outcome = Outcome(success=state is RunState.SUCCESS, attempts=attempts)
    finished = started + timedelta(seconds=took)
    times = {"started_at": started, "finished_at": finished, "outcome": outcome}
    return Run("a" * 32, job_id, NOON, RunSource.BASELINE_CRON, state, NOON, **(times | facts))


def test_the_page_holds_what_the_catalogue_names_and_what_the_process_itself_says(metrics):
    metrics.note_events([Event(EventKind.RUN_FAILED, "job", NOON)])
    metrics.note_ended([ended()])
    metrics.observe(StoreFailed("tick", ValueError()))
    found = {name: family for name, family in families(metrics).items() if not name.startswith("process_")}

    assert set(found) == {metric.name.removesuffix("_total") for metric in METRICS}
    for metric in METRICS:
        family = found[metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.kind.value, metric.meaning)
        labels = set().union(*(sample.labels for sample in family.samples))
        assert labels == set(metric.labels) | ({"le"} if metric.buckets else set())


def test_runs_are_counted_by_state_and_source_and_measured(metrics):
    metrics.note_ended([ended(), ended(RunState.FAILED, late=7.0, took=0.1)])

    assert value(metrics, "cronlytic_runs_total", state="success", source="baseline-cron") == 1
    assert value(metrics, "cronlytic_runs_total", state="failed", source="baseline-cron") == 1
    assert value(metrics, "cronlytic_attempts_total") == 4
    assert value(metrics, "cronlytic_run_lateness_seconds_sum") == pytest.approx(7.2)
    assert value(metrics, "cronlytic_run_lateness_seconds_bucket", le="5.0") == 1
    assert value(metrics, "cronlytic_run_duration_seconds_sum") == pytest.approx(1.6)


def test_what_alerts_are_made_of_is_there_before_anything_happens(metrics):
    """What first appears with a 1 is no increase to Prometheus."""
    assert value(metrics, "cronlytic_runs_total", state="missed", source="hint-interval") == 0
    assert value(metrics, "cronlytic_runs_total", state="interrupted", source="baseline-cron") == 0
    assert value(metrics, "cronlytic_notifications_total", outcome="failed") == 0


def test_a_stretch_counts_as_what_it_holds_and_is_not_measured(metrics):
    stretch = {"started_at": None, "finished_at": None, "outcome": None, "count": 300}
    metrics.note_ended([ended(RunState.MISSED, **stretch)])

    assert value(metrics, "cronlytic_runs_total", state="missed", source="baseline-cron") == 300
    assert value(metrics, "cronlytic_run_lateness_seconds_count") == 0
    assert value(metrics, "cronlytic_run_duration_seconds_count") == 0


def test_a_clock_that_was_set_back_measures_nothing_below_zero(metrics):
    metrics.note_ended([ended(late=-5.0, took=-5.0)])

    assert value(metrics, "cronlytic_run_lateness_seconds_sum") == 0
    assert value(metrics, "cronlytic_run_duration_seconds_sum") == 0


@pytest.mark.parametrize(
    ("notice", "name", "labels"),
    [
        (StoreFailed("renew", ValueError()), "cronlytic_store_errors_total", {"operation": "renew"}),
        (LeaseLost("run"), "cronlytic_lost_leases_total", {}),
        (RunBroken("run", ValueError()), "cronlytic_internal_errors_total", {}),
        (JobPostponed("job", ValueError()), "cronlytic_internal_errors_total", {}),
        (Delivery(delivered=True, attempts=1), "cronlytic_notifications_total", {"outcome": "delivered"}),
        (Delivery(delivered=False, attempts=4), "cronlytic_notifications_total", {"outcome": "failed"}),
    ],
)
def test_what_a_host_has_to_say_is_counted(metrics, notice, name, labels):
    before = value(metrics, name, **labels) or 0
    metrics.observe(notice)
    metrics.observe(Swept(1, 2, 3))

    assert value(metrics, name, **labels) == before + 1


def test_claims_and_lapsed_leases_are_counted(metrics):
    metrics.note_claims(3)
    metrics.note_claims(200)
    metrics.note_lapsed(2)

    assert value(metrics, "cronlytic_claimed_runs_sum") == 203
    assert value(metrics, "cronlytic_claimed_runs_bucket", le="4.0") == 1
    assert value(metrics, "cronlytic_lapsed_leases_total") == 2


def test_how_the_engine_is_at_the_moment_is_there_too(metrics):
    unwell = EngineHealth("The store did not answer.", None, 0, None)

    assert value(metrics, "cronlytic_engine_up") == 1
    assert value(metrics, "cronlytic_engine_last_tick_timestamp_seconds") == NOON.timestamp()
    assert value(metrics, "cronlytic_runs_in_flight") == 3
    assert value(metrics, "cronlytic_build_info", version="1.2.3") == 1
    assert value(metrics, "cronlytic_engine_up", unwell) == 0
    assert value(metrics, "cronlytic_engine_last_tick_timestamp_seconds", unwell) == 0
    assert math.isnan(value(metrics, "cronlytic_oldest_due_age_seconds", unwell))


def test_no_series_grows_with_the_jobs_or_names_one(metrics):
    metrics.note_ended([ended()])
    once = len(metrics.write(WELL).splitlines())
    metrics.note_ended([ended(job_id=f"job-{number}") for number in range(1000)])
    page = metrics.write(WELL).decode()

    assert len(page.splitlines()) == once
    assert "s3cret" not in page
    assert "job-" not in page
