"""Pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, and the empty line after it."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def cell(text: str) -> str:
    """Return a text as one cell holds it."""
    return plain(text).replace("|", "\\|").replace("\n", " ")


def plain(text: str) -> str:
    """Return a text whose asterisks are shown, not read as emphasis."""
    return text.replace("*", "\\*")
