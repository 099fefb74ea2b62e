"""The protocol's way out of the process."""

from __future__ import annotations

import os
from typing import TextIO

import anyio
from anyio import to_thread

from .ending import Ending


def take_stdout() -> TextIO:
    """Return the protocol's stream, and let whatever else is printed go to stderr.

    Lines end in a line feed on every system. What is still buffered at the end of the process goes to
    stderr too, because the standard stream is not given back.
    """
    wire = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(wire, "w", encoding="utf-8", newline="\n")


class Wire(anyio.AsyncFile[str]):
    """Where answers are written: knows when the first one went out, and survives a client that is gone.

    An answer leaves with the flush after it, so that it costs one change to a thread and not two.
    """

    def __init__(self, file: TextIO, ending: Ending) -> None:
        super().__init__(file)
        self.first_answer = anyio.Event()
        self._ending = ending
        self._unsent = ""
        self._sending = anyio.Lock()

    async def write(self, text: str) -> int:
        """Take an answer."""
        self._unsent += text
        return len(text)

    async def flush(self) -> None:
        """Send what was taken, if there is still somebody to read it."""
        async with self._sending:
            text, self._unsent = self._unsent, ""
            try:
                await to_thread.run_sync(self._send, text)
            except OSError:
                self._ending.stop(0)
            else:
                self.first_answer.set()

    def _send(self, text: str) -> None:
        self.wrapped.write(text)
        self.wrapped.flush()
