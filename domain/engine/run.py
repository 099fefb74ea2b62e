"""Runs: what became of each occurrence of a job, one row for each or for a stretch of them."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from attrs import field, frozen

from ..errors import InvalidArguments, Problem

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RUN_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class RunState(StrEnum):
    """Where a run stands.

    ``queued`` waits for an earlier run, or for an engine where it was asked for by hand. ``claimed``
    belongs to an engine and has sent nothing yet; ``running`` may have. ``interrupted`` died with its
    engine, so whether it arrived is unknown. ``skipped`` came while an earlier run was going. ``missed``
    and ``paused`` are stretches of occurrences that nobody ran.
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"
    MISSED = "missed"
    PAUSED = "paused"


IN_FLIGHT = frozenset({RunState.CLAIMED, RunState.RUNNING})
"""The states in which a run has a lease."""

UNFINISHED = IN_FLIGHT | {RunState.QUEUED}
"""The states in which something will still become of a run."""


class RunSource(StrEnum):
    """What decided that a run is at its time.

    ``paused`` is the source of a plan alone: a pause ends then, and what comes next is planned.
    """

    BASELINE_CRON = "baseline-cron"
    BASELINE_INTERVAL = "baseline-interval"
    ONE_SHOT = "one-shot"
    CLAMPED_MIN = "clamped-min"
    CLAMPED_MAX = "clamped-max"
    HINT_INTERVAL = "hint-interval"
    HINT_NEXT_RUN = "hint-next-run"
    PAUSED = "paused"
    CATCH_UP = "catch-up"
    MANUAL = "manual"


@frozen
class Outcome:
    """What the attempts of a run came to. The body is untrusted text.

    attempts: how many requests were made. The rest is about the last of them.
    elapsed_seconds: None where there was no complete answer. error: our sentence; empty on success.
    body: as much of it as was read, ready to be stored (no NUL, no half surrogates); None where there was no
    answer or it was dropped with age. body_size: bytes as sent, where known.
    """

    success: bool
    attempts: int
    status: int | None = None
    elapsed_seconds: float | None = None
    error: str = ""
    body: str | None = field(default=None, repr=False)
    body_size: int | None = None
    body_whole: bool = True


@frozen
class Run:
    """One occurrence, or a stretch of ``missed`` or ``paused`` ones from `fire_at` to `last_at`.

    run_id: sent as Idempotency-Key with every attempt; see `make_run_id`.
    fire_at: when it was meant to start. recorded_at: when the row was made. Instants are aware UTC.
    reason: why nothing ran or why it ended as it did, where the state alone does not say; our sentence.
    """

    run_id: str
    job_id: str
    fire_at: datetime
    source: RunSource
    state: RunState
    recorded_at: datetime
    last_at: datetime = field()
    count: int = 1
    started_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""

    @last_at.default
    def _last_is_first(self) -> datetime:
        return self.fire_at

    @property
    def lateness(self) -> timedelta | None:
        """How long after the planned time it started; None if it did not."""
        return None if self.started_at is None else self.started_at - self.fire_at

    @property
    def position(self) -> RunPosition:
        """Its place in the order of a job's runs."""
        return RunPosition(self.fire_at, self.run_id)


@frozen
class RunPosition:
    """A place in the order of a job's runs: by planned time, of equals by id."""

    fire_at: datetime
    run_id: str


def make_run_id(job_id: str, fire_at: datetime, source: RunSource) -> str:
    """Return the id of the run at `fire_at`: 32 hexadecimal digits, always the same.

    A manual run at the same instant is another one; the other sources make no difference, because an
    occurrence is one whatever planned it. The digits begin with the time, so that new rows of an index
    by id lie together.
    """
    micros = (fire_at - _EPOCH) // _MICROSECOND
    kind = "manual" if source is RunSource.MANUAL else "planned"
    digest = hashlib.sha256(f"{job_id} {kind} {micros}".encode()).hexdigest()
    return f"{micros:014x}{digest[:18]}"


def check_run_id(run_id: str) -> str:
    """Return `run_id` if it is one: 32 hexadecimal digits in lower case.

    Raises:
        InvalidArguments: it is not one.
    """
    if _RUN_ID.fullmatch(run_id):
        return run_id
    message = "must be 32 hexadecimal digits; get_job_logs and events_since show the ids."
    raise InvalidArguments([Problem("run_id", "format", message, "00064a3c5d2e80009f1c9a527b0e4d57")])
