"""The migrations make in PostgreSQL what the code expects, from whatever version on."""

from __future__ import annotations

import pytest
from alembic.command import upgrade
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.migration import migration_config
from cronlytic_mcp.adapters.sql.schema import METADATA
from cronlytic_mcp.adapters.sql.store_url import PostgresServer

pytestmark = pytest.mark.anyio

INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
"""
COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, collation_name, column_default
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""


def objects(server, database) -> set[tuple[object, ...]]:
    return {row for query in (INDEXES, CONSTRAINTS, COLUMNS) for row in server.execute(query, database)}


def known_versions() -> list[str]:
    scripts = ScriptDirectory.from_config(migration_config()).walk_revisions()
    return [script.revision for script in scripts][::-1]


@pytest.fixture
def expected(postgres):
    with postgres.database() as database:
        engine = create_engine(postgres.url(database))
        METADATA.create_all(engine)
        engine.dispose()
        yield objects(postgres, database)


async def test_the_migrations_make_the_tables_that_the_code_knows(postgres, expected):
    with postgres.store() as database:
        assert objects(postgres, database) == expected


@pytest.mark.parametrize("version", known_versions()[:-1])
async def test_an_older_store_is_brought_up_to_date(postgres, expected, version):
    with postgres.database() as database:
        engine = create_engine(postgres.url(database))
        with engine.begin() as connection:
            config = migration_config()
            config.attributes["connection"] = connection
            upgrade(config, version)
            connection.execute(text("COMMENT ON TABLE alembic_version IS 'cronlytic-mcp'"))
        engine.dispose()

        async with SqlEngineStore(PostgresServer(postgres.url(database))) as store:
            assert await store.last_sequence() == 0

        assert objects(postgres, database) == expected
