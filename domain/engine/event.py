"""What happened to jobs and runs, in an order that a reader can follow from where it left off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from attrs import field, frozen


class EventKind(StrEnum):
    """What can happen. ``job_ended``: nothing more is planned, by its own rules.

    ``job_paused_until`` and ``job_pause_ended`` are of the pauses that end by themselves.
    """

    JOB_CREATED = "job_created"
    JOB_CHANGED = "job_changed"
    JOB_PAUSED = "job_paused"
    JOB_RESUMED = "job_resumed"
    JOB_DELETED = "job_deleted"
    JOB_ENDED = "job_ended"
    JOB_RECOVERED = "job_recovered"
    RUN_SUCCEEDED = "run_succeeded"
    RUN_FAILED = "run_failed"
    RUN_INTERRUPTED = "run_interrupted"
    RUN_SKIPPED = "run_skipped"
    RUNS_MISSED = "runs_missed"
    RUNS_PAUSED = "runs_paused"
    HINT_PROPOSED = "hint_proposed"
    HINT_CONSUMED = "hint_consumed"
    HINT_EXPIRED = "hint_expired"
    HINTS_CLEARED = "hints_cleared"
    JOB_PAUSED_UNTIL = "job_paused_until"
    JOB_PAUSE_ENDED = "job_pause_ended"
    ANALYSIS_STARTED = "analysis_started"
    ANALYSIS_ENDED = "analysis_ended"


EventData = str | int | float | bool | None
"""What an event's data holds: values that JSON has too."""


def _frozen_data(value: Mapping[str, EventData]) -> Mapping[str, EventData]:
    return MappingProxyType(dict(value))


@frozen
class Event:
    """Something that happened to a job at an instant (aware UTC). No text of a target is in it.

    data: ``run_id`` where it is about a run or a stretch, ``name`` where it is about the job, ``session_id``
    where it is about an analysis, ``reason`` where one was given, and numbers.
    sequence: its place in the order of all events, from 1 on; the store gives it, until then it is 0.
    """

    kind: EventKind
    job_id: str
    at: datetime
    data: Mapping[str, EventData] = field(factory=dict, converter=_frozen_data, hash=False)
    sequence: int = 0
