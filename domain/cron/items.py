"""One item of a field's comma list (`*`, `n` or `a-b`, the first and last with an optional step)."""

from __future__ import annotations

import re

from attrs import frozen

from .field_kinds import FieldKind

_WORD = "[0-9]+|[A-Za-z]+"
_ITEM = re.compile(rf"(?:\*|({_WORD})(?:-({_WORD}))?)(?:/([0-9]+))?")
_EXTENSION = re.compile("[LWHR#?]+", re.IGNORECASE)
_LONGEST_QUOTE = 24


class ItemRefused(Exception):
    """An item breaks a rule of the grammar: the rule's name, and the reason as part of a sentence."""

    def __init__(self, rule: str, reason: str) -> None:
        self.rule, self.reason = rule, reason
        super().__init__(reason)


@frozen
class Item:
    """What one item says: its numeric text and the values it names.

    step_oversized: whether its step leaves only the first value of its range.
    """

    typed: str
    text: str
    values: tuple[int, ...]
    step_oversized: bool = False


def read_item(kind: FieldKind, text: str) -> Item:
    """Return the item that `text` writes.

    Raises:
        ItemRefused: it is none of the grammar.
    """
    match = _ITEM.fullmatch(text)
    if match is None:
        raise _misspelt(text)
    first, last, step = match.groups()
    if step is not None and not int(step):
        raise ItemRefused("step", f"the step of {quoted(text)} is 0, it must be 1 or more")
    if first is None:
        return _read_span(kind, text, (kind.low, kind.high), step)
    start = _read_value(kind, first)
    if last is not None:
        end = _read_value(kind, last)
        if start > end:
            raise _backwards(kind, text, start, end)
        return _read_span(kind, text, (start, end), step)
    if step is not None:
        advice = f"write {start}-{kind.high}/N for every Nth from {start}"
        raise ItemRefused("step", f"{quoted(text)} has a step without a range; {advice}")
    value = kind.canonical(start)
    return Item(text, str(value), (value,))


def quoted(text: str) -> str:
    """Return a caller's text as a message may repeat it: quoted, escaped and short."""
    return ascii(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "...")


def _read_span(kind: FieldKind, text: str, ends: tuple[int, int], step: str | None) -> Item:
    start, end = ends
    typed = range(start, end + 1, int(step or "1"))
    values = tuple(sorted({kind.canonical(value) for value in typed}))
    oversized = step is not None and len(typed) == 1 and start < end
    if text.startswith("*"):
        numeric = "*"
    elif len(values) == kind.size:
        numeric = f"{kind.low}-{kind.high}"
    elif end > kind.high or start == end:
        # Past the numeric form's last value (5-7 of the week) only a list says the same. A range of one
        # value is written as that value: some cron libraries take 5-5 for the whole cycle.
        return Item(text, ",".join(map(str, values)), values, oversized)
    else:
        numeric = f"{start}-{end}"
    return Item(text, numeric if step is None else f"{numeric}/{int(step)}", values, oversized)


def _read_value(kind: FieldKind, word: str) -> int:
    if word.isdecimal():
        value = int(word)
        if not kind.low <= value <= kind.typed_high:
            raise ItemRefused("range", f"{quoted(word)} is outside {kind.low}-{kind.typed_high}")
        return value
    if word.upper() in kind.names:
        return kind.names[word.upper()]
    if _EXTENSION.fullmatch(word):
        raise _misspelt(word)
    names = tuple(kind.names)
    known = f"the names are {names[0]}-{names[-1]}" if names else "only numbers have a meaning here"
    raise ItemRefused("name", f"{quoted(word)} is unknown; {known}")


def _misspelt(text: str) -> ItemRefused:
    if not text:
        return ItemRefused("syntax", "an entry of the list is empty")
    if _EXTENSION.search(text):
        return ItemRefused("extension", f"{quoted(text)}: plain cron has none of L, W, #, ?, H and R")
    return ItemRefused("syntax", f"{quoted(text)} is none of *, n, a-b, */step and a-b/step")


def _backwards(kind: FieldKind, text: str, start: int, end: int) -> ItemRefused:
    ends = [f"{a}-{b}" if a < b else str(a) for a, b in ((start, kind.high), (kind.low, end))]
    return ItemRefused("order", f"{quoted(text)} runs backwards; give both parts, {','.join(ends)}")
