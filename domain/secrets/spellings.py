"""The forms in which a text can turn up within another one that somebody else has written."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

_PERCENT_CODE = re.compile("%[0-9A-F]{2}")


@lru_cache(maxsize=1024)
def spellings_of(text: str) -> tuple[str, ...]:
    """Return `text` in plain, percent-encoded, in base64 and escaped for JSON, the longest form first."""
    return tuple(sorted({text, *_encode(text)}, key=len, reverse=True))


def _encode(text: str) -> Iterator[str]:
    data = text.encode("utf-8", "surrogatepass")
    for encoded in (quote(data), quote(data, safe=""), quote_plus(data)):
        yield encoded
        yield _PERCENT_CODE.sub(lambda code: code.group().lower(), encoded)
    yield base64.b64encode(data).decode().rstrip("=")
    yield base64.urlsafe_b64encode(data).decode().rstrip("=")
    for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield escaped
        yield escaped.replace("/", "\\/")
