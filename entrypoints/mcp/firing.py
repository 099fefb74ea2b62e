"""Whether jobs of the embedded engine run, now and when the client has closed."""

from __future__ import annotations

from contextlib import suppress

from ..services import Services

_ONLY_WITH_CLIENT = (
    "Jobs run only while this client is open: no worker serves this store. Tell the person; "
    "`cronlytic-mcp service install` sets one up for good, `cronlytic-mcp worker` runs one in a terminal."
)
_NOTHING_RUNS = (
    "No engine is at work on this store, so nothing runs until one is. Tell the person; "
    "`cronlytic-mcp service install` sets one up for good, `cronlytic-mcp worker` runs one in a terminal."
)


async def warn_of_rest(services: Services, *, now_only: bool = False) -> list[str]:
    """Return what the person should know: that nothing runs now or, unless `now_only`, without a client.

    Nothing where all is well, the backend has no engine, or the store does not say.
    """
    if not services.has_engine:
        return []
    from ...application.engine_presence import find_engines
    from ...domain.engine.engine_sign import runs_without_client
    from ...domain.errors import CronlyticError

    with suppress(CronlyticError):
        engines = await find_engines(services.engine.notes, services.clock)
        if not engines and not services.engine.working:
            return [_NOTHING_RUNS]
        if not now_only and not runs_without_client(engines):
            return [_ONLY_WITH_CLIENT]
    return []
