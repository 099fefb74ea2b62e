"""The start of the embedded engine within a server: after the first answer, which it must not delay."""

from __future__ import annotations

import anyio
from anyio import to_thread

from ..services import Services


async def start_engine(services: Services, first_answer: anyio.Event) -> None:
    """Start the engine once the first answer went out, where the backend has one; closing ends it."""
    if not services.has_engine:
        return
    await first_answer.wait()
    try:
        # Elsewhere than on the loop, which meanwhile answers what needs no backend.
        await to_thread.run_sync(services.preload, abandon_on_cancel=True)
        services.engine.start()
    except Exception as error:  # noqa: BLE001 - nobody waits for this task: logged, or lost
        services.log.write("error", "the engine could not be started", exc_info=error)
