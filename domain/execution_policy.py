"""How a job's runs are carried out: deadlines, retries, overlap, missed ones, and what success is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    from .webhook.webhook import WebhookResponse

RETRY_DELAY_LIMIT = 900.0
"""Seconds: where the doubling of the delay between attempts ends."""


class Overlap(StrEnum):
    """What happens to an occurrence that comes while an earlier run of the job is still going."""

    SKIP = "skip"
    QUEUE = "queue"
    ALLOW = "allow"


class Missed(StrEnum):
    """What happens after occurrences were missed: one run for the newest of them, or none."""

    CATCH_UP = "catch_up"
    SKIP = "skip"


@frozen
class SuccessRule:
    """Which answers count as success. All of it must hold.

    statuses: ranges of HTTP status codes, both ends included. must_contain, must_not_contain: texts
    that the kept part of the body must or must not hold, compared as they are.
    """

    statuses: tuple[tuple[int, int], ...] = ((200, 299),)
    must_contain: str | None = None
    must_not_contain: str | None = None

    @property
    def statuses_text(self) -> str:
        """The ranges as a person writes them, e.g. ``200-299,304``."""
        return ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in self.statuses)

    def find_fault(self, response: WebhookResponse) -> str | None:
        """Return why an answer is no success, in a sentence without text of the target; None if it is one."""
        if not any(low <= response.status <= high for low, high in self.statuses):
            return f"The target answered {response.status}; success is {self.statuses_text}."
        read = "" if response.whole else " in the part of it that was read"
        if self.must_contain is not None and self.must_contain not in response.body:
            return f"The target answered {response.status}, but must_contain is not in the body{read}."
        if self.must_not_contain is not None and self.must_not_contain in response.body:
            return f"The target answered {response.status}, but must_not_contain is in the body."
        return None


@frozen
class ExecutionPolicy:
    """Everything about a job's runs besides the request and the schedule; the rules are in `policy_rules`.

    timeout_seconds: for one attempt, from the look-up of the name to the last byte.
    retries: attempts after the first one; the delay before them doubles from `retry_delay_seconds` on.
    max_parallel: how many runs may go at once where overlap is ``allow``.
    grace_seconds: how old the newest missed occurrence may be to be caught up with.
    jitter_seconds: a run starts up to so much later than planned, always before the next occurrence.
    min_interval_seconds, max_interval_seconds: bounds on the time from one run to the next.
    rerun_interrupted: whether a run that died with its process is sent again, under the same id.
    max_runs, end_at: after so many started runs, or after this instant (aware UTC), none is planned.
    notify_after: after how many failures in a row a person is told, 0 for never, also not of missed runs;
    None for what the operator has set.
    notify_url: the incoming webhook of a chat where a person is told of this job, in place of the operator's;
    whoever knows it can write there, so it is a secret.
    sign: whether its requests are signed with the keys of the store.
    """

    timeout_seconds: float = 30.0
    retries: int = 0
    retry_delay_seconds: float = 10.0
    overlap: Overlap = Overlap.SKIP
    max_parallel: int = 5
    missed: Missed = Missed.CATCH_UP
    grace_seconds: int = 3600
    jitter_seconds: int = 0
    success: SuccessRule = field(factory=SuccessRule)
    min_interval_seconds: int | None = None
    max_interval_seconds: int | None = None
    rerun_interrupted: bool = False
    max_runs: int | None = None
    end_at: datetime | None = None
    notify_after: int | None = None
    notify_url: str | None = field(default=None, repr=False)
    sign: bool = False

    @property
    def parallel_limit(self) -> int:
        """How many runs of the schedule may go at once."""
        return self.max_parallel if self.overlap is Overlap.ALLOW else 1

    def retry_delay(self, attempts: int) -> float:
        """Return the seconds between so many failed attempts and the next one."""
        return float(min(self.retry_delay_seconds * 2 ** (attempts - 1), RETRY_DELAY_LIMIT))
