"""The migrations make what the code expects, and are only loaded where there is something to migrate."""

from __future__ import annotations

import io
import sqlite3

import pytest
from alembic.command import upgrade
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.migration import migration_config
from cronlytic_mcp.adapters.sql.schema import METADATA
from cronlytic_mcp.adapters.sql.store_creation import SCHEMA_VERSION
from tests.adapters.sql.files import query
from tests.adapters.sql.processes import child, release, told

pytestmark = pytest.mark.anyio

INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
COLUMNS = 'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)'
REFERENCES = 'SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(?)'
WITHOUT_ROWID = "SELECT wr FROM pragma_table_list(?)"


def objects(path) -> set[tuple[object, ...]]:
    """Every table, column, reference and index of a database; a column that was added stands elsewhere."""
    found = {("index", name, " ".join(sql.split())) for name, sql in query(path, INDEXES)}
    for (table,) in query(path, TABLES):
        for about in (COLUMNS, REFERENCES, WITHOUT_ROWID):
            found |= {(table, *row) for row in query(path, about, table)}
    return found


@pytest.fixture
def expected(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'expected.db'}")
    METADATA.create_all(engine)
    engine.dispose()
    return objects(tmp_path / "expected.db")


async def test_the_migrations_make_the_tables_that_the_code_knows(place, store, expected):
    await store.open()

    assert objects(place.path) == expected


def test_the_migrations_can_be_written_down_as_sql(tmp_path, expected):
    config, script = migration_config(), io.StringIO()
    config.output_buffer = script
    upgrade(config, "head", sql=True)
    connection = sqlite3.connect(tmp_path / "offline.db")
    connection.executescript(script.getvalue())
    connection.close()

    assert objects(tmp_path / "offline.db") == expected
    assert query(tmp_path / "offline.db", "SELECT * FROM counters") == [("events", 0)]


def test_the_migrations_can_be_written_for_postgresql():
    config, script = migration_config(), io.StringIO()
    config.set_main_option("dialect_name", "postgresql")
    config.output_buffer = script

    upgrade(config, "head", sql=True)

    assert "WHERE state IN ('claimed', 'queued', 'running')" in script.getvalue()


def test_the_newest_migration_is_the_one_that_a_start_compares_with():
    assert ScriptDirectory.from_config(migration_config()).get_heads() == [SCHEMA_VERSION]


async def test_a_store_that_is_up_to_date_is_opened_without_loading_the_migrations(place):
    async with SqlEngineStore(place):
        pass

    with child("begin", place.path, "job-1") as process:
        release(process)
        assert told(process) == ["False"]
