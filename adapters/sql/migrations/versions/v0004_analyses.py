"""Hints and pauses of jobs, when they are due for an analysis, and the analyses with their calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.BigInteger()  # microseconds since 1970, UTC
ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
OPEN = "state IN ('open')"


def upgrade() -> None:
    """Make the columns and tables; every job that goes on is due, because none was analysed."""
    for column in (
        sa.Column("hints", sa.Text()),
        sa.Column("pause", sa.Text()),
        sa.Column("analysis", sa.Text()),
        sa.Column("analysis_due_at", INSTANT),
    ):
        op.add_column("jobs", column)
    op.execute(
        "UPDATE jobs SET analysis_due_at = created_at "
        "WHERE plan_at IS NOT NULL AND schedule NOT LIKE '%\"one_shot\"%'"
    )
    _index_part_of("jobs", "jobs_of_group", ["group_name", "name_key", "job_id"], "group_name IS NOT NULL")
    _index_part_of("jobs", "jobs_to_analyse", ["analysis_due_at", "job_id"], "analysis_due_at IS NOT NULL")
    _make_sessions()
    _make_calls()


def _make_sessions() -> None:
    op.create_table(
        "analysis_sessions",
        sa.Column("session_id", ORDERED, primary_key=True),
        sa.Column("job_id", ORDERED, sa.ForeignKey("jobs.job_id", ondelete="CASCADE"), nullable=False),
        sa.Column("analyst", sa.Text(), nullable=False),
        sa.Column("shadow", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("last_call_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("call_count", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reasoning", sa.Text(), nullable=False),
        sa.Column("actions_taken", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text()),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("next_analysis_at", INSTANT),
        sa.Column("warnings", sa.Text(), nullable=False),
    )
    op.create_index("sessions_of_job", "analysis_sessions", ["job_id", "started_at", "session_id"])
    op.create_index("sessions_by_start", "analysis_sessions", ["started_at", "session_id"])
    op.create_index("sessions_by_end", "analysis_sessions", ["ended_at"])
    _index_part_of("analysis_sessions", "sessions_open", ["job_id"], OPEN, unique=True)
    _index_part_of("analysis_sessions", "sessions_idle", ["last_call_at", "session_id"], OPEN)


def _make_calls() -> None:
    session_id = sa.ForeignKey("analysis_sessions.session_id", ondelete="CASCADE")
    op.create_table(
        "analysis_calls",
        sa.Column("session_id", ORDERED, session_id, primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
    )


def _index_part_of(
    table: str, name: str, columns: list[str], condition: str, *, unique: bool = False
) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
