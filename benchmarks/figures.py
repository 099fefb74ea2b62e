"""A measured figure beside its reference and its aim, and the table that shows them."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen


@frozen
class Figure:
    """One row. `score` is what the aim is about: a ratio, a difference or a count.

    at_most: the aim is an upper bound; else a lower one.
    """

    name: str
    measured: str
    reference: str
    score: float
    aim: float
    unit: str = "x"
    at_most: bool = True

    @property
    def held(self) -> bool:
        """Whether the aim is reached."""
        return self.score <= self.aim if self.at_most else self.score >= self.aim

    def row(self) -> tuple[str, ...]:
        """The cells as they are printed."""
        bound = "at most" if self.at_most else "at least"
        aim = f"{bound} {_number(self.aim)}{self.unit}"
        return (
            self.name,
            self.measured,
            self.reference,
            f"{_number(self.score)}{self.unit}",
            aim,
            self.verdict,
        )

    @property
    def verdict(self) -> str:
        """``ok``, or ``MISSED``."""
        return "ok" if self.held else "MISSED"


HEADINGS = ("what", "measured", "reference", "score", "aim", "")


def format_table(figures: Iterable[Figure]) -> str:
    """Return the figures as lines with aligned columns."""
    rows = [HEADINGS, *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.2f}"
