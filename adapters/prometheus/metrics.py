"""What an engine does, as metrics that Prometheus reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from ...application.engine_check import EngineHealth
from ...application.engine_host import HostNotice
from ...application.engine_notices import JobPostponed, LeaseLost, RunBroken, StoreFailed
from ...application.send_notification import Delivery
from ...domain.engine.event import Event
from ...domain.engine.run import UNFINISHED, Run, RunSource, RunState
from . import catalogue
from .catalogue import Metric


class PrometheusMetrics:
    """The `EngineWatch` port, and an observer of a host, for one engine in one process."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, version: str) -> None:
        # Without a second series for each, which nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has not annotated it
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._up, self._last_tick = self._gauge(catalogue.UP), self._gauge(catalogue.LAST_TICK)
        self._oldest_due = self._gauge(catalogue.OLDEST_DUE)
        self._in_flight = self._gauge(catalogue.IN_FLIGHT)
        self._runs, self._attempts = self._counter(catalogue.RUNS), self._counter(catalogue.ATTEMPTS)
        self._lateness = self._histogram(catalogue.LATENESS)
        self._duration = self._histogram(catalogue.DURATION)
        self._claimed = self._histogram(catalogue.CLAIMED)
        self._lapsed, self._lost = self._counter(catalogue.LAPSED), self._counter(catalogue.LOST)
        self._store_errors, self._bugs = self._counter(catalogue.STORE_ERRORS), self._counter(catalogue.BUGS)
        self._events = self._counter(catalogue.EVENTS)
        self._notifications = self._counter(catalogue.NOTIFICATIONS)
        self._begin_at_zero()
        self._gauge(catalogue.BUILD).labels(version).set(1)

    def note_claims(self, count: int) -> None:
        """Count what one call claimed."""
        self._claimed.observe(count)

    def note_ended(self, runs: Sequence[Run]) -> None:
        """Count occurrences, and measure those that ran."""
        for run in runs:
            self._runs.labels(run.state.value, run.source.value).inc(run.count)
            if run.outcome is not None:
                self._attempts.inc(run.outcome.attempts)
            if run.lateness is not None:
                self._lateness.observe(max(0.0, run.lateness.total_seconds()))
            if run.started_at is not None and run.finished_at is not None:
                self._duration.observe(max(0.0, (run.finished_at - run.started_at).total_seconds()))

    def note_events(self, events: Sequence[Event]) -> None:
        """Count events."""
        for event in events:
            self._events.labels(event.kind.value).inc()

    def note_lapsed(self, count: int) -> None:
        """Count runs that were taken over."""
        self._lapsed.inc(count)

    def observe(self, notice: HostNotice) -> None:
        """Count what a host has to say."""
        match notice:
            case StoreFailed(operation=operation):
                self._store_errors.labels(operation).inc()
            case LeaseLost():
                self._lost.inc()
            case JobPostponed() | RunBroken():
                self._bugs.inc()
            case Delivery(delivered=delivered):
                self._notifications.labels("delivered" if delivered else "failed").inc()

    def write(self, health: EngineHealth) -> bytes:
        """Return everything as `content_type`."""
        self._up.set(health.problem is None)
        self._last_tick.set(0 if health.ticked_at is None else health.ticked_at.timestamp())
        self._oldest_due.set(math.nan if health.late_seconds is None else health.late_seconds)
        self._in_flight.set(health.under_way)
        return generate_latest(self._registry)

    def _begin_at_zero(self) -> None:
        """Have the series that alerts are made of from the start: what first appears as 1 is no increase."""
        for state, source in product(RunState, RunSource):
            if state not in UNFINISHED and source is not RunSource.PAUSED:
                self._runs.labels(state.value, source.value)
        for outcome in ("delivered", "failed"):
            self._notifications.labels(outcome)

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(metric.name, metric.meaning, metric.labels, registry=self._registry)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.name, metric.meaning, metric.labels, registry=self._registry)

    def _histogram(self, metric: Metric) -> Histogram:
        return Histogram(metric.name, metric.meaning, registry=self._registry, buckets=metric.buckets)
