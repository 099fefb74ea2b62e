"""All that is PostgreSQL's alone: connections, isolation, the server's clock, signals to other processes.

A transaction that writes is ``READ COMMITTED``. It takes its locks in one order, the rows of jobs before
those of runs and the counter of events last, and decides on nothing that it has not locked: no two workers
decide about one job at once. What is due is taken with ``SKIP LOCKED``, so that workers share it without
waiting for each other. A transaction that only reads is ``REPEATABLE READ``, which sees one moment.
"""

from __future__ import annotations

import logging
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Connection, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from ...application.wake_ports import Signal
from ...domain.engine.errors import StoreUnavailable
from ...domain.errors import NotSupported
from . import faults
from .database_clock import DatabaseClock
from .dialect import Locked
from .postgres_errors import explain_postgres_error
from .postgres_schema import prepare_schema
from .postgres_signals import CHANNEL, PostgresSignals
from .postgres_text import register_text

_CONNECTIONS = 5
_DRIVERS_THAT_LOG_VALUES = ("psycopg", "sqlalchemy.engine")

_CONNECTION_ARGUMENTS = {
    "application_name": "cronlytic-mcp",
    "connect_timeout": 5,
    # A server that vanished without a word is noticed, instead of waited for until the system gives up.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_SESSION = (
    # A worker that was stopped within a transaction must not keep all others from writing.
    "SET idle_in_transaction_session_timeout = 3000",
    "SET lock_timeout = 2000",
)
# Those do not see a worker that was stopped between the statements of a batch; PostgreSQL 17 brought this.
_SINCE_17 = "SET transaction_timeout = 10000"

_NOTIFY = text("SELECT pg_notify(:channel, :payload)")
_NOW = select(func.clock_timestamp())


class PostgresDialect:
    """A store in a schema of a PostgreSQL server, which any number of machines may share.

    clock: is set by the server's whenever its time has not been asked for a while.
    """

    def __init__(self, url: str, clock: DatabaseClock | None = None) -> None:
        parsed = make_url(url)
        given = {key: value for key, value in _CONNECTION_ARGUMENTS.items() if key not in parsed.query}
        self._url, self._arguments = parsed, given
        self._clock = clock
        self._sender = uuid4().hex  # by which this process knows its own signals

    def prepare(self) -> None:
        """Return when the store is there, with the right schema.

        Raises:
            StoreUnavailable: it cannot be used.
            Locked: it cannot be reached just now.
        """
        engine = create_engine(
            self._url,
            poolclass=NullPool,
            connect_args=self._arguments,
            use_native_hstore=False,
            hide_parameters=True,
        )
        try:
            with engine.connect() as connection:
                prepare_schema(connection)
        except DBAPIError as error:
            explained = self.explain(error)
            if explained is None:
                raise
            raise explained from error

    def make_engine(self) -> AsyncEngine:
        """Return an engine for the store that was prepared; nothing is opened yet."""
        for name in _DRIVERS_THAT_LOG_VALUES:
            logging.getLogger(name).setLevel(logging.ERROR)
        engine = create_async_engine(
            self._url,
            connect_args=self._arguments,
            isolation_level="READ COMMITTED",  # whatever the server's default is
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=None,
            use_native_hstore=False,
            hide_parameters=True,  # in errors, for the same reason as in logs
        )
        event.listen(engine.sync_engine, "connect", _set_up)
        return engine

    def begin(self, connection: Connection, *, writes: bool) -> None:
        """Begin a transaction, and measure the server's clock where that is due."""
        if not writes:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        if self._clock is not None and self._clock.stale:
            self._clock.set(connection.execute(_NOW).scalar_one().astimezone(UTC))

    def commit(self, connection: Connection, signal: Signal | None) -> None:
        """Make a transaction last, and send the signal with it.

        Raises:
            StoreUnavailable: the connection was lost meanwhile, so it is not known whether it lasts.
        """
        if signal is not None:
            connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": f"{signal} {self._sender}"})
        try:
            connection.commit()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise faults.unknown_end() from error
            raise

    def backup(self, target: Path) -> None:  # noqa: ARG002
        """Refuse.

        Raises:
            NotSupported: always.
        """
        raise NotSupported(
            "a backup of a store in PostgreSQL",
            "Use pg_dump, which works while everybody goes on writing; pg_restore brings it back.",
        )

    def scour(self) -> bool:
        """Leave that to whoever runs the server: it locks tables, and logs and replicas have copies."""
        return False

    def explain(self, error: DBAPIError) -> StoreUnavailable | Locked | None:
        """Return what an error means for the store, None where it is a bug of ours."""
        return explain_postgres_error(error.orig, lost=error.connection_invalidated)

    def make_signals(self) -> PostgresSignals:
        """Return what the other processes on this store tell."""
        return PostgresSignals(connection_arguments(self._url) | self._arguments, own=self._sender)


def connection_arguments(url: URL) -> dict[str, Any]:
    """Return what the driver takes in place of a URL."""
    given = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    return {key: value for key, value in {**given, **url.query}.items() if value is not None}


def _set_up(connection: Any, _record: object) -> None:
    register_text(connection.driver_connection)
    cursor = connection.cursor()
    for statement in _SESSION:
        cursor.execute(statement)
    if connection.driver_connection.info.server_version >= 170000:
        cursor.execute(_SINCE_17)
    cursor.close()
    connection.commit()
