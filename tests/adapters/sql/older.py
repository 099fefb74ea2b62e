"""A store as the first version of the schema has it."""

from __future__ import annotations

from pathlib import Path

from alembic.command import upgrade
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from cronlytic_mcp.adapters.sql.migration import migration_config
from tests.adapters.sql.files import query

APPLICATION_ID = 0x43724C79  # what every version of ours writes into the header; it must never change
OLD_JOB = """
    INSERT INTO jobs (job_id, version, name, name_key, description, method, url, headers, schedule, policy, body,
        status, created_at, accounted_until, failures, starts)
    VALUES ('old', 1, 'Old', 'old', '', 'GET', 'https://example.com/', '{}',
        '{"kind":"cron","expression":"0 * * * *","timezone":"UTC"}', '{}', '', 'pending', 0, 0, 0, 0)
"""


def make_first_version(path: Path) -> None:
    path.parent.mkdir()
    query(path, f"PRAGMA application_id = {APPLICATION_ID}")
    config = migration_config()
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        upgrade(config, "0001")
