"""Brings the tables to the schema of this version. Loads Alembic, so it is imported only when that is due."""

from __future__ import annotations

from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy import Connection

SCRIPTS = Path(__file__).with_name("migrations")


def migrate(connection: Connection) -> None:
    """Apply what is missing, in the transaction that the connection is in."""
    config = migration_config()
    config.attributes["connection"] = connection
    upgrade(config, "head")


def migration_config() -> Config:
    """Return the settings that Alembic takes in place of a file."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
