"""The contract of signing keys over all that keeps them; SQL with a vault too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cronlytic_mcp.adapters.encryption.fernet_vault import FernetVault, make_key
from cronlytic_mcp.adapters.encryption.key_file import KeyFile
from cronlytic_mcp.adapters.memory.signing_keys import MemorySigningKeys
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from tests.contract.signing_keys import KeysUnderTest, SigningKeysContract
from tests.contract.sql_stores import sqlite_pair


@asynccontextmanager
async def open_memory(_) -> AsyncIterator[KeysUnderTest]:
    keys = MemorySigningKeys()
    yield KeysUnderTest(keys, keys)


@asynccontextmanager
async def open_sqlite(_) -> AsyncIterator[KeysUnderTest]:
    async with sqlite_pair() as (store, other, outage):
        yield KeysUnderTest(store.signing_keys, other.signing_keys, outage)


@asynccontextmanager
async def open_postgres(request) -> AsyncIterator[KeysUnderTest]:
    """With a vault, so that what is sealed goes through this database, too."""
    server, folder = request.getfixturevalue("postgres"), request.getfixturevalue("tmp_path")
    file = KeyFile(folder / "key")
    file.create(make_key())
    with server.store() as database:
        place = PostgresServer(server.url(database))

        @asynccontextmanager
        async def outage() -> AsyncIterator[None]:
            with server.closed(database):
                yield

        async with (
            SqlEngineStore(place, patience=0.3, vault=FernetVault(file)) as store,
            SqlEngineStore(place, patience=0.3, vault=FernetVault(file)) as other,
        ):
            yield KeysUnderTest(store.signing_keys, other.signing_keys, outage)


ALL = {"memory": open_memory, "sqlite": open_sqlite, "postgres": open_postgres}


class TestSigningKeys(SigningKeysContract):
    @pytest.fixture(params=ALL)
    async def backend(self, request) -> AsyncIterator[KeysUnderTest]:
        async with ALL[request.param](request) as backend:
            yield backend
