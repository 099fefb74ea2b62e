"""What a client hears while its call goes on, if it asked to hear something."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.context import ServerRequestContext

from ...application.call import listening_to_waits
from .connection import Connection

if TYPE_CHECKING:
    from ...application.call import Waiting

Report = Callable[[int, int, str], Awaitable[None]]
"""Tells how many steps of how many are done, and what the last one was."""

# What a client does not take in time is not kept for it.
_UNSENT_LIMIT = 16
_LONGEST_TOKEN = 256
# A client that takes no notification for so long is not waited for.
_PATIENCE_SECONDS = 1.0
# Progress has to rise; a pause between two steps is between their numbers.
_A_PAUSE = 0.01


@contextmanager
def telling_progress(context: ServerRequestContext[Connection, Any]) -> Iterator[Report]:
    """Yield what sends progress notifications, and send one for each pause before another attempt.

    No failure of theirs reaches the call, and a pause is over in time although a client does not listen.
    """
    steps = _Steps(context)
    with listening_to_waits(steps.wait):
        try:
            yield steps.report
        finally:
            steps.end()


class _Steps:
    """The steps of one call on their way to the client; a pause is told in a task of the connection."""

    def __init__(self, context: ServerRequestContext[Connection, Any]) -> None:
        self._context = context
        self._done = 0.0
        self._unsent: set[anyio.CancelScope] = set()
        # The token is repeated in each notification.
        self._ended = len(str((context.meta or {}).get("progress_token"))) > _LONGEST_TOKEN

    async def report(self, done: int, total: int, message: str) -> None:
        self._done = done
        if not self._ended:
            # Sent before the step after it, so that the last one is not overtaken by the answer.
            with anyio.move_on_after(_PATIENCE_SECONDS), suppress(Exception):
                await self._context.session.report_progress(done, total, message)

    def wait(self, waiting: Waiting) -> None:
        coming = f"attempt {waiting.attempt} of {waiting.attempts} in {waiting.delay:.1f} s"
        message = f"{waiting.operation}: {coming}, because {waiting.reason}"
        self._done += _A_PAUSE
        if not self._ended and len(self._unsent) < _UNSENT_LIMIT:
            self._unsent.add(scope := anyio.CancelScope())
            self._context.lifespan_context.tasks.start_soon(self._send, scope, self._done, None, message)

    def end(self) -> None:
        """Send nothing more: no notification may come after the answer."""
        self._ended = True
        for scope in self._unsent:
            scope.cancel()

    async def _send(self, scope: anyio.CancelScope, done: float, total: int | None, message: str) -> None:
        # A client that cannot be told misses it, and gets its answer.
        with scope, suppress(Exception):
            await self._context.session.report_progress(done, total, message)
        self._unsent.discard(scope)
