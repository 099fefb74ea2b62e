"""Keeps a transaction whole although whoever waits for it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from anyio import CancelScope

T = TypeVar("T")


async def undisturbed(work: Coroutine[Any, Any, T]) -> T:
    """Await work to its end, and only then let a cancellation through.

    So a cancelled call has either happened or not by the time its caller goes on, and never ends in the
    midst of a transaction.
    """
    task = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    # A cancelled scope of anyio would cancel again in every turn of the event loop until this returns.
    with CancelScope(shield=True):
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError as error:
                cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # asked for, so that it is not reported as never asked for
    raise cancelled
