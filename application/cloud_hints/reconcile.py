"""Put one job on the cloud in order, whoever began to change it: what every running process does in turn."""

from __future__ import annotations

from contextlib import suppress

from ...domain.cloud_hints.errors import HintsBusy
from ...domain.cloud_hints.observation import end_hints
from ...domain.cloud_hints.record import HintRecord
from ...domain.engine.errors import StoreUnavailable
from ...domain.errors import CronlyticError
from .claim import claim_hints
from .ports import CloudHintPorts
from .settle import settle


async def reconcile(ports: CloudHintPorts, job_id: str, *, end_all: bool = False) -> HintRecord | None:
    """Bring a job to what its hints want now, and return its record; None where there is none.

    end_all: no hint is to hold any more.

    Raises:
        HintsBusy: another process is at it, or has taken over.
        CronlyticError: the backend or the store does not do as asked; to be tried again later.
    """
    claim = await claim_hints(ports, job_id, wait=False)
    record = claim.record
    if record is None:
        return None
    try:
        wanted = record.without_hints() if end_all else end_hints(record, ports.clock.now())
        settled = await settle(ports, claim, wanted)
        await claim.release(settled.record)
    except CronlyticError:
        with suppress(HintsBusy, StoreUnavailable):  # the lease ends by itself
            await claim.give_up()
        raise
    return settled.record
