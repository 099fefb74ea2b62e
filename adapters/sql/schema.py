"""The tables as this version reads and writes them; `migrations` makes them.

What a query may count on to be fast stands here as an index: none of the port's calls but `list_jobs` and
the retention of excess runs reads more rows than it returns.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    literal_column,
)

from ...domain.adaptive.session import SessionState
from ...domain.engine.run import UNFINISHED, RunState
from .column_types import ORDERED_TEXT, SEQUENCE, Instant
from .sealing import Sealed

METADATA = MetaData()

JOBS = Table(
    "jobs",
    METADATA,
    Column("job_id", ORDERED_TEXT, primary_key=True),
    Column("version", Integer, nullable=False),
    # What a person decides
    Column("name", Text, nullable=False),
    Column("name_key", ORDERED_TEXT, nullable=False),  # in lower case, to search and order by
    Column("description", Text, nullable=False),
    Column("group_name", Text),
    Column("method", Text, nullable=False),
    Column("url", Sealed, nullable=False),
    Column("headers", Sealed, nullable=False),
    Column("schedule", Text, nullable=False),
    Column("policy", Sealed, nullable=False),
    Column("body", Sealed, nullable=False),
    # How it stands
    Column("status", ORDERED_TEXT, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("accounted_until", Instant, nullable=False),
    Column("plan_at", Instant),
    Column("plan_source", Text),
    Column("plan_due_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("last_run_at", Instant),
    # Follows from the above; a paused job has neither
    Column("due_at", Instant),
    Column("next_run_at", Instant),
    # What an analyst would have instead, and where the job stands with its analyses; null for nothing
    Column("hints", Text),
    Column("pause", Text),
    Column("analysis", Text),
    Column("analysis_due_at", Instant),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("run_id", ORDERED_TEXT, primary_key=True),
    Column("job_id", ORDERED_TEXT, ForeignKey(JOBS.c.job_id, ondelete="CASCADE"), nullable=False),
    Column("fire_at", Instant, nullable=False),
    Column("manual", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("occurrences", BigInteger, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("reason", Text, nullable=False),
    # The lease: how often the run was claimed, and until when it is held; null where it is not in flight
    Column("token", Integer, nullable=False),
    Column("lease_until", Instant),
    # The outcome, all null where there is none
    Column("success", Boolean),
    Column("attempts", Integer),
    Column("status", Integer),
    Column("elapsed_seconds", Float),
    Column("error", Text),
    Column("body_size", BigInteger),
    Column("body_whole", Boolean),
    sqlite_with_rowid=False,  # ids begin with the time, so the rows lie in the order in which they came
)

BODIES = Table(
    "bodies",
    METADATA,
    Column("run_id", ORDERED_TEXT, ForeignKey(RUNS.c.run_id, ondelete="CASCADE"), primary_key=True),
    Column("finished_at", Instant),
    Column("body", Sealed, nullable=False),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("job_id", ORDERED_TEXT, nullable=False),
    Column("at", Instant, nullable=False),
    Column("data", Text, nullable=False),
)

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
EVENT_COUNTER = "events"
"""The row of `COUNTERS` with the newest event's sequence. Whoever adds events changes it first, and so waits
for all others who do: no number is ever seen before a smaller one."""

NOTES = Table(
    "notes",
    METADATA,
    Column("topic", ORDERED_TEXT, primary_key=True),
    Column("key", ORDERED_TEXT, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
)

SIGNING_KEYS = Table(
    "signing_keys",
    METADATA,
    Column("key_id", ORDERED_TEXT, primary_key=True),
    Column("place", Integer, nullable=False, unique=True),  # there are only so many
    Column("secret", Sealed, nullable=False),
    Column("created_at", Instant, nullable=False),
)

ENCRYPTION = Table(
    "encryption",
    METADATA,
    Column("name", ORDERED_TEXT, primary_key=True),
    Column("proof", Sealed, nullable=False),
)
"""One row once the store is sealed; by it another key is told from the right one."""

SESSIONS = Table(
    "analysis_sessions",
    METADATA,
    Column("session_id", ORDERED_TEXT, primary_key=True),
    Column("job_id", ORDERED_TEXT, ForeignKey(JOBS.c.job_id, ondelete="CASCADE"), nullable=False),
    Column("analyst", Text, nullable=False),
    Column("shadow", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("last_call_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("call_count", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reasoning", Text, nullable=False),
    Column("actions_taken", Text, nullable=False),
    Column("confidence", Text),
    Column("tokens", BigInteger, nullable=False),
    Column("next_analysis_at", Instant),
    Column("warnings", Text, nullable=False),
)

CALLS = Table(
    "analysis_calls",
    METADATA,
    Column(
        "session_id", ORDERED_TEXT, ForeignKey(SESSIONS.c.session_id, ondelete="CASCADE"), primary_key=True
    ),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tool", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("applied", Boolean, nullable=False),
)


def in_state(runs: FromClause, *states: RunState) -> ColumnElement[bool]:
    """Return the condition in words that a partial index is recognised by, without parameters."""
    return runs.c.state.in_([literal_column(f"'{state}'") for state in sorted(states)])


def is_under_way(runs: FromClause) -> ColumnElement[bool]:
    """Something will still become of the run."""
    return in_state(runs, *UNFINISHED)


def is_settled(runs: FromClause) -> ColumnElement[bool]:
    """Nothing more will become of the run."""
    return in_state(runs, *(set(RunState) - UNFINISHED))


def is_open(sessions: FromClause) -> ColumnElement[bool]:
    """The session has not ended."""
    return sessions.c.state.in_([literal_column(f"'{SessionState.OPEN}'")])


def _partial(
    name: str, condition: ColumnElement[bool], *columns: ColumnElement[object], unique: bool = False
) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


Index("jobs_by_age", JOBS.c.created_at, JOBS.c.job_id)
Index("jobs_by_name", JOBS.c.name_key, JOBS.c.job_id)
Index("jobs_by_status", JOBS.c.status, JOBS.c.job_id)
Index("jobs_by_next_run", JOBS.c.next_run_at, JOBS.c.job_id)
Index("jobs_by_last_run", JOBS.c.last_run_at.desc(), JOBS.c.job_id)
_partial("jobs_due", JOBS.c.due_at.is_not(None), JOBS.c.due_at, JOBS.c.job_id)
# One occurrence, one row; a run by hand may come at the same instant.
Index("runs_of_job", RUNS.c.job_id, RUNS.c.fire_at, RUNS.c.manual, unique=True)
_partial("runs_by_state", is_settled(RUNS), RUNS.c.job_id, RUNS.c.state, RUNS.c.fire_at, RUNS.c.run_id)
_partial("runs_by_end", is_settled(RUNS), RUNS.c.last_at, RUNS.c.run_id)
_partial("runs_under_way", is_under_way(RUNS), RUNS.c.job_id, RUNS.c.fire_at)
_partial("runs_waiting", in_state(RUNS, RunState.QUEUED), RUNS.c.fire_at, RUNS.c.run_id)
_partial("runs_leased", RUNS.c.lease_until.is_not(None), RUNS.c.lease_until, RUNS.c.run_id)
Index("bodies_by_end", BODIES.c.finished_at)
Index("events_of_job", EVENTS.c.job_id, EVENTS.c.sequence)
Index("events_by_time", EVENTS.c.at)
_partial("jobs_of_group", JOBS.c.group_name.is_not(None), JOBS.c.group_name, JOBS.c.name_key, JOBS.c.job_id)
_partial("jobs_to_analyse", JOBS.c.analysis_due_at.is_not(None), JOBS.c.analysis_due_at, JOBS.c.job_id)
Index("sessions_of_job", SESSIONS.c.job_id, SESSIONS.c.started_at, SESSIONS.c.session_id)
Index("sessions_by_start", SESSIONS.c.started_at, SESSIONS.c.session_id)
Index("sessions_by_end", SESSIONS.c.ended_at)
# One open session a job.
_partial("sessions_open", is_open(SESSIONS), SESSIONS.c.job_id, unique=True)
_partial("sessions_idle", is_open(SESSIONS), SESSIONS.c.last_call_at, SESSIONS.c.session_id)
