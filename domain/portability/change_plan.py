"""What applying a file would do to each job, before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from ..job import Job
from .document import PortableJob, write_document
from .matching import Matches


class Action(StrEnum):
    """What happens to one job."""

    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    NONE = "unchanged"


@frozen
class PlannedChange:
    """One job: as the backend has it, if it has, and as the file wants it, if it does.

    fields: the names of the fields that differ where both are there, such as ``headers.Accept``.
    """

    action: Action
    before: Job | None
    after: PortableJob | None
    fields: tuple[str, ...] = ()
    document: int | None = None

    @property
    def name(self) -> str:
        """The job's name, as the file has it where it has one."""
        wanted = self.after or self.before
        return wanted.spec.name if wanted else ""


@frozen
class ChangePlan:
    """The steps in the order in which they are made: what the file names in its order, deletions at last.

    left: the jobs that the file does not name, and that stay.
    """

    steps: tuple[PlannedChange, ...]
    left: tuple[Job, ...] = ()

    @property
    def changes(self) -> tuple[PlannedChange, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.action is not Action.NONE)

    def having(self, action: Action) -> tuple[PlannedChange, ...]:
        """Return the steps of one kind."""
        return tuple(step for step in self.steps if step.action is action)


def make_change_plan(wanted: Sequence[PortableJob], matches: Matches, *, prune: bool) -> ChangePlan:
    """Return what makes the backend's jobs those that are wanted; `prune` deletes the others."""
    steps = [_plan(number, each, matches.by_document.get(number)) for number, each in enumerate(wanted, 1)]
    if not prune:
        return ChangePlan(tuple(steps), matches.unnamed)
    return ChangePlan((*steps, *(PlannedChange(Action.DELETE, job, None) for job in matches.unnamed)))


def _plan(number: int, wanted: PortableJob, current: Job | None) -> PlannedChange:
    if current is None:
        return PlannedChange(Action.CREATE, None, wanted, document=number)
    fields = find_different_fields(PortableJob.of(current), wanted)
    action = Action.CHANGE if fields else Action.NONE
    return PlannedChange(action, current, wanted, fields, number)


def flatten(job: PortableJob) -> dict[str, object]:
    """Return a job's fields by name, those of headers and options one by one, the id left out."""
    flat: dict[str, object] = {}
    for name, value in write_document(job).items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": part for inner, part in value.items()}
        elif name != "job_id":
            flat[name] = value
    return flat


def find_different_fields(before: PortableJob, after: PortableJob) -> tuple[str, ...]:
    """Return the names of the fields in which two jobs differ, apart from their ids."""
    old, new = flatten(before), flatten(after)
    return tuple(name for name in dict.fromkeys((*new, *old)) if old.get(name) != new.get(name))
