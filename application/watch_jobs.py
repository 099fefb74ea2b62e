"""Watch the jobs for changes that are made elsewhere, while somebody wants to know.

A `Look` is what a look costs: `PolledJobs` asks for all jobs, `follow_events.FollowedJobs` for what is new.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from typing import Protocol

from ..domain.errors import RateLimited, ServiceUnavailable
from .call import allowing_cached_reads
from .known_jobs import KnownJobs
from .ports import JobGateway

POLL_SECONDS = 30.0
"""Between two looks at a backend that is asked for all jobs each time."""

FIRST_LOOK_SECONDS = 5.0
"""How long somebody who begins to watch waits at most until there is something to compare with."""

_TOGETHER = 0.1
"""Seconds; what happens within them is looked at together, so that a busy backend is asked less often."""

_JITTER = 0.1
_LARGEST_BACKOFF = 8
_LONGEST_ASKED_WAIT = 3600.0


class Look(Protocol):
    """Publishes what has changed since it was called last."""

    async def look(self) -> None:
        """Publish what has changed; the first time only take down how things stand.

        Raises:
            CronlyticError: whatever the backend raises; the next call publishes what this one did not.
        """

    def forget(self) -> None:
        """Begin anew with the next look."""


class PolledJobs:
    """The jobs of a backend that tells nothing by itself: each look asks for all of them."""

    def __init__(self, gateway: JobGateway, known: KnownJobs) -> None:
        self._gateway, self._known = gateway, known

    async def look(self) -> None:
        """Compare all jobs with what was known."""
        await self._known.look(self._gateway)

    def forget(self) -> None:
        """Know no job any more."""
        self._known.forget()


class JobWatch:
    """Looks at the jobs again and again, once for all who watch, and not at all when nobody does.

    seconds: between two looks, give or take a tenth at random, which `draw` decides from 0 to 1. While the
    backend fails it is asked less often, and not before the time that it names.
    tell_failure: is told why a look failed; watching goes on.
    """

    def __init__(
        self,
        jobs: Look,
        *,
        seconds: float,
        draw: Callable[[], float],
        tell_failure: Callable[[Exception], None],
    ) -> None:
        self._jobs = jobs
        self._seconds, self._draw, self._tell_failure = seconds, draw, tell_failure
        self._watchers = 0
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._hurried = asyncio.Event()
        self._failures = 0
        self._asked_wait = 0.0

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Have the jobs watched within."""
        await self.join()
        try:
            yield
        finally:
            self.leave()

    async def join(self) -> None:
        """Have the jobs watched until `leave`; return once changes are seen, or after five seconds.

        A backend that is down delays nobody for longer: what changes before the first look that succeeds
        goes unnoticed.
        """
        self._watchers += 1
        if self._task is None:
            self._ready = asyncio.Event()
            # It outlives the call that begins it, and so must not act in that call's name.
            self._task = asyncio.create_task(self._watch(self._ready), context=Context())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(FIRST_LOOK_SECONDS):
                    await self._ready.wait()
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Take back one `join`; with the last one, watching ends."""
        self._watchers -= 1
        if self._task is not None and not self._watchers:
            self._task.cancel()
            self._task = None
            self._jobs.forget()

    def look_soon(self) -> None:
        """Look in a moment instead of at the next time, if anybody watches: something has happened.

        A backend that fails is left alone all the same. For this event loop only.
        """
        self._hurried.set()

    async def _watch(self, ready: asyncio.Event) -> None:
        self._failures, self._asked_wait = 0, 0.0
        self._hurried.clear()
        # What a client may have read a moment ago, or while the backend is down, is what it is to hear
        # differences from.
        with allowing_cached_reads():
            await self._look()
        ready.set()
        while True:
            await self._wait(self._delay())
            await self._look()

    async def _wait(self, seconds: float) -> None:
        if self._failures:
            await asyncio.sleep(seconds)
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._hurried.wait()
                    await asyncio.sleep(_TOGETHER)
        self._hurried.clear()

    async def _look(self) -> None:
        try:
            await self._jobs.look()
        except Exception as error:  # noqa: BLE001 - whatever it was, those who watch are still there
            self._failures += 1
            self._asked_wait = _asked_wait(error)
            self._tell_failure(error)
        else:
            self._failures, self._asked_wait = 0, 0.0

    def _delay(self) -> float:
        jittered = self._seconds * (1 - _JITTER + 2 * _JITTER * self._draw())
        return max(jittered * min(2.0**self._failures, _LARGEST_BACKOFF), self._asked_wait)


def _asked_wait(error: Exception) -> float:
    asked = None
    if isinstance(error, RateLimited):
        asked = error.retry_after
    elif isinstance(error, ServiceUnavailable):
        asked = error.retry_in
    return min(asked or 0.0, _LONGEST_ASKED_WAIT)
