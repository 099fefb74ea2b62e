"""The one way in which an act changes the hints of a job on the cloud."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from attrs import evolve, frozen

from ...domain.cloud_hints.errors import HintsBusy
from ...domain.cloud_hints.observation import end_hints, observe
from ...domain.cloud_hints.record import HintRecord
from ...domain.engine.errors import StoreUnavailable
from ...domain.errors import CronlyticError, JobNotFound, RateLimited, ServiceUnavailable, UnexpectedResponse
from ...domain.job import Job, check_job_id
from ...domain.secrets.masking import scrub, secrets_of
from .claim import Claim, claim_hints
from .ports import CloudHintPorts
from .settle import settle

Act = Callable[[HintRecord, str, datetime], HintRecord]
"""What an act makes of a record, for a reason, at an instant (aware UTC). Pure; what it raises passes."""


@frozen
class HintChange:
    """A record after an act, and the job as the backend shows it then.

    problem: why the backend could not be brought to it yet; that is tried until the hint ends.
    """

    record: HintRecord
    job: Job
    problem: str | None = None


async def change_hints(ports: CloudHintPorts, job_id: str, reason: str, act: Act) -> HintChange:
    """Change the hints of a job, and the job with them; no secret of it is kept with the reason.

    Raises:
        InvalidArguments, NotAdaptable: what `act` raises; nothing was changed.
        JobNotFound: no job has the id.
        HintsBusy: another process is at it.
        StoreUnavailable: the original could not be kept, so nothing was changed.
        CronlyticError: the backend refuses; the hints are as they were.
    """
    claim = await claim_hints(ports, check_job_id(job_id))
    try:
        return await _change(ports, claim, job_id, reason, act)
    except CronlyticError:
        with suppress(HintsBusy, StoreUnavailable):  # the lease ends by itself
            await claim.give_up()
        raise


async def _change(ports: CloudHintPorts, claim: Claim, job_id: str, reason: str, act: Act) -> HintChange:
    before, job = await _look(ports, claim, job_id)
    why = scrub(reason, [value for _, value in secrets_of(job.spec)])
    wanted = act(before, why, ports.clock.now())
    await claim.save(wanted)
    try:
        settled = await settle(ports, claim, wanted)
    except (ServiceUnavailable, RateLimited, UnexpectedResponse) as error:
        kept = claim.record or wanted
        await claim.release(kept)
        return HintChange(kept, job, str(error))
    except HintsBusy:
        raise
    except CronlyticError:
        await claim.save(evolve(claim.record or wanted, hints=before.hints, pause=before.pause))
        raise
    await claim.release(settled.record)
    if settled.job is None:
        raise JobNotFound(job_id)
    return HintChange(settled.record, settled.job)


async def _look(ports: CloudHintPorts, claim: Claim, job_id: str) -> tuple[HintRecord, Job]:
    """Return what is kept of a job, as a look at the job shows it now."""
    job, now, kept = await ports.gateway.get(job_id), ports.clock.now(), claim.record
    if kept is None or kept.is_at_rest:
        return HintRecord.begin(job), job
    return observe(end_hints(kept, now), job, now), job
