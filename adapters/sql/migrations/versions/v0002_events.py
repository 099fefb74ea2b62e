"""Events, and the number of the newest one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, and the counter's row."""
    op.create_table(
        "events",
        sa.Column("sequence", COUNTING, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("job_id", ORDERED, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
    )
    op.create_index("events_of_job", "events", ["job_id", "sequence"])
    op.create_index("events_by_time", "events", ["at"])
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
    )
    op.bulk_insert(counters, [{"name": "events", "value": 0}])
