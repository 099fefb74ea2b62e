"""Opens the database when it is first needed, and runs transactions on it, each to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from ...application.vault_ports import Vault
from ...application.wake_ports import Signal
from . import faults
from .dialect import Dialect, Locked
from .sealing import prove_key, seal_with, write_proof
from .undisturbed import undisturbed

T = TypeVar("T")

Work = Callable[[Connection], T]
"""What is done in a transaction. It may be done again where others were in the way."""


class Database:
    """Transactions on one database, from one event loop.

    patience: how many seconds a call waits for other processes. vault: what seals secrets, if anything does.
    """

    def __init__(self, dialect: Dialect, patience: float, vault: Vault | None = None) -> None:
        self._dialect, self._patience, self._vault = dialect, patience, vault
        self._engine: AsyncEngine | None = None
        self._opening = asyncio.Lock()
        # Writers of this process take turns here, in the order in which they came; at SQLite's own lock
        # they would poll, and the luckiest would win.
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[object]] = set()
        self._closed = False

    async def open(self) -> None:
        """Open the database now; else the first transaction does."""
        await self.read(lambda _: None)

    async def read(self, work: Work[T]) -> T:
        """Return what `work` reads, all of it as it stands at one moment.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        return await self._persist(lambda: self._transact(work, writes=False), self._patience_ends())

    async def write(self, work: Work[T], signal: Signal | None = None) -> T:
        """Return what `work` returns once all that it wrote lasts, and tell others of it with a signal.

        Nothing of it lasts where this raises, but for one error that says that this is not known.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        end = self._patience_ends()  # of all who wait for a turn at once, not of one after the other
        async with self._turn:
            return await self._persist(lambda: self._transact(work, writes=True, signal=signal), end)

    async def backup(self, target: Path) -> None:
        """Write everything as it stands at one moment to a new file, while others go on writing.

        Raises:
            InvalidArguments: the file exists, or cannot be made.
            StoreUnavailable: the database cannot be used, or there is no room for the file.
        """
        await self._persist(lambda: self._backup(target), self._patience_ends())

    async def scour(self) -> bool:
        """Have the database forget what was written over, and return whether it surely has.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        await self.open()
        return await asyncio.to_thread(self._dialect.scour)

    async def close(self) -> None:
        """Let the transactions that are under way end, and close all connections; later calls are refused."""
        self._closed = True
        await undisturbed(self._close())

    async def _close(self) -> None:
        while self._running:
            await asyncio.wait(self._running)
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    def _patience_ends(self) -> float:
        return asyncio.get_running_loop().time() + self._patience

    async def _persist(self, attempt: Callable[[], Coroutine[Any, Any, T]], end: float) -> T:
        while True:
            try:
                return await undisturbed(self._counted(attempt()))
            except Locked as error:
                if asyncio.get_running_loop().time() + error.pause >= end:
                    raise error.fault or faults.locked(self._patience) from error
                await asyncio.sleep(error.pause)

    async def _counted(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._running.add(task)
        try:
            return await work
        finally:
            self._running.discard(task)

    async def _transact(self, work: Work[T], *, writes: bool, signal: Signal | None = None) -> T:
        try:
            engine = await self._open()
            async with engine.connect() as connection:
                return await connection.run_sync(partial(self._run, work=work, writes=writes, signal=signal))
        except DBAPIError as error:
            explained = self._dialect.explain(error)
            if explained is None:
                raise
            raise explained from error

    async def _backup(self, target: Path) -> None:
        await self._open()
        await asyncio.to_thread(self._dialect.backup, target)

    def _run(self, connection: Connection, *, work: Work[T], writes: bool, signal: Signal | None) -> T:
        self._dialect.begin(connection, writes=writes)
        result = work(connection)
        self._dialect.commit(connection, signal)
        return result

    async def _open(self) -> AsyncEngine:
        async with self._opening:
            if self._closed:
                raise faults.closed()
            if self._engine is None:
                await asyncio.to_thread(self._dialect.prepare)
                engine = self._dialect.make_engine()
                seal_with(engine.sync_engine, self._vault)
                try:
                    await self._prove_key(engine)
                except BaseException:
                    await engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    async def _prove_key(self, engine: AsyncEngine) -> None:
        """Refuse a store that another key seals, and seal one that is not sealed yet."""
        async with engine.connect() as connection:
            proven = await connection.run_sync(prove_key)
        if not proven:
            async with engine.connect() as connection:
                await connection.run_sync(partial(self._run, work=write_proof, writes=True, signal=None))
