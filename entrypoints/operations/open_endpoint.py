"""Open the pages of a worker's engine, and say where they are."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from ..listen_address import ListenAddress
from ..local_engine import LocalEngine
from ..logging import Log

if TYPE_CHECKING:
    from ...application.ports import Clock
    from .endpoint import Metrics


async def open_endpoint(
    address: ListenAddress,
    engine: LocalEngine,
    clock: Clock,
    *,
    metrics: Metrics,
    log: Log,
    to_close: AsyncExitStack,
) -> None:
    """Answer until `to_close` ends it.

    Raises:
        BadConfiguration: the machine does not let it listen there.
    """
    from ...application.engine_check import EngineCheck
    from .endpoint import Endpoint

    check = EngineCheck(engine.store, lambda: engine.pulse, clock)
    to_close.push_async_callback(check.close)
    endpoint = Endpoint(address, check.check, metrics)
    to_close.push_async_callback(endpoint.close)
    place = await endpoint.open()
    log.say(f"/healthz and /metrics are at http://{place}.")
    if not address.is_loopback:
        log.say(
            f"warning: other machines can reach {place}, and it asks for no password; "
            "let a firewall or a proxy decide who may.",
            "warning",
        )
