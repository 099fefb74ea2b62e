"""Bring a job on the cloud to what its hints want, one call at a time, whatever happens in between.

What is about to be sent is kept before it is sent. So after a crash or a lost answer it is known what may
have been set by hints; anything else that the backend shows a person has set, and that is left alone.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from ...domain.cloud_hints.observation import answered, observe
from ...domain.cloud_hints.record import HintRecord
from ...domain.cloud_hints.wanted import Step, Write, next_step, sending, withdrawn
from ...domain.errors import CronlyticError, JobNotFound, ServiceUnavailable, UnexpectedResponse
from ...domain.job import Job
from ...domain.schedule import CronSchedule
from ..call import sending_once
from .claim import Claim
from .ports import CloudHintPorts

_DELETED = "The job {!r} was deleted; its hints ended with it."
_MOST_CALLS = 8
"""Pausing, setting an expression and resuming are three; more only where a backend undoes what was done."""


@frozen
class Settled:
    """A record as it is to be kept, and the job as the backend shows it; None if it is gone."""

    record: HintRecord
    job: Job | None


async def settle(ports: CloudHintPorts, claim: Claim, record: HintRecord) -> Settled:
    """Carry out what `record` wants; every step is kept in the claim before it is taken.

    Raises:
        ServiceUnavailable, RateLimited, UnexpectedResponse: what was sent last may have been carried out.
        HintsBusy: the claim was lost; another process goes on.
        StoreUnavailable: the store cannot be written; nothing was sent after that.
        CronlyticError: the backend refuses the step; it was not carried out.
    """
    with sending_once():
        try:
            job = await ports.gateway.get(record.job_id)
            for _ in range(_MOST_CALLS):
                record = observe(record, job, ports.clock.now())
                step = next_step(record)
                if step is None:
                    break
                record, job = await _take(ports, claim, record, step)
        except JobNotFound:
            return Settled(_end(record, ports.clock.now()), None)
    return Settled(record, job)


async def _take(
    ports: CloudHintPorts, claim: Claim, record: HintRecord, step: Step
) -> tuple[HintRecord, Job]:
    """Take a step, and return the record and the job after it."""
    at = ports.clock.now()
    seen, sent = sending(record, step, at), False
    await claim.save(seen)
    try:
        # Whoever changed the job while that was kept is seen now; only what comes after this look is not.
        job = await ports.gateway.get(record.job_id)
        claim.check()
        if next_step(observe(record, job, ports.clock.now())) != step:
            return record, job
        sent = True
        job = await _send(ports, job, step)
    except CronlyticError as error:
        if not sent or not isinstance(error, ServiceUnavailable | UnexpectedResponse):
            await claim.save(withdrawn(seen, step, at))
        raise
    return answered(seen, step, at, job), job


async def _send(ports: CloudHintPorts, job: Job, step: Step) -> Job:
    if step.write is Write.PAUSE:
        return await ports.gateway.pause(job.job_id)
    if step.write is Write.RESUME:
        return await ports.gateway.resume(job.job_id)
    # All the rest of the job goes back as it was read just now: the API knows complete replacements only.
    return await ports.gateway.update(job.job_id, evolve(job.spec, schedule=CronSchedule(str(step.value))))


def _end(record: HintRecord, now: datetime) -> HintRecord:
    ended = HintRecord(record.job_id, record.name, record.expression.gone(), record.paused.gone())
    return ended.tell(_DELETED.format(record.name), now) if not record.is_at_rest else ended
