"""The body of an answer, read no further than a limit and unpacked no further either."""

from __future__ import annotations

import re
import zlib

from aiohttp import ClientResponse
from attrs import frozen

_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
# Only these: a target may name any codec of Python's, and some take quadratic time.
_CODECS = {
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "utf-16": "utf-16",
    "windows-1252": "cp1252",
}
_ZLIB_OR_GZIP = 47  # the window bits that tell zlib to recognise either header


@frozen
class ReceivedBody:
    """What was read of a body.

    text: decoded; empty where the packing is not understood. size: bytes as sent; None if unknown.
    """

    text: str
    size: int | None
    whole: bool


async def read_content(response: ClientResponse, limit: int) -> ReceivedBody:
    """Read at most `limit` bytes of a body that aiohttp does not unpack."""
    received = bytearray()
    async for chunk in response.content.iter_any():
        received += chunk[: limit + 1 - len(received)]
        if len(received) > limit:
            break
    whole = len(received) <= limit
    size = len(received) if whole else response.content_length
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    data = _unpack(bytes(received[:limit]), packing, limit)
    return ReceivedBody(_decode(data, response.headers.get("Content-Type", "")), size, whole)


def _unpack(data: bytes, packing: str, limit: int) -> bytes:
    if packing in ("", "identity"):
        return data
    if packing not in ("gzip", "x-gzip", "deflate"):
        return b""
    try:
        return zlib.decompressobj(_ZLIB_OR_GZIP).decompress(data, limit)
    except zlib.error:
        return b""


def _decode(data: bytes, content_type: str) -> str:
    charset = found[1].lower() if (found := _CHARSET.search(content_type)) else ""
    return data.decode(_CODECS.get(charset, "utf-8"), "replace")
