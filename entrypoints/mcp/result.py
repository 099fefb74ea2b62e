"""A payload as the result of a tool call: structured content, and a text that says the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from mcp_types import CallToolResult, TextContent

from ...domain.untrusted import CUT
from .tool import Payload

CHARACTER_LIMIT = 25_000

# Tried one after the other: the longest texts go first, and a short one is never touched.
_TEXT_LIMITS = (8000, 4000, 2000, 1000, 500, 200, 100)
_ENTRY_LIMIT = 20
_REST = (
    "No tool shows more of these. What is stored is whole, and update_job keeps each field that is left out."
)


def to_result(payload: Payload, *, is_error: bool = False) -> CallToolResult:
    """Return the result, cut where `fit` cuts it."""
    payload, text = fit(payload)
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=payload, is_error=is_error
    )


def fit(payload: Payload) -> tuple[Payload, str]:
    """Return a payload and its JSON text, which can leave the process.

    One of over 25,000 characters is cut, and says where in ``omitted``.
    """
    text = measure(payload)
    if len(text) > CHARACTER_LIMIT:
        payload = _fit(payload)
        text = measure(payload)
    if not text.isascii() and (clean := text.encode(errors="replace").decode()) != text:
        # Half a surrogate pair cannot leave the process, and would take the connection with it.
        payload, text = json.loads(clean), clean
    return payload, text


def count_fitting(entries: Iterable[Payload], reserved: int) -> int:
    """Return how many of the first entries fit in one answer besides `reserved` characters."""
    space = CHARACTER_LIMIT - reserved
    count = 0
    for entry in entries:
        space -= len(measure(entry)) + 1
        if space < 0:
            return count
        count += 1
    return count


def measure(payload: Payload) -> str:
    """Return the compact JSON text of a payload."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def _fit(payload: Payload) -> Payload:
    fitted = payload
    for limit in _TEXT_LIMITS:
        fitted = _cut(payload, limit, None)
        if len(measure(fitted)) <= CHARACTER_LIMIT:
            return fitted
    return _cut(payload, _TEXT_LIMITS[-1], _ENTRY_LIMIT)


def _cut(payload: Payload, text_limit: int, entry_limit: int | None) -> Payload:
    omitted: list[str] = []
    cut = _shorten(payload, "", text_limit, entry_limit, omitted)
    return {**cut, "omitted": [*payload.get("omitted", ()), *omitted, _REST]}


def _shorten(value: Any, path: str, text_limit: int, entry_limit: int | None, omitted: list[str]) -> Any:
    if isinstance(value, str) and len(value) > text_limit:
        omitted.append(f"{path}: {text_limit} of {len(value)} characters shown")
        return value[: text_limit - len(CUT)] + CUT
    if not isinstance(value, dict | list):
        return value
    entries = list(value.items() if isinstance(value, dict) else enumerate(value))
    if entry_limit is not None and len(entries) > entry_limit:
        omitted.append(f"{path}: {entry_limit} of {len(entries)} entries shown")
        entries = entries[:entry_limit]
    kept = [
        (key, _shorten(entry, f"{path}.{key}" if path else str(key), text_limit, entry_limit, omitted))
        for key, entry in entries
    ]
    return dict(kept) if isinstance(value, dict) else [entry for _, entry in kept]
