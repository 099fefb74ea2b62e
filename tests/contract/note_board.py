"""What every `NoteBoard` does, whatever it keeps its notes in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from attrs import frozen

from cronlytic_mcp.application.note_ports import Note, NoteBoard
from cronlytic_mcp.domain.engine.errors import StoreUnavailable


@frozen
class BoardUnderTest:
    """A board, and the same notes as another process would open them.

    outage: where the board can fail, a context in which every call does; None where it cannot.
    """

    board: NoteBoard
    other: NoteBoard
    outage: Callable[[], AbstractAsyncContextManager[None]] | None = None


class NoteBoardContract:
    """Subclass it with a fixture ``backend`` that gives a `BoardUnderTest` without notes."""

    pytestmark = pytest.mark.anyio

    @pytest.fixture
    def board(self, backend: BoardUnderTest) -> NoteBoard:
        return backend.board

    async def test_a_new_board_has_no_notes(self, board):
        assert list(await board.read_notes("engine")) == []

    async def test_a_written_note_is_read_by_everybody_with_the_next_version(self, board, backend):
        assert await board.write_note(Note("engine", "a", "työ \U0001f680"))

        written = Note("engine", "a", "työ \U0001f680", 1)
        assert list(await board.read_notes("engine")) == [written]
        assert list(await backend.other.read_notes("engine")) == [written]

    async def test_notes_of_a_topic_come_by_key_and_other_topics_stay_out(self, board):
        for topic, key in (("engine", "b"), ("other", "x"), ("engine", "a")):
            await board.write_note(Note(topic, key, topic + key))

        assert [note.text for note in await board.read_notes("engine")] == ["enginea", "engineb"]

    async def test_a_note_is_written_over_the_version_that_was_read_only(self, board, backend):
        await board.write_note(Note("engine", "a", "one"))
        assert await backend.other.write_note(Note("engine", "a", "two", 1))

        assert not await board.write_note(Note("engine", "a", "three", 1))
        assert not await board.write_note(Note("engine", "a", "four"))
        assert not await board.write_note(Note("engine", "b", "five", 1))
        assert list(await board.read_notes("engine")) == [Note("engine", "a", "two", 2)]

    async def test_of_many_writes_of_one_version_exactly_one_succeeds(self, board, backend):
        await board.write_note(Note("engine", "a", "start"))
        boards = [board, backend.other] * 5
        written = await asyncio.gather(
            *(each.write_note(Note("engine", "a", str(n), 1)) for n, each in enumerate(boards))
        )

        assert sum(written) == 1
        (note,) = await board.read_notes("engine")
        assert note == Note("engine", "a", str(written.index(True)), 2)

    async def test_a_removed_note_is_gone_and_may_be_written_anew(self, board):
        await board.write_note(Note("engine", "a", "one"))
        await board.remove_note("engine", "a")
        await board.remove_note("engine", "a")

        assert list(await board.read_notes("engine")) == []
        assert await board.write_note(Note("engine", "a", "two"))

    async def test_an_outage_is_told_by_every_call_and_changes_nothing(self, board, backend):
        if backend.outage is None:
            pytest.skip("this board cannot fail")
        await board.write_note(Note("engine", "a", "one"))
        async with backend.outage():
            with pytest.raises(StoreUnavailable):
                await board.read_notes("engine")
            with pytest.raises(StoreUnavailable):
                await board.write_note(Note("engine", "a", "two", 1))
            with pytest.raises(StoreUnavailable):
                await board.remove_note("engine", "a")

        assert list(await board.read_notes("engine")) == [Note("engine", "a", "one", 1)]
