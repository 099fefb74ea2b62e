"""Checks of use-case arguments that are no fields of a job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..domain.errors import InvalidArguments, Problem


def find_range_problem(field: str, value: int, low: int, high: int) -> Iterator[Problem]:
    """Yield a problem if `value` is not between `low` and `high`, both included."""
    if not low <= value <= high:
        yield Problem(field, "range", f"must be {low} to {high}; it is {value}.", str(high))


def find_choice_problem(field: str, value: str | None, choices: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem if `value` is given and is none of `choices`."""
    if value is not None and value not in choices:
        yield Problem(field, "choice", f"must be one of {', '.join(choices)}.", choices[0])


def refuse(problems: Iterable[Problem]) -> None:
    """Raise `InvalidArguments` with all `problems`, if there are any."""
    if found := tuple(problems):
        raise InvalidArguments(found)
