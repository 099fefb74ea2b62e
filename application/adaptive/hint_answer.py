"""Hints as values that JSON can hold."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...domain.adaptive.hints import Hints

Shown = dict[str, object]
"""Values that JSON can hold, by name."""


def show_hints(hints: Hints) -> Shown | None:
    """Return hints by kind, None where there are none."""
    shown: Shown = {}
    if hints.interval is not None:
        shown["interval"] = {
            "interval_ms": hints.interval.interval // timedelta(milliseconds=1),
            "expires_at": show_instant(hints.interval.expires_at),
            "reason": hints.interval.reason,
        }
    if hints.next_run is not None:
        shown["next_run"] = {
            "next_run_at": show_instant(hints.next_run.at),
            "expires_at": show_instant(hints.next_run.expires_at),
            "reason": hints.next_run.reason,
        }
    return shown or None


def show_instant(instant: datetime | None) -> str | None:
    """Return an instant in ISO 8601, None for none."""
    return None if instant is None else instant.isoformat()
