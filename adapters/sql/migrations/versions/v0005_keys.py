"""Keys that calls are signed with, and whether secrets are encrypted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.BigInteger()  # microseconds since 1970, UTC
ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, and tell bodies that begin like something encrypted from what is."""
    op.create_table(
        "signing_keys",
        sa.Column("key_id", ORDERED, primary_key=True),
        sa.Column("place", sa.Integer(), nullable=False, unique=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_table(
        "encryption",
        sa.Column("name", ORDERED, primary_key=True),
        sa.Column("proof", sa.Text(), nullable=False),
    )
    for table in ("jobs", "bodies"):
        op.execute(
            f"UPDATE {table} SET body = 'clear:' || body "  # noqa: S608 - both names stand above
            "WHERE substr(body, 1, 7) = 'sealed:' OR substr(body, 1, 6) = 'clear:'"
        )
