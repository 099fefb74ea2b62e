"""The stores on SQL that contracts run over: two on one database, and how that goes away for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer, SqliteFile

Outage = Callable[[], AbstractAsyncContextManager[None]]
Pair = tuple[SqlEngineStore, SqlEngineStore, Outage]


@asynccontextmanager
async def sqlite_pair() -> AsyncIterator[Pair]:
    with TemporaryDirectory() as folder:
        place = SqliteFile(Path(folder, "jobs.db"))

        @asynccontextmanager
        async def outage() -> AsyncIterator[None]:
            elsewhere = place.path.rename(place.path.with_name("elsewhere.db"))
            yield
            elsewhere.rename(place.path)

        async with SqlEngineStore(place) as store, SqlEngineStore(place) as other:
            yield store, other, outage


@asynccontextmanager
async def postgres_pair(request) -> AsyncIterator[Pair]:
    server = request.getfixturevalue("postgres")
    with server.store() as database:
        place = PostgresServer(server.url(database))

        @asynccontextmanager
        async def outage() -> AsyncIterator[None]:
            with server.closed(database):
                yield

        async with (
            SqlEngineStore(place, patience=0.3) as store,
            SqlEngineStore(place, patience=0.3) as other,
        ):
            yield store, other, outage
