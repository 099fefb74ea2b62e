"""What Alembic runs: the migrations on a connection that it is given, or as SQL on its output."""

from __future__ import annotations

from alembic import context

if context.is_offline_mode():
    dialect = context.config.get_main_option("dialect_name", "sqlite")
    context.configure(dialect_name=dialect, literal_binds=True)
else:
    context.configure(connection=context.config.attributes["connection"])

with context.begin_transaction():
    context.run_migrations()
