"""Virtual time that stands still while a store is at work in a thread, so that a database takes no time."""

from __future__ import annotations

import asyncio
import inspect
import selectors


class _SteadySelector(selectors.DefaultSelector):
    """Lets the time to the next timer have passed, unless somebody is waited for."""

    time, busy = 0.0, 0

    def select(self, timeout=None):
        if timeout is None or (self.busy and timeout > 0):
            return super().select(None if timeout is None else min(timeout, 0.01))
        self.time += max(timeout, 0)
        return super().select(0)


class SteadyTimeLoop(asyncio.SelectorEventLoop):
    """To be given to a runner as its loop factory."""

    def __init__(self):
        self.selector = _SteadySelector()
        super().__init__(self.selector)

    def time(self):
        return self.selector.time


class Unhurried:
    """Passes every call on to a store, and holds the time meanwhile."""

    def __init__(self, store) -> None:
        self._store = store

    def __getattr__(self, name):
        member = getattr(self._store, name)
        if name in {"analyses", "notes"}:
            return Unhurried(member)
        if not inspect.iscoroutinefunction(member):
            return member

        async def call(*arguments, **named):
            selector = asyncio.get_running_loop().selector
            selector.busy += 1
            try:
                return await member(*arguments, **named)
            finally:
                selector.busy -= 1

        return call
