"""What one client of the 2025 protocol has subscribed to, and how it hears of changes."""

from __future__ import annotations

import anyio
from mcp.server.session import ServerSession
from mcp.server.subscriptions import ResourceUpdated

from ....application.job_events import JobEvent, JobEvents
from ....application.watch_jobs import JobWatch
from ..resources.addresses import Address
from .changes import translate

MOST_URIS = 1000
"""What a client may subscribe to at once."""


class TooManySubscriptions(Exception):
    """The client has as many subscriptions as one may have."""


class SessionSubscriptions:
    """The subscriptions of one session; `run` sends its updates until the session ends.

    A change that happens while an update about the same resource waits to be sent adds nothing to it, so
    a client that reads slowly has no more waiting for it than it has subscriptions.
    """

    def __init__(self, session: ServerSession, events: JobEvents, watch: JobWatch) -> None:
        self._session, self._watch = session, watch
        self._watched: dict[str, bool] = {}  # by URI, whether the jobs are watched because of it
        self._unsent: dict[str, None] = {}
        self._woken = anyio.Event()
        self._stop_hearing = events.subscribe(self._hear)

    async def add(self, address: Address) -> None:
        """Subscribe to a resource; return once its changes are seen.

        Raises:
            TooManySubscriptions: there are `MOST_URIS` already.
        """
        uri = address.uri
        if uri in self._watched:
            return
        if len(self._watched) >= MOST_URIS:
            raise TooManySubscriptions
        self._watched[uri] = False
        if not address.kind.is_live:
            return
        try:
            await self._watch.join()
        except BaseException:
            self._watched.pop(uri, None)
            raise
        if uri in self._watched:
            self._watched[uri] = True
        else:  # it was removed meanwhile
            self._watch.leave()

    def remove(self, address: Address) -> None:
        """End a subscription, if there is one."""
        self._unsent.pop(address.uri, None)
        if self._watched.pop(address.uri, False):
            self._watch.leave()

    async def run(self) -> None:
        """Send what there is to send; at the end of the session, end its subscriptions."""
        try:
            while True:
                await self._woken.wait()
                self._woken = anyio.Event()
                while self._unsent:
                    uri = next(iter(self._unsent))
                    del self._unsent[uri]
                    await self._session.send_resource_updated(uri)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # the client is gone
        finally:
            self._close()

    def _hear(self, event: JobEvent) -> None:
        for change in translate(event):
            if isinstance(change, ResourceUpdated) and change.uri in self._watched:
                self._unsent[change.uri] = None
                self._woken.set()

    def _close(self) -> None:
        self._stop_hearing()
        watched = sum(self._watched.values())
        self._watched.clear()
        for _ in range(watched):
            self._watch.leave()
