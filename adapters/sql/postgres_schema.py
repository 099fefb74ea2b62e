"""Looks at the schema that a PostgreSQL store is to be in, and makes or updates the tables there.

A comment on a table says that they are ours; nothing but an empty schema is ever taken for a new store.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from . import faults
from .schema import METADATA
from .store_creation import SCHEMA_VERSION

_MARK = "cronlytic-mcp"
_LOCK = 0x43724C79
"""The number of the advisory lock under which tables are made: the same that marks a file of SQLite."""

_LIMITS = (
    # Whoever is stopped in the midst of it must not keep the others from starting for ever.
    "SET LOCAL idle_in_transaction_session_timeout = 30000",
    "SET LOCAL lock_timeout = 5000",
)

_WHERE = text("SELECT current_schema(), current_setting('server_encoding')")
_TABLES = text(
    # What an extension brought along is nobody's table.
    """
    SELECT c.relname, obj_description(c.oid, 'pg_class'),
           has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
           AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')
    FROM pg_class c
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
      AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    """
)
_VERSION = text("SELECT version_num FROM alembic_version")
_VERSION_TABLE = "alembic_version"


def prepare_schema(connection: Connection) -> None:
    """Return when there is a store with the schema of this version; the transaction is ended.

    Raises:
        StoreUnavailable: there is none and none could be made; whatever is there is left as it is.
    """
    if _is_current(connection):
        connection.rollback()
        return
    connection.rollback()  # what was seen before the lock is not to count
    for limit in _LIMITS:
        connection.execute(text(limit))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if not _is_current(connection):
        from .migration import migrate

        migrate(connection)
        connection.execute(text(f"COMMENT ON TABLE {_VERSION_TABLE} IS '{_MARK}'"))
    connection.commit()


def _is_current(connection: Connection) -> bool:
    schema, encoding = connection.execute(_WHERE).one()
    if schema is None:
        raise faults.no_schema()
    if encoding != "UTF8":
        raise faults.foreign_tables(f"a database with the encoding {encoding} instead of UTF8")
    tables = {name: (mark, usable) for name, mark, usable in connection.execute(_TABLES)}
    if not tables:
        return False
    if tables.get(_VERSION_TABLE, ("", False))[0] != _MARK:
        raise faults.foreign_tables("the tables of another program")
    return _check_version(connection, tables)


def _check_version(connection: Connection, tables: dict[str, tuple[str, bool]]) -> bool:
    if not tables[_VERSION_TABLE][1]:
        raise faults.no_rights()
    versions = connection.scalars(_VERSION).all()
    if len(versions) != 1:
        raise faults.damaged_tables("the version of its schema is lost")
    if versions[0] > SCHEMA_VERSION:
        raise faults.newer(versions[0], SCHEMA_VERSION)
    if versions[0] < SCHEMA_VERSION:
        return False
    missing = set(METADATA.tables) - tables.keys()
    if missing:
        raise faults.damaged_tables("a table is gone")
    if not all(usable for name, (_, usable) in tables.items() if name in METADATA.tables):
        raise faults.no_rights()
    return True
