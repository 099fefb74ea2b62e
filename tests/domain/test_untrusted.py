"""What a stranger wrote is shown without anything a person cannot see."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.untrusted import CUT, clean_text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("two\r\nlines\rand\u2028more", "two\nlines\nand\nmore"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("ze\u200bro\u200d\ufeff", "zero"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("selector\U000e0100\ufe00", "selector"),
        ("private\ue000", "private"),
        ("half\ud800", "half"),
        ("filler\u3164\u115f", "filler"),
        ("tab\tkept, emoji \U0001f600 kept", "tab\tkept, emoji \U0001f600 kept"),
    ],
)
def test_hidden_characters_go_and_visible_ones_stay(text: str, cleaned: str) -> None:
    assert clean_text(text, 100) == cleaned


def test_a_cut_is_marked_inside_the_limit() -> None:
    cleaned = clean_text("x" * 101, 100)
    assert len(cleaned) == 100
    assert cleaned.endswith(CUT)


def test_text_of_exactly_the_limit_is_not_cut() -> None:
    assert clean_text("x" * 100, 100) == "x" * 100


def test_hidden_characters_cannot_push_visible_text_out_unmarked() -> None:
    assert clean_text("\u200b" * 1000 + "end", 10) == CUT


@given(st.text(), st.integers(min_value=0, max_value=50))
def test_any_text_ends_within_the_limit_and_visible(text: str, limit: int) -> None:
    cleaned = clean_text(text, limit)
    assert len(cleaned) <= limit
    assert all(c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for c in cleaned)
