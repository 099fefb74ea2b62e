"""What is wrong with a file of jobs: every fault at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from ..errors import Problem


@frozen
class Fault:
    """One thing for which nothing is done.

    document: which of the file, from 1 on; None where it is about the file or the backend.
    name: the job's, where it is known. field, rule, message, example: as in `Problem`; empty where there is
    none to tell.
    """

    document: int | None
    name: str | None
    message: str
    field: str = ""
    rule: str = ""
    example: str = ""

    def __str__(self) -> str:
        named = f" ({self.name})" if self.name else ""
        place = f"document {self.document}{named}: " if self.document is not None else ""
        field = f"{self.field}: " if self.field else ""
        rule = f" [{self.rule}]" if self.rule else ""
        example = f" For example: {self.example}" if self.example else ""
        return f"{place}{field}{self.message}{rule}{example}"


def to_faults(document: int, name: str | None, problems: Iterable[Problem]) -> tuple[Fault, ...]:
    """Return the problems of a document as faults."""
    return tuple(
        Fault(document, name, each.message, each.field, each.rule, each.example) for each in problems
    )


class FaultyFile(Exception):
    """A file of jobs cannot be applied; ``faults`` holds every reason. Nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
