"""The start of what undoes hints on the cloud, within a server: after the first answer."""

from __future__ import annotations

import anyio
from anyio import to_thread

from ..services import Services


async def start_hint_keeper(services: Services, first_answer: anyio.Event) -> None:
    """Look after hints once the first answer went out, where there are or may be some; closing ends it."""
    if services.backend != "cronlytic":
        return
    await first_answer.wait()
    try:
        # Elsewhere than on the loop, which meanwhile answers what needs no backend.
        if await to_thread.run_sync(services.may_have_hints, abandon_on_cancel=True):
            await to_thread.run_sync(services.preload, abandon_on_cancel=True)
            if services.hint_work:
                services.hint_work.start()
    except Exception as error:  # noqa: BLE001 - nobody waits for this task: logged, or lost
        services.log.write("error", "hints cannot be looked after", exc_info=error)
