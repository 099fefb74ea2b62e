"""A store whose process meets a signal at one certain moment of a write, the first time that it comes to it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from attrs import frozen

DECIDES = ("claim_due", "reclaim_lapsed", "finish")
"""Calls that decide about something within their transaction, when there is something to decide about."""


@frozen
class Moment:
    """within: before the transaction is committed; otherwise right after that."""

    operation: str
    within: bool
    number: signal.Signals = signal.SIGKILL

    def write(self) -> str:
        return f"{self.operation}:{int(self.within)}:{self.number.name}"

    @classmethod
    def read(cls, text: str) -> Moment:
        operation, within, name = text.split(":")
        return cls(operation, bool(int(within)), signal.Signals[name])


class SignalledStore:
    """An `EngineStore` around another one, for the sake of one moment."""

    def __init__(self, store, moment: Moment) -> None:
        self._store, self._moment = store, moment
        self._met = False

    def __getattr__(self, name):
        call = getattr(self._store, name)
        if name != self._moment.operation:
            return call

        async def watched(*arguments):
            *given, last = arguments
            decided = []
            if name in DECIDES:
                last = self._watch(last, decided)
            result = await call(*given, last)
            if not self._moment.within and (decided or name not in DECIDES):
                self._meet()
            return result

        return watched

    def _watch(self, decide: Callable, decided: list) -> Callable:
        def watched(*about):
            decided.append(about)
            if self._moment.within:
                self._meet()
            return decide(*about)

        return watched

    def _meet(self) -> None:
        if not self._met:
            self._met = True
            os.kill(os.getpid(), self._moment.number)
