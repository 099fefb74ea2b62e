"""A finished run with what its target answered, for an analyst: cleaned, without secrets, and short."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from ...domain.engine.run import Run
from ...domain.secrets.masking import scrub
from ...domain.untrusted import clean_text
from ...domain.webhook.webhook import BODY_LIMIT
from .hint_answer import Shown, show_instant


def show_response(run: Run, secrets: Collection[str], body_limit: int) -> Shown:
    """Return a run that ended; `body_limit` is in characters."""
    outcome = run.outcome
    body = None if outcome is None else outcome.body
    shown = None if body is None else clean_body(body, secrets, body_limit)
    return {
        "run_id": run.run_id,
        "at": show_instant(run.started_at or run.fire_at),
        "status": run.state.value,
        "response_code": None if outcome is None else outcome.status,
        "duration_ms": _measure(run.started_at, run.finished_at),
        "problem": (outcome.error or None) if outcome else None,
        "untrusted_body": shown,
    }


def clean_body(body: str, secrets: Collection[str], limit: int) -> str:
    """Return a body as it may be shown."""
    # Cleaned before the search, so that no hidden character splits a secret, and cut after it.
    return clean_text(scrub(clean_text(body, BODY_LIMIT), secrets), limit)


def _measure(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else (end - start) // timedelta(milliseconds=1)
