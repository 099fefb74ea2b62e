"""What the caller of a use-case says around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.application.call import (
    allowing_cached_reads,
    cached_reads,
    listening_to_waits,
    wait_listener,
)

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def test_a_caller_that_says_nothing_allows_nothing_and_hears_nothing():
    assert cached_reads() is None
    assert wait_listener() is None


def test_what_is_said_holds_within_its_block_also_after_an_error():
    def fail_within(listener):
        with allowing_cached_reads() as reads, listening_to_waits(listener):
            assert cached_reads() is reads
            assert wait_listener() is listener
            raise KeyError

    with pytest.raises(KeyError):
        fail_within(print)

    assert cached_reads() is None
    assert wait_listener() is None


def test_an_inner_block_holds_until_it_ends():
    with allowing_cached_reads() as outer:
        with allowing_cached_reads() as inner:
            cached_reads().note_stale(NOON)
        assert cached_reads() is outer

    assert (outer.as_of, inner.as_of) == (None, NOON)


def test_of_several_stale_answers_the_oldest_is_kept():
    with allowing_cached_reads() as reads:
        for minutes in (5, 0, 9):
            reads.note_stale(NOON + timedelta(minutes=minutes))

    assert reads.as_of == NOON
