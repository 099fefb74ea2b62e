"""The note board contract over every board; another one is one more entry in `BOARDS`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from tests.contract.note_board import BoardUnderTest, NoteBoardContract
from tests.contract.sql_stores import postgres_pair, sqlite_pair


@asynccontextmanager
async def open_memory(_) -> AsyncIterator[BoardUnderTest]:
    board = MemoryNoteBoard()
    yield BoardUnderTest(board, board)


@asynccontextmanager
async def open_sqlite(_) -> AsyncIterator[BoardUnderTest]:
    async with sqlite_pair() as (store, other, outage):
        yield BoardUnderTest(store.notes, other.notes, outage)


@asynccontextmanager
async def open_postgres(request) -> AsyncIterator[BoardUnderTest]:
    async with postgres_pair(request) as (store, other, outage):
        yield BoardUnderTest(store.notes, other.notes, outage)


BOARDS = {"memory": open_memory, "sqlite": open_sqlite, "postgres": open_postgres}


class TestNoteBoard(NoteBoardContract):
    @pytest.fixture(params=BOARDS)
    async def backend(self, request) -> AsyncIterator[BoardUnderTest]:
        async with BOARDS[request.param](request) as backend:
            yield backend
