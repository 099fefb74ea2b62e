"""Instants as the API writes them, and when a cron expression comes next."""

from __future__ import annotations

from datetime import UTC, datetime

from cronsim import CronSim

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def write_instant(instant: datetime) -> str:
    """Return ISO 8601 in UTC with a ``Z``."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def find_next_run(expression: str, after: datetime) -> str | None:
    """Return when `expression` comes next after `after`, or None if it never does."""
    instant = next(CronSim(expression, after.astimezone(UTC)), None)
    return None if instant is None else write_instant(instant)
