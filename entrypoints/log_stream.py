"""Where log lines go: a stream that never makes the server wait for whoever reads it."""

from __future__ import annotations

import os
import select

# A pipe that says it is writable takes so much at once without waiting (POSIX's PIPE_BUF on Linux).
_PIECE = 4096


class LogStream:
    """Writes text to a file descriptor, and drops what nobody takes.

    A client that starts this server and never reads its stderr would otherwise stop it as soon as the
    pipe is full.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def isatty(self) -> bool:
        """Return whether a person watches."""
        return os.isatty(self._descriptor)

    def write(self, text: str) -> int:
        """Write text, or as much of it as is taken now.

        Raises:
            OSError: the stream is closed.
        """
        data = text.encode("utf-8", "backslashreplace")
        for start in range(0, len(data), _PIECE):
            if not self._is_ready():
                break
            os.write(self._descriptor, data[start : start + _PIECE])
        return len(text)

    def flush(self) -> None:
        """Return; what was written is out already."""

    def _is_ready(self) -> bool:
        if os.name != "posix":  # `select` knows only sockets elsewhere
            return True
        _, ready, _ = select.select([], [self._descriptor], [], 0)
        return bool(ready)
