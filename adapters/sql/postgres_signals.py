"""Listens to what the other processes on a PostgreSQL store write."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psycopg

from ...application.wake_ports import OnSignal, Signal

CHANNEL = "cronlytic_mcp"
_RETRY_SECONDS = 2.0


class PostgresSignals:
    """The `StoreSignals` port over ``LISTEN``, on a connection of its own.

    own: the name under which this process signals; it need not tell itself. A connection that is lost is
    told by whatever uses the store, not here.
    """

    def __init__(self, arguments: Mapping[str, Any], *, own: str) -> None:
        self._arguments, self._own = arguments, own

    async def listen(self, on_signal: OnSignal) -> None:
        """Call `on_signal` for what others have written, until this is cancelled."""
        while True:
            with suppress(psycopg.Error):
                await self._listen_once(on_signal)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen_once(self, on_signal: OnSignal) -> None:
        connection = await psycopg.AsyncConnection.connect(**self._arguments, autocommit=True)
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            for signal in Signal:  # for whatever went unheard until now
                on_signal(signal)
            async for notice in connection.notifies():
                kind, _, sender = notice.payload.partition(" ")
                if sender != self._own and kind in set(Signal):
                    on_signal(Signal(kind))
