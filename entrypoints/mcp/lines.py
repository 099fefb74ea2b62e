"""The protocol's way into the process: lines on stdin, none of them longer than a limit."""

from __future__ import annotations

import io
import os
import re
from typing import IO, cast

import anyio
from anyio import to_thread
from mcp_types import INVALID_REQUEST, ErrorData, JSONRPCError, RequestId

from .wire import Wire

LINE_LIMIT = 4 * 2**20
"""Bytes. The largest call that makes sense, a job with a full body and full headers, has under 2 MiB."""

_PIECE = 65_536
_EDGE = 256
# Clients write a request's id before all else or after it: two places where no other id can stand.
_VERSION = rb'"jsonrpc"\s*:\s*"2\.0"\s*'
_ID = rb'"id"\s*:\s*(?:(?P<number>[0-9]{1,15})|"(?P<text>[A-Za-z0-9_-]{1,64})")\s*'
_ID_FIRST = re.compile(rb"\s*\{\s*(?:" + _VERSION + rb",\s*)?" + _ID + rb',\s*"method"')
_METHOD_FIRST = re.compile(rb"\s*\{\s*(?:" + _VERSION + rb',\s*)?"method"')
_ID_LAST = re.compile(rb",\s*" + _ID + rb"(?:,\s*" + _VERSION + rb")?\}\s*\Z")

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_PAIR = r"u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = re.compile(rf"\\(?:{_PAIR}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{{2}})|.)")


def take_stdin() -> io.FileIO:
    """Return the protocol's stream, and let whatever else reads stdin find its end.

    A thread may still wait on it when the process ends, so it is never closed.
    """
    wire = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return io.FileIO(wire, "rb", closefd=False)


class Lines(anyio.AsyncFile[str]):
    """What the SDK reads messages from.

    A line over the limit is thrown away while it comes, so that no line fills the memory. It is
    answered with an error, under its request's id where its edges show one.
    """

    def __init__(self, file: io.FileIO, wire: Wire) -> None:
        super().__init__(cast("IO[str]", file))  # the lines are made here, of the bytes that it gives
        self._file = file
        self._wire = wire
        self._read_ahead = bytearray()

    async def readline(self) -> str:
        """Return the next line; an empty text at the end of the input."""
        length = 0
        while True:
            end = self._read_ahead.find(b"\n", length)
            length = len(self._read_ahead) if end < 0 else end
            if length > LINE_LIMIT:
                await self._refuse(await self._skip())
                length = 0
            elif end >= 0 or not await self._read_on():
                line = self._read_ahead[: length + 1].decode("utf-8", "replace")
                del self._read_ahead[: length + 1]
                return _mend_halves(line)

    async def _skip(self) -> RequestId | None:
        """Read past the end of a line, and return the id that it seems to have."""
        first = bytes(self._read_ahead[:_EDGE])
        while (end := self._read_ahead.find(b"\n")) < 0:
            del self._read_ahead[:-_EDGE]
            if not await self._read_on():
                end = len(self._read_ahead)
                break
        last = bytes(self._read_ahead[:end][-_EDGE:])
        del self._read_ahead[: end + 1]
        return _find_id(first, last)

    async def _refuse(self, request_id: RequestId | None) -> None:
        message = f"The message has over {LINE_LIMIT} bytes, more than any call needs; send less."
        error = ErrorData(code=INVALID_REQUEST, message=message)
        answer = JSONRPCError(jsonrpc="2.0", id=request_id, error=error)
        await self._wire.write(answer.model_dump_json(by_alias=True, exclude_unset=True) + "\n")
        await self._wire.flush()

    async def _read_on(self) -> bool:
        """Read what has come; false at the end of the input."""
        piece = await to_thread.run_sync(self._file.read, _PIECE)
        self._read_ahead += piece or b""
        return bool(piece)


def _mend_halves(line: str) -> str:
    """Return a line of JSON without escaped halves of surrogate pairs.

    Texts that JavaScript cut within an emoji hold them. The SDK cannot read such a line, and would
    leave its request without an answer for ever.
    """
    if not _HALF.search(line):
        return line
    return _ESCAPE.sub(lambda found: r"\ufffd" if found["half"] else found.group(), line)


def _find_id(first: bytes, last: bytes) -> RequestId | None:
    found = _ID_FIRST.match(first) or (_METHOD_FIRST.match(first) and _ID_LAST.search(last))
    if not found:
        return None
    return int(found["number"]) if found["number"] else found["text"].decode()
