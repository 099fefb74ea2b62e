"""Whether there is something to do about the hints of a job on the cloud."""

from __future__ import annotations

from datetime import datetime

from .observation import end_hints
from .record import HintRecord
from .wanted import next_step


def is_due(record: HintRecord, now: datetime) -> bool:
    """Return whether the backend is to be looked at: a step is open, a hint has ended, or a run has come."""
    if record.is_at_rest:
        return False
    left, fired = end_hints(record, now), record.hints.next_run
    if left != record or next_step(left) is not None:
        return True
    is_open = bool(record.expression.sent or record.paused.sent)
    return is_open or (fired is not None and now >= fired.at)
