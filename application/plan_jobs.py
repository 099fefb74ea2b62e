"""Find out what applying a file of jobs would change, and refuse what the backend cannot keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from attrs import evolve

from ..domain.errors import NotSupported
from ..domain.job import Job
from ..domain.portability.change_plan import Action, ChangePlan, PlannedChange, make_change_plan
from ..domain.portability.document import PortableJob
from ..domain.portability.fault import Fault, FaultyFile
from ..domain.portability.matching import match
from ..domain.schedule import OneShot
from .ports import Clock, JobGateway
from .utc_only import fit_spec


async def plan_jobs(
    gateway: JobGateway, clock: Clock, wanted: Sequence[PortableJob], *, prune: bool = False
) -> ChangePlan:
    """Return what makes the backend's jobs those of a file; nothing is changed.

    A document means the job of its id, else the one of its name. `prune` deletes jobs that no document means.

    Raises:
        FaultyFile: with everything that the backend cannot keep or that is ambiguous, of all documents.
        CronlyticError: whatever the gateway raises.
    """
    faults: list[Fault] = []
    fitted: list[PortableJob] = []
    for number, job in enumerate(wanted, 1):
        try:
            fitted.append(evolve(job, spec=fit_spec(job.spec, gateway, clock)))
        except NotSupported as error:
            fitted.append(job)
            faults.append(Fault(number, job.spec.name, str(error), rule="not_supported"))
    jobs: Sequence[Job] = await gateway.list()
    matches = match(fitted, jobs)
    plan = make_change_plan(fitted, matches, prune=prune)
    now = clock.now()
    faults += [*matches.faults, *(fault for step in plan.steps for fault in _find_past(step, now))]
    if faults:
        raise FaultyFile(faults)
    return plan


def _find_past(step: PlannedChange, now: datetime) -> Iterator[Fault]:
    if step.action is not Action.CREATE or step.after is None:
        return
    spec = step.after.spec
    ends = {"options.end_at": spec.policy.end_at}
    if isinstance(spec.schedule, OneShot):
        ends["run_at"] = spec.schedule.at
    for field, end in ends.items():
        if end is not None and end <= now:
            message = (
                f"has passed, so the new job would never run; it is {now.isoformat(timespec='seconds')} now."
            )
            yield Fault(step.document, step.name, message, field, "never_fires", "2027-12-31T23:59:59+00:00")
