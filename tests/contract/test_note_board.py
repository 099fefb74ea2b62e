"""The note board contract over every board; another one is one more entry in `BOARDS`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer, SqliteFile
from tests.contract.note_board import BoardUnderTest, NoteBoardContract


@asynccontextmanager
async def open_memory(_) -> AsyncIterator[BoardUnderTest]:
    board = MemoryNoteBoard()
    yield BoardUnderTest(board, board)


@contextmanager
def moved_away(file: Path) -> Iterator[None]:
    elsewhere = file.rename(file.with_name("elsewhere.db"))
    yield
    elsewhere.rename(file)


@asynccontextmanager
async def open_sqlite(_) -> AsyncIterator[BoardUnderTest]:
    with TemporaryDirectory() as folder:
        place = SqliteFile(Path(folder, "jobs.db"))

        @asynccontextmanager
        async def outage() -> AsyncIterator[None]:
            with moved_away(place.path):
                yield

        async with SqlEngineStore(place) as store, SqlEngineStore(place) as other:
            yield BoardUnderTest(store.notes, other.notes, outage)


@asynccontextmanager
async def open_postgres(request) -> AsyncIterator[BoardUnderTest]:
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
            yield BoardUnderTest(store.notes, other.notes, outage)


BOARDS = {"memory": open_memory, "sqlite": open_sqlite, "postgres": open_postgres}


class TestNoteBoard(NoteBoardContract):
    @pytest.fixture(params=BOARDS)
    async def backend(self, request) -> AsyncIterator[BoardUnderTest]:
        async with BOARDS[request.param](request) as backend:
            yield backend
