"""A gateway that knows hints: what a person changes about when a job runs is the original from then on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from attrs import evolve

from ...domain.capabilities import Capabilities
from ...domain.cloud_hints.errors import HintsBusy
from ...domain.cloud_hints.record import HintRecord, expression_of
from ...domain.engine.errors import StoreUnavailable
from ...domain.errors import CronlyticError
from ...domain.job import Job, JobSpec, JobStatus, check_job_id
from ...domain.log import LogEntry
from ...domain.schedule import CronSchedule
from ..call import is_setting_schedule
from .claim import Claim, claim_hints, find_kept
from .ports import CloudHintPorts
from .settle import settle

_ENDED = "The job {!r} was changed, which ended its hints: {}. What was set now stays."


class HintedGateway:
    """Passes every call on. A write to a job with hints waits for its turn, and ends those that it decides.

    While that goes on no other process touches the job's hints. If this one is killed in between, the next
    that looks finds what a person has set, and leaves it alone.
    """

    def __init__(self, ports: CloudHintPorts) -> None:
        self._ports, self._inner = ports, ports.gateway

    @property
    def capabilities(self) -> Capabilities:
        """What the inner gateway's backend can do."""
        return self._inner.capabilities

    async def ping(self) -> None:
        """Pass the call on."""
        await self._inner.ping()

    async def create(self, spec: JobSpec) -> Job:
        """Pass the call on."""
        return await self._inner.create(spec)

    async def list(self) -> Sequence[Job]:
        """Pass the call on."""
        return await self._inner.list()

    async def get(self, job_id: str) -> Job:
        """Pass the call on."""
        return await self._inner.get(job_id)

    async def logs(self, job_id: str) -> Sequence[LogEntry]:
        """Pass the call on."""
        return await self._inner.logs(job_id)

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        """Replace a job; another schedule than the one that a hint has set ends the hints."""
        return await self._write(job_id, lambda: self._inner.update(job_id, spec), spec)

    async def pause(self, job_id: str) -> Job:
        """Pause a job for good, and end its hints."""
        return await self._write(job_id, lambda: self._inner.pause(job_id))

    async def resume(self, job_id: str) -> Job:
        """Let a job run again, and end its hints."""
        return await self._write(job_id, lambda: self._inner.resume(job_id))

    async def delete(self, job_id: str) -> None:
        """Delete a job, and with it its hints."""
        claim = await self._claim(job_id)
        if claim is None or claim.record is None:
            await self._inner.delete(job_id)
            return
        try:
            await self._inner.delete(job_id)
        except CronlyticError:
            await _give_up(claim)
            raise
        record = claim.record
        gone = HintRecord(job_id, record.name, record.expression.gone(), record.paused.gone())
        with suppress(HintsBusy, StoreUnavailable):  # the next look finds that the job is gone
            await claim.release(gone)

    async def _claim(self, job_id: str) -> Claim | None:
        """Return the claim on a job that hints have changed, None where none has."""
        check_job_id(job_id)
        # A store that fails must not keep a person from a job; what they set is found, and left alone.
        with suppress(StoreUnavailable):
            kept = await find_kept(self._ports.notes, job_id)
            if kept is not None and not kept.record.is_at_rest:
                return await claim_hints(self._ports, job_id)
        return None

    async def _write(
        self, job_id: str, write: Callable[[], Awaitable[Job]], spec: JobSpec | None = None
    ) -> Job:
        claim = await self._claim(job_id)
        if claim is None or claim.record is None:
            return await write()
        try:
            job = await write()
        except CronlyticError:
            await _give_up(claim)
            raise
        # The change is made, whatever becomes of the notes: the next look finds it, and leaves it alone.
        with suppress(HintsBusy, StoreUnavailable):
            if spec is not None and _keeps_schedule(claim.record, spec):
                await claim.release(claim.record)
            else:
                job = await self._adopt(claim, claim.record, job, spec)
        return job

    async def _adopt(self, claim: Claim, record: HintRecord, job: Job, spec: JobSpec | None) -> Job:
        """Take what a person has set just now for the original, and bring the rest back to it."""
        if spec is not None:
            adopted = evolve(record, expression=record.expression.adopt(expression_of(job)))
        else:
            adopted = evolve(record, paused=record.paused.adopt(job.status is JobStatus.PAUSED))
        adopted = adopted.without_hints()
        if record.has_hints:
            ended = ", ".join(_name_hints(record))
            adopted = adopted.tell(_ENDED.format(record.name, ended), self._ports.clock.now())
        await claim.save(adopted)
        try:
            settled = await settle(self._ports, claim, adopted)
        except CronlyticError:
            await _give_up(claim)  # the change itself was made; the rest is put in order later
            return job
        await claim.release(settled.record)
        return settled.job or job


def _keeps_schedule(record: HintRecord, spec: JobSpec) -> bool:
    """Return whether an update has the schedule that a hint has set, as it was read."""
    schedule = spec.schedule
    given = " ".join(schedule.expression.split()) if isinstance(schedule, CronSchedule) else ""
    return not is_setting_schedule() and record.expression.is_ours(given)


def _name_hints(record: HintRecord) -> list[str]:
    names = {
        "the interval": record.hints.interval,
        "the next run": record.hints.next_run,
        "the pause": record.pause,
    }
    return [name for name, hint in names.items() if hint is not None]


async def _give_up(claim: Claim) -> None:
    with suppress(HintsBusy, StoreUnavailable):  # the lease ends by itself
        await claim.give_up()
