"""A place for a store, and a store in it."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile


@pytest.fixture
def place(tmp_path):
    return SqliteFile(tmp_path / "data" / "jobs.db")


@pytest.fixture
async def store(place):
    async with SqlEngineStore(place) as store:
        yield store
