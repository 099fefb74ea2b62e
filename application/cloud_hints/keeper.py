"""What undoes hints on the cloud when they end, in every process that runs, after a crash of another too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from ...domain.cloud_hints.due import is_due
from ...domain.cloud_hints.errors import HintsBusy
from ...domain.errors import CronlyticError
from .claim import Kept, read_kept
from .ports import CloudHintPorts
from .reconcile import reconcile

LOOK_SECONDS = 5.0
"""Between two looks at the notes, which are local."""

_AGAIN, _LONGEST = 30.0, 300.0
"""Seconds until a job that is not in order yet is looked at again; doubled with each failure."""


class HintKeeper:
    """Looks after all hints of a store. `observe` is told what failed; it is tried again, for good.

    end_all: hints are switched off, so that whatever is left of them ends at once.
    """

    def __init__(
        self,
        ports: CloudHintPorts,
        observe: Callable[[Exception], None],
        *,
        end_all: bool = False,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._ports, self._observe, self._end_all = ports, observe, end_all
        self._look_seconds = look_seconds
        self._waits: dict[str, tuple[float, float]] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin nothing more, and let `run` return."""
        self._stopping.set()

    async def run(self) -> None:
        """Look after the hints until `stop`; where they are switched off, until none is left."""
        while not self._stopping.is_set():
            left = await self._try_pass()
            if self._end_all and not left:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_seconds):
                    await self._stopping.wait()

    async def look_once(self) -> bool:
        """Put in order what is due, and return whether any job is not as its person has set it.

        Raises:
            StoreUnavailable: the store cannot be read.
        """
        kept = [each for each in await read_kept(self._ports.notes) if not each.record.is_at_rest]
        for each in kept:
            if self._is_due(each):
                await self._reconcile(each.record.job_id)
        return bool(kept)

    async def _try_pass(self) -> bool:
        try:
            return await self.look_once()
        except Exception as error:  # noqa: BLE001 - nothing may end what undoes hints
            self._observe(error)
            return True

    def _is_due(self, kept: Kept) -> bool:
        now, clock = self._ports.clock.now(), self._ports.clock.monotonic()
        again_at, _ = self._waits.get(kept.record.job_id, (clock, 0))
        if clock < again_at or kept.is_held(now):
            return False
        return self._end_all or is_due(kept.record, now)

    async def _reconcile(self, job_id: str) -> None:
        _, failed = self._waits.get(job_id, (0, 0))
        wait = _AGAIN
        try:
            record = await reconcile(self._ports, job_id, end_all=self._end_all)
        except HintsBusy:
            return
        except Exception as error:  # noqa: BLE001 - one job must not keep another one from its turn
            self._observe(error)
            wait = failed = min(max(_AGAIN, 2 * failed), _LONGEST)
            if not isinstance(error, CronlyticError):
                wait = _LONGEST
        else:
            failed = 0
            if record is None or record.is_at_rest:
                self._waits.pop(job_id, None)
                return
        self._waits[job_id] = (self._ports.clock.monotonic() + wait, failed)
