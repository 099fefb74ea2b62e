"""Every metric there is: its name, its kind, its labels, and what it says; nothing in a label names a job."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class Kind(StrEnum):
    """The kinds of metrics, as Prometheus names them."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@frozen
class Metric:
    """A metric. buckets: upper bounds, of a histogram alone."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_LATENESS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
_DURATIONS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
_BATCHES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)

BUILD = Metric("cronlytic_build_info", Kind.GAUGE, "1, with the version of the program.", ("version",))
UP = Metric(
    "cronlytic_engine_up",
    Kind.GAUGE,
    "1 where the store answers and the engine's loop turns, as /healthz, else 0.",
)
LAST_TICK = Metric(
    "cronlytic_engine_last_tick_timestamp_seconds",
    Kind.GAUGE,
    "When the engine's loop last came round, in seconds since 1970; 0 until it has.",
)
OLDEST_DUE = Metric(
    "cronlytic_oldest_due_age_seconds",
    Kind.GAUGE,
    "For how long the job that waits the longest to be claimed has been due, in the whole store; "
    "0 where none is, NaN where the store does not say.",
)
IN_FLIGHT = Metric(
    "cronlytic_runs_in_flight",
    Kind.GAUGE,
    "Runs that this worker holds: under way, waiting for a place, or between two attempts.",
)
RUNS = Metric(
    "cronlytic_runs_total",
    Kind.COUNTER,
    "Occurrences that came to an end, by what became of them and what had planned them.",
    ("state", "source"),
)
ATTEMPTS = Metric("cronlytic_attempts_total", Kind.COUNTER, "Requests that runs which have ended made.")
LATENESS = Metric(
    "cronlytic_run_lateness_seconds",
    Kind.HISTOGRAM,
    "How long after its planned time a run started.",
    buckets=_LATENESS,
)
DURATION = Metric(
    "cronlytic_run_duration_seconds",
    Kind.HISTOGRAM,
    "How long a run took from its start, with all attempts and the waits between them.",
    buckets=_DURATIONS,
)
CLAIMED = Metric(
    "cronlytic_claimed_runs",
    Kind.HISTOGRAM,
    "How many runs one look at the store claimed, where it claimed any.",
    buckets=_BATCHES,
)
LAPSED = Metric(
    "cronlytic_lapsed_leases_total",
    Kind.COUNTER,
    "Runs taken over from an engine that died, or was stopped for longer than a lease.",
)
LOST = Metric(
    "cronlytic_lost_leases_total", Kind.COUNTER, "Runs of this worker that another engine took over."
)
STORE_ERRORS = Metric(
    "cronlytic_store_errors_total",
    Kind.COUNTER,
    "Calls to the store that failed and are made again, by what they were for.",
    ("operation",),
)
BUGS = Metric(
    "cronlytic_internal_errors_total", Kind.COUNTER, "Errors that are this program's own; its log has them."
)
EVENTS = Metric("cronlytic_events_total", Kind.COUNTER, "Events that this worker's runs led to.", ("kind",))
NOTIFICATIONS = Metric(
    "cronlytic_notifications_total",
    Kind.COUNTER,
    "Messages to a person, by outcome: delivered or failed.",
    ("outcome",),
)

METRICS = (
    *(UP, LAST_TICK, OLDEST_DUE, IN_FLIGHT, RUNS, ATTEMPTS, LATENESS, DURATION, CLAIMED, LAPSED, LOST),
    *(STORE_ERRORS, BUGS, EVENTS, NOTIFICATIONS, BUILD),
)
"""In the order in which pages show them."""
