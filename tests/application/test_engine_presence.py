"""Which engines are at work, by the signs that they leave in the store."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.application.engine_presence import TOPIC, Presence, find_engines
from cronlytic_mcp.application.note_ports import Note
from cronlytic_mcp.domain.engine.engine_sign import SIGN_LIFETIME, EngineKind, runs_without_client
from tests.clock import NOON, FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def notes() -> MemoryNoteBoard:
    return MemoryNoteBoard()


async def test_an_engine_that_gives_signs_is_at_work_until_it_withdraws(notes, clock):
    presence = Presence(notes, clock, "one", EngineKind.WORKER)
    assert await find_engines(notes, clock) == ()

    await presence.announce()
    clock.advance(50)
    await presence.announce()
    clock.advance(50)

    (sign,) = await find_engines(notes, clock)
    assert (sign.engine_id, sign.kind, sign.started_at) == ("one", EngineKind.WORKER, NOON)
    await presence.withdraw()
    assert await find_engines(notes, clock) == ()


async def test_a_sign_that_is_too_old_counts_no_more(notes, clock):
    await Presence(notes, clock, "one", EngineKind.WORKER).announce()

    clock.advance(SIGN_LIFETIME)
    assert len(await find_engines(notes, clock)) == 1
    clock.advance(0.001)
    assert await find_engines(notes, clock) == ()


async def test_a_sign_from_before_the_clock_was_set_back_counts(notes, clock):
    await Presence(notes, clock, "one", EngineKind.WORKER).announce()
    clock.advance(-3600)

    assert len(await find_engines(notes, clock)) == 1


async def test_only_a_worker_runs_jobs_when_no_client_is_open(notes, clock):
    await Presence(notes, clock, "server", EngineKind.SERVER).announce()
    assert not runs_without_client(await find_engines(notes, clock))

    await Presence(notes, clock, "worker", EngineKind.WORKER).announce()
    assert runs_without_client(await find_engines(notes, clock))


async def test_signs_of_yesterday_and_unreadable_ones_are_cleared_away(notes, clock):
    await Presence(notes, clock, "old", EngineKind.WORKER).announce()
    for key, text in (("text", "no JSON"), ("list", "[]"), ("kind", '{"kind": "satellite"}')):
        await notes.write_note(Note(TOPIC, key, text))
    clock.advance(86_401)
    assert await find_engines(notes, clock) == ()

    await Presence(notes, clock, "new", EngineKind.WORKER).announce()

    assert [note.key for note in await notes.read_notes(TOPIC)] == ["new"]
