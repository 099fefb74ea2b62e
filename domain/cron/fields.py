"""One field of a cron expression: its normalised text and the values that it names."""

from __future__ import annotations

from attrs import field, frozen

from ..errors import InvalidArguments, Problem
from .field_kinds import FieldKind
from .items import Item, ItemRefused, read_item

_MOST_REASONS = 5


@frozen
class CronField:
    """What one field says.

    text: the numeric form. values: what matches, ascending. oversized: the items whose step leaves only
    their first value.
    """

    kind: FieldKind
    text: str
    values: tuple[int, ...]
    oversized: tuple[Item, ...] = field(default=(), eq=False)

    @property
    def starred(self) -> bool:
        """Whether it starts with ``*``: cron takes such a field for a wildcard, whatever follows."""
        return self.text.startswith("*")

    @property
    def full(self) -> bool:
        """Whether every value matches."""
        return len(self.values) == self.kind.size


def read_field(kind: FieldKind, text: str) -> CronField:
    """Return the field that `text` writes.

    Raises:
        InvalidArguments: with one problem for every rule that items of the list break.
    """
    items: list[Item] = []
    reasons: dict[str, list[str]] = {}
    for part in text.split(","):
        try:
            items.append(read_item(kind, part))
        except ItemRefused as refused:
            reasons.setdefault(refused.rule, []).append(refused.reason)
    if reasons:
        raise InvalidArguments([_problem(kind, rule, found) for rule, found in reasons.items()])
    words = ",".join(item.text for item in items).split(",")
    return CronField(
        kind,
        ",".join(dict.fromkeys(words)),
        tuple(sorted({value for item in items for value in item.values})),
        tuple(item for item in items if item.step_oversized),
    )


def _problem(kind: FieldKind, rule: str, reasons: list[str]) -> Problem:
    distinct = list(dict.fromkeys(reasons))
    more = f"; and {len(distinct) - _MOST_REASONS} more" if len(distinct) > _MOST_REASONS else ""
    message = f"{kind.name}: {'; '.join(distinct[:_MOST_REASONS])}{more}."
    return Problem("cron_expression", rule, message, kind.example)
