"""Carry out what was planned for a backend's jobs, and tell exactly what was done."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from attrs import frozen

from ..domain.errors import (
    CronlyticError,
    JobNotFound,
    NotAuthenticated,
    NotPermitted,
    QuotaExceeded,
    RateLimited,
    ServiceUnavailable,
)
from ..domain.job import JobStatus
from ..domain.portability.change_plan import Action, ChangePlan, PlannedChange
from ..domain.portability.document import PortableJob
from .ports import JobGateway

_STOPPING = (NotAuthenticated, NotPermitted, QuotaExceeded, RateLimited, ServiceUnavailable)
"""Errors that would meet every change that follows."""


class StepOutcome(StrEnum):
    """What became of one change."""

    DONE = "done"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


@frozen
class AppliedStep:
    """A change and what became of it.

    done: what of it was carried out, in words, also where the rest failed; error: why it failed.
    """

    change: PlannedChange
    outcome: StepOutcome
    done: tuple[str, ...] = ()
    error: CronlyticError | None = None


async def apply_jobs(
    gateway: JobGateway, plan: ChangePlan, tell: Callable[[AppliedStep], None]
) -> tuple[AppliedStep, ...]:
    """Make the planned changes one after the other, and return what became of each; `tell` hears it at once.

    A change that fails does not hold up the others, unless its error would meet them all; but nothing is
    deleted once anything has failed. Planned and applied again, the rest is done.
    """
    applied: list[AppliedStep] = []
    for change in plan.changes:
        errors = [step.error for step in applied if step.error]
        stopped = any(isinstance(error, _STOPPING) for error in errors)
        if stopped or (errors and change.action is Action.DELETE):
            step = AppliedStep(change, StepOutcome.NOT_TRIED)
        else:
            step = await _apply(gateway, change)
        applied.append(step)
        tell(step)
    return tuple(applied)


async def _apply(gateway: JobGateway, change: PlannedChange) -> AppliedStep:
    done: list[str] = []
    try:
        match change:
            case PlannedChange(Action.DELETE, before) if before:
                await _delete(gateway, before.job_id, done)
            case PlannedChange(Action.CREATE, _, after) if after:
                await _create(gateway, after, done)
            case PlannedChange(Action.CHANGE, before, after) if before and after:
                await _change(gateway, change, after, done)
    except CronlyticError as error:
        return AppliedStep(change, StepOutcome.FAILED, tuple(done), error)
    return AppliedStep(change, StepOutcome.DONE, tuple(done))


async def _delete(gateway: JobGateway, job_id: str, done: list[str]) -> None:
    try:
        await gateway.delete(job_id)
        done.append("deleted")
    except JobNotFound:
        done.append("was gone already")


async def _create(gateway: JobGateway, wanted: PortableJob, done: list[str]) -> None:
    job = await gateway.create(wanted.spec)
    done.append(f"created as {job.job_id}")
    if wanted.paused:
        await gateway.pause(job.job_id)
        done.append("paused")


async def _change(gateway: JobGateway, change: PlannedChange, wanted: PortableJob, done: list[str]) -> None:
    if change.before is None:
        return
    job_id, paused = change.before.job_id, change.before.status is JobStatus.PAUSED
    # A job that is to rest stops before it is changed, and one that is to run is changed before it goes on.
    if wanted.paused and not paused:
        await gateway.pause(job_id)
        done.append("paused")
    if set(change.fields) - {"paused"}:
        await gateway.update(job_id, wanted.spec)
        done.append("changed")
    if paused and not wanted.paused:
        await gateway.resume(job_id)
        done.append("resumed")
