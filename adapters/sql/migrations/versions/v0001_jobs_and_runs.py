"""Jobs with their plans, their runs, and the bodies of the answers.

A migration spells out what it makes, because the tables of the program go on changing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.BigInteger()  # microseconds since 1970, UTC
ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
UNDER_WAY = "state IN ('claimed', 'queued', 'running')"
SETTLED = "state IN ('failed', 'interrupted', 'missed', 'paused', 'skipped', 'success')"


def upgrade() -> None:
    """Make the three tables."""
    _make_jobs()
    _make_runs()
    _make_bodies()


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", ORDERED, primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", ORDERED, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("group_name", sa.Text()),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", ORDERED, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("accounted_until", INSTANT, nullable=False),
        sa.Column("plan_at", INSTANT),
        sa.Column("plan_source", sa.Text()),
        sa.Column("plan_due_at", INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("last_run_at", INSTANT),
        sa.Column("due_at", INSTANT),
        sa.Column("next_run_at", INSTANT),
    )
    op.create_index("jobs_by_age", "jobs", ["created_at", "job_id"])
    op.create_index("jobs_by_name", "jobs", ["name_key", "job_id"])
    op.create_index("jobs_by_status", "jobs", ["status", "job_id"])
    op.create_index("jobs_by_next_run", "jobs", ["next_run_at", "job_id"])
    op.create_index("jobs_by_last_run", "jobs", [sa.text("last_run_at DESC"), "job_id"])
    _index_part_of("jobs", "jobs_due", ["due_at", "job_id"], "due_at IS NOT NULL")


def _make_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_id", ORDERED, primary_key=True),
        sa.Column("job_id", ORDERED, sa.ForeignKey("jobs.job_id", ondelete="CASCADE"), nullable=False),
        sa.Column("fire_at", INSTANT, nullable=False),
        sa.Column("manual", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("occurrences", sa.BigInteger(), nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("success", sa.Boolean()),
        sa.Column("attempts", sa.Integer()),
        sa.Column("status", sa.Integer()),
        sa.Column("elapsed_seconds", sa.Float()),
        sa.Column("error", sa.Text()),
        sa.Column("body_size", sa.BigInteger()),
        sa.Column("body_whole", sa.Boolean()),
        sqlite_with_rowid=False,
    )
    op.create_index("runs_of_job", "runs", ["job_id", "fire_at", "manual"], unique=True)
    _index_part_of("runs", "runs_by_state", ["job_id", "state", "fire_at", "run_id"], SETTLED)
    _index_part_of("runs", "runs_by_end", ["last_at", "run_id"], SETTLED)
    _index_part_of("runs", "runs_under_way", ["job_id", "fire_at"], UNDER_WAY)
    _index_part_of("runs", "runs_waiting", ["fire_at", "run_id"], "state IN ('queued')")
    _index_part_of("runs", "runs_leased", ["lease_until", "run_id"], "lease_until IS NOT NULL")


def _make_bodies() -> None:
    op.create_table(
        "bodies",
        sa.Column("run_id", ORDERED, sa.ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("finished_at", INSTANT),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("bodies_by_end", "bodies", ["finished_at"])


def _index_part_of(table: str, name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
