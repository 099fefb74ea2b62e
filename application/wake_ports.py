"""The port by which a store tells one process that another one has written to it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class Signal(StrEnum):
    """What was written. WORK: something that may be due earlier than before. NEWS: how something ended."""

    WORK = "work"
    NEWS = "news"


OnSignal = Callable[[Signal], None]
"""Is told of a signal as it comes; it must return at once and raise nothing."""


class StoreSignals(Protocol):
    """What the other processes on a store write, told as they do.

    Signals only save waiting: whoever listens looks at the store from time to time all the same.
    """

    async def listen(self, on_signal: OnSignal) -> None:
        """Call `on_signal` for what others have written, until this is cancelled.

        While the store cannot be reached it is tried again and again; then both signals are given once, for
        whatever went unheard.
        """
